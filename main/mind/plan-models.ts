import type { CatalogueEntry, EnginePlan, InstalledModel, Machine, ModelKind } from '../../contract/models.ts';
import type { Settings } from '../../contract/settings.ts';
import { CATALOGUE } from '../../models/catalogue/catalogue.ts';
import { planEngines, type WantedModel } from '../../models/fit/plan-engines.ts';
import { recommend } from '../../models/fit/recommend.ts';
import { gpuBudget, memoryBudget, usableCard } from '../../models/fit/usable-card.ts';
import type { ModelMemory } from '../../models/pool/load-plan.ts';

/** What the voice process holds: its engines are small, and it comes first. */
const VOICE = [
  { kind: 'stt', title: 'Phrase recogniser', memoryBytes: 60_000_000 },
  { kind: 'wake', title: 'Wake word', memoryBytes: 10_000_000 },
  { kind: 'tts', title: 'espeak-ng', memoryBytes: 20_000_000 },
] as const;
/** Tokens of a text that is embedded. */
const EMBEDDED = 2048;

/** What would be resident together: the largest chat model that is here, or the one to take; the same of embeddings; and the voice. */
export function planModels(installed: readonly InstalledModel[], machine: Machine, contextSize: number): EnginePlan {
  const wanted = (['chat', 'embedding'] as const).flatMap((kind) =>
    wantedOf(kind, installed, machine, kind === 'embedding' ? EMBEDDED : contextSize),
  );
  return planEngines(wanted, machine, VOICE);
}

function wantedOf(kind: ModelKind, installed: readonly InstalledModel[], machine: Machine, contextSize: number): WantedModel[] {
  const [here] = installed
    .filter((model) => model.kind === kind && model.problem === undefined)
    .sort((one, other) => other.bytes - one.bytes);
  if (here !== undefined) {
    const { title, bytes, quantisation = '-' } = here;
    return [{ kind, title, bytes, quantisation, contextSize, ...shapeOf(here) }];
  }
  const best = recommend(kind, machine, CATALOGUE, contextSize);
  if (best === undefined) return [];
  const { entry, file } = best;
  return [{ kind, title: entry.title, bytes: file.bytes, quantisation: file.quantisation, contextSize, ...shapeOf(entry) }];
}

const shapeOf = ({ shape }: Pick<CatalogueEntry, 'shape'>): Pick<WantedModel, 'shape'> => (shape === undefined ? {} : { shape });

/** What is free on the cards is told for one moment: it belongs together with what our own models held then. */
export interface MachineReading {
  machine: Machine;
  /** Bytes of the cards that JARVIS's own models held when it was read. */
  heldGpuBytes: number;
}

/** What all language models together may take, with what they hold already. */
export function modelBudget(
  { machine, heldGpuBytes }: MachineReading,
  settings: Pick<Settings['models'], 'gpuBytes' | 'memoryBytes'>,
): ModelMemory {
  const { gpuBytes = Number.POSITIVE_INFINITY, memoryBytes = Number.POSITIVE_INFINITY } = settings;
  const card = usableCard(machine);
  const left = machine.cards.reduce((sum, each) => sum + (each.freeBytes ?? each.memoryBytes), 0) + heldGpuBytes;
  const gpu = Math.min(gpuBudget(card), card?.shared === true ? Number.POSITIVE_INFINITY : left, gpuBytes);
  return { gpuBytes: Math.max(0, gpu), memoryBytes: Math.max(0, Math.min(memoryBudget(machine), memoryBytes)) };
}

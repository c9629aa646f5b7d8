import type { CatalogueEntry, Fit, Machine, ModelFile, ModelKind, ModelShape } from '../../contract/models.ts';
import { fitOf } from './fit-of.ts';
import { gpuBudget, memoryBudget, usableCard } from './usable-card.ts';

export interface Recommendation {
  entry: CatalogueEntry;
  file: ModelFile;
  /** Of kinds that have a shape. */
  fit?: Fit;
}

/** Tokens a second at which an answer is read as quickly as it comes; below it the better model is no joy. */
const PLEASANT = 12;
/** Below this nobody waits. */
const BEARABLE = 4;
const USUAL_CONTEXT = 8192;
/** Of the room, what a small helper model may take. */
const SMALL_PART = 0.1;

/**
 * The model to take for this kind on this machine: the best that is wholly on the card and answers at a pleasant speed, else the best pleasant one, else
 * of the bearable ones, else the smallest that fits. Undefined where the catalogue has none of the kind, or none fits.
 */
export function recommend(
  kind: ModelKind,
  machine: Machine,
  catalogue: readonly CatalogueEntry[],
  contextSize = USUAL_CONTEXT,
): Recommendation | undefined {
  const entries = catalogue.filter((entry) => entry.kind === kind).toSorted((one, other) => (other.quality ?? 0) - (one.quality ?? 0));
  if (kind === 'chat') {
    // An assistant that cannot use its tools is a talker.
    const able = entries.filter(({ tools }) => tools === true);
    return ofGenerating(able, machine, contextSize) ?? ofGenerating(entries, machine, contextSize);
  }
  if (kind === 'vision') return ofGenerating(entries, machine, contextSize);
  const room = memoryBudget(machine) * SMALL_PART;
  const most = kind === 'stt' ? Math.min(room, recognisable(machine)) : room;
  const affordable = entries.filter((entry) => (entry.files[0]?.bytes ?? Number.POSITIVE_INFINITY) <= most);
  const [entry] =
    affordable.length > 0 ? affordable : entries.toSorted((one, other) => (one.files[0]?.bytes ?? 0) - (other.files[0]?.bytes ?? 0));
  const [file] = entry?.files ?? [];
  if (entry === undefined || file === undefined) return undefined;
  if (entry.shape === undefined) return { entry, file };
  const found = fitOf(entry.shape, file.bytes, file.quantisation, machine, { contextSize, title: entry.title });
  return found.verdict === 'no' ? undefined : { entry, file, fit: found };
}

function ofGenerating(entries: readonly CatalogueEntry[], machine: Machine, contextSize: number): Recommendation | undefined {
  const possible: (Recommendation & { fit: Fit })[] = [];
  for (const entry of entries) {
    const [file] = entry.files;
    if (file === undefined || entry.shape === undefined) continue;
    const found = fitOf(entry.shape, file.bytes, file.quantisation, machine, { contextSize, title: entry.title });
    if (found.verdict !== 'no') possible.push({ entry, file, fit: found });
  }
  const reads = ({ entry: { shape }, fit: { verdict } }: Recommendation & { fit: Fit }): boolean =>
    verdict === 'gpu' || secondsToRead(shape, machine.cpu.cores) <= READ_SECONDS;
  // Where no bandwidth is known, only what is wholly on a card is sure to be quick.
  const speed = ({ fit: { tokensPerSecond, verdict } }: { fit: Fit }): number => tokensPerSecond ?? (verdict === 'gpu' ? PLEASANT : 0);
  return (
    // Wholly on the card the prompt is read quickly as well, which decides how soon an answer begins.
    possible.find((each) => each.fit.verdict === 'gpu' && speed(each) >= PLEASANT) ??
    possible.find((each) => speed(each) >= PLEASANT && reads(each)) ??
    possible.find((each) => speed(each) >= BEARABLE && reads(each)) ??
    possible.toSorted((one, other) => one.fit.weightsBytes - other.fit.weightsBytes)[0]
  );
}

/** A first prompt: persona, rules and tools, before they are remembered. Tokens. */
const FIRST_PROMPT = 1000;
/** s that somebody waits for it after a model was loaded, not oftener. */
const READ_SECONDS = 60;
/** Floating point operations a second of one core, as llama.cpp reaches them with four-bit weights; within a factor of two on machines of ten years. */
const CORE = 40e9;

/** What memory bandwidth does not tell: prompts are read as quickly as the processor counts. Two operations for each weight and token. */
function secondsToRead(shape: ModelShape | undefined, cores: number): number {
  const weights = shape?.activeParameters ?? shape?.parameters ?? 0;
  return (2 * weights * FIRST_PROMPT) / (CORE * Math.max(1, cores));
}

/** Bytes of a recogniser that keeps up with speech: on a card nearly any, on processors some 50 MB for each core. */
function recognisable(machine: Machine): number {
  const card = usableCard(machine);
  if (card !== undefined && !card.shared) return gpuBudget(card) * 0.2;
  return machine.cpu.cores * 50 * 1024 * 1024;
}

import type { Download, InstalledModel, ModelsReport, ResidentModel } from '../../contract/models.ts';
import { listModels } from '../../main/mind/list-models.ts';
import { chooseBuild } from '../../models/engine/choose-build.ts';
import { planEngines } from '../../models/fit/plan-engines.ts';
import { gpuBudget, memoryBudget, usableCard } from '../../models/fit/usable-card.ts';
import { machine, PASCAL } from './machines.ts';

const GB = 1024 ** 3;

export interface ScenePart {
  installed?: InstalledModel[];
  downloads?: Download[];
  resident?: ResidentModel[];
  /** Tokens */
  contextSize?: number;
  pack?: Partial<ModelsReport['pack']>;
  reduced?: string;
}

/** What the host would say on a machine with a GeForce GTX 1080 Ti and 32 GB. */
export function pascalReport(part: ScenePart = {}): ModelsReport {
  const { installed = [], downloads = [], resident = [], contextSize = 8192, pack = {}, reduced } = part;
  const here = machine([{ ...PASCAL, freeBytes: Math.round(10.2 * GB) }], 32, { cpu: { name: 'Core i7-8700K', cores: 6 } });
  const seen = { ...here, memory: { ...here.memory, freeBytes: 21 * GB } };
  const card = usableCard(seen);
  const build = chooseBuild(seen);
  const voice = [
    { kind: 'stt', title: 'Phrase recogniser', memoryBytes: 60_000_000 },
    { kind: 'wake', title: 'Wake word', memoryBytes: 10_000_000 },
    { kind: 'tts', title: 'espeak-ng', memoryBytes: 20_000_000 },
  ] as const;
  const models = listModels({ machine: seen, contextSize, installed, downloads, resident });
  const wanted = (['chat', 'embedding'] as const).flatMap((kind) => {
    const best = models.find((model) => model.kind === kind && model.recommended);
    const shape = best?.entry?.shape;
    return best === undefined
      ? []
      : [
          {
            kind,
            title: best.title,
            bytes: best.bytes,
            quantisation: best.quantisation,
            contextSize,
            ...(shape !== undefined && { shape }),
          },
        ];
  });
  return {
    machine: seen,
    build,
    pack: { build: build.build, version: '3.22.1', state: 'installed', path: '/data/engines/cuda-12', bytes: 412_000_000, ...pack },
    models,
    plan: planEngines(wanted, seen, voice),
    pool: {
      build: build.build,
      gpuBudgetBytes: gpuBudget(card),
      memoryBudgetBytes: memoryBudget(seen),
      resident,
      ...(reduced !== undefined && { reduced }),
    },
    downloads,
    folder: '/home/ada/.local/share/jarvis/models',
    freeBytes: 213 * GB,
  };
}

import type { InstalledModel, ModelKind } from '../../contract/models.ts';
import type { LoadPlan, ModelMemory, PlanLoad } from '../../models/pool/load-plan.ts';
import { ModelPool, type ModelPoolOptions } from '../../models/pool/model-pool.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeModelLink } from './fake-model-link.ts';

export const MINUTE = 60_000;
/** Of a model of the stage: ten layers, each a tenth of its size. */
export const LAYERS = 10;

export const installedModel = (id: string, bytes: number, kind: ModelKind = 'chat'): InstalledModel => ({
  id,
  kind,
  title: id.toUpperCase(),
  path: `/models/${id}`,
  bytes,
  source: 'downloaded',
  addedAt: 0,
});

/** As many layers on the card as fit, the rest in memory; 1 byte for each 1000 tokens of context, in memory. */
export const planByLayers: PlanLoad = (model, available, limits): LoadPlan => {
  const contextSize = Math.min(8_000, limits.contextSize ?? Number.POSITIVE_INFINITY);
  const perLayer = model.bytes / LAYERS;
  const gpuLayers = Math.min(LAYERS, limits.gpuLayers ?? LAYERS, Math.floor(available.gpuBytes / perLayer));
  const batchSize = Math.min(512, limits.batchSize ?? 512);
  return {
    gpuLayers,
    contextSize,
    batchSize,
    gpuBytes: gpuLayers * perLayer,
    memoryBytes: (LAYERS - gpuLayers) * perLayer + contextSize / 1_000,
  };
};

export interface PoolStage extends ModelMemory {
  pool: ModelPool;
  link: FakeModelLink;
  clock: FakeClock;
  notices: string[];
  models: Map<string, InstalledModel>;
}

/** A pool over a fake process, on a machine with a card of 100 bytes and a memory of 200, unless said otherwise. */
export function poolStage(models: readonly InstalledModel[], options: Partial<ModelPoolOptions & ModelMemory> = {}): PoolStage {
  const { gpuBytes = 100, memoryBytes = 200, ...rest } = options;
  const link = new FakeModelLink();
  const clock = new FakeClock();
  const notices: string[] = [];
  const byId = new Map(models.map((model) => [model.id, model]));
  let handles = 0;
  const stage = { link, clock, notices, models: byId, gpuBytes, memoryBytes };
  const pool = new ModelPool({
    link,
    find: (id) => byId.get(id),
    planLoad: planByLayers,
    budget: () => ({ gpuBytes: stage.gpuBytes, memoryBytes: stage.memoryBytes }),
    idleUnloadMs: () => 15 * MINUTE,
    clock,
    newId: () => {
      handles += 1;
      return `handle-${handles}`;
    },
    notice: (level, text) => notices.push(`${level}: ${text}`),
    ...rest,
  });
  return Object.assign(stage, { pool });
}

/** For what happens without a clock. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

import type { InstalledModel, ResidentModel } from '../../contract/models.ts';
import type { LoadedModel } from '../../contract/models-message.ts';
import type { LoadPlan, ModelMemory } from './load-plan.ts';

/** A model in the models process, from the moment its load is decided. */
export interface Resident {
  readonly model: InstalledModel;
  /** Its name in the process; new for every load. */
  readonly handle: string;
  readonly plan: LoadPlan;
  state: ResidentModel['state'];
  /** 0–1 */
  progress: number;
  loaded?: LoadedModel;
  /** ms from the ask until it was ready, those that had to leave for it included. */
  swapMs?: number;
  leases: number;
  /** Takes no new leases and leaves with the last one. */
  leaving: boolean;
  /** The process was lost with it. */
  gone: boolean;
  /** It was loaded smaller because of heat or short memory. */
  pressed: boolean;
  /** ms since the epoch */
  lastUsedAt: number;
  /** Counts uses over all models: the smallest leaves first. Times may be equal, this is not. */
  lastUse: number;
  /** Monotonic ms of the last use. */
  idleSince: number;
}

export const isReady = (resident: Resident): boolean => resident.state === 'ready' && !resident.leaving;

export const isIdle = (resident: Resident): boolean => isReady(resident) && resident.leases === 0;

/** As measured once it is loaded and the engine tells; as planned until then. */
export function heldBy({ plan, loaded }: Resident): ModelMemory {
  if (loaded === undefined || loaded.gpuBytes + loaded.memoryBytes === 0) return plan;
  return loaded;
}

export function residentStatus(resident: Resident, pinned: boolean): ResidentModel {
  const { model, state, progress, plan, loaded, leases, lastUsedAt, swapMs } = resident;
  const { gpuLayers, contextSize, batchSize } = loaded ?? plan;
  const { gpuBytes, memoryBytes } = heldBy(resident);
  return {
    modelId: model.id,
    title: model.title,
    kind: model.kind,
    state,
    progress,
    gpuLayers,
    contextSize,
    batchSize,
    gpuBytes,
    memoryBytes,
    pinned,
    busy: leases > 0,
    lastUsedAt,
    ...(loaded === undefined ? {} : { loadMs: loaded.loadMs }),
    ...(swapMs === undefined ? {} : { swapMs }),
  };
}

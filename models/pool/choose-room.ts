import type { InstalledModel } from '../../contract/models.ts';
import { fitsInto, type LoadPlan, type ModelMemory, together, without } from './load-plan.ts';
import { heldBy, isIdle, type Resident } from './resident.ts';

/** What has to be done before a model can be loaded. */
export type Room =
  | { type: 'load'; plan: LoadPlan }
  | { type: 'leave'; residents: Resident[] }
  /** Only those in use could make room. */
  | { type: 'wait' }
  /** Not even with everybody gone who may go; `room` is what there would be then. */
  | { type: 'never'; plan: LoadPlan; room: ModelMemory };

export interface RoomQuestion {
  model: InstalledModel;
  /** The best way to load it into so much memory. */
  plan(available: ModelMemory): LoadPlan;
  /** For all together. */
  budget: ModelMemory;
  residents: readonly Resident[];
  isPinned(resident: Resident): boolean;
}

/**
 * Least recently used models leave until this one can be loaded as well as it ever could, and no one leaves in vain. An embedding model is small and
 * quick anywhere: it takes what is free before anybody leaves for it, or else it and a chat model would drive each other out at every turn.
 */
export function chooseRoom({ model, plan, budget, residents, isPinned }: RoomQuestion): Room {
  const roomWithout = (gone: readonly Resident[]): ModelMemory =>
    without(budget, together(residents.filter((each) => !gone.includes(each)).map(heldBy)));
  // A pinned one that is on its way out holds its memory no longer than the others.
  const movable = residents.filter((each) => !isPinned(each) || each.leaving || each.state === 'unloading');

  const most = roomWithout(movable);
  const wish = plan(most);
  if (!fitsInto(wish, most)) return { type: 'never', plan: wish, room: most };

  const planIn = (room: ModelMemory): LoadPlan | undefined => {
    const possible = plan(room);
    const asGood = model.kind === 'embedding' || (possible.gpuLayers >= wish.gpuLayers && possible.contextSize >= wish.contextSize);
    return fitsInto(possible, room) && asGood ? possible : undefined;
  };
  const suffices = (gone: readonly Resident[]): boolean => planIn(roomWithout(gone)) !== undefined;

  const now = planIn(roomWithout([]));
  if (now !== undefined) return { type: 'load', plan: now };
  const idle = movable.filter(isIdle).sort((one, other) => one.lastUse - other.lastUse);
  const enough = idle.findIndex((_, index) => suffices(idle.slice(0, index + 1)));
  if (enough < 0) return { type: 'wait' };
  let leaving = idle.slice(0, enough + 1);
  for (const spared of [...leaving]) {
    const others = leaving.filter((each) => each !== spared);
    if (suffices(others)) leaving = others;
  }
  return { type: 'leave', residents: leaving };
}

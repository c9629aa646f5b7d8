import type { Clock } from '../../contract/clock.ts';
import type { InstalledModel } from '../../contract/models.ts';
import type { LoadRequest } from '../../contract/models-message.ts';
import { ModelError, type ModelLink } from '../model-link.ts';
import type { Arrival } from './arrival.ts';
import { chooseRoom } from './choose-room.ts';
import type { CrashRecord } from './crash-record.ts';
import { type LoadLimits, type LoadPlan, type ModelMemory, narrower, type PlanLoad, smallerLimits } from './load-plan.ts';
import { limitsUnder, type Pressure, pressureInWords } from './pressure.ts';
import type { Resident } from './resident.ts';
import type { Residents } from './residents.ts';

export interface ModelLoaderOptions {
  link: ModelLink;
  residents: Residents;
  crashes: CrashRecord;
  find(modelId: string): InstalledModel | undefined;
  planLoad: PlanLoad;
  budget(held: ModelMemory): ModelMemory;
  smaller(model: InstalledModel): InstalledModel | undefined;
  pressure(): Pressure;
  isPinned(modelId: string): boolean;
  clock: Clock;
  newId(): string;
  notice(level: 'warning', text: string): void;
}

/** What is still left to try for one load. */
interface Attempt {
  model: InstalledModel;
  limits: LoadLimits;
  /** Smaller ways to load this model, once a load has failed. */
  rungs?: LoadLimits[];
  /** Everybody idle has left. */
  alone: boolean;
  lostBefore: boolean;
  /** Ids of models that could not be loaded in any way. */
  given: Set<string>;
}

/** Makes room for a model and loads it, as well as the memory allows. */
export class ModelLoader {
  readonly #options: ModelLoaderOptions;
  /** Models of which it was said that they run smaller than they should, and still do. */
  readonly #said = new Set<string>();
  #waiting = false;

  constructor(options: ModelLoaderOptions) {
    this.#options = options;
  }

  /** A load waits for those in use: nobody else may begin to use them, or it might wait for ever. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** How a model would be loaded into `room`, held to what heat and memory allow now. */
  plan(model: InstalledModel, room: ModelMemory, limits: LoadLimits = {}): LoadPlan {
    const { planLoad, pressure } = this.#options;
    const free = planLoad(model, room, limits);
    // An embedding model is small, and a smaller batch would cut the texts it reads.
    const held = model.kind === 'embedding' ? {} : limitsUnder(pressure(), free);
    return Object.keys(held).length === 0 ? free : planLoad(model, room, narrower(limits, held));
  }

  /** One at a time. Rejects with a `ModelError`. */
  async bring(arrival: Arrival): Promise<Resident> {
    const asked = this.#installed(arrival.modelId);
    const attempt: Attempt = { model: asked, limits: {}, alone: false, lostBefore: false, given: new Set() };
    for (;;) {
      arrival.signal.throwIfAborted();
      this.refuseBarred(attempt.model.id);
      const there = this.#options.residents.readyOne(attempt.model.id);
      if (there !== undefined) return there;
      const plan = await this.#makeRoom(attempt, arrival);
      if (plan === undefined) continue;
      try {
        const resident = await this.#load(attempt.model, plan, arrival);
        this.#sayWhatBecame(asked, attempt);
        return resident;
      } catch (error) {
        await this.#afterFailure(attempt, plan, error);
      }
    }
  }

  refuseBarred(modelId: string): void {
    if (!this.#options.crashes.isBarred(modelId)) return;
    const title = this.#options.find(modelId)?.title ?? modelId;
    throw new ModelError('failed', `${title} has crashed the engine twice in a row, so it is left alone until you load it yourself.`);
  }

  #installed(modelId: string): InstalledModel {
    const model = this.#options.find(modelId);
    if (model === undefined) throw new ModelError('missing-file', `There is no model ${modelId} on this machine.`);
    if (model.problem !== undefined) throw new ModelError('broken-file', `${model.title} cannot be used: ${model.problem}`);
    return model;
  }

  /** What is to be loaded at once, since there is room for it now; undefined: another model is to be tried. */
  async #makeRoom(attempt: Attempt, arrival: Arrival): Promise<LoadPlan | undefined> {
    const { residents, budget, isPinned, pressure } = this.#options;
    const { model, limits } = attempt;
    try {
      for (;;) {
        arrival.signal.throwIfAborted();
        const room = chooseRoom({
          model,
          plan: (available) => this.plan(model, available, limits),
          budget: budget(residents.held()),
          residents: residents.all(),
          isPinned: (resident) => isPinned(resident.model.id),
        });
        switch (room.type) {
          case 'load':
            return room.plan;
          case 'leave':
            for (const each of room.residents) await residents.evict(each);
            break;
          case 'wait':
            this.#waiting = true;
            await residents.nextChange(arrival.signal);
            break;
          case 'never': {
            const error = new ModelError('out-of-memory', tooLarge(model, room.plan, room.room));
            // What does not fit at the best of times is refused; what does not fit just now is stood in for.
            if (pressureInWords(pressure()) === undefined) throw error;
            this.#takeSmaller(attempt, error);
            return undefined;
          }
          default:
            room satisfies never;
        }
      }
    } finally {
      this.#waiting = false;
    }
  }

  async #load(model: InstalledModel, plan: LoadPlan, arrival: Arrival): Promise<Resident> {
    const { clock, link, newId, residents, pressure } = this.#options;
    const resident: Resident = {
      model,
      handle: newId(),
      plan,
      state: 'loading',
      progress: 0,
      leases: 0,
      leaving: false,
      gone: false,
      pressed: model.kind !== 'embedding' && pressureInWords(pressure()) !== undefined,
      lastUsedAt: clock.now(),
      lastUse: 0,
      idleSince: clock.monotonic(),
    };
    residents.add(resident);
    const progress = (done: number): void => {
      const before = resident.progress;
      resident.progress = done;
      arrival.tellProgress(done);
      if (Math.floor(done * 100) !== Math.floor(before * 100)) residents.changed();
    };
    try {
      resident.loaded = await link.load(resident.handle, requestOf(model, plan), progress, arrival.signal);
      if (resident.gone) throw new ModelError('process-lost', 'The process that runs the models was lost.');
    } catch (error) {
      residents.remove(resident);
      throw error;
    }
    resident.state = 'ready';
    resident.progress = 1;
    resident.swapMs = clock.monotonic() - arrival.since;
    residents.touch(resident);
    // Somebody unloaded it before it was there.
    if (resident.leaving) residents.evictUnasked(resident);
    else residents.changed();
    return resident;
  }

  /** Says what to try next, or throws what there is nothing against. */
  async #afterFailure(attempt: Attempt, plan: LoadPlan, error: unknown): Promise<void> {
    if (!(error instanceof ModelError)) throw error;
    if (error.trouble === 'process-lost') {
      this.refuseBarred(attempt.model.id);
      if (attempt.lostBefore) throw error;
      attempt.lostBefore = true;
      return;
    }
    if (error.trouble !== 'out-of-memory') throw error;
    if (!attempt.alone) {
      attempt.alone = true;
      // To load those again costs less than a model that stays small.
      const idle = this.#options.residents.dispensable();
      for (const each of idle) await this.#options.residents.evict(each);
      if (idle.length > 0) return;
    }
    attempt.rungs ??= smallerLimits(plan);
    const next = attempt.rungs.shift();
    if (next === undefined) this.#takeSmaller(attempt, error);
    else attempt.limits = next;
  }

  #takeSmaller(attempt: Attempt, error: ModelError): void {
    attempt.given.add(attempt.model.id);
    const smaller = this.#options.smaller(attempt.model);
    if (smaller === undefined || attempt.given.has(smaller.id)) throw error;
    attempt.model = smaller;
    attempt.limits = {};
    delete attempt.rungs;
  }

  #sayWhatBecame(asked: InstalledModel, { model, limits }: Attempt): void {
    const replaced = asked.id !== model.id;
    if (!replaced && limits.gpuLayers === undefined) {
      this.#said.delete(asked.id);
      return;
    }
    if (this.#said.has(asked.id)) return;
    this.#said.add(asked.id);
    const instead = replaced ? `${model.title} answers in its place` : 'it was loaded smaller and may be slower';
    this.#options.notice('warning', `There is less memory than ${asked.title} wants, so ${instead}.`);
  }
}

function requestOf(model: InstalledModel, { gpuLayers, contextSize, batchSize, sequences, threads }: LoadPlan): LoadRequest {
  return {
    path: model.path,
    kind: model.kind === 'embedding' ? 'embedding' : 'chat',
    contextSize,
    batchSize,
    gpuLayers,
    sequences: sequences ?? 1,
    ...(threads === undefined ? {} : { threads }),
  };
}

function tooLarge(model: InstalledModel, need: ModelMemory, room: ModelMemory): string {
  const lacking = [
    { need: need.gpuBytes, room: room.gpuBytes, where: 'on the graphics card' },
    { need: need.memoryBytes, room: room.memoryBytes, where: 'of memory' },
  ].filter((each) => each.need > each.room);
  const parts = lacking.map((each) => `${inWords(each.need)} ${each.where}, where ${inWords(each.room)} can be had`);
  return `${model.title} does not fit: it needs ${parts.join(' and ')}.`;
}

const inWords = (bytes: number): string => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`);

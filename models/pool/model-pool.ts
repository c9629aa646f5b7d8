import { Broadcast } from '../../contract/broadcast.ts';
import type { Clock } from '../../contract/clock.ts';
import type { InstalledModel, PoolStatus } from '../../contract/models.ts';
import type { LoadedModel } from '../../contract/models-message.ts';
import { ModelError, type ModelLink } from '../model-link.ts';
import { Arrival } from './arrival.ts';
import { CrashRecord } from './crash-record.ts';
import { fitsInto, type LoadPlan, type ModelMemory, type PlanLoad, together, without } from './load-plan.ts';
import { ModelLoader } from './model-loader.ts';
import { NO_PRESSURE, type Pressure, pressureInWords } from './pressure.ts';
import { heldBy, isIdle, type Resident, residentStatus } from './resident.ts';
import { Residents } from './residents.ts';

export interface ModelPoolOptions {
  link: ModelLink;
  /** An installed model, as of now. */
  find(modelId: string): InstalledModel | undefined;
  /** Has to keep to the wished context by itself. */
  planLoad: PlanLoad;
  /** What all language models together may take now; `held` is what they hold of it already. Asked at every change: must be quick. */
  budget(held: ModelMemory): ModelMemory;
  /** The next smaller installed model that can stand in for this one. */
  smaller?(model: InstalledModel): InstalledModel | undefined;
  /** ms without use after which a model leaves; 0 = never. */
  idleUnloadMs(): number;
  clock: Clock;
  newId(): string;
  /** A sentence for people, said once for each occasion. */
  notice(level: 'info' | 'warning' | 'error', text: string): void;
}

export interface UseOptions {
  signal: AbortSignal;
  /** 0–1, while it is being loaded. */
  progress?(done: number): void;
}

/** A model that stays loaded until this is released. */
export interface ModelLease extends Disposable {
  /** Another one than was asked for where that one had to be replaced by a smaller one. */
  modelId: string;
  /** For the `ModelLink`. */
  handle: string;
  loaded: LoadedModel;
  /** Idempotent. */
  release(): void;
}

const ignore = (): undefined => undefined;

/** Several models resident under one budget. One is loaded at a time. */
export class ModelPool implements Disposable {
  /** The whole status at every change. */
  readonly changes = new Broadcast<PoolStatus>();
  readonly #options: ModelPoolOptions;
  readonly #crashes = new CrashRecord();
  readonly #residents: Residents;
  readonly #loader: ModelLoader;
  readonly #arrivals = new Map<string, Arrival>();
  readonly #stopping = new AbortController();
  #queue: Promise<void> = Promise.resolve();
  #pinned = new Set<string>();
  #pressure: Pressure = NO_PRESSURE;

  constructor(options: ModelPoolOptions) {
    this.#options = options;
    const isPinned = (modelId: string): boolean => this.#pinned.has(modelId);
    const onChange = (): void => this.changes.publish(this.status());
    this.#residents = new Residents({ ...options, isPinned, onChange });
    this.#loader = new ModelLoader({
      ...options,
      residents: this.#residents,
      crashes: this.#crashes,
      smaller: (model) => options.smaller?.(model),
      pressure: () => this.#pressure,
      isPinned,
    });
    options.link.onLost(() => this.#lose());
  }

  /**
   * A lease on the loaded model; loads it first where that is needed. Whoever holds a lease must not wait for another one. Rejects with a `ModelError`,
   * whose sentence is for people, or the signal's reason.
   */
  async use(modelId: string, { signal, progress }: UseOptions): Promise<ModelLease> {
    signal.throwIfAborted();
    this.#loader.refuseBarred(modelId);
    const ready = this.#residents.readyOne(modelId);
    if (ready !== undefined && (!this.#loader.waiting || this.#pinned.has(modelId))) return this.#lease(ready);
    return await this.#arrival(modelId).join((resident) => this.#lease(resident), progress ?? ignore, signal);
  }

  /** A person wants it loaded: one that was left alone after crashes is tried again. Errors as `use`. */
  async preload(modelId: string, { signal, progress }: UseOptions): Promise<void> {
    this.#crashes.forgive(modelId);
    if (this.#residents.readyOne(modelId) !== undefined) return;
    await this.#arrival(modelId).join(ignore, progress ?? ignore, signal);
  }

  /** Resolves when it is gone: at once, or when its last answer has ended. It stays pinned, and so comes back when it is pinned anew or asked for. */
  async unload(modelId: string): Promise<void> {
    this.#arrivals.get(modelId)?.cancel(`${this.#title(modelId)} was unloaded before it was there.`);
    const leaving = this.#residents.of(modelId);
    for (const resident of leaving) {
      resident.leaving = true;
      if (resident.state === 'ready' && resident.leases === 0) this.#residents.evictUnasked(resident);
    }
    while (this.#residents.of(modelId).some((each) => leaving.includes(each))) await this.#residents.nextChange(this.#stopping.signal);
  }

  /** Those stay loaded, and no others; what is new among them is loaded now. When idle ones leave is read anew as well. */
  pin(modelIds: readonly string[]): void {
    const added = modelIds.filter((id) => !this.#pinned.has(id));
    this.#pinned = new Set(modelIds);
    for (const id of added) {
      this.#crashes.forgive(id);
      this.#bringUnasked(id);
    }
    this.#residents.changed();
  }

  /** For what is loaded from now on; those in use stay as they are, idle ones leave. Said once when it begins and once when it is over. */
  setPressure(pressure: Pressure): void {
    const before = pressureInWords(this.#pressure);
    const now = pressureInWords(pressure);
    if (now === before) return;
    this.#pressure = pressure;
    if (now === undefined) {
      this.#options.notice('info', 'The graphics card and the memory are well again, so models are loaded as usual.');
      for (const each of this.#residents.all().filter((resident) => resident.pressed && isIdle(resident))) this.#renew(each);
    } else {
      this.#options.notice('warning', now);
      const leaving = this.#residents.dispensable().filter((each) => pressure.shortMemory || heldBy(each).gpuBytes > 0);
      for (const each of leaving) this.#residents.evictUnasked(each);
    }
    this.#residents.changed();
  }

  /** How it would be loaded into everything that pinned ones do not hold; undefined: it would be refused. */
  expected(modelId: string): LoadPlan | undefined {
    const model = this.#options.find(modelId);
    if (model === undefined || model.problem !== undefined || this.#crashes.isBarred(modelId)) return undefined;
    const staying = this.#residents.all().filter((each) => this.#pinned.has(each.model.id) && each.model.id !== modelId);
    const room = without(this.#options.budget(this.#residents.held()), together(staying.map(heldBy)));
    const plan = this.#loader.plan(model, room);
    return fitsInto(plan, room) ? plan : undefined;
  }

  status(): PoolStatus {
    const build = this.#options.link.engine()?.build;
    const { gpuBytes, memoryBytes } = this.#options.budget(this.#residents.held());
    const reduced = pressureInWords(this.#pressure);
    return {
      ...(build === undefined ? {} : { build }),
      gpuBudgetBytes: Math.max(0, Math.floor(gpuBytes)),
      memoryBudgetBytes: Math.max(0, Math.floor(memoryBytes)),
      resident: this.#residents.all().map((each) => residentStatus(each, this.#pinned.has(each.model.id))),
      ...(reduced === undefined ? {} : { reduced }),
    };
  }

  /** Whoever waits is told no; what is loaded ends with the process. Stop it before the process. */
  stop(): void {
    this.#stopping.abort(new ModelError('aborted', 'JARVIS is being stopped.'));
    this.#residents.stop();
    for (const arrival of this.#arrivals.values()) arrival.cancel('JARVIS is being stopped.');
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #title(modelId: string): string {
    return this.#options.find(modelId)?.title ?? modelId;
  }

  #lease(resident: Resident): ModelLease {
    const { loaded, model, handle } = resident;
    if (loaded === undefined) throw new Error(`${model.id} was leased before it was loaded`);
    resident.leases += 1;
    this.#residents.touch(resident);
    this.#residents.changed();
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      if (resident.gone) return;
      resident.leases -= 1;
      this.#crashes.forgive(model.id);
      this.#residents.touch(resident);
      if (resident.leaving && resident.leases === 0) this.#residents.evictUnasked(resident);
      else this.#residents.changed();
    };
    return { modelId: model.id, handle, loaded, release, [Symbol.dispose]: release };
  }

  /** The load of this model that is under way or waits for its turn. */
  #arrival(modelId: string): Arrival {
    if (this.#stopping.signal.aborted) throw this.#stopping.signal.reason;
    const there = this.#arrivals.get(modelId);
    if (there !== undefined && !there.signal.aborted) return there;
    const arrival = new Arrival(modelId, this.#options.clock.monotonic());
    this.#arrivals.set(modelId, arrival);
    const over = (): void => {
      if (this.#arrivals.get(modelId) === arrival) this.#arrivals.delete(modelId);
    };
    const bring = async (): Promise<void> => {
      try {
        const resident = await this.#loader.bring(arrival);
        over();
        arrival.arrive(resident);
      } catch (error) {
        over();
        arrival.fail(error);
      }
    };
    this.#queue = this.#queue.then(bring);
    return arrival;
  }

  /** Nobody waits for the result, so a failure is told to people. */
  #bringUnasked(modelId: string): void {
    if (this.#stopping.signal.aborted) return;
    const arrived = this.#arrival(modelId).join(ignore, ignore, this.#stopping.signal);
    arrived.catch((error: unknown) => {
      if (error instanceof ModelError && error.trouble === 'aborted') return;
      this.#options.notice(
        'error',
        `${this.#title(modelId)} could not be loaded. ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }

  /** Out, and in again where it is to stay loaded. */
  #renew(resident: Resident): void {
    this.#residents.evictUnasked(resident);
    if (this.#pinned.has(resident.model.id)) this.#bringUnasked(resident.model.id);
  }

  /** The process is gone, and everything in it. */
  #lose(): void {
    const lost = this.#residents.lose();
    const atWork = new Set(lost.filter((each) => each.leases > 0 || each.state === 'loading').map((each) => each.model.id));
    for (const id of atWork) {
      if (!this.#crashes.add(id)) continue;
      this.#options.notice(
        'error',
        `${this.#title(id)} has crashed the engine twice in a row. It is left alone until you load it yourself.`,
      );
    }
    const again = lost.filter((each) => this.#pinned.has(each.model.id) && each.state === 'ready').map((each) => each.model.id);
    for (const id of again) if (!this.#crashes.isBarred(id)) this.#bringUnasked(id);
    this.#residents.changed();
  }
}

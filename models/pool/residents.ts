import type { Clock } from '../../contract/clock.ts';
import { ModelError, type ModelLink } from '../model-link.ts';
import { type ModelMemory, together } from './load-plan.ts';
import { heldBy, isIdle, isReady, type Resident } from './resident.ts';

export interface ResidentsOptions {
  link: ModelLink;
  clock: Clock;
  /** ms without use after which a model leaves; 0 = never. */
  idleUnloadMs(): number;
  isPinned(modelId: string): boolean;
  /** A sentence for people. */
  notice(level: 'warning' | 'error', text: string): void;
  /** Something about them is different now. */
  onChange(): void;
}

/** Who is in the models process, as far as we know, and how they leave it. */
export class Residents {
  readonly #options: ResidentsOptions;
  readonly #byHandle = new Map<string, Resident>();
  readonly #wakes = new Set<() => void>();
  #uses = 0;
  #idleSleep: AbortController | undefined;
  #stopped = false;

  constructor(options: ResidentsOptions) {
    this.#options = options;
  }

  all(): Resident[] {
    return [...this.#byHandle.values()];
  }

  of(modelId: string): Resident[] {
    return this.all().filter((each) => each.model.id === modelId);
  }

  readyOne(modelId: string): Resident | undefined {
    return this.of(modelId).find(isReady);
  }

  /** Those that nobody uses and nobody wants to stay. */
  dispensable(): Resident[] {
    return this.all().filter((each) => isIdle(each) && !this.#options.isPinned(each.model.id));
  }

  held(): ModelMemory {
    return together(this.all().map(heldBy));
  }

  add(resident: Resident): void {
    this.#byHandle.set(resident.handle, resident);
    this.changed();
  }

  remove(resident: Resident): void {
    this.#byHandle.delete(resident.handle);
    this.changed();
  }

  /** All of them, gone with the process. */
  lose(): Resident[] {
    const lost = this.all();
    this.#byHandle.clear();
    for (const resident of lost) resident.gone = true;
    return lost;
  }

  touch(resident: Resident): void {
    this.#uses += 1;
    resident.lastUse = this.#uses;
    resident.lastUsedAt = this.#options.clock.now();
    resident.idleSince = this.#options.clock.monotonic();
  }

  /** Resolves when it is out. Where the engine fails to let it go it is out of our books all the same: nobody would ever use it again. */
  async evict(resident: Resident): Promise<void> {
    if (resident.gone || resident.state === 'unloading') return;
    resident.state = 'unloading';
    this.changed();
    try {
      await this.#options.link.unload(resident.handle);
    } catch (error) {
      const expected = error instanceof ModelError && (error.trouble === 'process-lost' || error.trouble === 'not-loaded');
      if (!expected) this.#options.notice('warning', `${resident.model.title} did not leave the memory as it should.`);
    }
    this.remove(resident);
  }

  evictUnasked(resident: Resident): void {
    this.evict(resident).catch((error: unknown) => this.#options.notice('error', String(error)));
  }

  changed(): void {
    const wakes = [...this.#wakes];
    this.#wakes.clear();
    for (const wake of wakes) wake();
    this.#watchIdle();
    this.#options.onChange();
  }

  /** Resolves at the next change; rejects with the signal's reason. */
  nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const over = (): void => {
        this.#wakes.delete(wake);
        reject(signal.reason);
      };
      const wake = (): void => {
        signal.removeEventListener('abort', over);
        resolve();
      };
      signal.addEventListener('abort', over, { once: true });
      this.#wakes.add(wake);
    });
  }

  /** Nobody leaves by itself any more. */
  stop(): void {
    this.#stopped = true;
    this.#idleSleep?.abort();
  }

  /** Sleeps until the next one has been idle for too long. */
  #watchIdle(): void {
    this.#idleSleep?.abort();
    const { clock, idleUnloadMs } = this.#options;
    const patience = idleUnloadMs();
    const first = Math.min(...this.dispensable().map((each) => each.idleSince));
    if (patience <= 0 || first === Number.POSITIVE_INFINITY || this.#stopped) return;
    const sleep = new AbortController();
    this.#idleSleep = sleep;
    clock.sleep(Math.max(0, first + patience - clock.monotonic()), sleep.signal).then(
      () => {
        for (const each of this.dispensable()) if (each.idleSince + patience <= clock.monotonic()) this.evictUnasked(each);
        // A timer may wake a little early; then it sleeps again.
        if (!sleep.signal.aborted) this.#watchIdle();
      },
      (error: unknown) => {
        if (!sleep.signal.aborted) throw error;
      },
    );
  }
}

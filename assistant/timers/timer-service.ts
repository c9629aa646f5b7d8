import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { Timer } from './timer.ts';
import { leftOf, TimerSchema } from './timer.ts';

/** Where timers survive a restart. `load` gives what `save` got last, unparsed. */
export interface TimerStore {
  load(): Promise<unknown>;
  save(timers: readonly Timer[]): Promise<void>;
}

export const MAXIMUM_TIMERS = 100;
export const MAXIMUM_SECONDS = 7 * 86_400;

/** Timers that ring once, survive a restart, and ring late rather than never when the machine was off. */
export class TimerService {
  readonly #clock: Clock;
  readonly #store: TimerStore;
  readonly #newId: () => string;
  #timers: Timer[] = [];
  #wake: () => void = () => undefined;

  constructor(store: TimerStore, clock: Clock, newId: () => string) {
    this.#store = store;
    this.#clock = clock;
    this.#newId = newId;
  }

  /** Throws when the stored timers cannot be read. */
  async load(): Promise<void> {
    const stored = await this.#store.load();
    this.#timers = stored === undefined ? [] : z.array(TimerSchema).parse(stored);
  }

  list(): readonly Timer[] {
    return this.#timers;
  }

  find(timerId: string): Timer | undefined {
    return this.#timers.find((timer) => timer.id === timerId);
  }

  async start(options: Pick<Timer, 'seconds' | 'name' | 'room' | 'command' | 'matches'>): Promise<Timer> {
    const timer: Timer = { id: this.#newId(), ...options, endsAt: this.#clock.now() + options.seconds * 1000 };
    await this.#keep([...this.#timers, timer]);
    return timer;
  }

  async cancel(timerIds: readonly string[]): Promise<void> {
    await this.#keep(this.#timers.filter((timer) => !timerIds.includes(timer.id)));
  }

  /** Makes a timer longer (or shorter, below zero it rings at once). */
  async change(timerId: string, bySeconds: number): Promise<Timer | undefined> {
    return this.#replace(timerId, (timer) => ({
      ...timer,
      seconds: Math.max(1, timer.seconds + bySeconds),
      endsAt: timer.endsAt + bySeconds * 1000,
      ...(timer.pausedWithMs === undefined ? {} : { pausedWithMs: Math.max(0, timer.pausedWithMs + bySeconds * 1000) }),
    }));
  }

  async pause(timerId: string): Promise<Timer | undefined> {
    return this.#replace(timerId, (timer) => ({ ...timer, pausedWithMs: leftOf(timer, this.#clock.now()) }));
  }

  async resume(timerId: string): Promise<Timer | undefined> {
    return this.#replace(timerId, ({ pausedWithMs, ...timer }) => ({
      ...timer,
      endsAt: pausedWithMs === undefined ? timer.endsAt : this.#clock.now() + pausedWithMs,
    }));
  }

  /** Each timer as it rings, until `signal` aborts. One consumer. */
  async *rings(signal: AbortSignal): AsyncGenerator<Timer> {
    while (!signal.aborted) {
      const now = this.#clock.now();
      const due = this.#timers.find((timer) => timer.pausedWithMs === undefined && timer.endsAt <= now);
      if (due !== undefined) {
        await this.cancel([due.id]);
        yield due;
        continue;
      }
      await this.#untilNext(signal);
    }
  }

  async #untilNext(signal: AbortSignal): Promise<void> {
    const running = this.#timers.filter((timer) => timer.pausedWithMs === undefined).map((timer) => timer.endsAt);
    const next = Math.min(...running, Number.POSITIVE_INFINITY) - this.#clock.now();
    const changed = new AbortController();
    this.#wake = () => changed.abort();
    try {
      // A sleep past 2^31 ms overflows the platform's timer; waking once a day costs nothing.
      await this.#clock.sleep(Math.min(Math.max(next, 0), 86_400_000), AbortSignal.any([signal, changed.signal]));
    } catch (error) {
      if (!signal.aborted && !changed.signal.aborted) throw error;
    }
  }

  async #replace(timerId: string, edit: (timer: Timer) => Timer): Promise<Timer | undefined> {
    const timer = this.find(timerId);
    if (timer === undefined) return undefined;
    const edited = edit(timer);
    await this.#keep(this.#timers.map((each) => (each.id === timerId ? edited : each)));
    return edited;
  }

  /** On disk first: a timer that was promised is not lost. */
  async #keep(timers: Timer[]): Promise<void> {
    await this.#store.save(timers);
    this.#timers = timers;
    this.#wake();
  }
}

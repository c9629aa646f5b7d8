import type { Clock } from '../../contract/clock.ts';

/** Things to do later, one for each key; setting one again moves it. One sleep serves them all, however often they are moved. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #due = new Map<string, { at: number; action: () => void }>();
  #wake = Promise.withResolvers<void>();
  #next = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param ms from now */
  set(key: string, ms: number, action: () => void): void {
    const at = this.#clock.monotonic() + ms;
    this.#due.set(key, { at, action });
    if (at < this.#next) this.#wake.resolve();
  }

  clear(key: string): void {
    this.#due.delete(key);
  }

  /** Keeps them until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#next = Number.POSITIVE_INFINITY;
      const now = this.#clock.monotonic();
      for (const [key, { at, action }] of this.#due) {
        if (at > now) {
          this.#next = Math.min(this.#next, at);
          continue;
        }
        this.#due.delete(key);
        action();
      }
      this.#wake = Promise.withResolvers<void>();
      const enough = new AbortController();
      const stop = AbortSignal.any([signal, enough.signal]);
      const sleeping = Number.isFinite(this.#next) ? this.#clock.sleep(this.#next - now, stop) : untilAborted(stop);
      await Promise.race([
        this.#wake.promise,
        sleeping.catch((error: unknown) => {
          if (!stop.aborted) throw error;
        }),
      ]);
      enough.abort();
    }
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

import type { Clock } from '../../contract/clock.ts';
import type { Rate } from '../policy.ts';

/** Calls counted over a window that slides: in any so many seconds so many calls, not so many each full minute. */
export class RateLimits {
  readonly #clock: Clock;
  /** By name, when (monotonic ms) its last calls were let through, oldest first; never more of them than its limit. */
  readonly #times = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts one call against all of them, or against none where one is used up: then gives that one and the ms until it may be tried again.
   * What was used up is not counted, so that trying does not make waiting longer.
   */
  take(limits: readonly { name: string; rate: Rate }[]): { name: string; rate: Rate; waitMs: number } | undefined {
    const now = this.#clock.monotonic();
    for (const { name, rate } of limits) {
      const times = this.#recent(name, rate, now);
      const oldest = times[times.length - rate.calls];
      if (oldest !== undefined) return { name, rate, waitMs: oldest + rate.seconds * 1000 - now };
    }
    for (const { name } of limits) this.#times.get(name)?.push(now);
    return undefined;
  }

  #recent(name: string, rate: Rate, now: number): number[] {
    const before = this.#times.get(name) ?? [];
    const first = before.findIndex((time) => time > now - rate.seconds * 1000);
    const recent = first === -1 ? [] : first === 0 ? before : before.slice(first);
    this.#times.set(name, recent);
    return recent;
  }
}

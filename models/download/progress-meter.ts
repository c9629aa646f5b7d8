import type { Clock } from '../../contract/clock.ts';

/** ms over which the rate is looked at */
const WINDOW = 5000;

/** Says when progress is worth telling, and how fast it goes. */
export class ProgressMeter {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #every: number;
  #samples: { at: number; bytes: number }[] = [];

  constructor(clock: Pick<Clock, 'monotonic'>, every: number) {
    this.#clock = clock;
    this.#every = every;
  }

  /** Takes the bytes that are there by now. Gives bytes per second when it is time to tell, else undefined. */
  add(bytes: number): number | undefined {
    const at = this.#clock.monotonic();
    const last = this.#samples.at(-1);
    if (last !== undefined && at - last.at < this.#every) return undefined;
    // Fewer than before: it began anew.
    const kept = last !== undefined && bytes < last.bytes ? [] : this.#samples.filter((each) => at - each.at <= WINDOW);
    this.#samples = [...kept, { at, bytes }];
    const [first] = this.#samples;
    const ms = first === undefined ? 0 : at - first.at;
    return first === undefined || ms <= 0 ? 0 : Math.round(((bytes - first.bytes) * 1000) / ms);
  }

  reset(): void {
    this.#samples = [];
  }
}

import type { HardwareSample } from '../../contract/hardware.ts';

const FINE_MS = 10 * 60_000;
const COARSE_MS = 24 * 60 * 60_000;
/** The last of each is kept. */
const FINE_STEP_MS = 2000;
const COARSE_STEP_MS = 60_000;

/** The last ten minutes as they were seen, and of the last day one look a minute: some 1,700 samples at most. */
export function hardwareHistory(): { add(sample: HardwareSample): void /** Oldest first. */; all(now: number): HardwareSample[] } {
  let samples: HardwareSample[] = [];

  /** Of those older than ten minutes the last of each minute stays; of the newer ones the last of each two seconds. */
  function thin(now: number): void {
    const kept: HardwareSample[] = [];
    for (const sample of samples) {
      const age = now - sample.at;
      if (age > COARSE_MS || age < 0) continue;
      const step = age > FINE_MS ? COARSE_STEP_MS : FINE_STEP_MS;
      const before = kept.at(-1);
      if (before !== undefined && Math.floor(before.at / step) === Math.floor(sample.at / step)) kept.pop();
      kept.push(sample);
    }
    samples = kept;
  }

  return {
    add(sample) {
      // A clock that was set back leaves what is now in the future; that is dropped.
      samples.push(sample);
      thin(sample.at);
    },
    all(now) {
      return samples.filter(({ at }) => now - at <= COARSE_MS);
    },
  };
}

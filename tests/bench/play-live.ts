import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { FRAME_LENGTH, LISTENING_RATE } from '../../contract/audio.ts';

/** When sound reached the listener. */
export interface Played {
  /** `performance.now()` at which sample 0 was spoken. */
  began: number;
  /** How late each write was against the schedule, in ms. */
  lateMs: number[];
}

/** `performance.now()` at which a sample was spoken. */
export const spokenAt = (played: Pick<Played, 'began'>, sample: number): number => played.began + (sample * 1000) / LISTENING_RATE;

/** Writes 512 samples each 32 ms as a microphone would: a frame is there once its last sample was spoken. The schedule is absolute, so lateness does not add up. */
export async function playLive(
  samples: Int16Array,
  write: (frame: Int16Array) => Promise<void>,
  began = performance.now(),
): Promise<Played> {
  const lateMs: number[] = [];
  for (let start = 0; start < samples.length; start += FRAME_LENGTH) {
    const due = spokenAt({ began }, Math.min(samples.length, start + FRAME_LENGTH));
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    lateMs.push(Math.max(0, performance.now() - due));
    await write(samples.subarray(start, start + FRAME_LENGTH));
  }
  return { began, lateMs };
}

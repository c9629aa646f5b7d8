import { LISTENING_RATE } from '../../contract/audio.ts';

const BLOCK = LISTENING_RATE / 100;
/**
 * Detectors place the end of a word up to 0.2 s too late or too early. The recogniser forgives the rest of "Jarvis" before a command, but not a
 * missing first syllable, so the cut is looked for early.
 */
const EARLIEST = -0.2 * LISTENING_RATE;
const LATEST = 0.02 * LISTENING_RATE;

/**
 * Where to cut between the wake word and the command: the quietest 10 ms shortly before the place that the detector
 * names. `samples` start at the position `start`.
 */
export function wordBoundary(samples: Int16Array, start: number, wordEnd: number): number {
  const from = Math.max(start, wordEnd + EARLIEST);
  const to = Math.min(start + samples.length - BLOCK, wordEnd + LATEST);
  let best = wordEnd;
  let quietest = Number.POSITIVE_INFINITY;
  for (let at = from; at <= to; at += BLOCK / 2) {
    let energy = 0;
    for (let index = at - start; index < at - start + BLOCK; index += 1) energy += (samples[index] ?? 0) ** 2;
    if (energy < quietest) {
      quietest = energy;
      best = at;
    }
  }
  return Math.max(start, Math.floor(best));
}

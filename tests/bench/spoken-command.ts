import { LISTENING_RATE } from '../../contract/audio.ts';
import { activeFrames, activePower } from './mix-noise.ts';

/** Samples of one loudness frame: 20 ms at 16 kHz, as in `activeFrames`. */
const FRAME = 320;
/** Sound kept before the first and after the last loud frame of the wake word, in samples: 200 and 60 ms. */
const LEAD = 3_200;
const TAIL = 960;
/** Peak of the quiet between the words, in steps of the 16 bits: about -66 dBFS. */
const QUIET = 16;

export interface SpokenCommand {
  /** 16 kHz mono: quiet, wake word, pause, command, quiet. */
  samples: Int16Array;
  /** Sample after the last loud one of the command. */
  lastWord: number;
}

/** Sample after the last 20 ms frame that is within 25 dB of the loudest. 0 for silence. */
export const endOfSpeech = (samples: Int16Array): number => (activeFrames(samples).lastIndexOf(true) + 1) * FRAME;

/** Sample at which the first such frame begins. 0 for silence. */
export const startOfSpeech = (samples: Int16Array): number => Math.max(0, activeFrames(samples).indexOf(true)) * FRAME;

/** Faint noise, the same for the same length. */
export function quiet(ms: number): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: Math.round((ms * LISTENING_RATE) / 1000) }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((seed / 2 ** 31 - 1) * QUIET);
  });
}

/** A wake word and a command as if said by one person: the wake word's edges are cut off and it is made as loud as the command. */
export function spokenCommand(wake: Int16Array, command: Int16Array, pauseMs: number, restMs: number): SpokenCommand {
  const cut = wake.subarray(Math.max(0, startOfSpeech(wake) - LEAD), Math.min(wake.length, endOfSpeech(wake) + TAIL));
  const peak = cut.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
  const gain = Math.min(Math.sqrt(activePower(command) / activePower(cut)), 32_767 / peak);
  const spoken = command.subarray(Math.max(0, startOfSpeech(command) - (pauseMs === 0 ? TAIL : LEAD)));
  const parts = [quiet(500), cut.map((sample) => Math.round(sample * gain)), quiet(pauseMs), spoken, quiet(restMs)];
  const samples = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  let lastWord = 0;
  for (const part of parts) {
    samples.set(part, at);
    if (part === spoken) lastWord = at + endOfSpeech(spoken);
    at += part.length;
  }
  return { samples, lastWord };
}

import { LISTENING_RATE } from '../../contract/audio.ts';
import { activeFrames, activePower } from './mix-noise.ts';

/** Samples of one loudness frame: 20 ms at 16 kHz, as in `activeFrames`. */
const FRAME = 320;
/** Sound kept before the first and after the last loud frame of the wake word, in samples: 200 and 60 ms. */
const LEAD = 3_200;
const TAIL = 960;
/** What is kept of a command's recording after its last word, in samples: half a second; later there are clicks of the recorder. */
const KEPT = 8_000;

export interface SpokenCommand {
  /** 16 kHz mono: quiet, wake word, pause, command, quiet. */
  samples: Int16Array;
  /** Sample after the last loud one of the command. */
  lastWord: number;
}

/** A sound shorter than this, in frames, is a click of the recorder and no word: 100 ms. */
const SHORTEST = 5;
/** Speech stands out of its recording's own quiet by at least this much. */
const ABOVE_QUIET_DB = 10;
/** Of the frames, this share is quieter than the level that is taken for a recording's quiet. */
const QUIET_SHARE = 0.2;

/** Root mean square of a recording's quiet, in steps of the 16 bits. */
export function quietOf(samples: Int16Array): number {
  const levels = levelsOf(samples).sort((a, b) => a - b);
  return levels[Math.floor(levels.length * QUIET_SHARE)] ?? 0;
}

function levelsOf(samples: Int16Array): number[] {
  return Array.from({ length: Math.floor(samples.length / FRAME) }, (_, frame) => {
    const part = samples.subarray(frame * FRAME, (frame + 1) * FRAME);
    return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / FRAME);
  });
}

/**
 * First sample of the first and sample after the last word: stretches of 100 ms or more within 25 dB of the loudest frame and 10 dB above the
 * recording's own quiet. Both 0 for silence.
 */
export function wordsIn(samples: Int16Array): { start: number; end: number } {
  const active = activeFrames(samples);
  const least = quietOf(samples) * 10 ** (ABOVE_QUIET_DB / 20);
  const spoken = levelsOf(samples).map((level, frame) => active[frame] === true && level >= least);
  let start: number | undefined;
  let end = 0;
  let length = 0;
  for (const [frame, is] of spoken.entries()) {
    length = is ? length + 1 : 0;
    if (length < SHORTEST) continue;
    start ??= (frame + 1 - length) * FRAME;
    end = (frame + 1) * FRAME;
  }
  return { start: start ?? 0, end };
}

/** White noise of that root mean square; the same for the same length. */
export function quiet(ms: number, level = 10): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: Math.round((ms * LISTENING_RATE) / 1000) }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((seed / 2 ** 31 - 1) * level * Math.sqrt(3));
  });
}

/**
 * A wake word and a command as if said by one person in one room: the wake word's edges are cut off and it is made as loud as the command, half a
 * second of the command's recording is kept after its last word, and the quiet around everything is as loud as that recording's own.
 */
export function spokenCommand(wake: Int16Array, command: Int16Array, pauseMs: number, restMs: number): SpokenCommand {
  const called = wordsIn(wake);
  const said = wordsIn(command);
  const cut = wake.subarray(Math.max(0, called.start - LEAD), Math.min(wake.length, called.end + TAIL));
  const peak = cut.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
  const gain = Math.min(Math.sqrt(activePower(command) / activePower(cut)), 32_767 / peak);
  const from = Math.max(0, said.start - (pauseMs === 0 ? TAIL : LEAD));
  const spoken = command.subarray(from, said.end + KEPT);
  const level = quietOf(command);
  const before = [quiet(500, level), cut.map((sample) => Math.round(sample * gain)), quiet(pauseMs, level)];
  const parts = [...before, spoken, quiet(restMs, level)];
  const samples = new Int16Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return { samples, lastWord: lengthOf(before) + said.end - from };
}

const lengthOf = (parts: readonly Int16Array[]): number => parts.reduce((length, part) => length + part.length, 0);

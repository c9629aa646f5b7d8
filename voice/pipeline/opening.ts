import { LISTENING_RATE } from '../../contract/audio.ts';
import type { HeardFrame } from './heard-frame.ts';
import type { OpenedBy } from './turn-end.ts';
import { wordBoundary } from './word-boundary.ts';

/** Why and where a turn begins. Positions in samples of the stream. */
export interface Opening {
  by: OpenedBy;
  /** First sample of the command; the turn's clock starts here. */
  start: number;
  /** Where the stream was when this was noticed. */
  noticed: number;
  hit?: NonNullable<HeardFrame['hit']>;
  /** Sound from `start` on that has been heard already. */
  heard: HeardFrame[];
}

/** Somebody who presses a key has often begun to speak. */
const PRE_ROLL = LISTENING_RATE * 0.25;

export const endOf = (frame: HeardFrame) => frame.start + frame.samples.length;

/** A turn that the wake word opens: the command begins right after it, in sound that has already passed. */
export function openingByWake(hit: NonNullable<HeardFrame['hit']>, recent: readonly HeardFrame[], noticed: number): Opening {
  const first = recent[0]?.start ?? noticed;
  const start = Math.min(noticed, wordBoundary(join(recent, first, noticed), first, hit.end));
  return { by: 'wake', start, noticed, hit, heard: since(recent, start) };
}

/** A turn that somebody asks for by key, or that a question opens. */
export function openingByWish(by: 'push-to-talk' | 'follow-up', recent: readonly HeardFrame[], noticed: number): Opening {
  const start = by === 'push-to-talk' ? Math.max(recent[0]?.start ?? noticed, noticed - PRE_ROLL) : noticed;
  return { by, start, noticed, heard: since(recent, start) };
}

/** The frames from `start` on, the first one cut to it; wake words in them are spent. */
export function since(frames: readonly HeardFrame[], start: number): HeardFrame[] {
  return frames
    .filter((frame) => endOf(frame) > start)
    .map(({ hit: _spent, ...frame }) =>
      frame.start >= start ? frame : { ...frame, samples: frame.samples.subarray(start - frame.start), start },
    );
}

function join(frames: readonly HeardFrame[], from: number, to: number): Int16Array {
  const result = new Int16Array(to - from);
  for (const frame of frames) if (frame.start >= from && endOf(frame) <= to) result.set(frame.samples, frame.start - from);
  return result;
}

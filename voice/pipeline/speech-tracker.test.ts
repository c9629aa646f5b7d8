import { describe, expect, it } from 'vitest';
import { SpeechTracker } from './speech-tracker.ts';

const FRAME = 512;

/** Hears one frame for each probability, from `start` on. */
function heard(tracker: SpeechTracker, probabilities: number[], start = 0): number {
  let at = start;
  for (const probability of probabilities) {
    tracker.hear(at, FRAME, probability);
    at += FRAME;
  }
  return at;
}

describe('speech in a turn', () => {
  it('starts where a run of speech began that is long enough', () => {
    const tracker = new SpeechTracker();
    heard(tracker, [0, 1, 1]);
    expect(tracker.startedAt).toBeUndefined();
    heard(tracker, [1], 3 * FRAME);
    expect(tracker.startedAt).toBe(FRAME);
    expect(tracker.speaking).toBe(true);
  });

  it('is not started by a click, and not ended by a voice that wavers', () => {
    const tracker = new SpeechTracker();
    heard(tracker, [1, 0, 1, 0, 0.45, 0.45, 0.45]);
    expect(tracker.startedAt).toBeUndefined();
    const end = heard(tracker, [1, 0.4, 0.4, 0.6], 7 * FRAME);
    expect(tracker.silence(end)).toBe(0);
  });

  it('counts silence from the last frame of speech', () => {
    const tracker = new SpeechTracker();
    const end = heard(tracker, [1, 1, 1, 1, 0, 0]);
    expect(tracker.silence(end)).toBe(2 * FRAME);
    expect(tracker.length).toBe(4 * FRAME);
  });

  it('does not believe the last sound of the wake word, but a command right after it', () => {
    const residue = new SpeechTracker(0);
    heard(residue, [1, 1, 1, 1, 0, 0]);
    expect(residue.startedAt).toBeUndefined();
    const command = new SpeechTracker(0);
    heard(command, [1, 1, 1, 1, 1, 1, 1, 1]);
    expect(command.startedAt).toBe(0);
  });

  it('can be told that it was none', () => {
    const tracker = new SpeechTracker();
    const end = heard(tracker, [1, 1, 1, 0]);
    tracker.forget();
    expect(tracker.startedAt).toBeUndefined();
    expect(tracker.silence(end)).toBe(0);
    expect(tracker.length).toBe(0);
  });
});

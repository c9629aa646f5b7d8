import { describe, expect, test } from 'vitest';
import { quiet, quietOf, spokenCommand, wordsIn } from './spoken-command.ts';

/** Quiet, then half a second of a tone, then quiet. */
function word(height: number, before = 8_000, after = 8_000): Int16Array {
  const samples = quiet((before + 8_000 + after) / 16);
  for (let index = 0; index < 8_000; index += 1) samples[before + index] = Math.round(height * Math.sin(index / 5));
  return samples;
}

describe('a spoken command', () => {
  test('ends where its last word ends, not where its recording does', () => {
    expect(wordsIn(word(8_000))).toEqual({ start: 8_000, end: 16_000 });
    expect(wordsIn(new Int16Array(16_000))).toEqual({ start: 0, end: 0 });
  });

  test('does not end with the click that stops the recorder', () => {
    const clicked = word(8_000, 8_000, 16_000);
    for (let index = 30_000; index < 30_600; index += 1) clicked[index] = 6_000;
    expect(wordsIn(clicked).end).toBe(16_000);
  });

  test('tells where its last word ended among everything that is played', () => {
    const { samples, lastWord } = spokenCommand(word(8_000), word(4_000, 8_000, 24_000), 250, 1_000);
    expect(wordsIn(samples).end - lastWord).toBeLessThan(320);
    expect(wordsIn(samples).end - lastWord).toBeGreaterThan(-320);
    expect(samples.length - lastWord).toBe(8_000 + 16_000);
  });

  test('has a wake word as loud as the command, without its long silences', () => {
    const { samples } = spokenCommand(word(1_000, 32_000, 32_000), word(4_000), 0, 0);
    const spoken = samples.subarray(8_000, 8_000 + 12_160);
    expect(spoken.reduce((most, sample) => Math.max(most, sample), 0)).toBeGreaterThan(3_900);
    expect(wordsIn(samples).start).toBe(8_000 + 3_200);
  });

  test('is surrounded by noise as loud as its own quiet', () => {
    expect(quiet(1_000).length).toBe(16_000);
    expect(quietOf(quiet(1_000, 40))).toBeGreaterThan(36);
    expect(quietOf(quiet(1_000, 40))).toBeLessThan(44);
  });
});

import { describe, expect, test } from 'vitest';
import { endOfSpeech, quiet, spokenCommand, startOfSpeech } from './spoken-command.ts';

/** Silence, then half a second of a tone, then silence. */
function word(height: number, before = 8_000, after = 8_000): Int16Array {
  const samples = new Int16Array(before + 8_000 + after);
  for (let index = 0; index < 8_000; index += 1) samples[before + index] = Math.round(height * Math.sin(index / 5));
  return samples;
}

describe('a spoken command', () => {
  test('ends where its last loud sound ends, not where its recording does', () => {
    expect(startOfSpeech(word(8_000))).toBe(8_000);
    expect(endOfSpeech(word(8_000))).toBe(16_000);
    expect(endOfSpeech(new Int16Array(16_000))).toBe(0);
  });

  test('tells where its last word ended among everything that is played', () => {
    const { samples, lastWord } = spokenCommand(word(8_000), word(4_000), 250, 1_000);
    expect(endOfSpeech(samples)).toBe(Math.ceil(lastWord / 320) * 320);
    expect(samples.length - lastWord).toBe(8_000 + 16_000);
  });

  test('has a wake word as loud as the command, without its long silences', () => {
    const { samples } = spokenCommand(word(1_000, 32_000, 32_000), word(4_000), 0, 0);
    const spoken = samples.subarray(8_000, 8_000 + 12_160);
    expect(spoken.reduce((most, sample) => Math.max(most, sample), 0)).toBeGreaterThan(3_900);
    expect(startOfSpeech(samples)).toBe(8_000 + 3_200);
  });

  test('is surrounded by quiet that is never digital silence for long', () => {
    const faint = quiet(1_000);
    expect(faint.length).toBe(16_000);
    expect(new Set(faint).size).toBeGreaterThan(20);
    expect(faint.every((sample) => Math.abs(sample) <= 16)).toBe(true);
  });
});

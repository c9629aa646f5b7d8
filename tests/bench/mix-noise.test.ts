import { describe, expect, test } from 'vitest';
import { activeFrames, activePower, mixNoise } from './mix-noise.ts';

const sine = (length: number, height: number, period = 40) =>
  Int16Array.from({ length }, (_, index) => Math.round(height * Math.sin((2 * Math.PI * index) / period)));

/** A second of silence, a second of sound, a second of silence. */
function word(height: number): Int16Array {
  const samples = new Int16Array(48_000);
  samples.set(sine(16_000, height), 16_000);
  return samples;
}

describe('mixNoise', () => {
  test.each([20, 10, 0, -5])('puts noise %i dB under the speech itself, not under its pauses', (snr) => {
    const speech = word(4_000);
    const { samples, scale } = mixNoise(speech, sine(5_000, 300, 17), snr);
    const rest = samples.map((sample, index) => sample - Math.round((speech[index] ?? 0) * scale));
    const noisePower = rest.reduce((sum, sample) => sum + sample * sample, 0) / rest.length;
    expect(10 * Math.log10((activePower(speech) * scale ** 2) / noisePower)).toBeCloseTo(snr, 1);
  });

  test('turns everything down rather than clip', () => {
    const { samples, scale } = mixNoise(word(32_000), sine(5_000, 30_000, 17), 0);
    expect(scale).toBeLessThan(1);
    expect(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeGreaterThan(32_000);
  });

  test('begins the noise again where it ends, from the offset on', () => {
    const speech = word(1_000);
    const noise = sine(7_000, 300, 17);
    const { samples } = mixNoise(speech, noise, 10, 3_000);
    expect([...samples.subarray(0, 500)]).toEqual([...samples.subarray(7_000, 7_500)]);
    expect([...mixNoise(speech, noise, 10, 3_000).samples]).toEqual([...samples]);
  });

  test('knows where the speech is', () => {
    const active = activeFrames(word(4_000));
    expect(active.filter(Boolean).length).toBe(50);
    expect(active.indexOf(true)).toBe(50);
  });

  test('refuses a ratio to silence', () => {
    expect(() => mixNoise(new Int16Array(1_000), sine(100, 10), 10)).toThrow('speech is silent');
    expect(() => mixNoise(word(100), new Int16Array(100), 10)).toThrow('noise is silent');
    expect(() => mixNoise(word(100), new Int16Array(0), 10)).toThrow('noise is silent');
  });
});

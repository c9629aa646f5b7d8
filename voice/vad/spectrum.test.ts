import { describe, expect, test } from 'vitest';
import { Spectrum } from './spectrum.ts';

describe('Spectrum', () => {
  test.each([5, 32, 100, 250])('finds the power of a tone in its bin %i', (bin) => {
    const tone = Int16Array.from({ length: 512 }, (_, index) => Math.round(16_384 * Math.sin((2 * Math.PI * bin * index) / 512)));
    const power = new Spectrum(512).power(tone);
    expect(power.indexOf(Math.max(...power))).toBe(bin);
    expect(power.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0.125, 3);
    expect(power[(bin + 60) % 256]).toBeLessThan(1e-8);
  });

  test('finds none in silence', () => {
    expect(Math.max(...new Spectrum(512).power(new Int16Array(512)))).toBe(0);
  });

  test.each([0, 1, 500, 2.5])('refuses a length of %d', (length) => {
    expect(() => new Spectrum(length)).toThrow(RangeError);
  });
});

import { describe, expect, test } from 'vitest';
import { Resampler } from './resampler.ts';

function sine(frequency: number, rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(rate * seconds) }, (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * index) / rate));
}

function resample(input: Float32Array, from: number, to: number, chunk = input.length): Float32Array {
  const resampler = new Resampler(from, to);
  const pieces: number[] = [];
  for (let at = 0; at < input.length; at += chunk) pieces.push(...resampler.process(input.subarray(at, at + chunk)));
  pieces.push(...resampler.flush());
  return Float32Array.from(pieces);
}

/** dB of the middle of a sound relative to the 0.5 sine that `sine` makes. */
function levelDb(samples: Float32Array): number {
  const middle = samples.subarray(Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4));
  const power = middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length;
  return 10 * Math.log10(power / 0.125 + 1e-20);
}

describe('Resampler', () => {
  test.each([8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000])(
    'passes speech frequencies from %i Hz to 16 kHz within 0.05 dB',
    (rate) => {
      const top = 0.45 * Math.min(rate, 16_000);
      for (const frequency of [100, 440, 1_000, 2_000, 3_400, 6_900].filter((each) => each <= top)) {
        expect(Math.abs(levelDb(resample(sine(frequency, rate, 0.5), rate, 16_000)))).toBeLessThan(0.05);
      }
    },
  );

  test.each([22_050, 44_100, 44_101, 48_000, 96_000, 192_000])('lets nothing above 8 kHz alias down from %i Hz (80 dB)', (rate) => {
    for (const frequency of [8_050, 8_500, 9_000, 10_000, 11_000, 15_999, 17_000, 23_000, 40_000].filter((each) => each < rate / 2)) {
      expect(levelDb(resample(sine(frequency, rate, 0.5), rate, 16_000))).toBeLessThan(-80);
    }
  });

  test('adds no images when it raises the rate', () => {
    const output = resample(sine(3_000, 8_000, 0.5), 8_000, 16_000);
    const wanted = sine(3_000, 16_000, 0.5);
    expect(levelDb(output.map((sample, index) => sample - (wanted[index] ?? 0)))).toBeLessThan(-70);
  });

  test.each([8_000, 22_050, 44_100, 44_101, 48_000, 96_000])('keeps every sample on its instant from %i Hz', (rate) => {
    const output = resample(sine(700, rate, 0.5), rate, 16_000);
    const wanted = sine(700, 16_000, 0.5);
    expect(output.length).toBe(Math.ceil((Math.round(rate / 2) * 16_000) / rate));
    expect(levelDb(output.map((sample, index) => sample - (wanted[index] ?? 0)))).toBeLessThan(-70);
  });

  test.each([1, 127, 128, 480, 4_801])('gives the same in chunks of %i as at once', (chunk) => {
    const input = sine(1_234, 44_100, 0.2);
    expect(resample(input, 44_100, 16_000, chunk)).toEqual(resample(input, 44_100, 16_000));
  });

  test('gives ceil(received × to / from) samples, for no input none', () => {
    expect(resample(new Float32Array(441), 44_100, 16_000).length).toBe(160);
    expect(resample(new Float32Array(442), 44_100, 16_000).length).toBe(161);
    expect(resample(new Float32Array(1), 768_000, 16_000).length).toBe(1);
    expect(resample(new Float32Array(0), 48_000, 16_000).length).toBe(0);
  });

  test('can be used again after a flush', () => {
    const input = sine(500, 48_000, 0.1);
    const resampler = new Resampler(48_000, 16_000);
    const hear = () => [...resampler.process(input), ...resampler.flush()];
    expect(hear()).toEqual(hear());
  });

  test('leaves sound of the right rate alone', () => {
    const input = sine(7_990, 16_000, 0.1);
    expect(resample(input, 16_000, 16_000)).toEqual(input);
  });

  test.each([
    [767_999, 16_000],
    [1_000, 16_000],
    [1_009, 16_000],
  ])('copes with %i Hz to %i Hz', (from, to) => {
    const output = resample(sine(200, from, 0.5), from, to);
    expect(Math.abs(levelDb(output))).toBeLessThan(0.05);
    expect(output.length).toBe(Math.ceil((Math.round(from * 0.5) * to) / from));
  });

  test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a rate of %d', (rate) => {
    expect(() => new Resampler(rate, 16_000)).toThrow(RangeError);
    expect(() => new Resampler(16_000, rate)).toThrow(RangeError);
  });
});

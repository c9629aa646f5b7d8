import { describe, expect, it } from 'vitest';
import { Resampler } from '../../contract/resampler.ts';
import { FrameCutter } from './frame-cutter.ts';

const unchanged = { process: (input: Float32Array) => input.slice() };

function cut(cutter: FrameCutter, samples: Float32Array, blockLength: number): Int16Array[] {
  const frames: Int16Array[] = [];
  for (let at = 0; at < samples.length; at += blockLength) frames.push(...cutter.take(samples.subarray(at, at + blockLength)));
  return frames;
}

describe('the frame cutter', () => {
  it('loses and doubles nothing, whatever the length of the blocks', () => {
    const samples = Float32Array.from({ length: 5000 }, (_, index) => (index % 2000) / 32768);
    for (const blockLength of [1, 128, 441, 5000]) {
      const joined = cut(new FrameCutter(unchanged, 512), samples, blockLength).flatMap((frame) => [...frame]);
      expect(joined).toEqual(Array.from({ length: 9 * 512 }, (_, index) => index % 2000));
    }
  });

  it('clips what is too loud instead of wrapping it round', () => {
    const [frame] = new FrameCutter(unchanged, 512).take(Float32Array.from({ length: 512 }, (_, index) => (index % 2 === 0 ? 1.5 : -1.5)));
    expect(frame?.[0]).toBe(32767);
    expect(frame?.[1]).toBe(-32768);
  });

  it.each([44_100, 48_000, 96_000])('makes a tone recorded at %i Hz the same tone at 16 kHz', (rate) => {
    const tone = Float32Array.from({ length: rate }, (_, index) => 0.5 * Math.sin((2 * Math.PI * 1000 * index) / rate));
    const heard = cut(new FrameCutter(new Resampler(rate, 16_000), 512), tone, 128).flatMap((frame) => [...frame]);
    expect(heard.length).toBeGreaterThan(15_000);
    const crossings = heard
      .slice(1000, 15_000)
      .filter((sample, index, all) => index > 0 && sample >= 0 && (all[index - 1] ?? 0) < 0).length;
    expect(Math.abs(crossings - 875)).toBeLessThanOrEqual(1);
    expect(Math.max(...heard.slice(1000, 15_000))).toBeGreaterThan(16_000);
  });
});

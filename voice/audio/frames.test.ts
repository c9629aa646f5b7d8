import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Framer } from './frames.ts';

describe('Framer', () => {
  test('cuts any chunks into frames that join to the same sound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(120), { maxLength: 15 }), (frameLength, chunks) => {
        const framer = new Framer(frameLength);
        const all: number[] = [];
        const heard: number[] = [];
        const starts: number[] = [];
        for (const length of chunks) {
          const chunk = Int16Array.from({ length }, (_, index) => all.length + index);
          all.push(...chunk);
          for (const frame of framer.push(chunk)) {
            expect(frame.samples.length).toBe(frameLength);
            heard.push(...frame.samples);
            starts.push(frame.at);
          }
        }
        expect(starts).toEqual(starts.map((_, index) => (index * frameLength) / 16));
        expect(framer.pending).toBe(all.length - heard.length);
        heard.push(...(framer.flush()?.samples ?? []));
        expect(heard.slice(0, all.length)).toEqual(all);
        expect(heard.slice(all.length).every((sample) => sample === 0)).toBe(true);
      }),
    );
  });

  test('gives each frame its own samples', () => {
    const framer = new Framer(2);
    const [first, second] = [...framer.push(Int16Array.of(1, 2, 3, 4))];
    expect([...(first?.samples ?? [])]).toEqual([1, 2]);
    expect([...(second?.samples ?? [])]).toEqual([3, 4]);
  });

  test('has nothing to flush on a frame boundary', () => {
    const framer = new Framer(2);
    expect([...framer.push(Int16Array.of(1, 2))].length).toBe(1);
    expect(framer.flush()).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RingBuffer } from './ring-buffer.ts';

describe('RingBuffer', () => {
  test('holds the end of the stream, whatever the chunks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.nat(60), { maxLength: 20 }), fc.nat(80), (capacity, chunks, wanted) => {
        const ring = new RingBuffer(capacity);
        const all: number[] = [];
        for (const length of chunks) {
          const chunk = Int16Array.from({ length }, (_, index) => all.length + index);
          all.push(...chunk);
          ring.write(chunk);
        }
        const kept = all.slice(Math.max(0, all.length - capacity));
        expect(ring.length).toBe(kept.length);
        expect([...ring.last(wanted)]).toEqual(wanted === 0 ? [] : kept.slice(-wanted));
      }),
    );
  });

  test('gives copies', () => {
    const ring = new RingBuffer(4);
    ring.write(Int16Array.of(1, 2, 3, 4));
    const before = ring.last(4);
    ring.write(Int16Array.of(9, 9, 9, 9));
    expect([...before]).toEqual([1, 2, 3, 4]);
  });

  test('is empty after clear', () => {
    const ring = new RingBuffer(4);
    ring.write(Int16Array.of(1, 2, 3));
    ring.clear();
    expect([...ring.last(4)]).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a capacity of %d', (capacity) => {
    expect(() => new RingBuffer(capacity)).toThrow(RangeError);
  });
});

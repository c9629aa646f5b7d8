import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteRanges } from './byte-ranges.ts';

const TOTAL = 60;
const range = fc.tuple(fc.nat(TOTAL), fc.nat(TOTAL)).map(([start, end]) => ({ start, end }));

describe('byte ranges', () => {
  it('know exactly the bytes that were added, in any order', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), (added) => {
        const bytes = new Set(added.flatMap(({ start, end }) => Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at)));
        const ranges = new ByteRanges(added);
        expect(ranges.bytes).toBe(bytes.size);
        const inRanges = ranges.list().flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));
        expect(new Set(inRanges)).toEqual(bytes);
        const inGaps = ranges.gaps(TOTAL).flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));
        expect([...inRanges, ...inGaps].sort((a, b) => a - b)).toEqual(Array.from({ length: TOTAL }, (_, at) => at));
        // As few as can be: none touches the next.
        const list = ranges.list();
        expect(list.every((each, at) => at === 0 || (list[at - 1]?.end ?? 0) < each.start)).toBe(true);
      }),
    );
  });

  it('of nothing are one gap', () => {
    expect(new ByteRanges().gaps(9)).toEqual([{ start: 0, end: 9 }]);
    expect(new ByteRanges().gaps(0)).toEqual([]);
    expect(new ByteRanges([{ start: 0, end: 20 }]).gaps(9)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { dbfs, SILENCE_DBFS } from './level.ts';

describe('dbfs', () => {
  test('gives 0 for the loudest square wave and 3 less for a sine', () => {
    expect(dbfs(Int16Array.of(-32768, -32768))).toBe(0);
    const sine = Int16Array.from({ length: 1_600 }, (_, index) => 32767 * Math.sin((2 * Math.PI * index) / 16));
    expect(dbfs(sine)).toBeCloseTo(-3.01, 1);
  });

  test('gives the floor for silence, one step of 16 bits above it, and for nothing', () => {
    expect(dbfs(new Int16Array(512))).toBe(SILENCE_DBFS);
    expect(dbfs(new Int16Array(0))).toBe(SILENCE_DBFS);
    expect(dbfs(Int16Array.of(1))).toBeCloseTo(-90.3, 1);
  });
});

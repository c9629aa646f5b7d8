import { describe, expect, test } from 'vitest';
import { NoiseFloor } from './noise-floor.ts';

const settle = (floor: NoiseFloor, power: number, updates: number) =>
  Array.from({ length: updates }, () => floor.update(power)).at(-1) ?? 0;

describe('NoiseFloor', () => {
  test('follows quieter noise at once', () => {
    const floor = new NoiseFloor(80, 1);
    settle(floor, 0.5, 100);
    expect(settle(floor, 0.001, 16)).toBeLessThan(0.003);
  });

  test('keeps its place while somebody speaks for less than its span, and rises after it', () => {
    const floor = new NoiseFloor(80, 1);
    const before = settle(floor, 0.001, 100);
    expect(settle(floor, 0.5, 60)).toBeCloseTo(before, 6);
    expect(settle(floor, 0.5, 40)).toBeGreaterThan(0.4);
  });

  test('believes in no more noise than it was told until it has heard more for its whole span', () => {
    const floor = new NoiseFloor(80, 0.001);
    expect(floor.update(1)).toBeLessThan(0.01);
    expect(settle(floor, 1, 100)).toBeGreaterThan(0.9);
  });
});

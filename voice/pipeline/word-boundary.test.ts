import { describe, expect, it } from 'vitest';
import { wordBoundary } from './word-boundary.ts';

const ms = (value: number) => value * 16;

/** Loud sound with one quiet place. */
function sound(length: number, quietFrom: number, quietTo: number): Int16Array {
  return new Int16Array(ms(length)).fill(5000).fill(20, ms(quietFrom), ms(quietTo));
}

describe('the boundary between wake word and command', () => {
  it('is the quietest place shortly before where the detector says the word ended', () => {
    const cut = wordBoundary(sound(1000, 500, 530), 0, ms(600));
    expect(cut).toBeGreaterThanOrEqual(ms(500));
    expect(cut).toBeLessThanOrEqual(ms(530));
  });

  it('counts positions from the start of the stream', () => {
    const first = ms(70_000);
    const cut = wordBoundary(sound(1000, 500, 530), first, first + ms(600));
    expect(cut - first).toBeGreaterThanOrEqual(ms(500));
    expect(cut - first).toBeLessThanOrEqual(ms(530));
  });

  it('is not looked for further away, and never before the sound begins', () => {
    const far = wordBoundary(sound(1000, 900, 950), 0, ms(500));
    expect(far).toBeLessThan(ms(600));
    expect(wordBoundary(sound(100, 0, 0), ms(400), ms(100))).toBe(ms(400));
    expect(wordBoundary(new Int16Array(0), ms(400), ms(300))).toBe(ms(400));
  });
});

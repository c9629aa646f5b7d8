import { describe, expect, test } from 'vitest';
import { dbfs } from '../audio/level.ts';
import { brightCopy, type ListeningCopy, levelledCopy, loweredCopy, plainCopy, rumbleFreeCopy } from './listening-copy.ts';

const sine = (frequency: number, height: number, length = 512 * 40) =>
  Int16Array.from({ length }, (_, index) => Math.round(height * Math.sin((2 * Math.PI * frequency * index) / 16_000)));

function hear(copy: ListeningCopy, samples: Int16Array): Int16Array {
  const frames: number[] = [];
  for (let at = 0; at + 512 <= samples.length; at += 512) {
    for (const frame of copy.process(samples.subarray(at, at + 512))) {
      expect(frame.length).toBe(512);
      frames.push(...frame);
    }
  }
  return Int16Array.from(frames);
}

const settled = (samples: Int16Array) => dbfs(samples.subarray(512 * 20));
const copies = { plain: plainCopy, 'rumble-free': rumbleFreeCopy, levelled: levelledCopy, bright: brightCopy, lowered: loweredCopy };

describe('listening copies', () => {
  test.each(Object.entries(copies))('%s hears silence as silence and the same again after a reset', (_, create) => {
    const copy = create();
    expect(hear(copy, new Int16Array(5_120)).every((sample) => sample === 0)).toBe(true);
    copy.reset();
    const first = hear(copy, sine(500, 8_000));
    copy.reset();
    expect(hear(copy, sine(500, 8_000))).toEqual(first);
  });

  test('rumble goes, voice stays', () => {
    expect(settled(hear(rumbleFreeCopy(), sine(50, 8_000)))).toBeLessThan(dbfs(sine(50, 8_000)) - 14);
    expect(settled(hear(rumbleFreeCopy(), sine(1_500, 8_000)))).toBeGreaterThan(dbfs(sine(1_500, 8_000)) - 1);
  });

  test.each([rumbleFreeCopy, brightCopy])('two copies are half a frame late', (create) => {
    const click = new Int16Array(2_048);
    click[600] = 20_000;
    expect(hear(create(), click).findIndex((sample) => sample > 1_000)).toBe(856);
  });

  test.each([300, 1_000, 8_000, 30_000])('a voice of height %i is levelled to −22 dBFS', (height) => {
    expect(settled(hear(levelledCopy(), sine(1_000, height)))).toBeCloseTo(-22, 0);
  });

  test('silence is not raised to a voice', () => {
    expect(settled(hear(levelledCopy(), sine(1_000, 3)))).toBeLessThan(-45);
  });

  test('the bright copy raises treble against bass', () => {
    const tilt = (create: () => ListeningCopy) => settled(hear(create(), sine(4_000, 8_000))) - settled(hear(create(), sine(200, 8_000)));
    expect(tilt(brightCopy) - tilt(plainCopy)).toBeGreaterThan(15);
  });

  test('the lowered copy lasts a ninth longer and sounds a tenth lower', () => {
    const lowered = hear(loweredCopy(), sine(1_000, 8_000));
    expect(lowered.length / 512).toBe(44);
    const crossings = lowered.subarray(5_120).filter((sample, index, all) => index > 0 && sample >= 0 && (all[index - 1] ?? 0) < 0).length;
    expect((crossings * 16_000) / (lowered.length - 5_120)).toBeCloseTo(900, -1);
  });
});

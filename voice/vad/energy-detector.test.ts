import { describe, expect, test } from 'vitest';
import { createEnergyDetector } from './energy-detector.ts';

const FRAME = 512;

/** Reproducible white noise, −1 … 1. */
function noise(length: number, seed = 1): Float64Array {
  let state = seed;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** A buzz of 120 Hz with the formants of an open vowel. */
function vowel(length: number): Float64Array {
  return Float64Array.from({ length }, (_, index) => {
    let sum = 0;
    for (let harmonic = 1; harmonic <= 25; harmonic += 1) {
      const frequency = 120 * harmonic;
      const strength = 1 / (1 + ((frequency - 700) / 200) ** 2) + 0.5 / (1 + ((frequency - 1_200) / 200) ** 2);
      sum += strength * Math.sin((2 * Math.PI * frequency * index) / 16_000);
    }
    return sum / 3;
  });
}

const sound = (length: number, at: (index: number) => number) =>
  Int16Array.from({ length }, (_, index) => Math.max(-32_768, Math.min(32_767, Math.round(at(index)))));

async function judge(samples: Int16Array, detector = createEnergyDetector()): Promise<number[]> {
  const result: number[] = [];
  for (let at = 0; at + FRAME <= samples.length; at += FRAME) result.push(await detector.process(samples.subarray(at, at + FRAME)));
  return result;
}

const share = (values: number[]) => values.filter((value) => value >= 0.5).length / values.length;

describe('createEnergyDetector', () => {
  test.each([30, 300, 3_000])('tells a voice from steady noise of height %i', async (height) => {
    const background = noise(FRAME * 200);
    const voice = vowel(FRAME * 200);
    const speaking = (index: number) => index >= FRAME * 150 && index < FRAME * 180;
    const heard = await judge(
      sound(FRAME * 200, (index) => height * (background[index] ?? 0) + (speaking(index) ? 3 * height * (voice[index] ?? 0) : 0)),
    );
    expect(share(heard.slice(100, 150))).toBe(0);
    expect(share(heard.slice(152, 180))).toBe(1);
    expect(share(heard.slice(184))).toBe(0);
  });

  test('hears no speech in digital silence, and a voice right after it', async () => {
    const voice = vowel(FRAME * 100);
    const heard = await judge(sound(FRAME * 100, (index) => (index < FRAME * 60 ? 0 : 2_000 * (voice[index] ?? 0))));
    expect(share(heard.slice(0, 60))).toBe(0);
    expect(share(heard.slice(61, 90))).toBe(1);
  });

  test('gets used to noise that starts in the middle', async () => {
    const background = noise(FRAME * 400);
    const heard = await judge(sound(FRAME * 400, (index) => (index < FRAME * 100 ? 20 : 2_000) * (background[index] ?? 0)));
    expect(share(heard.slice(220))).toBe(0);
  });

  test('is not started by the clicks of a keyboard', async () => {
    const background = noise(FRAME * 200);
    const clicks = noise(FRAME * 200, 7);
    const heard = await judge(
      sound(FRAME * 200, (index) => 30 * (background[index] ?? 0) + (index % 3_000 < 60 ? 8_000 * (clicks[index] ?? 0) : 0)),
    );
    const runs = heard.map((value) => (value >= 0.5 ? '1' : '0')).join('');
    expect(runs.slice(100)).not.toContain('111');
  });

  test('gives the same again after a reset', async () => {
    const detector = createEnergyDetector();
    const background = noise(FRAME * 60);
    const samples = sound(FRAME * 60, (index) => 3_000 * (background[index] ?? 0));
    const first = await judge(samples, detector);
    detector.reset();
    expect(await judge(samples, detector)).toEqual(first);
  });

  test('stays a probability for the loudest and the strangest sound', async () => {
    for (const samples of [sound(FRAME * 20, (index) => (index % 2 === 0 ? 32_767 : -32_768)), sound(FRAME * 20, () => 32_767)]) {
      for (const value of await judge(samples)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  });
});

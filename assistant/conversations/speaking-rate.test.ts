import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpeakingRate } from './speaking-rate.ts';

const TEXT = 'The kettle is on in the kitchen, and the water will take about four minutes. It is 21 degrees there.';

describe('what was heard of an answer', () => {
  it('is nothing at the beginning, whole words on the way, and all of it at the end', () => {
    const rate = new SpeakingRate();
    expect(rate.heard(TEXT, 0)).toBe('');
    expect(rate.heard(TEXT, 700)).toBe('The kettle');
    expect(rate.heard(TEXT, rate.lengthOf(TEXT))).toBe(TEXT);
    expect(rate.heard(TEXT, 1e9)).toBe(TEXT);
  });

  it('takes about as long as people speak: 130 to 200 words a minute', () => {
    const words = TEXT.split(' ').length;
    const perMinute = words / (new SpeakingRate().lengthOf(TEXT) / 60_000);
    expect(perMinute).toBeGreaterThan(130);
    expect(perMinute).toBeLessThan(200);
  });

  it('follows the voice: after a few answers of a slow one the estimate is close', () => {
    const rate = new SpeakingRate();
    const slow = rate.lengthOf(TEXT) * 1.6;
    for (let answer = 0; answer < 12; answer += 1) rate.learn(TEXT, slow);
    expect(rate.lengthOf(TEXT) / slow).toBeCloseTo(1, 1);
    rate.learn(TEXT, 10);
    rate.learn('Yes.', 100_000);
    expect(rate.lengthOf(TEXT) / slow).toBeCloseTo(1, 1);
  });

  it('is always a beginning of the text that grows with time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(20_000), fc.nat(20_000), (text, one, more) => {
        const rate = new SpeakingRate();
        const early = rate.heard(text, one);
        const late = rate.heard(text, one + more);
        return text.startsWith(late) && late.startsWith(early);
      }),
    );
  });
});

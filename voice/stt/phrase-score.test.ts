import { describe, expect, it } from 'vitest';
import { judgePhrase } from './phrase-score.ts';
import type { Segment } from './speech-decoder.ts';

const segment = (word: string, start: number, end: number, perFrame: number): Segment => ({
  word,
  start,
  end,
  score: perFrame * (end - start + 1),
});
const loop = [segment('qqaaqq', 0, 49, -40), segment('qqbqq', 50, 119, -40)];
const settings = { levels: new Array<number>(120).fill(60), spread: 40, rejection: 0.5 };

describe('a phrase', () => {
  it('that explains the sound as well as free phones is accepted with high confidence', () => {
    const heard = judgePhrase('lamp on', [segment('lamp', 0, 59, -41), segment('on', 60, 119, -42)], loop, settings);
    expect(heard).toMatchObject({ text: 'lamp on', rejected: false });
    expect(heard.confidence).toBeGreaterThan(0.95);
  });

  it('with one word that does not fit is refused, though the rest does', () => {
    const heard = judgePhrase('lamp on', [segment('lamp', 0, 99, -41), segment('on', 100, 119, -120)], loop, settings);
    expect(heard.rejected).toBe(true);
    expect(heard.confidence).toBeLessThan(0.5);
  });

  it('is refused when speech is hidden in a silence', () => {
    const heard = judgePhrase('lamp', [segment('lamp', 0, 59, -41), segment('<sil>', 60, 119, -90)], loop, settings);
    expect(heard.rejected).toBe(true);
  });

  it('is accepted when the noise in a silence is quieter than the words, however little it looks like silence', () => {
    const levels = Array.from({ length: 120 }, (_, frame) => (frame < 60 ? 60 : 45));
    const heard = judgePhrase('lamp', [segment('lamp', 0, 59, -41), segment('<sil>', 60, 119, -90)], loop, { ...settings, levels });
    expect(heard.rejected).toBe(false);
  });

  it('of few words must fit better than a longer one', () => {
    const heard = [segment('lamp', 0, 119, -50)];
    const short = judgePhrase('lamp on', heard, loop, settings).confidence;
    expect(judgePhrase('turn the lamp on', heard, loop, settings).confidence).toBeGreaterThan(short);
  });

  it('is judged more kindly in noise and harder with a higher setting', () => {
    const heard = [segment('lamp', 0, 59, -55), segment('on', 60, 119, -62)];
    const clean = judgePhrase('lamp on', heard, loop, settings).confidence;
    expect(judgePhrase('lamp on', heard, loop, { ...settings, spread: 10 }).confidence).toBeGreaterThan(clean);
    expect(judgePhrase('lamp on', heard, loop, { ...settings, rejection: 0.8 }).confidence).toBeLessThan(clean);
  });

  it('without a text is refused with confidence 0', () => {
    expect(judgePhrase('', [], loop, settings)).toEqual({ text: '', confidence: 0, rejected: true });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_SENTENCE, SentenceStream, splitSentences } from './sentences.ts';

describe('sentences', () => {
  it.each([
    ['Done. The light is on!', ['Done.', 'The light is on!']],
    ['It is 21.5 °C. Nice, is it not?', ['It is 21.5 °C.', 'Nice, is it not?']],
    ['Dr. Watson comes at 7.30 p.m. today. Good.', ['Dr. Watson comes at 7.30 p.m. today.', 'Good.']],
    ['It is 3 p.m. The shop is closed.', ['It is 3 p.m.', 'The shop is closed.']],
    ['He said "Stop!" Then he left.', ['He said "Stop!"', 'Then he left.']],
    ['Really?! Yes… no', ['Really?!', 'Yes…', 'no']],
    ['One\nTwo\n\nThree', ['One', 'Two', 'Three']],
    ['light.kitchen_lamp is on', ['light.kitchen_lamp is on']],
    ['', []],
    [' \n ', []],
  ])('cuts %j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });

  it('are told as soon as they are certain', () => {
    const stream = new SentenceStream();
    expect(stream.push('It is 21.')).toEqual([]);
    expect(stream.push('5 degrees. An')).toEqual(['It is 21.5 degrees.']);
    expect(stream.push('d sunny')).toEqual([]);
    expect(stream.end()).toEqual(['And sunny']);
    expect(stream.end()).toEqual([]);
  });

  it('lose nothing, however text is cut, and are never too long', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'B', '.', ' ', '?', '\n', '5', ',', '🎉'), maxLength: 1500 });
    fc.assert(
      fc.property(letters, fc.integer({ min: 1, max: 40 }), (text, step) => {
        const stream = new SentenceStream();
        const cut: string[] = [];
        for (let at = 0; at < text.length; at += step) cut.push(...stream.push(text.slice(at, at + step)));
        cut.push(...stream.end());
        for (const sentences of [cut, splitSentences(text)]) {
          expect(sentences.join('').replaceAll(/\s/gu, '')).toBe(text.replaceAll(/\s/gu, ''));
          expect(Math.max(0, ...sentences.map((sentence) => sentence.length))).toBeLessThanOrEqual(LONGEST_SENTENCE);
        }
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { numberInWords, readNumbers } from './number-words.ts';
import { spokenWords, wordsOf } from './words.ts';

describe('the words of a text', () => {
  it.each([
    ["What's 20.5°?", 'what is twenty point five degrees'],
    ['DON’T!', 'do not'],
    ['Lamp2 PM2.5 Café', 'lamp two pm two point five cafe'],
    ['the 1st floor, 25 %', 'the first floor twenty five percent'],
    ['-5 degrees, wind-down', 'minus five degrees wind down'],
    ["Joe's colour", 'joes color'],
    ['💡 Кухня', 'кухня'],
    ['1,000', 'one thousand'],
    ['', ''],
  ])('of %j are %j', (text, words) => {
    expect(spokenWords(text).join(' ')).toBe(words);
  });

  it('remember where they stood', () => {
    const text = 'play  The Office';
    const words = wordsOf(text);
    expect(text.slice(words[1]!.start, words[2]!.end)).toBe('The Office');
  });

  it('are no more than a sentence, however long the text', () => {
    expect(wordsOf('la '.repeat(100_000)).length).toBeLessThanOrEqual(80);
  });
});

describe('spoken numbers', () => {
  it.each([
    ['twenty five', 25],
    ['a hundred', 100],
    ['one hundred and five', 105],
    ['twenty seven hundred', 2700],
    ['two thousand seven hundred', 2700],
    ['twenty point five', 20.5],
    ['one and a half', 1.5],
    ['minus three', -3],
  ])('"%s" is %d', (text, value) => {
    expect(readNumbers(text.split(' '), 0).at(-1)?.value).toBe(value);
  });

  it('are read back as they are written, for every whole number to 3,000', () => {
    for (let value = 0; value <= 3000; value++) {
      const words = numberInWords(String(value));
      expect(readNumbers(words, 0).at(-1)).toEqual({ value, end: words.length });
    }
  });
});

it('words that every object has are words like others', () => {
  expect(spokenWords('constructor toString __proto__')).toEqual(['constructor', 'tostring', 'proto']);
});

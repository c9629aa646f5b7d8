import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClock, readDuration } from './spoken-times.ts';
import { spokenWords } from './words.ts';

describe('a spoken length of time', () => {
  it.each([
    ['ten minutes', 600],
    ['an hour and a half', 5400],
    ['one and a half hours', 5400],
    ['half an hour', 1800],
    ['three quarters of an hour', 2700],
    ['a quarter of an hour', 900],
    ['two hours and five minutes', 7500],
    ['a couple of minutes', 120],
    ['90 seconds', 90],
    ['45 min', 2700],
  ])('"%s" is %d s', (text, seconds) => {
    const words = spokenWords(text);
    expect(readDuration(words, 0)).toEqual({ seconds, end: words.length });
  });

  it.each(['ten percent', 'the kitchen', 'minutes', ''])('"%s" is none', (text) => {
    expect(readDuration(spokenWords(text), 0)).toBeUndefined();
  });
});

describe('a spoken clock time', () => {
  it.each([
    ['half past seven', '07:30', true],
    ['half seven', '07:30', true],
    ['quarter to nine', '08:45', true],
    ['ten past one', '01:10', true],
    ['quarter to one', '12:45', true],
    ['7pm', '19:00', false],
    ['7:30 pm', '19:30', false],
    ['7.30 pm', '19:30', false],
    ['seven o clock in the evening', '19:00', false],
    ['12 am', '00:00', false],
    ['12 pm', '12:00', false],
    ['noon', '12:00', false],
    ['midnight', '00:00', false],
    ['19:45', '19:45', false],
    ['eight in the morning', '08:00', false],
    ['eleven at night', '23:00', false],
  ])('"%s" is %s', (text, at, either) => {
    const words = spokenWords(text);
    expect(readClock(words, 0)).toEqual({ at, either, end: words.length });
  });

  it.each(['twenty five', 'the hall', 'minus three', ''])('"%s" is none', (text) => {
    const words = spokenWords(text);
    expect(readClock(words, 0)?.end === words.length ? readClock(words, 0) : undefined).toBeUndefined();
  });

  it('is always a time of the day, whatever words there are', () => {
    const word = fc.constantFrom(
      ...'half quarter past to seven twelve twenty four thirty at pm am noon point oh o clock in the morning night'.split(' '),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const read = readClock(words, 0);
        if (read !== undefined) expect(read.at).toMatch(/^([01]\d|2[0-3]):[0-5]\d$/u);
        const length = readDuration(words, 0);
        if (length !== undefined) expect(length.seconds).toBeGreaterThan(0);
      }),
    );
  });
});

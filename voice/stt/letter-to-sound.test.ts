import { describe, expect, it } from 'vitest';
import { letterToSound } from './letter-to-sound.ts';
import { pronounce } from './pronounce.ts';

const phones = new Set('AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(' '));

describe('letter to sound', () => {
  it.each([
    ['xylophone', 'Z AY L AA F OW N'],
    ['zigbee', 'Z IH G B IY'],
    ['tado', 'T AA D OW'],
    ['siobhan', 'SH IH V AO N'],
    ['mqtt', 'EH M K Y UW T IY T IY'],
    ['unmute', 'AH N M Y UW T'],
    ['42', 'F AO R T IY T UW'],
    ['100', 'W AH N HH AH N D R AH D'],
    ['2024', 'T UW Z IH R OW T UW F AO R'],
  ])('says %s as %s', (word, expected) => {
    expect(letterToSound(word)).toBe(expected);
  });

  it('gives known phones for any word, and never none', () => {
    for (const word of ["'", 'q', 'zzz', 'aeiou', 'strengths', 'lamp2', "o'clock", 'a'.repeat(200), '0'.repeat(50)]) {
      const said = letterToSound(word).split(' ');
      expect(said.length, word).toBeGreaterThan(0);
      expect(
        said.filter((phone) => !phones.has(phone)),
        word,
      ).toEqual([]);
    }
  });
});

describe('pronounce', () => {
  const dictionary = new Map([
    ['sound', 'S AW N D'],
    ['bar', 'B AA R'],
    ['lamp', 'L AE M P'],
  ]);
  const lookUp = (word: string): string | undefined => dictionary.get(word);

  it('says a word made of two known ones as those two', () => {
    expect(pronounce('soundbar', lookUp)).toBe('S AW N D B AA R');
  });

  it('adds the owner’s s as the last sound asks', () => {
    expect(pronounce("lamp's", lookUp)).toBe('L AE M P S');
    expect(pronounce("bar's", lookUp)).toBe('B AA R Z');
  });
});

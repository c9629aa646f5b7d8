import { expect, it } from 'vitest';
import { contextWords, durationWords, millisecondsWords, rateWords, sizeWords, speedWords } from './size-words.ts';

it('says sizes as memory is sold', () => {
  expect([0, 999, 1000, 1_500_000, 807_694_464, 11 * 1024 ** 3, 4_920_000_000, 3e12].map(sizeWords)).toEqual([
    '0 B',
    '999 B',
    '1 KB',
    '1.4 MB',
    '770 MB',
    '11 GB',
    '4.6 GB',
    '2.7 TB',
  ]);
  expect(rateWords(32_000_000)).toBe('31 MB/s');
});

it('says how long something takes no finer than people care for', () => {
  expect([0, 8400, 89_000, 91_000, 3_600_000, 5_400_000, 9_000_000, 90_000_000, 400_000_000].map(durationWords)).toEqual([
    '1 s',
    '8 s',
    '89 s',
    '2 min',
    '60 min',
    '1 h 30 min',
    '2 h 30 min',
    '25 h',
    '5 days',
  ]);
  expect([340, 1234].map(millisecondsWords)).toEqual(['340 ms', '1.2 s']);
});

it('says contexts and speeds', () => {
  expect([4096, 131_072, 5000].map(contextWords)).toEqual(['4k', '128k', '5,000']);
  expect([0.4, 0.9, 4.3, 52.4].map(speedWords)).toEqual(['under 1 token/s', 'about 1 token/s', 'about 4.5 tokens/s', 'about 52 tokens/s']);
});

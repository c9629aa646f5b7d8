import { describe, expect, it } from 'vitest';
import { plainName } from './plain-name.ts';

describe('a plain name', () => {
  it.each([
    ['two\nlines\r\n\tmore', 'two lines more'],
    ['\u001B[31mred\u0007\u009B0m', '[31mred 0m'],
    ['\u202Etsuj pmal\u202C', 'tsuj pmal'],
    ['half \uD800 a pair', 'half a pair'],
    ['one\u2028two\u2029three', 'one two three'],
    ['\u200B', ''],
    ['\u200D\u200C', ''],
    ['مصباح المطبخ', 'مصباح المطبخ'],
    ['👨‍👩‍👧‍👦 lamp', '👨‍👩‍👧‍👦 lamp'],
  ])('of %j is %j', (name, plain) => {
    expect(plainName(name, 100)).toBe(plain);
  });

  it('is cut before a character that would not be whole', () => {
    expect(plainName('ab💡', 3)).toBe('ab');
    expect(plainName('x'.repeat(1000), 300)).toHaveLength(300);
  });
});

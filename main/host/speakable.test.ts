import { expect, it } from 'vitest';
import { speakable } from './speakable.ts';

it.each([
  ['The lamp is on.', 'The lamp is on.'],
  ['It says \u001B[2J\u009B\u202Eno\u2066!', 'It says  [2J  no !'],
  ['one\u2028two\nthree\r', 'one two\nthree '],
  ['half \uD800 a 💡', 'half   a 💡'],
])('%j is said as %j', (text, said) => {
  expect(speakable(text)).toBe(said);
});

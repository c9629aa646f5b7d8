import { randomInt } from 'node:crypto';

/** How often a wrong code may be given; the last one ends the question. A guesser meets 3 codes of 1,320. */
export const WRONG_CODES = 3;

const LENGTH = 3;

/**
 * Long enough and far enough apart to be told from each other by a recogniser that knows nothing but a grammar: of synthetic speech it got three times
 * as many of these right as of digits, and took none for another.
 */
const WORDS = [
  'apple',
  'river',
  'window',
  'tiger',
  'orange',
  'guitar',
  'morning',
  'sugar',
  'pencil',
  'island',
  'yellow',
  'dragon',
] as const;
const KNOWN: ReadonlySet<string> = new Set(WORDS);

/** Three different words, to be shown and said aloud: "river tiger apple". */
export function newApprovalCode(): string {
  const left: string[] = [...WORDS];
  return Array.from({ length: LENGTH }, () => left.splice(randomInt(left.length), 1).join('')).join(' ');
}

/** Words around a code that belong to no other answer. */
const AROUND = new Set("the code is it it's its please jarvis".split(' '));

/** The code somebody says or types: "the code is river tiger apple", "River-Tiger-Apple". Undefined when the words are anything else. */
export function codeIn(text: string): string | undefined {
  const words = (text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []).filter((word) => !AROUND.has(word));
  return words.length === LENGTH && words.every((word) => KNOWN.has(word)) ? words.join(' ') : undefined;
}

/** Every code there is, as one piece of JSGF: a recogniser that expected the right one alone would hear it in a cough. */
export const SPOKEN_CODES = `[the code is] ${Array.from({ length: LENGTH }, () => `(${WORDS.join(' | ')})`).join(' ')}`;

import { codeIn, SPOKEN_CODES } from '../../tools/approval-code.ts';
import { isNo, isYes, NO_PHRASES, wordsOf, YES_PHRASES } from './dialogue.ts';

/** What somebody says to what waits for a yes. */
export type ApprovalReply =
  /** Says yes or no, to nothing in particular, to all of them, or to those at these places of the list (0 is the first). */
  | { type: 'answers'; answers: readonly { approved: boolean; which: 'plain' | 'all' | readonly number[] }[] }
  | { type: 'code'; code: string }
  /** Something else altogether. */
  | { type: 'other' };

const EVERY = new Set(['both', 'all', 'everything']);
const PLACES: Readonly<Record<string, number>> = { first: 0, second: 1, third: 2, fourth: 3 };
const NUMBERS: Readonly<Record<string, number>> = { one: 0, two: 1, three: 2, four: 3 };
const BETWEEN = new Set('to for the and but of them one please jarvis item thing just only do'.split(' '));
const YES = new Set('yes yeah yep yup sure ok okay'.split(' '));
const NO = new Set('no nope nah not'.split(' '));

/** Never takes what it does not know for an answer: one foreign word, and it is something else. */
export function readApprovalReply(text: string): ApprovalReply {
  const code = codeIn(text);
  if (code !== undefined) return { type: 'code', code };
  const words = wordsOf(text.replaceAll(/\bdo not\b/giu, "don't").replace(/^(?:\W*(?:please|jarvis)\b)+/iu, ''));
  const picked = readPicked(words);
  if (picked !== undefined) return { type: 'answers', answers: picked };
  if (isNo(words)) return plain(false);
  return isYes(words) || isYes(wordsOf(text)) ? plain(true) : { type: 'other' };
}

const plain = (approved: boolean): ApprovalReply => ({ type: 'answers', answers: [{ approved, which: 'plain' }] });

/** "yes to both", "the first one", "yes to the first, no to the second", "number two"; undefined when nothing is picked, or a word is foreign. */
function readPicked(words: readonly string[]): { approved: boolean; which: 'all' | number[] }[] | undefined {
  const answers: { approved: boolean; which: 'all' | number[] }[] = [];
  let approved = true;
  let current: { approved: boolean; which: 'all' | number[] } | undefined;
  for (const [index, word] of words.entries()) {
    const place = words[index - 1] === 'number' ? NUMBERS[word] : PLACES[word];
    if (YES.has(word) || NO.has(word)) {
      approved = YES.has(word);
      current = undefined;
    } else if (EVERY.has(word) || place !== undefined) {
      if (current === undefined) {
        current = { approved, which: [] };
        answers.push(current);
      }
      if (place === undefined) current.which = 'all';
      else if (current.which !== 'all') current.which.push(place);
    } else if (!BETWEEN.has(word) && !(word === 'number' && NUMBERS[words[index + 1] ?? ''] !== undefined)) return undefined;
  }
  return answers.length === 0 ? undefined : answers;
}

/** Everything that answers so many things read back together, for the recogniser to expect. */
export function approvalAnswers(count: number, withCode: boolean): string[] {
  const places = Object.keys(PLACES).slice(0, count);
  const numbers = Object.keys(NUMBERS).slice(0, count);
  const listed =
    count < 2
      ? []
      : [
          '[yes to | no to] (both | all | all of them)',
          `[yes to | no to] the (${places.join(' | ')}) [one]`,
          `[yes to | no to] number (${numbers.join(' | ')})`,
        ];
  return [...YES_PHRASES, ...NO_PHRASES, ...listed, ...(withCode ? [SPOKEN_CODES] : [])];
}

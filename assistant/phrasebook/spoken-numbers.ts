import { numberInWords } from './number-words.ts';

const DIGITS = 'one | two | three | four | five | six | seven | eight | nine';
const TEENS = 'ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen | eighteen | nineteen';

/** Ranges up to this many values are listed; larger ones are put together from tens and units, a little wider than the range. */
const LISTED = 20;

/** JSGF of a range of spoken numbers. Whole numbers, and halves where the range has them. */
export function spokenNumbers({ from, to, step }: { from: number; to: number; step: number }): string {
  const half = step < 1 ? ' [point five]' : '';
  if (to - from < LISTED && Number.isInteger(step)) {
    const texts: string[] = [];
    for (let value = from; value <= to; value += step) texts.push(inWords(value));
    return texts.join(' | ');
  }
  if (from >= 1000) return thousands(from, to);
  const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'
    .split(' ')
    .filter((_word, index) => (index + 2) * 10 <= to && (index + 2) * 10 + 9 >= from);
  const parts = [
    from <= 0 ? 'zero' : undefined,
    from <= 9 ? DIGITS : undefined,
    from <= 19 ? TEENS : undefined,
    tens.length === 0 ? undefined : `(${tens.join(' | ')}) [${DIGITS}]`,
    to >= 100 ? '(a | one) hundred' : undefined,
  ];
  const body = parts.filter((part) => part !== undefined).join(' | ');
  return half === '' ? body : `(${body})${half}`;
}

const inWords = (value: number): string => [...(value < 0 ? ['minus'] : []), ...numberInWords(String(Math.abs(value)))].join(' ');

/** Thousands in steps of a hundred: "two thousand seven hundred", "twenty seven hundred". */
function thousands(from: number, to: number): string {
  const units = 'one two three four five six seven eight nine'.split(' ');
  const heads = units.filter((_word, index) => (index + 1) * 1000 + 999 >= from && (index + 1) * 1000 <= to);
  return `(${heads.join(' | ')}) thousand [(${DIGITS}) hundred] | (${DIGITS} | ${TEENS} | (twenty | thirty | forty | fifty | sixty) [${DIGITS}]) hundred`;
}

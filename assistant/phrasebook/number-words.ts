const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const ORDINALS =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'.split(
    ' ',
  );

const VALUES = new Map<string, number>([
  ...SMALL.map((word, value) => [word, value] as const),
  ...TENS.flatMap((word, index) => (word === '' ? [] : [[word, index * 10] as const])),
  ['oh', 0],
]);

export const NUMBER_WORDS: ReadonlySet<string> = new Set([...VALUES.keys(), 'hundred', 'thousand', 'point', 'minus']);

/** The words of a whole number below a billion; longer ones digit by digit. */
function wholeInWords(value: number): string[] {
  if (value < 20) return [SMALL[value]!];
  if (value < 100) return [TENS[Math.floor(value / 10)]!, ...(value % 10 === 0 ? [] : [SMALL[value % 10]!])];
  for (const [size, name] of [
    [1_000_000, 'million'],
    [1000, 'thousand'],
    [100, 'hundred'],
  ] as const) {
    if (value >= size) return [...wholeInWords(Math.floor(value / size)), name, ...(value % size === 0 ? [] : wholeInWords(value % size))];
  }
  return [];
}

/** `"20.5"` → `twenty point five`; digits only, `.` as decimal point; more than nine digits are spelled. */
export function numberInWords(digits: string): string[] {
  const [whole = '', fraction] = digits.split('.');
  const trimmed = whole.replace(/^0+(?=\d)/u, '');
  const words = trimmed.length > 9 ? [...trimmed].map((digit) => SMALL[Number(digit)]!) : wholeInWords(Number(trimmed));
  return fraction === undefined || fraction === '' ? words : [...words, 'point', ...[...fraction].map((digit) => SMALL[Number(digit)]!)];
}

/** `1` → `first`; undefined above 99. */
export function ordinalInWords(value: number): string[] | undefined {
  if (value < 20) return [ORDINALS[value]!];
  if (value > 99) return undefined;
  if (value % 10 === 0) return [`${TENS[value / 10]!.slice(0, -1)}ieth`];
  return [TENS[Math.floor(value / 10)]!, ORDINALS[value % 10]!];
}

export interface NumberReading {
  value: number;
  /** Index of the first word after the number. */
  end: number;
}

const isArticle = (word: string | undefined): boolean => word === 'a' || word === 'an';

/**
 * Every number that starts at `start`: "twenty five" gives 20 and 25, "twenty seven hundred" also 2700. Longest last.
 * Reads `a hundred`, `minus`, `point`, `and a half`, `one oh five`.
 */
export function readNumbers(words: readonly string[], start: number): NumberReading[] {
  let at = start;
  const negative = words[at] === 'minus';
  if (negative) at++;
  const readings: NumberReading[] = [];
  if (isArticle(words[at]) && (words[at + 1] === 'hundred' || words[at + 1] === 'thousand')) at++;
  let total = 0;
  let group: number | undefined;
  let last: 'none' | 'small' | 'tens' | 'hundred' | 'thousand' = 'none';
  for (; at < words.length; at++) {
    const word = words[at]!;
    const value = VALUES.get(word);
    if (word === 'and' && (last === 'hundred' || last === 'thousand') && VALUES.has(words[at + 1] ?? '')) continue;
    if (isArticle(word) && last === 'none') continue;
    if (value !== undefined) {
      const fits = last === 'none' || last === 'hundred' || last === 'thousand' || (last === 'tens' && value > 0 && value < 10);
      if (!fits) break;
      group = (group ?? 0) + value;
      last = value >= 20 ? 'tens' : 'small';
    } else if (word === 'hundred' && (group === undefined || group < 100) && last !== 'hundred') {
      group = (group ?? 1) * 100;
      last = 'hundred';
    } else if (word === 'thousand' && total === 0 && last !== 'thousand') {
      total = (group ?? 1) * 1000;
      group = 0;
      last = 'thousand';
    } else break;
    readings.push({ value: total + (group ?? 0), end: at + 1 });
  }
  withFractions(words, readings);
  return negative ? readings.map(({ value, end }) => ({ value: -value, end })) : readings;
}

function withFractions(words: readonly string[], readings: NumberReading[]): void {
  const longest = readings.at(-1);
  if (longest === undefined) return;
  if (words[longest.end] === 'point') {
    let fraction = '';
    let at = longest.end + 1;
    for (; at < words.length; at++) {
      const digit = VALUES.get(words[at]!);
      if (digit === undefined || digit > 9) break;
      fraction += digit;
      readings.push({ value: Number(`${longest.value}.${fraction}`), end: at + 1 });
    }
  } else if (words[longest.end] === 'and') {
    const half = isArticle(words[longest.end + 1]) ? longest.end + 2 : longest.end + 1;
    if (words[half] === 'half') readings.push({ value: longest.value + 0.5, end: half + 1 });
  }
}

/** Characters at the end of an answer that are looked at. */
const TAIL = 4000;
/** New characters between two looks: a look costs some 50 µs. */
const LOOK_EVERY = 200;
/** A block that comes this often in a row, and this many characters in all, is a loop. */
const TIMES = 4;
const LEAST_LOOP = 400;
/** Rulers, tables and blanks are long without being loops. */
const LEAST_LOOP_WITHOUT_WORDS = 2000;
/** The same words in a row, this often among the last words, whatever stands between. */
const WORDS_IN_A_ROW = 12;
const OFTEN = 10;

/** Watches an answer as it comes. */
export interface RepetitionWatch {
  /** True: it goes round in circles, and no more will come of it. */
  add(text: string): boolean;
}

export function repetitionWatch(): RepetitionWatch {
  let tail = '';
  let unseen = 0;
  return {
    add(text) {
      tail = (tail + text).slice(-TAIL);
      unseen += text.length;
      if (unseen < LOOK_EVERY) return false;
      unseen = 0;
      return repeatsAtEnd(tail) || repeatsWords(tail);
    },
  };
}

/** The end of the text is one block, over and over. */
export function repeatsAtEnd(text: string): boolean {
  // Read backwards, `borders[length]` is the longest proper prefix of the first `length` characters that is also their end; the rest of them is the period.
  const borders = new Uint16Array(text.length + 1);
  const last = text.length - 1;
  for (let length = 1, border = 0; length < text.length; length += 1) {
    while (border > 0 && text.charCodeAt(last - length) !== text.charCodeAt(last - border)) border = borders[border] ?? 0;
    if (text.charCodeAt(last - length) === text.charCodeAt(last - border)) border += 1;
    borders[length + 1] = border;
    const seen = length + 1;
    const period = seen - border;
    if (seen < LEAST_LOOP || seen < TIMES * period) continue;
    const block = text.slice(text.length - period);
    if (seen >= LEAST_LOOP_WITHOUT_WORDS || /[\p{L}\p{N}]/u.test(block)) return true;
  }
  return false;
}

function repeatsWords(text: string): boolean {
  const words = text.split(/\s+/u);
  const counts = new Map<string, number>();
  for (let index = 0; index + WORDS_IN_A_ROW <= words.length; index += 1) {
    const run = words.slice(index, index + WORDS_IN_A_ROW).join(' ');
    const count = (counts.get(run) ?? 0) + 1;
    if (count >= OFTEN) return true;
    counts.set(run, count);
  }
  return false;
}

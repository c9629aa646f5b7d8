/** The longest piece that is spoken at once; characters. */
export const LONGEST_SENTENCE = 300;

const ABBREVIATIONS = new Set('mr mrs ms dr prof st no vs e.g i.e approx fig jr sr inc ltd'.split(' '));
/** An end mark with closing quotes, then space (or the end of the text). */
const END = /[.!?…]+["'”’)\]]*(?=\s|$)|\n\s*/gu;

/** Cuts text into sentences, in order and without loss of words; "21.5 °C", "3 p.m. today" and "Dr. Watson" stay whole. */
export function splitSentences(text: string): string[] {
  const stream = new SentenceStream();
  return [...stream.push(text), ...stream.end()];
}

/** Sentences out of text that comes in pieces of any length, each as soon as it is certain that it is finished. */
export class SentenceStream {
  #rest = '';

  /** The sentences that `text` finishes. */
  push(text: string): string[] {
    this.#rest += text;
    return this.#take(false);
  }

  /** What is left. */
  end(): string[] {
    const sentences = this.#take(true);
    this.#rest = '';
    return sentences;
  }

  #take(final: boolean): string[] {
    const sentences: string[] = [];
    let start = 0;
    for (const match of this.#rest.matchAll(END)) {
      const end = match.index + match[0].length;
      // What follows an end mark decides whether it was one: "p.m. today", "21." before "5".
      if (end === this.#rest.length && !final) break;
      if (!isEnd(this.#rest.slice(start, match.index), match[0], this.#rest.slice(end))) continue;
      sentences.push(...pieces(this.#rest.slice(start, end)));
      start = end;
    }
    const rest = this.#rest.slice(start);
    if (final) sentences.push(...pieces(rest));
    else if (rest.length > 2 * LONGEST_SENTENCE) {
      const whole = pieces(rest);
      const last = whole.pop() ?? '';
      sentences.push(...whole);
      this.#rest = last;
      return sentences;
    }
    this.#rest = rest;
    return sentences;
  }
}

function isEnd(before: string, mark: string, after: string): boolean {
  if (mark !== '.') return true;
  const word = /[^\s(["'“‘]+$/u.exec(before)?.[0].toLowerCase() ?? '';
  if (ABBREVIATIONS.has(word) || /^[a-z]$/u.test(word)) return false;
  // "a.m." and "U.S." end a sentence only when a new one visibly starts.
  if (/^[a-z](\.[a-z])+$/u.test(word)) return /^\s*(\p{Lu}|$)/u.test(after);
  return true;
}

/** A sentence too long to be spoken at once is cut at a comma or a space, where there is one. */
function pieces(sentence: string): string[] {
  const result: string[] = [];
  let rest = sentence.trim();
  while (rest.length > LONGEST_SENTENCE) {
    const head = rest.slice(0, LONGEST_SENTENCE);
    const comma = Math.max(head.lastIndexOf(', '), head.lastIndexOf('; '), head.lastIndexOf(': '));
    const space = head.lastIndexOf(' ');
    let cut = comma > LONGEST_SENTENCE / 2 ? comma + 1 : space > 0 ? space : LONGEST_SENTENCE;
    // Half a surrogate pair is no character.
    if (/[\uD800-\uDBFF]/u.test(rest.charAt(cut - 1))) cut -= 1;
    result.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  if (rest !== '') result.push(rest);
  return result;
}

/** Beginnings of what some models write in place of calling a function. */
const CALL_BEGINNINGS = ['{', '[{', '<tool', '<function', '<|tool', '[TOOL_CALLS]', '```json', '```tool', '```homeassistant'];
const LONGEST_BEGINNING = Math.max(...CALL_BEGINNINGS.map(({ length }) => length));
const THINKS = '<think>';
const THOUGHT = '</think>';

/** Tells what of a model's text is for the person: no thoughts, no calls that were written out as text. Give it every piece; take what comes back. */
export class PersonText {
  #state: 'beginning' | 'thinking' | 'talking' | 'written-call' = 'beginning';
  /** Not decided yet. */
  #held = '';

  /** What may be shown now. */
  push(piece: string): string {
    if (this.#state === 'talking') return piece;
    if (this.#state === 'written-call') {
      this.#held += piece;
      return '';
    }
    this.#held += piece;
    return this.#decide(false);
  }

  /** What was still held back. */
  end(): string {
    return this.#state === 'beginning' ? this.#decide(true) : '';
  }

  /** The answer was a call that was written as text. */
  get isWrittenCall(): boolean {
    const named = /"?\b(name|function|tool)\b"?\s*[:=]|\[TOOL_CALLS\]|<\|?(tool|function)/u.test(this.#held);
    return this.#state === 'written-call' && named && /"?\b(arguments|parameters|input)\b"?\s*[:=]/u.test(this.#held);
  }

  /** What was taken for a written call; where it was none, it is for the person after all. */
  get held(): string {
    return this.#held;
  }

  #decide(isEnd: boolean): string {
    if (this.#state === 'thinking') {
      const end = this.#held.indexOf(THOUGHT);
      if (end < 0) {
        // The end may come in pieces.
        this.#held = this.#held.slice(-THOUGHT.length);
        return '';
      }
      this.#held = this.#held.slice(end + THOUGHT.length);
      this.#state = 'beginning';
    }
    const text = this.#held.trimStart();
    if (text === '') {
      if (isEnd) this.#held = '';
      return '';
    }
    if (text.startsWith(THINKS)) {
      this.#state = 'thinking';
      this.#held = text.slice(THINKS.length);
      return this.#decide(isEnd);
    }
    if (CALL_BEGINNINGS.some((beginning) => text.startsWith(beginning))) {
      this.#state = 'written-call';
      return '';
    }
    const isOpen = text.length < LONGEST_BEGINNING && [THINKS, ...CALL_BEGINNINGS].some((beginning) => beginning.startsWith(text));
    if (isOpen && !isEnd) return '';
    this.#state = 'talking';
    this.#held = '';
    return text;
  }
}

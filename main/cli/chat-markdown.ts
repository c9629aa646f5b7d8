const BOLD = ['\u001B[1m', '\u001B[22m'] as const;
const CODE = ['\u001B[36m', '\u001B[39m'] as const;
const DIM = ['\u001B[2m', '\u001B[22m'] as const;
const HEADING = ['\u001B[1;4m', '\u001B[22;24m'] as const;

/** A mark at a line's start: a heading, a point of a list, a quotation, or a fence with its line. */
const MARK = /^(#{1,6} |[-*+] |> |```[^\n]*\n)/u;
/** What may become one when more comes. */
const PERHAPS = /^(#{1,6}|[-*+>]|`{1,2}|```[^\n]*)?$/u;

/**
 * Markdown that comes in pieces, lightly styled for a terminal. What it is made of stays to be read: a mark is taken away only where its style says the same.
 * Nothing waits longer than until it is clear whether it is a mark.
 */
export class ChatMarkdown {
  #held = '';
  #atStart = true;
  #isCode = false;
  #isBold = false;
  #isInline = false;
  #isHeading = false;

  push(text: string): string {
    this.#held += text;
    return this.#write(false);
  }

  end(): string {
    const rest = this.#write(true);
    const close = `${this.#isBold ? BOLD[1] : ''}${this.#isInline ? CODE[1] : ''}${this.#isHeading ? HEADING[1] : ''}${this.#isCode ? DIM[1] : ''}`;
    this.#atStart = true;
    this.#isBold = this.#isInline = this.#isHeading = this.#isCode = false;
    return `${rest}${close}`;
  }

  #write(isLast: boolean): string {
    let written = '';
    while (this.#held !== '') {
      const piece = this.#atStart ? this.#startOfLine(isLast) : this.#next(isLast);
      if (piece === undefined) break;
      written += piece;
    }
    return written;
  }

  /** Undefined: more has to come first. */
  #startOfLine(isLast: boolean): string | undefined {
    const indent = /^[ \t]*/u.exec(this.#held)?.[0] ?? '';
    const rest = this.#held.slice(indent.length);
    const mark = MARK.exec(isLast ? `${rest}\n` : rest)?.[1];
    if (mark === undefined && !isLast && PERHAPS.test(rest)) return undefined;
    this.#atStart = false;
    if (mark?.startsWith('```') === true) {
      this.#held = rest.slice(mark.length);
      this.#isCode = !this.#isCode;
      this.#atStart = true;
      const line = rest.slice(0, mark.length);
      return this.#isCode ? `${DIM[0]}${indent}${line}` : `${indent}${line}${DIM[1]}`;
    }
    if (mark === undefined || this.#isCode) return '';
    this.#held = rest.slice(mark.length);
    if (mark.startsWith('#')) {
      this.#isHeading = true;
      return `${indent}${HEADING[0]}`;
    }
    return mark.startsWith('>') ? `${indent}│ ` : `${indent}• `;
  }

  #next(isLast: boolean): string | undefined {
    const stop = this.#isCode ? this.#held.indexOf('\n') : this.#held.search(/[\n`*]/u);
    if (stop !== 0) {
      const plain = stop < 0 ? this.#held : this.#held.slice(0, stop);
      this.#held = this.#held.slice(plain.length);
      return plain;
    }
    if (this.#held.startsWith('\n')) {
      this.#held = this.#held.slice(1);
      this.#atStart = true;
      const close = this.#isHeading ? HEADING[1] : '';
      this.#isHeading = false;
      return `${close}\n`;
    }
    if (this.#held.startsWith('`')) {
      this.#held = this.#held.slice(1);
      this.#isInline = !this.#isInline;
      return this.#isInline ? CODE[0] : CODE[1];
    }
    if (this.#held === '*' && !isLast) return undefined;
    if (this.#held.startsWith('**') && !this.#isInline) {
      this.#held = this.#held.slice(2);
      this.#isBold = !this.#isBold;
      return this.#isBold ? BOLD[0] : BOLD[1];
    }
    this.#held = this.#held.slice(1);
    return '*';
  }
}

import type { TurnEventBody } from '../../contract/turn-event.ts';

/** What the person gets to read, as it grows: the model's own words and sentences of JARVIS between them, each a paragraph. */
export class ReplyWriter {
  readonly #emit: (event: TurnEventBody) => void;
  #text = '';
  /** The next piece begins a paragraph. */
  #fresh = false;

  constructor(emit: (event: TurnEventBody) => void) {
    this.#emit = emit;
  }

  /** The next piece of a paragraph, in Markdown. */
  show(piece: string): void {
    const begins = this.#fresh && this.#text !== '';
    const shown = begins ? piece.trimStart() : piece;
    if (shown === '') return;
    this.#fresh = false;
    const text = begins ? `\n\n${shown}` : shown;
    this.#text += text;
    this.#emit({ type: 'reply-delta', text, rich: true });
  }

  endParagraph(): void {
    this.#fresh = true;
  }

  /** A paragraph of its own. */
  tell(sentence: string): void {
    this.endParagraph();
    this.show(sentence);
    this.endParagraph();
  }

  /** Everything so far, in Markdown: the pieces joined. */
  get text(): string {
    return this.#text;
  }
}

import type { AnswerSink } from './answer.ts';
import type { GrammarSchema } from './grammar-schema.ts';

/** The text of an answer on its way out. JSON that has to be mended at its end is held back until then. */
export class AnswerText {
  readonly #sink: Pick<AnswerSink, 'text'>;
  readonly #json: GrammarSchema | undefined;
  #held = '';

  constructor(sink: Pick<AnswerSink, 'text'>, json: GrammarSchema | undefined) {
    this.#sink = sink;
    this.#json = json?.exact === false ? json : undefined;
  }

  push(text: string): void {
    if (text === '') return;
    if (this.#json === undefined) this.#sink.text(text);
    else this.#held += text;
  }

  /** `whole`: the model came to its own end. */
  end(whole: boolean): void {
    if (this.#json === undefined || this.#held === '') return;
    this.#sink.text(whole ? JSON.stringify(this.#json.finish(JSON.parse(this.#held))) : this.#held);
    this.#held = '';
  }
}

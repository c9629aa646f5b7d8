import type { Completeness } from '../../contract/intent.ts';
import type { Transcriber, Transcript, TranscriptStream } from '../engine.ts';

/** The recogniser threw; the stream goes on without this utterance. */
export class RecogniserError extends Error {
  constructor(cause: unknown) {
    super('the recogniser failed', { cause });
    this.name = 'RecogniserError';
  }
}

export interface CompletenessQuestion {
  ask(text: string): Promise<Completeness>;
  /** Wait for each answer, so that results do not depend on how fast it comes (recordings), or go on without it (live). */
  wait: boolean;
  failed(error: unknown): void;
}

/** One utterance at the recogniser, and what the host thinks of it so far. Every method throws `RecogniserError` when the engine does. */
export class Utterance implements Disposable {
  readonly #transcriber: Transcriber;
  readonly #question: CompletenessQuestion;
  #stream: TranscriptStream;
  #partial = '';
  #completeness: Completeness = 'incomplete';

  constructor(transcriber: Transcriber, question: CompletenessQuestion) {
    this.#transcriber = transcriber;
    this.#question = question;
    this.#stream = engine(() => transcriber.open());
  }

  get partial(): string {
    return this.#partial;
  }

  /** Of the partial as it is now; `incomplete` until the host has answered. */
  get completeness(): Completeness {
    return this.#completeness;
  }

  async write(samples: Int16Array): Promise<void> {
    const text = engine(() => this.#stream.write(samples));
    if (text === undefined || text === this.#partial) return;
    this.#partial = text;
    this.#completeness = 'incomplete';
    const answered = this.#question.ask(text).then(
      (completeness) => {
        if (this.#partial === text) this.#completeness = completeness;
      },
      (error: unknown) => this.#question.failed(error),
    );
    if (this.#question.wait) await answered;
  }

  async end(): Promise<Transcript> {
    try {
      return await this.#stream.end();
    } catch (error) {
      throw new RecogniserError(error);
    }
  }

  /** Forgets everything heard so far, and begins again with `pieces`. */
  async restart(pieces: Iterable<Int16Array>): Promise<void> {
    engine(() => this.#stream[Symbol.dispose]());
    this.#stream = engine(() => this.#transcriber.open());
    this.#partial = '';
    this.#completeness = 'incomplete';
    for (const piece of pieces) await this.write(piece);
  }

  [Symbol.dispose](): void {
    engine(() => this.#stream[Symbol.dispose]());
  }
}

function engine<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw new RecogniserError(error);
  }
}

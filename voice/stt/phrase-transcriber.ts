import type { PhraseTranscriber, TranscriptStream } from '../engine.ts';
import { grammarWords } from './grammar-words.ts';
import { PhraseEngine } from './phrase-engine.ts';
import { PhraseStream } from './phrase-stream.ts';

export interface PhraseTranscriberOptions {
  /** 0 accepts nearly everything, 1 nearly nothing; the default of 0.5 is where the measured figures were taken. */
  rejection?: number;
  /** Heap, in bytes, from which the engine is replaced by a fresh one. */
  recycleAt?: number;
}

/** The C heap never shrinks and grows a little with every grammar: from here on a fresh instance is cheaper than the old one. */
const defaultRecycleAt = 220_000_000;

/** The embedded recogniser of a closed set of phrases. Throws when the package's WASM or model cannot be loaded. */
export async function createPhraseTranscriber(options: PhraseTranscriberOptions = {}): Promise<PhraseTranscriber> {
  const rejection = options.rejection ?? 0.5;
  return new EmbeddedPhraseTranscriber(await PhraseEngine.create(rejection), rejection, options.recycleAt ?? defaultRecycleAt);
}

class EmbeddedPhraseTranscriber implements PhraseTranscriber {
  readonly name = 'soundswallower phrases';
  readonly #rejection: number;
  readonly #recycleAt: number;
  #engine: PhraseEngine;
  #grammar: { id: string; jsgf: string } | undefined;
  #stream: PhraseStream | undefined;
  #idle: (() => void)[] = [];
  #changes: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(engine: PhraseEngine, rejection: number, recycleAt: number) {
    this.#engine = engine;
    this.#rejection = rejection;
    this.#recycleAt = recycleAt;
  }

  /**
   * Resolves once the grammar is in force; an utterance that is open then is heard to its end with the old one. Rejects with `GrammarError` and
   * leaves the old grammar in force when this one is broken. Changes are made in the order they were asked for; the same id and text again is free.
   */
  setGrammar(id: string, jsgf: string): Promise<void> {
    const change = this.#changes.then(() => this.#change(id, jsgf));
    this.#changes = change.catch(() => undefined);
    return change;
  }

  /** Throws before the first grammar, after disposal, and for the half second in which a failed engine is replaced. An utterance still open is abandoned: there is one microphone. */
  open(): TranscriptStream {
    if (this.#disposed) throw new Error('The phrase recogniser was closed.');
    if (this.#grammar === undefined) throw new Error('The phrase recogniser has no grammar yet.');
    if (this.#engine.broken) throw new Error('The phrase recogniser is being replaced after a failure.');
    this.#stream?.[Symbol.dispose]();
    const stream = new PhraseStream(this.#engine, () => this.#closed(stream));
    this.#stream = stream;
    return stream;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#stream?.[Symbol.dispose]();
    this.#engine[Symbol.dispose]();
  }

  async #change(id: string, jsgf: string): Promise<void> {
    if (this.#grammar?.id === id && this.#grammar.jsgf === jsgf) return;
    grammarWords(jsgf);
    if (this.#engine.broken || this.#engine.heapBytes > this.#recycleAt) {
      const fresh = await PhraseEngine.create(this.#rejection);
      fresh.setGrammar(jsgf);
      await this.#untilIdle();
      this.#engine[Symbol.dispose]();
      this.#engine = fresh;
    } else {
      await this.#untilIdle();
      this.#engine.setGrammar(jsgf);
    }
    this.#grammar = { id, jsgf };
  }

  /** The failure itself was thrown to whoever wrote the sound; if the new engine fails too, the next change of grammar or `open` says so. */
  #replaceBroken(): void {
    this.#changes = this.#changes
      .then(async () => {
        if (!this.#engine.broken || this.#disposed || this.#grammar === undefined) return;
        const fresh = await PhraseEngine.create(this.#rejection);
        fresh.setGrammar(this.#grammar.jsgf);
        this.#engine = fresh;
      })
      .catch(() => undefined);
  }

  async #untilIdle(): Promise<void> {
    while (this.#stream !== undefined) await new Promise<void>((resolve) => this.#idle.push(resolve));
    if (this.#disposed) throw new Error('The phrase recogniser was closed.');
  }

  #closed(stream: PhraseStream): void {
    if (this.#stream === stream) this.#stream = undefined;
    if (this.#engine.broken) this.#replaceBroken();
    for (const resume of this.#idle.splice(0)) resume();
  }
}

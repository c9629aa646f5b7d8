import { GrammarError, grammarWords } from './grammar-words.ts';
import { loopGrammar, loopWords } from './phone-loop.ts';
import { pronounce } from './pronounce.ts';
import { type DecoderSettings, SpeechDecoder } from './speech-decoder.ts';
import { loadSpeechModule, type SpeechModule } from './speech-module.ts';
import { wordGraph } from './word-graph.ts';

/**
 * With the right cepstral mean 48 of 48 recorded orders are right with these widths as with 1e-80 and 1e-120, and with `topn` 4 as with 8; these are
 * the cheapest. All senones are computed so that both searches score every frame against the same best sound; only then may their scores be compared
 * (a third more time). Some hundred names keep fewer than 1500 HMMs alive; the beams narrow above 3000, which bounds the cost of larger grammars.
 */
const search: DecoderSettings = { beam: 1e-60, pbeam: 1e-60, wbeam: 1e-45, topn: 4, compallsen: true, maxhmmpf: 3_000 };
/** The loop has the best sound of each moment near its best path anyway: narrow beams change its score by less than 4 per cent, at two thirds of the time. */
const loopSearch: DecoderSettings = { beam: 1e-30, pbeam: 1e-30, wbeam: 1e-20, topn: 4, compallsen: true, lw: 1 };

/** One WASM instance with the search over the grammar, the free phone loop beside it, and a front end to look at the sound. */
export class PhraseEngine {
  readonly grammar: SpeechDecoder;
  readonly loop: SpeechDecoder;
  readonly ear: SpeechDecoder;
  readonly rejection: number;
  /** Its C code failed half way: nothing in this instance can be trusted any more. */
  broken = false;
  readonly #module: SpeechModule;
  #added = 0;

  private constructor(module: SpeechModule, decoders: [SpeechDecoder, SpeechDecoder, SpeechDecoder], rejection: number) {
    this.#module = module;
    [this.grammar, this.loop, this.ear] = decoders;
    this.rejection = rejection;
  }

  /** About 0.5 s and 90 MB. */
  static async create(rejection: number): Promise<PhraseEngine> {
    const module = await loadSpeechModule();
    const grammar = await SpeechDecoder.create(module, search);
    const loop = await SpeechDecoder.create(module, loopSearch);
    loop.addWords(loopWords);
    loop.setGrammar(loopGrammar);
    return new PhraseEngine(module, [grammar, loop, await SpeechDecoder.createEar(module)], rejection);
  }

  get heapBytes(): number {
    return this.#module.HEAPU8.length;
  }

  /** Words added so far; each stays in the dictionary until the engine goes. */
  get addedWords(): number {
    return this.#added;
  }

  /** Not while an utterance is open. Throws `GrammarError` and keeps the grammar it had. */
  setGrammar(jsgf: string): void {
    const missing = grammarWords(jsgf).filter((word) => !this.grammar.knows(word));
    this.grammar.addWords(missing.map((word) => [word, pronounce(word, (part) => this.grammar.pronunciation(part))]));
    this.#added += missing.length;
    try {
      this.grammar.setGraph(wordGraph(jsgf));
    } catch (error) {
      throw new GrammarError(
        `The speech recogniser does not take this grammar: ${error instanceof Error ? error.message : String(error)}.`,
        { cause: error },
      );
    }
  }

  [Symbol.dispose](): void {
    if (this.broken) return;
    this.grammar[Symbol.dispose]();
    this.loop[Symbol.dispose]();
    this.ear[Symbol.dispose]();
  }
}

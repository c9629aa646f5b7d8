import { readText, type SpeechModule } from './speech-module.ts';
import { sphinxGraph, type WordGraph } from './word-graph.ts';

/** Samples per frame step, and the samples one frame looks at (410 = 25.6 ms at 16 kHz). */
export const frameStep = 160;
export const frameLength = 410;

export interface Segment {
  word: string;
  /** Frames of 10 ms, both inclusive, from the first frame given. */
  start: number;
  end: number;
  /** Log likelihood relative to the best sound of each frame, in steps of the model's own logarithm; 0 is the best there is. */
  score: number;
}

export interface DecoderSettings {
  beam: number;
  pbeam: number;
  wbeam: number;
  topn: number;
  compallsen: boolean;
  maxhmmpf?: number;
  lw?: number;
}

/** One search over one grammar, with the cepstral mean in our hands. */
export class SpeechDecoder {
  readonly #module: SpeechModule;
  readonly #decoder: InstanceType<SpeechModule['Decoder']>;
  #open = false;

  private constructor(module: SpeechModule, decoder: InstanceType<SpeechModule['Decoder']>) {
    this.#module = module;
    this.#decoder = decoder;
  }

  static async create(module: SpeechModule, settings: DecoderSettings): Promise<SpeechDecoder> {
    const decoder = new module.Decoder({ samprate: 16_000, loglevel: 'FATAL', ...settings });
    // The model's own feat_params.json is read in `init_featparams` and would win over what the constructor was given; its noise removal
    // costs accuracy on clean speech (47 of 48 instead of 48 at 20 dB) and its mean is replaced by ours.
    await decoder.init_featparams();
    decoder.set_config('remove_noise', 0);
    await decoder.init_cleanup();
    await decoder.init_fe();
    await decoder.init_feat();
    decoder.cacmod = await decoder.init_acmod();
    await decoder.load_acmod_files();
    await decoder.init_dict();
    await decoder.init_grammar();
    decoder.initialized = true;
    return new SpeechDecoder(module, decoder);
  }

  /** A front end without a model: all that `spectrum` needs. */
  static async createEar(module: SpeechModule): Promise<SpeechDecoder> {
    const decoder = new module.Decoder({ samprate: 16_000, loglevel: 'FATAL' });
    await decoder.init_featparams();
    decoder.set_config('remove_noise', 0);
    await decoder.init_cleanup();
    await decoder.init_fe();
    decoder.initialized = true;
    return new SpeechDecoder(module, decoder);
  }

  knows(word: string): boolean {
    return this.pronunciation(word) !== undefined;
  }

  pronunciation(word: string): string | undefined {
    const found: string | null = this.#decoder.lookup_word(word);
    return found ?? undefined;
  }

  addWords(words: readonly (readonly [word: string, phones: string])[]): void {
    if (words.length > 0) this.#decoder.add_words(...words.map(([word, phones]): [string, string] => [word, phones]));
  }

  /** Throws and keeps the grammar it had when `jsgf` is not valid or has a word that the dictionary lacks. */
  setGrammar(jsgf: string): void {
    this.#decoder.set_grammar(jsgf);
  }

  /**
   * The same for a word graph. A word that the dictionary lacks is found before the C code sees it: failing on one, it frees the model under the
   * decoder. Two hundred changes between graphs of 60 and 360 states leave 12 MB more on the heap than the first.
   */
  setGraph(graph: WordGraph): void {
    for (const { arcs } of graph.states)
      for (const { word } of arcs) if (!this.knows(word)) throw new Error(`The dictionary lacks "${word}".`);
    const bytes = Buffer.from(`${sphinxGraph(graph)}\0`, 'utf8');
    // The file keeps the memory and frees it with itself.
    const memory = this.#module._malloc(bytes.length);
    if (memory === 0) throw new Error('There is no memory for the grammar.');
    this.#module.HEAPU8.set(bytes, memory);
    const file = this.#module._s3file_init(memory, bytes.length - 1);
    const result = this.#module._decoder_init_grammar_s3file(this.#decoder.cdecoder, file, 0);
    if (result < 0) throw new Error('The speech recogniser does not take this graph.');
  }

  /** Begins an utterance; `mean` is subtracted from every frame's cepstrum. */
  start(mean: readonly number[]): void {
    this.abandon();
    this.#decoder.set_config('cmninit', mean.map((value) => value.toFixed(3)).join(','));
    const frontEnd = this.#module._decoder_init_fe(this.#decoder.cdecoder);
    const features = this.#module._decoder_init_feat_s3file(this.#decoder.cdecoder, 0);
    if (frontEnd === 0 || features === 0 || this.#module._acmod_reinit_feat(this.#decoder.cacmod, frontEnd, features) < 0)
      throw new Error('The speech recogniser could not set up its front end.');
    this.#decoder.start();
    this.#open = true;
  }

  process(samples: Float32Array): void {
    this.#decoder.process_audio(samples);
  }

  finish(): void {
    if (this.#open) this.#decoder.stop();
    this.#open = false;
  }

  /** Ends an utterance whose result nobody wants. */
  abandon(): void {
    this.finish();
  }

  text(): string {
    return readText(this.#module, this.#module._decoder_hyp(this.#decoder.cdecoder, 0));
  }

  /** The best path word by word, fillers and silences too; empty when no path ends where the grammar may end. */
  segments(): Segment[] {
    const segments: Segment[] = [];
    // seg_iter_t of 0.6.3 on wasm32: vtable, search, word, start, end, acoustic score, language score; nothing exported reads the scores.
    for (
      let segment = this.#module._decoder_seg_iter(this.#decoder.cdecoder);
      segment !== 0;
      segment = this.#module._seg_iter_next(segment)
    ) {
      const field = (index: number): number => this.#module.HEAP32[(segment >> 2) + index] ?? 0;
      segments.push({ word: readText(this.#module, field(2)), start: field(3), end: field(4), score: field(5) });
    }
    return segments;
  }

  /** Log mel spectrum, 20 values a frame, of samples that begin at a frame's start. Never while an utterance is open. */
  spectrum(samples: Float32Array): Float32Array {
    return this.#decoder.spectrogram(samples).data;
  }

  [Symbol.dispose](): void {
    this.#decoder.delete();
  }
}

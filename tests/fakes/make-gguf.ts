import { ChatVocabulary, chatTemplate, END_TOKEN, START_TOKEN } from './make-gguf-vocabulary.ts';
import { type GgufTensor, type GgufValue, writeGguf } from './make-gguf-writer.ts';

/** Sizes of a model that is made; all have small defaults. */
export interface GgufShape {
  dimension?: number;
  layers?: number;
  heads?: number;
  feedForward?: number;
  contextLength?: number;
  /** The same seed and shape give the same bytes. */
  seed?: number;
  /** Jinja; absent: ChatML that knows no tools. */
  template?: string;
}

export interface GgufMade {
  path: string;
  bytes: number;
  vocabulary: number;
}

/** A chat model of llama architecture with random weights: it babbles, at the speed that a real one of its size has. 4 bytes a weight. */
export function makeRandomGguf(path: string, shape: GgufShape = {}): GgufMade {
  const { dimension = 64, seed = 1 } = shape;
  const vocabulary = new ChatVocabulary();
  const noise = gaussianNoise(seed);
  const weights = (scale: number): GgufTensor['fill'] => {
    const next = noise();
    return (target) => next(target, scale);
  };
  const layer = 1 / Math.sqrt(dimension);
  const bytes = writeLlama(path, { ...shape, dimension }, vocabulary, shape.template ?? chatTemplate(), {
    embedding: weights(1),
    layer: () => weights(layer),
    output: weights(3 * layer),
  });
  return { path, bytes, vocabulary: vocabulary.size };
}

/** A token that follows another: text that is one token (each at most once), or raw bytes, one token each. */
export type ScriptPiece = string | Uint8Array;

export interface Script {
  /** What it says at the start of its answer. */
  says?: readonly ScriptPiece[];
  /** After what it says: one tool call, in the engine's own syntax for templates that know no tools. `input` is compact JSON text. */
  call?: { name: string; input: string };
  /** What it says after a tool's result. */
  afterResult?: readonly ScriptPiece[];
  /** It never stops: `says` (or `afterResult`) begins anew at its end. */
  endless?: boolean;
  /** Its template speaks of tools, so that it counts as one that can call them. */
  tools?: boolean;
  contextLength?: number;
  seed?: number;
}

/** A chat model that says what it is told to: each token has one successor, whatever came before. */
export function makeScriptedGguf(path: string, script: Script): GgufMade {
  const { says = [], call, afterResult = [], endless = false, tools = false, contextLength = 4096, seed = 1 } = script;
  const dimension = 512;
  const pieces = [...says, ...afterResult].filter((piece) => typeof piece === 'string');
  const vocabulary = new ChatVocabulary(call === undefined ? pieces : [...pieces, '||call: ', call.name, call.input]);
  const tokens = (list: readonly ScriptPiece[]): number[] =>
    list.flatMap((piece) => (typeof piece === 'string' ? [vocabulary.id(piece)] : [...piece].map((byte) => vocabulary.id(byte))));
  const successors = new Map<number, number>();
  const follow = (from: number, to: number): void => {
    if (successors.has(from)) throw new Error('a scripted model may say each piece only once');
    successors.set(from, to);
  };
  const chain = (start: number, list: readonly number[], end: number | undefined): void => {
    let last = start;
    for (const token of list) {
      follow(last, token);
      last = token;
    }
    const next = end ?? list[0];
    if (next !== undefined) follow(last, next);
  };
  const end = endless ? undefined : vocabulary.id(END_TOKEN);
  const start = vocabulary.id(START_TOKEN);
  if (call === undefined) chain(start, tokens(says), end);
  else {
    chain(start, [...tokens(says), vocabulary.id('||call: ')], vocabulary.id(call.name));
    chain(vocabulary.id('('), [vocabulary.id(call.input)], vocabulary.id(END_TOKEN));
  }
  // A tool's result ends in a line break, and the answer goes on from there.
  chain(vocabulary.id(0x0a), tokens(afterResult), end ?? (afterResult.length === 0 ? vocabulary.id(END_TOKEN) : undefined));

  const embedding = new Float32Array(vocabulary.size * dimension);
  gaussianNoise(seed)()(embedding, 1);
  const output = new Float32Array(embedding.length);
  for (const [from, to] of successors) {
    for (let index = 0; index < dimension; index++) output[to * dimension + index]! += embedding[from * dimension + index]! * 0.05;
  }
  const shape = { dimension, contextLength, seed };
  const bytes = writeLlama(path, shape, vocabulary, `${tools ? '{% if tools %}{% endif %}' : ''}${chatTemplate(START_TOKEN)}`, {
    embedding: (target, offset) => target.set(embedding.subarray(offset, offset + target.length)),
    layer: () => () => undefined,
    output: (target, offset) => target.set(output.subarray(offset, offset + target.length)),
  });
  return { path, bytes, vocabulary: vocabulary.size };
}

interface Weights {
  embedding: GgufTensor['fill'];
  layer(): GgufTensor['fill'];
  output: GgufTensor['fill'];
}

function writeLlama(
  path: string,
  shape: GgufShape & { dimension: number },
  vocabulary: ChatVocabulary,
  template: string,
  weights: Weights,
): number {
  const { dimension, layers = 2, heads = 4, feedForward = dimension * 2, contextLength = 4096 } = shape;
  const number = (value: number): GgufValue => ({ type: 'uint32', value });
  const header: Record<string, GgufValue> = {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: 'made-by-tests' },
    'general.alignment': number(32),
    'general.file_type': number(0),
    'llama.context_length': number(contextLength),
    'llama.embedding_length': number(dimension),
    'llama.block_count': number(layers),
    'llama.feed_forward_length': number(feedForward),
    'llama.attention.head_count': number(heads),
    'llama.attention.head_count_kv': number(heads),
    'llama.attention.layer_norm_rms_epsilon': { type: 'float32', value: 1e-5 },
    'llama.rope.dimension_count': number(dimension / heads),
    'llama.rope.freq_base': { type: 'float32', value: 10_000 },
    'llama.vocab_size': number(vocabulary.size),
    ...vocabulary.header(template),
  };
  const tensors: GgufTensor[] = [{ name: 'token_embd.weight', shape: [dimension, vocabulary.size], fill: weights.embedding }];
  for (let layer = 0; layer < layers; layer++) {
    const name = (part: string): string => `blk.${layer}.${part}.weight`;
    tensors.push({ name: name('attn_norm'), shape: [dimension], fill: ones });
    for (const part of ['attn_q', 'attn_k', 'attn_v', 'attn_output'])
      tensors.push({ name: name(part), shape: [dimension, dimension], fill: weights.layer() });
    tensors.push({ name: name('ffn_norm'), shape: [dimension], fill: ones });
    for (const part of ['ffn_gate', 'ffn_up']) tensors.push({ name: name(part), shape: [dimension, feedForward], fill: weights.layer() });
    tensors.push({ name: name('ffn_down'), shape: [feedForward, dimension], fill: weights.layer() });
  }
  tensors.push(
    { name: 'output_norm.weight', shape: [dimension], fill: ones },
    { name: 'output.weight', shape: [dimension, vocabulary.size], fill: weights.output },
  );
  return writeGguf(path, header, tensors);
}

function ones(target: Float32Array): void {
  target.fill(1);
}

/** Streams of normal noise from one seed; each repeats itself after a million numbers, which no matrix product minds. */
export function gaussianNoise(seed: number): () => (target: Float32Array, scale: number) => void {
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pool: number[] = [];
  const limit = 1_000_003;
  let streams = 0;
  return () => {
    let at = (streams++ * 7919) % limit;
    return (target, scale) => {
      for (let index = 0; index < target.length; index++) {
        while (pool.length <= at) pool.push(Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
        target[index] = pool[at]! * scale;
        at = (at + 1) % limit;
      }
    };
  };
}

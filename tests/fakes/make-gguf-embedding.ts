import { type GgufMade, type GgufShape, gaussianNoise } from './make-gguf.ts';
import { type GgufTensor, type GgufValue, writeGguf } from './make-gguf-writer.ts';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;

/** An embedding model of bert architecture with random weights, mean pooling, and letters for words: equal texts give equal vectors, others differ. */
export function makeEmbeddingGguf(path: string, shape: GgufShape = {}): GgufMade {
  const { dimension = 64, layers = 2, heads = 4, feedForward = dimension * 2, contextLength = 512, seed = 1 } = shape;
  const characters = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index).toLowerCase());
  const letters = [...new Set(characters)];
  // A word piece at the start of a word carries the mark of the space before it.
  const tokens = [...SPECIAL, ...letters.map((letter) => `▁${letter}`), ...letters];
  const number = (value: number): GgufValue => ({ type: 'uint32', value });
  const header: Record<string, GgufValue> = {
    'general.architecture': { type: 'string', value: 'bert' },
    'general.name': { type: 'string', value: 'made-by-tests' },
    'general.file_type': number(0),
    'bert.context_length': number(contextLength),
    'bert.embedding_length': number(dimension),
    'bert.block_count': number(layers),
    'bert.feed_forward_length': number(feedForward),
    'bert.attention.head_count': number(heads),
    'bert.attention.layer_norm_epsilon': { type: 'float32', value: 1e-12 },
    'bert.attention.causal': { type: 'bool', value: false },
    'bert.pooling_type': number(1),
    'tokenizer.ggml.model': { type: 'string', value: 'bert' },
    'tokenizer.ggml.pre': { type: 'string', value: 'jina-v2-en' },
    'tokenizer.ggml.tokens': { type: 'strings', value: tokens },
    'tokenizer.ggml.token_type': { type: 'integers', value: tokens.map((_, index) => (index < SPECIAL.length ? 3 : 1)) },
    'tokenizer.ggml.token_type_count': number(2),
    'tokenizer.ggml.unknown_token_id': number(1),
    'tokenizer.ggml.seperator_token_id': number(3),
    'tokenizer.ggml.padding_token_id': number(0),
    'tokenizer.ggml.cls_token_id': number(2),
    'tokenizer.ggml.mask_token_id': number(4),
  };
  const noise = gaussianNoise(seed);
  const weight = (name: string, sizes: readonly number[], scale: number): GgufTensor => {
    const next = noise();
    return { name, shape: sizes, fill: (target) => next(target, scale) };
  };
  const scale = 1 / Math.sqrt(dimension);
  const norm = (name: string): GgufTensor[] => [
    { name: `${name}.weight`, shape: [dimension], fill: (target) => target.fill(1) },
    { name: `${name}.bias`, shape: [dimension], fill: () => undefined },
  ];
  const linear = (name: string, inputs: number, outputs: number): GgufTensor[] => [
    weight(`${name}.weight`, [inputs, outputs], scale),
    { name: `${name}.bias`, shape: [outputs], fill: () => undefined },
  ];
  const tensors: GgufTensor[] = [
    weight('token_embd.weight', [dimension, tokens.length], 1),
    weight('token_types.weight', [dimension, 2], 0.1),
    weight('position_embd.weight', [dimension, contextLength], 0.1),
    ...norm('token_embd_norm'),
  ];
  for (let layer = 0; layer < layers; layer++) {
    const name = (part: string): string => `blk.${layer}.${part}`;
    for (const part of ['attn_q', 'attn_k', 'attn_v', 'attn_output']) tensors.push(...linear(name(part), dimension, dimension));
    tensors.push(...norm(name('attn_output_norm')));
    tensors.push(...linear(name('ffn_up'), dimension, feedForward), ...linear(name('ffn_down'), feedForward, dimension));
    tensors.push(...norm(name('layer_output_norm')));
  }
  return { path, bytes: writeGguf(path, header, tensors), vocabulary: tokens.length };
}

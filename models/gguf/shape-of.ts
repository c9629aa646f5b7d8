import type { GgufTensor, GgufValue } from './parse-header.ts';

/**
 * Of every so many layers the last sees all tokens, the others only the window. llama.cpp knows these by heart (`set_swa_pattern` in
 * llama-model.cpp); newer files say it themselves.
 */
const WINDOW_PATTERN: Readonly<Record<string, number>> = {
  gemma2: 2,
  gemma3: 6,
  'gemma-embedding': 6,
  gemma3n: 5,
  cohere2: 4,
  'gpt-oss': 2,
  olmo2: 4,
  exaone4: 4,
};

/**
 * What the metadata says of the shape, in the words of `ModelShape` but unchecked: absent or senseless values stay so, and the schema judges.
 */
export function shapeOf(
  architecture: string,
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
): Record<string, unknown> {
  const at = (key: string): GgufValue | undefined => metadata.get(`${architecture}.${key}`);
  const number = (key: string): number | undefined => {
    const found = at(key);
    return typeof found === 'number' ? found : undefined;
  };
  const layers = number('block_count');
  const embedding = number('embedding_length');
  const heads = perLayer(at('attention.head_count'), Math.max);
  const kvHeads = perLayer(at('attention.head_count_kv'), mean) ?? heads;
  const headLength = embedding !== undefined && heads !== undefined ? Math.floor(embedding / heads) : undefined;
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const vocabulary = number('vocab_size') ?? (typeof tokens === 'object' ? tokens.length : vocabularyOf(tensors));
  const window = windowOf(architecture, at, layers);
  const active = activeParameters(number('expert_count'), number('expert_used_count'), tensors);
  return {
    architecture,
    parameters: tensors.reduce((sum, each) => sum + each.elements, 0),
    layers,
    embedding,
    heads,
    kvHeads,
    keyLength: number('attention.key_length') ?? headLength,
    valueLength: number('attention.value_length') ?? headLength,
    vocabulary,
    contextLength: number('context_length'),
    ...(window === undefined ? {} : { slidingWindow: window }),
    ...(active === undefined ? {} : { activeParameters: active }),
  };
}

/** One number, or one for each layer: hybrids have layers without any. */
function perLayer(value: GgufValue | undefined, together: (...numbers: number[]) => number): number | undefined {
  if (typeof value === 'number') return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return together(...value);
}

/** Rounded up, so that what is counted with it is never too little. */
const mean = (...numbers: number[]): number => Math.max(1, Math.ceil(numbers.reduce((sum, each) => sum + each, 0) / numbers.length));

function windowOf(
  architecture: string,
  at: (key: string) => GgufValue | undefined,
  layers: number | undefined,
): { tokens: number; layers: number } | undefined {
  const tokens = at('attention.sliding_window');
  if (typeof tokens !== 'number' || tokens < 1 || layers === undefined) return undefined;
  const said = at('attention.sliding_window_pattern');
  if (Array.isArray(said)) return { tokens, layers: Math.min(layers, said.filter((each) => each !== 0).length) };
  const pattern = typeof said === 'number' ? said : WINDOW_PATTERN[architecture];
  if (pattern === undefined || pattern < 2) return undefined;
  return { tokens, layers: layers - Math.floor(layers / pattern) };
}

function vocabularyOf(tensors: readonly GgufTensor[]): number | undefined {
  return tensors.find((each) => each.name === 'token_embd.weight')?.dimensions[1];
}

function activeParameters(experts: number | undefined, used: number | undefined, tensors: readonly GgufTensor[]): number | undefined {
  if (experts === undefined || used === undefined || experts < 1 || used > experts) return undefined;
  return tensors.reduce((sum, each) => sum + (/_exps\./u.test(each.name) ? (each.elements * used) / experts : each.elements), 0);
}

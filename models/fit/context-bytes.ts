import type { ModelShape } from '../../contract/models.ts';
import { ENCODERS } from '../gguf/read-gguf.ts';

export type KvType = 'f16' | 'q8_0' | 'q4_0';

/** Bytes of one element. */
const ELEMENT: Readonly<Record<KvType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };
/** llama.cpp rounds the cells of a cache up to this. */
const CELLS = 256;
const FLOAT = 4;

/** Tokens that one step of reading the prompt takes together, when nobody says otherwise. */
export const USUAL_BATCH = 512;

const rounded = (cells: number): number => Math.ceil(cells / CELLS) * CELLS;

/**
 * Of keys and values of a context of so many tokens. Layers with a window keep the window and one batch. Source: `llama_kv_cache` and
 * `llama_kv_cache_iswa`. An encoder keeps nothing between two texts.
 */
export function kvBytes(shape: ModelShape, contextSize: number, kvType: KvType = 'f16', batchSize = USUAL_BATCH): number {
  if (ENCODERS.test(shape.architecture)) return 0;
  const perToken = shape.kvHeads * (shape.keyLength + shape.valueLength) * ELEMENT[kvType];
  const cells = rounded(contextSize);
  const windowed = Math.min(shape.layers, shape.slidingWindow?.layers ?? 0);
  const windowCells = Math.min(cells, rounded((shape.slidingWindow?.tokens ?? 0) + batchSize + 1));
  return Math.ceil(perToken * ((shape.layers - windowed) * cells + windowed * windowCells));
}

/** These cannot use flash attention, so the scores of all heads are held at once. */
const NO_FLASH_ATTENTION = /^(gemma2|grok)$/u;

/**
 * Of what is computed in between. The largest step decides: for one batch the probabilities of all tokens of the vocabulary and one vector each, or
 * without flash attention the scores of all heads over the context. For Llama 3.1 8B and batches of 512 llama.cpp itself reports 258.5 MiB, which is
 * (128,256 + 4,096) × 512 × 4 bytes.
 */
export function computeBytes(shape: ModelShape, contextSize: number, batchSize = USUAL_BATCH): number {
  const batch = Math.min(batchSize, contextSize);
  const mask = contextSize * batch * (FLOAT / 2);
  const last = ENCODERS.test(shape.architecture) ? shape.embedding * 4 : shape.vocabulary + shape.embedding;
  const scores = NO_FLASH_ATTENTION.test(shape.architecture) || ENCODERS.test(shape.architecture) ? contextSize * shape.heads : 0;
  return Math.ceil(Math.max(last, scores) * batch * FLOAT + mask);
}

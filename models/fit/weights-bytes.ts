import type { ModelShape } from '../../contract/models.ts';

/**
 * Bits for one weight of the layers, by the mixture's name. Source: llama.cpp's table for Llama 3.1 8B in its quantize README, less the share of the
 * embedding tables, which these mixtures keep finer.
 */
const BITS: Readonly<Record<string, number>> = {
  F32: 32,
  F16: 16,
  BF16: 16,
  Q8_0: 8.5,
  Q6_K: 6.56,
  Q5_K_M: 5.65,
  Q5_K_S: 5.52,
  Q5_1: 6,
  Q5_0: 5.52,
  Q4_K_M: 4.81,
  Q4_K_S: 4.58,
  Q4_1: 5,
  Q4_0: 4.54,
  IQ4_NL: 4.58,
  IQ4_XS: 4.33,
  MXFP4: 4.4,
  NVFP4: 4.6,
  Q3_K_L: 4.17,
  Q3_K_M: 3.85,
  Q3_K_S: 3.47,
  IQ3_M: 3.6,
  IQ3_S: 3.49,
  IQ3_XS: 3.32,
  IQ3_XXS: 3.06,
  Q2_K: 2.96,
  Q2_K_S: 2.75,
  IQ2_M: 2.71,
  IQ2_S: 2.51,
  IQ2_XS: 2.35,
  IQ2_XXS: 2.13,
  IQ1_M: 1.88,
  IQ1_S: 1.73,
  TQ2_0: 2.06,
  TQ1_0: 1.69,
};
const LONGEST_FIRST = Object.keys(BITS).sort((one, other) => other.length - one.length);

/** Tables of tokens are kept at six bits at least. */
const TABLE_BITS = 6.56;
/** Rows that are no multiple of this cannot be packed as K-quants: llama.cpp takes five for four bits and eight for six. */
const K_BLOCK = 256;

/** Bits of a layer's weight; undefined for a name that says nothing. Publishers put words around the name: `UD-Q4_K_M`. */
function bitsOf(quantisation: string): number | undefined {
  const upper = quantisation.toUpperCase();
  const known = LONGEST_FIRST.find((name) => new RegExp(`(^|[^A-Z0-9])${name}($|[^A-Z0-9])`, 'u').test(upper));
  return known === undefined ? undefined : BITS[known];
}

function bits(shape: ModelShape, quantisation: string): { layers: number; table: number } | undefined {
  const layers = bitsOf(quantisation);
  if (layers === undefined) return undefined;
  const coarse = /Q[45]_K/iu.test(quantisation) && shape.embedding % K_BLOCK !== 0;
  if (coarse) return { layers: layers + 1, table: 8.5 };
  return { layers, table: Math.max(layers, TABLE_BITS) };
}

/** Of the table from tokens to vectors: it stays in the memory of the machine whatever is on the card. */
export function tableBytes(shape: ModelShape, quantisation: string): number {
  return Math.ceil((shape.vocabulary * shape.embedding * (bits(shape, quantisation)?.table ?? TABLE_BITS)) / 8);
}

/**
 * What the file of a model takes, where nobody says it: within some percent of what publishers offer. Undefined where the shape does not tell the
 * parameters, or the quantisation's name is none.
 */
export function estimateWeightsBytes(shape: ModelShape, quantisation: string): number | undefined {
  const perWeight = bits(shape, quantisation);
  if (shape.parameters === undefined || perWeight === undefined) return undefined;
  const inTable = Math.min(shape.parameters, shape.vocabulary * shape.embedding);
  return Math.round(((shape.parameters - inTable) * perWeight.layers + inTable * perWeight.table) / 8);
}

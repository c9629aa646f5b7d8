import { expect, it } from 'vitest';
import type { ModelShape } from '../../contract/models.ts';
import type { LoadRequest } from '../../contract/models-message.ts';
import { demandMemory } from './demand-memory.ts';

/** Llama 3.1 8B, whose KV cache takes 128 KiB a token. */
const SHAPE: ModelShape = {
  architecture: 'llama',
  layers: 32,
  embedding: 4096,
  heads: 32,
  kvHeads: 8,
  keyLength: 128,
  valueLength: 128,
  vocabulary: 128_256,
  contextLength: 131_072,
};
const REQUEST: LoadRequest = { path: '/m.gguf', kind: 'chat', contextSize: 8_192, batchSize: 512, gpuLayers: 0, sequences: 1 };
const GIB = 2 ** 30;

it('knows what the cache of a common model takes, to the byte', () => {
  expect(() => demandMemory(SHAPE, REQUEST, GIB)).not.toThrow();
  expect(() => demandMemory(SHAPE, REQUEST, GIB - 1)).toThrow('A context of 8192 tokens needs 1.1 GB of memory; 1.1 GB are free.');
});

it('counts every conversation, and not what lies on the card', () => {
  expect(() => demandMemory(SHAPE, { ...REQUEST, sequences: 2 }, 2 * GIB - 1)).toThrow('for 2 conversations');
  expect(() => demandMemory(SHAPE, { ...REQUEST, gpuLayers: 16 }, GIB / 2)).not.toThrow();
  expect(() => demandMemory(SHAPE, { ...REQUEST, gpuLayers: 33 }, 0)).not.toThrow();
});

it('counts layers that see a window only by their window', () => {
  const windowed = { ...SHAPE, slidingWindow: { tokens: 512, layers: 32 } };
  expect(() => demandMemory(windowed, REQUEST, GIB / 8)).not.toThrow();
});

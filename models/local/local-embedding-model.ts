import type { EmbeddingModelV4, SharedV4Warning } from '@ai-sdk/provider';
import type { ModelLink } from '../model-link.ts';
import type { ModelPool } from '../pool/model-pool.ts';
import { withModel } from './with-model.ts';

export interface LocalEmbeddingOptions {
  modelId: string;
  pool: Pick<ModelPool, 'use'>;
  link: ModelLink;
}

/** Texts in one call; the models process takes no more in one message. */
const AT_ONCE = 256;

/** An embedding model on this machine; vectors of length 1. Rejects with a `ModelError`, or with the signal's reason. */
export function localEmbeddingModel({ modelId, pool, link }: LocalEmbeddingOptions): EmbeddingModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'local',
    modelId,
    maxEmbeddingsPerCall: AT_ONCE,
    // One engine computes them all: side by side they are no faster.
    supportsParallelCalls: false,
    async doEmbed({ values, dimensions, abortSignal }) {
      const warnings: SharedV4Warning[] = dimensions === undefined ? [] : [{ type: 'unsupported', feature: 'dimensions' }];
      const signal = abortSignal ?? new AbortController().signal;
      const vectors = await withModel(pool, modelId, signal, async (lease) => {
        const found = await link.embed(lease.handle, values, signal);
        lease.release();
        return found;
      });
      return { embeddings: vectors.map((vector) => [...vector]), warnings };
    },
  };
}

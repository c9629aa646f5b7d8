import type { EmbeddingModelV4 } from '@ai-sdk/provider';
import { z } from 'zod';
import type { AskProvider } from './ask-provider.ts';

const EmbeddedSchema = z.object({ embeddings: z.array(z.array(z.number())), prompt_eval_count: z.number().optional() });

/** Ollama's `/api/embed`. Too long a text is an error, and not cut. */
export function ollamaEmbedding(provider: string, modelId: string, ask: AskProvider, keepMinutes: number): EmbeddingModelV4 {
  return {
    specificationVersion: 'v4',
    provider,
    modelId,
    maxEmbeddingsPerCall: 256,
    supportsParallelCalls: false,
    doEmbed: async ({ values, abortSignal }) => {
      const { embeddings, prompt_eval_count: tokens } = await ask('/embed', EmbeddedSchema, abortSignal ?? new AbortController().signal, {
        model: modelId,
        input: values,
        truncate: false,
        keep_alive: keepMinutes === 0 ? -1 : `${keepMinutes}m`,
      });
      return { embeddings, warnings: [], ...(tokens === undefined ? {} : { usage: { tokens } }) };
    },
  };
}

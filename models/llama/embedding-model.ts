import type { LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp';
import { answerTrouble } from './classify-trouble.ts';

/** A model that makes vectors of texts. */
export class EmbeddingModel {
  readonly model: LlamaModel;
  readonly context: LlamaEmbeddingContext;
  readonly #most: number;
  readonly #log: (message: string) => void;

  /** `most`: tokens of a text that are read; what is longer is cut. */
  constructor(model: LlamaModel, context: LlamaEmbeddingContext, most: number, log: (message: string) => void) {
    this.model = model;
    this.context = context;
    this.#most = most;
    this.#log = log;
  }

  get dimensions(): number {
    return this.model.embeddingVectorSize;
  }

  /** One vector of length 1 for each text; all zeros for a text without any token. Rejects with a `ModelError`, or the signal's reason. */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array<ArrayBuffer>[]> {
    const vectors: Float32Array<ArrayBuffer>[] = [];
    for (const text of texts) {
      signal.throwIfAborted();
      let tokens = this.model.tokenize(text);
      if (tokens.length > this.#most) {
        this.#log(`a text of ${tokens.length} tokens was cut to ${this.#most}`);
        tokens = tokens.slice(0, this.#most);
      }
      const vector = await this.context.getEmbeddingFor(tokens).then(
        (embedding) => embedding.vector,
        (error: unknown) => {
          throw answerTrouble(error);
        },
      );
      vectors.push(normalised(vector, this.dimensions));
    }
    signal.throwIfAborted();
    return vectors;
  }

  count(text: string): number {
    return this.model.tokenize(text).length;
  }
}

function normalised(vector: readonly number[], dimensions: number): Float32Array<ArrayBuffer> {
  const length = Math.hypot(...vector);
  const result = new Float32Array(dimensions);
  if (length > 0 && Number.isFinite(length)) result.set(vector.map((value) => value / length));
  return result;
}

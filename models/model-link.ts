import type { EngineBuild } from '../contract/models.ts';
import type { GenerateRequest, LoadedModel, LoadRequest, ModelTrouble } from '../contract/models-message.ts';

/** Why the engine could not do something; `message` is a sentence for people. */
export class ModelError extends Error {
  readonly trouble: ModelTrouble;
  constructor(trouble: ModelTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
    this.trouble = trouble;
  }
}

export type GeneratedPart =
  | { type: 'text'; text: string }
  /** `input` is JSON text that fits the tool's schema. */
  | { type: 'tool-call'; toolCallId: string; name: string; input: string }
  | {
      type: 'end';
      finish: 'stop' | 'length' | 'tool-calls' | 'aborted';
      inputTokens: number;
      cachedTokens: number;
      outputTokens: number;
      firstTokenMs?: number;
      ms: number;
    };

export interface EngineState {
  build: EngineBuild;
  version: string;
  cards: readonly string[];
  gpuTotalBytes?: number;
  gpuFreeBytes?: number;
}

/**
 * The models process as the host sees it. It loads what it is told and knows nothing of budgets. Every method rejects with a `ModelError`; with
 * `process-lost` when the process ended meanwhile, after which nothing is loaded any more.
 */
export interface ModelLink {
  /** Undefined until the engine is there, and again while the process restarts. */
  engine(): EngineState | undefined;
  load(handle: string, request: LoadRequest, progress: (done: number) => void, signal: AbortSignal): Promise<LoadedModel>;
  unload(handle: string): Promise<void>;
  /** The last part is `end`; aborted it ends with `finish: 'aborted'`. */
  generate(handle: string, request: GenerateRequest, signal: AbortSignal): AsyncIterable<GeneratedPart>;
  /** One vector of length 1 for each text. */
  embed(handle: string, texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
  count(handle: string, text: string): Promise<number>;
  /** Called whenever the process was lost. */
  onLost(listen: (reason: string) => void): void;
}

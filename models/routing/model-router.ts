import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { TurnEventBody } from '../../contract/turn-event.ts';

/** What an answer needs of a model. */
export interface RouteNeed {
  /** Stricter of this and the settings holds. */
  privacy: 'local-only' | 'may-leave';
  tools: boolean;
  vision: boolean;
  /** Tokens of prompt and answer together. */
  tokens: number;
  prefer?: 'fast' | 'balanced' | 'best' | 'cheap';
}

export type RouteEvent = Extract<TurnEventBody, { type: 'model-chosen' | 'model-failed' | 'model-ended' }>;

/** Nobody can answer, or everybody who could has failed. `message` is a sentence for people. */
export class NoModelError extends Error {
  readonly reason: 'none' | 'over-budget' | 'all-failed' | 'too-long';
  constructor(reason: NoModelError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NoModelError';
    this.reason = reason;
  }
}

/** All models as one: chooses by need, falls back, goes on where one broke off, keeps to the budget. */
export interface ModelRouter {
  /** False: nothing would answer this need now, so nobody should wait for it. */
  available(need: RouteNeed): boolean;
  /** Tokens that the first choice for this need holds; undefined where there is none. */
  contextLength(need: Omit<RouteNeed, 'tokens'>): number | undefined;
  /**
   * The stream of one answer, whoever gives it in the end; `finish` comes once. Throws `NoModelError`, or the signal's reason. `options.abortSignal` stops it.
   * A model that fails in the middle is replaced by the next, which is given what was already said and asked to go on.
   */
  answer(need: RouteNeed, options: LanguageModelV4CallOptions, tell: (event: RouteEvent) => void): AsyncIterable<LanguageModelV4StreamPart>;
}

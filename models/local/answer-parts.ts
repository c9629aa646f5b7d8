import type { LanguageModelV4FinishReason, LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider';
import type { GeneratedPart } from '../model-link.ts';

type End = Extract<GeneratedPart, { type: 'end' }>;

/** Parts of the engine as parts of a stream, in the order that the AI SDK wants them: every block is begun and ended. */
export class AnswerParts {
  #blocks = 0;
  #open: string | undefined;

  take(part: GeneratedPart): LanguageModelV4StreamPart[] {
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [...this.#begin(), { type: 'text-delta', id: this.#id(), delta: part.text }];
      case 'tool-call': {
        const { toolCallId: id, name: toolName, input } = part;
        return [
          ...this.close(),
          { type: 'tool-input-start', id, toolName },
          { type: 'tool-input-delta', id, delta: input },
          { type: 'tool-input-end', id },
          { type: 'tool-call', toolCallId: id, toolName, input },
        ];
      }
      case 'end':
        return [...this.close(), { type: 'finish', finishReason: finishOf(part), usage: usageOf(part), providerMetadata: timesOf(part) }];
      default:
        return part satisfies never;
    }
  }

  /** Ends what was begun. */
  close(): LanguageModelV4StreamPart[] {
    if (this.#open === undefined) return [];
    const id = this.#open;
    this.#open = undefined;
    return [{ type: 'text-end', id }];
  }

  #begin(): LanguageModelV4StreamPart[] {
    if (this.#open !== undefined) return [];
    this.#blocks += 1;
    this.#open = `text-${this.#blocks}`;
    return [{ type: 'text-start', id: this.#open }];
  }

  #id(): string {
    return this.#open ?? '';
  }
}

export function finishOf({ finish }: End): LanguageModelV4FinishReason {
  return { unified: finish === 'aborted' ? 'interrupted' : finish, raw: finish };
}

export function usageOf({ inputTokens, cachedTokens, outputTokens }: End): LanguageModelV4Usage {
  return {
    inputTokens: {
      total: inputTokens,
      noCache: Math.max(0, inputTokens - cachedTokens),
      cacheRead: cachedTokens,
      cacheWrite: undefined,
    },
    outputTokens: { total: outputTokens, text: outputTokens, reasoning: undefined },
  };
}

/** ms, as the engine measured them. */
export function timesOf({ firstTokenMs, ms }: End): { local: { ms: number; firstTokenMs?: number } } {
  return { local: { ms, ...(firstTokenMs === undefined ? {} : { firstTokenMs }) } };
}

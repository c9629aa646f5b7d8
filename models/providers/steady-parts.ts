import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { FailureNature, FailureSubject } from './failure-nature.ts';
import { ProviderFailure, providerFailure } from './provider-failure.ts';
import { settleToolCall } from './tool-input.ts';

type Part = LanguageModelV4StreamPart;
type Finish = Extract<Part, { type: 'finish' }>;

/** The parts of one answer in good order; see `steadyModel` for what that is. */
export class SteadyParts {
  readonly #subject: () => FailureSubject;
  /** Begun by the provider, not yet by us: a text without a word is none. */
  readonly #held = new Map<string, Extract<Part, { type: 'text-start' }>>();
  readonly #open = new Map<string, 'text-end' | 'reasoning-end'>();
  readonly #callIds = new Set<string>();
  #started = false;
  ended = false;
  failed = false;

  constructor(subject: () => FailureSubject) {
    this.#subject = subject;
  }

  /** What goes on to the reader for this part of the provider; often nothing. Once `ended`, nothing more may be given. */
  take(part: Part): Part[] {
    switch (part.type) {
      case 'stream-start':
        return this.#started ? [] : this.#begin(part);
      case 'text-start':
        this.#held.set(part.id, part);
        return [];
      case 'text-delta':
        return part.delta === '' ? [] : [...this.#beginText(part.id), part];
      case 'text-end':
        this.#held.delete(part.id);
        return this.#open.delete(part.id) ? [part] : [];
      case 'reasoning-start':
        this.#open.set(part.id, 'reasoning-end');
        return [part];
      case 'reasoning-end':
        return this.#open.delete(part.id) ? [part] : [];
      case 'tool-call':
        return [this.#toolCall(part)];
      case 'finish':
        return this.#finish(part);
      case 'error':
        return this.fail(part.error);
      case 'ping':
      case 'custom': // one provider's own notes, which no other could be given
        return [];
      default:
        return [part];
    }
  }

  /** The provider's stream is over. */
  end(): Part[] {
    return this.#failAs({ kind: 'broken-answer', sentence: '{name} broke off its answer before the end.' });
  }

  fail(error: unknown): Part[] {
    return this.#close({ type: 'error', error: providerFailure(error, this.#subject()) }, true);
  }

  #begin(part: Part): Part[] {
    this.#started = true;
    return [part];
  }

  #beginText(id: string): Part[] {
    if (this.#open.has(id)) return [];
    const start = this.#held.get(id) ?? { type: 'text-start' as const, id };
    this.#held.delete(id);
    this.#open.set(id, 'text-end');
    return [start];
  }

  #toolCall(part: Extract<Part, { type: 'tool-call' }>): Part {
    if (part.providerExecuted === true) return part;
    // Some servers give every call the same id; results could not be told apart.
    let toolCallId = part.toolCallId;
    for (let count = 2; toolCallId === '' || this.#callIds.has(toolCallId); count += 1)
      toolCallId = `${part.toolCallId || 'call'}-${count}`;
    this.#callIds.add(toolCallId);
    return settleToolCall({ ...part, toolCallId });
  }

  #finish(part: Finish): Part[] {
    const { unified, raw } = part.finishReason;
    if (unified === 'interrupted' || (unified === 'other' && raw === undefined)) return this.end();
    if (unified === 'error') return this.#failAs({ kind: 'broken-answer' });
    return this.#close({ ...part, finishReason: { raw, unified: this.#reason(unified) } }, false);
  }

  /** Many servers say `stop` after tool calls, and some `tool_calls` without any. */
  #reason(unified: Finish['finishReason']['unified']): Finish['finishReason']['unified'] {
    if (unified === 'stop' && this.#callIds.size > 0) return 'tool-calls';
    return unified === 'tool-calls' && this.#callIds.size === 0 ? 'stop' : unified;
  }

  #failAs(nature: FailureNature): Part[] {
    return this.#close({ type: 'error', error: new ProviderFailure(nature, this.#subject()) }, true);
  }

  #close(last: Part, failed: boolean): Part[] {
    const ends = [...this.#open].map(([id, type]): Part => ({ type, id }));
    this.#open.clear();
    this.ended = true;
    this.failed = failed;
    return [...ends, last];
  }
}

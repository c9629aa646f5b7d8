import type { LanguageModelV4Message, LanguageModelV4StreamPart, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { PersonText } from './person-text.ts';

export interface WrittenCall {
  id: string;
  name: string;
  /** JSON text, as far as the model can write such. */
  input: string;
  metadata?: SharedV4ProviderMetadata;
}

type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];

/** One answer of a model, read to its end. */
export interface ReadAnswer {
  /** What of it was for the person. */
  text: string;
  calls: WrittenCall[];
  /** Thoughts, with what their provider wants to see again beside its calls. */
  thoughts: AssistantContent;
  finish: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'interrupted' | 'other';
  /** A call that it wrote out as text, which nobody makes. */
  writtenAsText?: string;
}

/** Thoughts and inputs may be so many times as long as what is said. */
const THOUGHTS = 8;
const MOST_CALLS = 100;

/**
 * @param show pieces for the person, as they come
 * @param limit characters; a model that does not stop is left, with what it has said so far (`finish: 'length'`)
 * @param signal ends the reading at once, whether or not the stream heeds it
 * @param newId for calls that have no id of their own
 */
export async function readAnswer(
  stream: AsyncIterable<LanguageModelV4StreamPart>,
  limit: number,
  show: (piece: string) => void,
  newId: () => string,
  signal: AbortSignal,
): Promise<ReadAnswer> {
  const answer: ReadAnswer = { text: '', calls: [], thoughts: [], finish: 'other' };
  const person = new PersonText();
  const thoughts = new Map<string, { text: string; metadata?: SharedV4ProviderMetadata }>();
  const ids = new Set<string>();
  let read = 0;
  const say = (piece: string): void => {
    if (piece === '') return;
    answer.text += piece;
    show(piece);
  };
  reading: for await (const part of whileNot(signal, stream)) {
    switch (part.type) {
      case 'text-delta':
        read += part.delta.length;
        say(person.push(part.delta.slice(0, Math.max(0, limit - answer.text.length))));
        if (answer.text.length >= limit) {
          answer.finish = 'length';
          break reading;
        }
        break;
      case 'reasoning-start':
      case 'reasoning-end':
      case 'reasoning-delta': {
        const thought = thoughts.get(part.id) ?? { text: '' };
        if (part.type === 'reasoning-delta') thought.text += part.delta;
        if (part.providerMetadata !== undefined) thought.metadata = part.providerMetadata;
        thoughts.set(part.id, thought);
        if (part.type === 'reasoning-delta') read += part.delta.length;
        break;
      }
      case 'tool-input-delta':
        read += part.delta.length;
        break;
      case 'tool-call': {
        if (part.providerExecuted === true || answer.calls.length >= MOST_CALLS) break;
        const id = part.toolCallId === '' || ids.has(part.toolCallId) ? newId() : part.toolCallId;
        ids.add(id);
        answer.calls.push({
          id,
          name: part.toolName,
          input: part.input,
          ...(part.providerMetadata === undefined ? {} : { metadata: part.providerMetadata }),
        });
        break;
      }
      case 'finish':
        answer.finish = part.finishReason.unified;
        break;
      case 'error':
        throw part.error instanceof Error ? part.error : new Error('the language model stopped with an error', { cause: part.error });
      default:
        break;
    }
    if (read > limit * THOUGHTS) {
      answer.finish = 'length';
      break;
    }
  }
  say(person.end());
  answer.thoughts = [...thoughts.values()].map(({ text, metadata }) => ({
    type: 'reasoning',
    text,
    ...(metadata === undefined ? {} : { providerOptions: metadata }),
  }));
  if (person.isWrittenCall && answer.calls.length === 0) return { ...answer, writtenAsText: person.held };
  if (answer.calls.length === 0) say(person.held);
  return answer;
}

/** The stream until the signal, whose reason is then thrown: a provider that does not listen is not waited for. */
async function* whileNot<Item>(signal: AbortSignal, stream: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = stream[Symbol.asyncIterator]();
  const ended = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: ended.signal });
  });
  aborted.catch(() => undefined);
  let isOver = false;
  try {
    for (;;) {
      const next = iterator.next();
      // Left behind by an abort, its failure is nobody's any more.
      next.catch(() => undefined);
      const result = await Promise.race([next, aborted]);
      if (result.done === true) {
        isOver = true;
        return;
      }
      yield result.value;
    }
  } finally {
    ended.abort();
    // Not waited for: a generator that hangs in its own `next` never comes to its `return`.
    if (!isOver) iterator.return?.().catch(() => undefined);
  }
}

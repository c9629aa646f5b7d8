import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { Clock } from '../../contract/clock.ts';
import { tokensOfBytes } from './estimate-tokens.ts';
import { repetitionWatch } from './repetition.ts';
import { seam } from './seam.ts';

type Finish = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;

/** ms without anything new after which a model is given up. */
export interface Patience {
  /** Until the first word. */
  firstMs: number;
  /** Between two pieces. */
  silentMs: number;
}

/** The model said nothing for too long. */
export class SilentError extends Error {
  constructor(ms: number, hasBegun: boolean) {
    super(`It said nothing ${hasBegun ? 'more ' : ''}for ${Math.round(ms / 1000)} seconds.`);
    this.name = 'SilentError';
  }
}

/** The stream ended before the answer did. */
export class BrokenOffError extends Error {
  constructor(reason = 'It broke off in the middle of its answer.') {
    super(reason);
    this.name = 'BrokenOffError';
  }
}

/** What one model has done for one answer; true at every moment, so that it can be counted wherever it ends. */
export interface Attempt {
  /** Throws what went wrong, `SilentError`, `BrokenOffError`, or the signal's reason. Never gives a finish: that is in `finish`. */
  parts(): AsyncGenerator<LanguageModelV4StreamPart, void>;
  readonly finish: Finish | undefined;
  /** Text that came out, without what was cut at the seam. */
  readonly text: string;
  readonly completeCalls: number;
  /** The provider has taken the request and begun to answer. */
  readonly isOpened: boolean;
  /** Estimated; of everything that it said, also what nobody saw. */
  readonly outputTokens: number;
  readonly firstTokenMs: number | undefined;
}

/** Text blocks over all attempts of one answer: one that was open when a model failed is gone on with by the next. */
export class AnswerBlocks {
  #count = 0;
  open: string | undefined;
  readonly thoughts = new Set<string>();
  next(): string {
    this.#count += 1;
    return `part-${this.#count}`;
  }
  /** Nobody was shown any of it. */
  forget(): void {
    this.open = undefined;
    this.thoughts.clear();
  }
  /** Ends what was left open; thoughts are never gone on with. */
  *closeThoughts(): Generator<LanguageModelV4StreamPart> {
    for (const id of this.thoughts) yield { type: 'reasoning-end', id };
    this.thoughts.clear();
  }
  *close(): Generator<LanguageModelV4StreamPart> {
    yield* this.closeThoughts();
    if (this.open !== undefined) yield { type: 'text-end', id: this.open };
    this.open = undefined;
  }
}

export interface AttemptOptions {
  model: LanguageModelV4;
  options: LanguageModelV4CallOptions;
  /** What others have said of this answer. */
  said: string;
  blocks: AnswerBlocks;
  patience: Patience;
  /** Tokens, as estimated, after which it is ended though it would go on. */
  mostTokens: number;
  clock: Clock;
}

export function openAttempt({ model, options, said, blocks, patience, mostTokens, clock }: AttemptOptions): Attempt {
  const startedAt = clock.monotonic();
  const edge = seam(said);
  const repetition = repetitionWatch();
  const thoughtRepetition = repetitionWatch();
  let finish: Finish | undefined;
  let text = '';
  let completeCalls = 0;
  let isOpened = false;
  let outputBytes = 0;
  let firstTokenMs: number | undefined;
  /** Text blocks and thoughts of this model, by its own ids. */
  const ids = new Map<string, string>();
  /** Tool calls that have begun: whoever listens gets them whole or not at all. */
  const begun = new Map<string, LanguageModelV4StreamPart[]>();

  /** An end of text that may turn out to be where it broke off: providers end their blocks before they tell of a failure. */
  let heldEnd: { part: Extract<LanguageModelV4StreamPart, { type: 'text-end' }>; block: string } | undefined;

  const spoke = (piece: string): void => {
    firstTokenMs ??= clock.monotonic() - startedAt;
    outputBytes += Buffer.byteLength(piece, 'utf8');
  };
  const endedBy = (raw: string): Finish => ({ type: 'finish', usage: NO_USAGE, finishReason: { unified: 'length', raw } });

  function* say(piece: string, block: string): Generator<LanguageModelV4StreamPart> {
    if (piece === '') return;
    text += piece;
    yield { type: 'text-delta', id: block, delta: piece };
  }
  function* textBlock(id: string): Generator<LanguageModelV4StreamPart, string> {
    const known = ids.get(id);
    if (known !== undefined) return known;
    if (blocks.open !== undefined) {
      ids.set(id, blocks.open);
      return blocks.open;
    }
    const block = blocks.next();
    blocks.open = block;
    ids.set(id, block);
    yield { type: 'text-start', id: block };
    return block;
  }

  function* endText(): Generator<LanguageModelV4StreamPart> {
    if (heldEnd === undefined) return;
    const { part, block } = heldEnd;
    heldEnd = undefined;
    yield* say(edge.end(), block);
    blocks.open = undefined;
    yield { ...part, id: block };
  }

  /** Passes on what one part means for whoever listens, and sets `finish` when it is the last. */
  function* take(part: LanguageModelV4StreamPart): Generator<LanguageModelV4StreamPart> {
    const isFailure = part.type === 'error' || (part.type === 'finish' && isFailed(part));
    if (!isFailure && part.type !== 'ping') yield* endText();
    switch (part.type) {
      case 'text-start':
        yield* textBlock(part.id);
        return;
      case 'text-delta': {
        const block = yield* textBlock(part.id);
        spoke(part.delta);
        yield* say(edge.add(part.delta), block);
        if (repetition.add(part.delta)) finish = endedBy('it repeated itself');
        return;
      }
      case 'text-end': {
        const block = ids.get(part.id);
        if (block === undefined) return;
        ids.delete(part.id);
        heldEnd = { part, block };
        return;
      }
      case 'reasoning-start': {
        const block = blocks.next();
        ids.set(part.id, block);
        blocks.thoughts.add(block);
        yield { ...part, id: block };
        return;
      }
      case 'reasoning-delta': {
        spoke(part.delta);
        const block = ids.get(part.id);
        if (block !== undefined) yield { ...part, id: block };
        if (thoughtRepetition.add(part.delta)) finish = endedBy('it repeated itself');
        return;
      }
      case 'reasoning-end': {
        const block = ids.get(part.id);
        ids.delete(part.id);
        if (block === undefined) return;
        blocks.thoughts.delete(block);
        yield { ...part, id: block };
        return;
      }
      case 'tool-input-start':
        spoke('');
        begun.set(part.id, [part]);
        return;
      case 'tool-input-delta':
        spoke(part.delta);
        begun.get(part.id)?.push(part);
        return;
      case 'tool-input-end':
        begun.get(part.id)?.push(part);
        return;
      case 'tool-call':
        spoke(begun.has(part.toolCallId) ? '' : part.input);
        yield* begun.get(part.toolCallId) ?? [];
        begun.delete(part.toolCallId);
        completeCalls += 1;
        yield part;
        return;
      case 'finish':
        finish = part;
        return;
      case 'error':
        throw part.error;
      case 'ping':
        return;
      case 'stream-start':
      case 'response-metadata':
      case 'raw':
      case 'tool-result':
      case 'tool-approval-request':
      case 'custom':
      case 'file':
      case 'reasoning-file':
      case 'source':
        yield part;
        return;
      default:
        part satisfies never;
    }
  }

  async function* parts(): AsyncGenerator<LanguageModelV4StreamPart, void> {
    const end = new AbortController();
    const signals = options.abortSignal === undefined ? [end.signal] : [options.abortSignal, end.signal];
    const signal = AbortSignal.any(signals);
    // A model that does not mind the signal must not keep anybody waiting.
    const stopped = new Promise<never>((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    stopped.catch(() => undefined);
    let waitingSince: number | undefined = clock.monotonic();
    /** ms waited for before, in which only parts without words came. */
    let waitedBefore = 0;
    void watchSilence();
    async function watchSilence(): Promise<void> {
      while (!end.signal.aborted) {
        const most = firstTokenMs === undefined ? patience.firstMs : patience.silentMs;
        // While whoever listens takes his time, nobody waits for the model.
        const waited = waitedBefore + (waitingSince === undefined ? 0 : clock.monotonic() - waitingSince);
        if (waited >= most) return end.abort(new SilentError(most, firstTokenMs !== undefined));
        await clock.sleep(Math.min(patience.silentMs, most - waited), end.signal).catch(() => undefined);
      }
    }
    let reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart> | undefined;
    try {
      const { stream } = await Promise.race([model.doStream({ ...options, abortSignal: signal }), stopped]);
      isOpened = true;
      reader = stream.getReader();
      while (finish === undefined) {
        waitingSince ??= clock.monotonic();
        const { done, value } = await Promise.race([reader.read(), stopped]);
        if (done) throw new BrokenOffError();
        // A stream that opens is no answer yet: until the first word only that counts.
        const isAnswering = firstTokenMs !== undefined || WORDS.has(value.type);
        waitedBefore = isAnswering ? 0 : waitedBefore + clock.monotonic() - waitingSince;
        waitingSince = undefined;
        yield* take(value);
        if (tokensOfBytes(outputBytes) > mostTokens) finish ??= endedBy('it did not stop');
      }
      if (isFailed(finish)) throw new BrokenOffError();
      const held = edge.end();
      if (held !== '') yield* say(held, yield* textBlock('held'));
      yield* blocks.close();
    } finally {
      end.abort(new Error('The answer has ended.'));
      // Not awaited: a stream whose source hangs does not end when it is asked to.
      void reader?.cancel().catch(() => undefined);
    }
  }

  return {
    parts,
    get finish() {
      return finish;
    },
    get text() {
      return text;
    },
    get completeCalls() {
      return completeCalls;
    },
    get isOpened() {
      return isOpened;
    },
    get outputTokens() {
      return tokensOfBytes(outputBytes);
    },
    get firstTokenMs() {
      return firstTokenMs;
    },
  };
}

const WORDS: ReadonlySet<string> = new Set(['text-delta', 'reasoning-delta', 'tool-input-start', 'tool-call']);

const isFailed = ({ finishReason: { unified } }: Finish): boolean => unified === 'error' || unified === 'interrupted';

export const NO_USAGE: Finish['usage'] = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

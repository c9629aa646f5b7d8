import type { LlamaContextSequence, Token } from 'node-llama-cpp';

export interface SequenceLease {
  sequence: LlamaContextSequence;
  release(): void;
}

interface Waiter {
  tokens: readonly Token[];
  take(lease: SequenceLease): void;
}

/**
 * The sequences of one context. Whoever asks is given the free one that already holds most of the same tokens; when none is free, those who wait
 * come in their order.
 */
export class SequencePool {
  /** The one that was used longest ago comes first. */
  readonly #free: LlamaContextSequence[];
  readonly #waiting: Waiter[] = [];

  constructor(sequences: readonly LlamaContextSequence[]) {
    this.#free = [...sequences];
  }

  /** Rejects with the signal's reason when aborted while it waits. */
  async acquire(tokens: readonly Token[], signal: AbortSignal): Promise<SequenceLease> {
    signal.throwIfAborted();
    const lease = this.#take(tokens);
    if (lease !== undefined) return lease;
    const { promise, resolve, reject } = Promise.withResolvers<SequenceLease>();
    const waiter = { tokens, take: resolve };
    const leave = (): void => {
      const index = this.#waiting.indexOf(waiter);
      if (index === -1) return;
      this.#waiting.splice(index, 1);
      reject(signal.reason);
    };
    this.#waiting.push(waiter);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #take(tokens: readonly Token[]): SequenceLease | undefined {
    let best: LlamaContextSequence | undefined;
    let most = -1;
    for (const sequence of this.#free) {
      const same = commonLength(sequence.contextTokens, tokens);
      if (same > most) [best, most] = [sequence, same];
    }
    if (best === undefined) return undefined;
    const sequence = best;
    this.#free.splice(this.#free.indexOf(sequence), 1);
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      this.#free.push(sequence);
      const next = this.#waiting.shift();
      const lease = next === undefined ? undefined : this.#take(next.tokens);
      if (next !== undefined && lease !== undefined) next.take(lease);
    };
    return { sequence, release };
  }
}

function commonLength(a: readonly Token[], b: readonly Token[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

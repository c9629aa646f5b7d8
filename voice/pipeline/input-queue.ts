import type { ListenerInput } from './listener-input.ts';

export interface InputQueueOptions {
  /** Samples that may wait; beyond, the oldest sound gives way to a gap of its length. */
  limit: number;
  /** Ends the queue at once. */
  signal: AbortSignal;
  /** Called with the samples of each chunk that the listener took. */
  taken?(samples: number): void;
  /** Called once for each time that the listener fell so far behind. */
  overflowed?(): void;
}

/** Where a push source (microphone, host) meets a pulling listener. Bounded; orders are never dropped, only sound. */
export class InputQueue implements AsyncIterable<ListenerInput> {
  readonly #options: InputQueueOptions;
  readonly #waiting: ListenerInput[] = [];
  #samples = 0;
  #ended = false;
  #behind = false;
  #wake: (() => void) | undefined;

  constructor(options: InputQueueOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  push(input: ListenerInput): void {
    if (this.#ended || this.#options.signal.aborted) return;
    this.#waiting.push(input);
    if (input.type === 'audio') {
      this.#samples += input.samples.length;
      this.#makeRoom();
    }
    this.#wake?.();
  }

  /** What waits is still heard. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ListenerInput, void, undefined> {
    for (;;) {
      if (this.#options.signal.aborted) return;
      const input = this.#waiting.shift();
      if (input === undefined) {
        if (this.#ended) return;
        this.#behind = false;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
        continue;
      }
      if (input.type === 'audio') this.#samples -= input.samples.length;
      yield input;
      if (input.type === 'audio') this.#options.taken?.(input.samples.length);
    }
  }

  #makeRoom(): void {
    let lost = false;
    for (let index = 0; this.#samples > this.#options.limit && index < this.#waiting.length; index += 1) {
      const oldest = this.#waiting[index];
      if (oldest?.type !== 'audio') continue;
      const before = this.#waiting[index - 1];
      const { length } = oldest.samples;
      this.#samples -= length;
      lost = true;
      if (before?.type === 'gap') {
        before.samples += length;
        this.#waiting.splice(index, 1);
        index -= 1;
      } else {
        this.#waiting[index] = { type: 'gap', samples: length };
      }
    }
    if (!lost || this.#behind) return;
    this.#behind = true;
    this.#options.overflowed?.();
  }
}

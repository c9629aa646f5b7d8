import type { Clock } from '../../contract/clock.ts';

export interface Incoming {
  topic: string;
  bytes: Uint8Array;
  /** Kept by the broker from before, not said just now. */
  retained: boolean;
}

interface Options {
  handle(message: Incoming): void;
  clock: Clock;
  /** Somebody waits for news on this topic. */
  awaited(topic: string): boolean;
  /** True while the first picture of the home comes in: no rest between the slices. */
  hurry(): boolean;
  /** Called once for every time that the broker begins to send more than can be taken. */
  overflowed(): void;
}

/** ms of work at a stretch, and of rest after it when there is too much: at most a third of a processor is spent. */
const sliceMs = 8;
const restMs = 16;
/** The same in messages, for clocks that do not see so little time pass. */
const sliceMessages = 400;
/** What waits at most; more is dropped. */
const mostTopics = 50_000;
const mostBytes = 64 * 1024 * 1024;

/**
 * Messages on their way in. Normally each is handled at once. When they come faster than that, the rest waits, one for each topic: the
 * last state of everything is what counts, so a flood costs states in between but never a last one, and the event loop stays free.
 * What somebody waits for does not queue behind the flood.
 */
export class Inbox {
  readonly #options: Options;
  readonly #awaited = new Map<string, Incoming>();
  readonly #waiting = new Map<string, Incoming>();
  #waitingBytes = 0;
  #spentMs = 0;
  #handled = 0;
  #sliceOpen = false;
  #draining = false;
  #overflowing = false;
  #signal: AbortSignal | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#awaited.size + this.#waiting.size;
  }

  /** Without a signal that says when to end, what waits is handled without rests. */
  endsWith(signal: AbortSignal): void {
    this.#signal = signal;
  }

  take(message: Incoming): void {
    const awaited = this.#options.awaited(message.topic);
    if (!this.#tired && (awaited || this.waiting === 0)) {
      this.#forget(message.topic);
      this.#openSlice();
      this.#work(message);
      return;
    }
    if (awaited) {
      this.#forget(message.topic);
      this.#awaited.set(message.topic, message);
      this.#waitingBytes += message.bytes.length;
      if (!this.#draining) void this.#drain();
      return;
    }
    const before = this.#waiting.get(message.topic);
    const bytes = this.#waitingBytes - (before?.bytes.length ?? 0) + message.bytes.length;
    if (bytes > mostBytes || (!before && this.#waiting.size >= mostTopics)) {
      if (!this.#overflowing) this.#options.overflowed();
      this.#overflowing = true;
      return;
    }
    // the place in the queue stays that of the first: nobody is overtaken for ever
    this.#waiting.set(message.topic, message);
    this.#waitingBytes = bytes;
    if (!this.#draining) void this.#drain();
  }

  /** What waits on the topic is older than what comes now. */
  #forget(topic: string): void {
    for (const queue of [this.#awaited, this.#waiting]) {
      this.#waitingBytes -= queue.get(topic)?.bytes.length ?? 0;
      queue.delete(topic);
    }
  }

  get #tired(): boolean {
    return this.#spentMs >= sliceMs || this.#handled >= sliceMessages;
  }

  #work(message: Incoming): void {
    const began = this.#options.clock.monotonic();
    this.#options.handle(message);
    this.#spentMs += this.#options.clock.monotonic() - began;
    this.#handled += 1;
  }

  /** What is handled before the event loop comes round counts together. */
  #openSlice(): void {
    if (this.#sliceOpen) return;
    this.#sliceOpen = true;
    setImmediate(() => {
      this.#sliceOpen = false;
      if (!this.#draining) this.#rested();
    });
  }

  #rested(): void {
    this.#spentMs = 0;
    this.#handled = 0;
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    while (this.waiting > 0) {
      await this.#rest();
      this.#rested();
      for (const queue of [this.#awaited, this.#waiting]) {
        for (const [topic, message] of queue) {
          if (this.#tired) break;
          queue.delete(topic);
          this.#waitingBytes -= message.bytes.length;
          this.#work(message);
        }
      }
    }
    this.#draining = false;
    this.#overflowing = false;
    this.#openSlice();
  }

  async #rest(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const signal = this.#signal;
    if (!signal || signal.aborted || this.#options.hurry()) return;
    try {
      await this.#options.clock.sleep(restMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

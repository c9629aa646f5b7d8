/** One writer, many readers: every reader gets everything published since it began, in order. */
export class Broadcast<T> {
  readonly #readers = new Set<(item: T) => void>();

  publish(item: T): void {
    for (const read of this.#readers) read(item);
  }

  /** Ends when `signal` aborts. A reader more than `limit` items behind is cut off with an error rather than eating the memory. */
  async *subscribe(signal: AbortSignal, limit = 10_000): AsyncGenerator<T> {
    const queue: T[] = [];
    let wake: () => void = () => undefined;
    const read = (item: T): void => {
      queue.push(item);
      wake();
    };
    const abort = (): void => wake();
    this.#readers.add(read);
    signal.addEventListener('abort', abort);
    try {
      while (!signal.aborted) {
        if (queue.length > limit) throw new Error(`a reader fell ${limit} items behind`);
        const item = queue.shift();
        if (item !== undefined) yield item;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#readers.delete(read);
      signal.removeEventListener('abort', abort);
    }
  }
}

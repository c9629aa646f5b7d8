/** Topics on which somebody waits for news just now. */
export class AwaitedTopics {
  readonly #waiting = new Map<string, number>();

  has(topic: string): boolean {
    return this.#waiting.has(topic);
  }

  /** Until what it returns is disposed; several may wait on one topic. */
  await(topics: readonly string[]): Disposable {
    for (const topic of topics) this.#waiting.set(topic, (this.#waiting.get(topic) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        for (const topic of topics) {
          const left = (this.#waiting.get(topic) ?? 0) - 1;
          if (left > 0) this.#waiting.set(topic, left);
          else this.#waiting.delete(topic);
        }
      },
    };
  }
}

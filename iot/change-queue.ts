import type { HomeChange } from '../contract/home.ts';

const keyOf = (change: HomeChange): string => {
  switch (change.type) {
    case 'entity-added':
    case 'entity-changed':
      return `entity ${change.entity.id}`;
    case 'entity-removed':
      return `entity ${change.entityId}`;
    case 'structure-changed':
      return 'structure';
    default:
      return change satisfies never;
  }
};

/**
 * Changes on their way to one consumer. At most one waits per entity, and one `structure-changed`: a slow consumer skips
 * states in between but always gets the last, so the queue never holds more than the home has entities.
 */
export class ChangeQueue implements AsyncIterable<HomeChange> {
  readonly #waiting = new Map<string, HomeChange>();
  readonly #signal: AbortSignal;
  readonly #release: () => void;
  #wake: (() => void) | undefined;
  #ended = false;

  /** @param release called once when the consumer has gone or `signal` aborted */
  constructor(signal: AbortSignal, release: () => void = () => undefined) {
    this.#signal = signal;
    this.#release = release;
    signal.addEventListener('abort', this.end, { once: true });
  }

  get size(): number {
    return this.#waiting.size;
  }

  push(change: HomeChange): void {
    if (this.#ended) return;
    const key = keyOf(change);
    const before = this.#waiting.get(key);
    if (change.type === 'structure-changed') this.#waiting.delete(key);
    const stillNew = change.type === 'entity-changed' && before?.type === 'entity-added';
    this.#waiting.set(key, stillNew ? { type: 'entity-added', entity: change.entity } : change);
    this.#wake?.();
  }

  end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#signal.removeEventListener('abort', this.end);
    this.#waiting.clear();
    this.#release();
    this.#wake?.();
  };

  async *[Symbol.asyncIterator](): AsyncGenerator<HomeChange, void, undefined> {
    try {
      while (!this.#ended && !this.#signal.aborted) {
        const first = this.#waiting.entries().next();
        if (first.done) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
          continue;
        }
        const [key, change] = first.value;
        this.#waiting.delete(key);
        yield change;
      }
    } finally {
      this.end();
    }
  }
}

import type { Clock } from '../../contract/clock.ts';

/** Pieces of text go out together, so that a fast model does not send a message for each token. The first goes at once. */
export class TextBatch {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #post: (text: string) => void;
  #held = '';
  #postedAt = Number.NEGATIVE_INFINITY;
  #waiting = false;

  constructor(clock: Clock, intervalMs: number, post: (text: string) => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#post = post;
  }

  push(text: string): void {
    this.#held += text;
    const wait = this.#postedAt + this.#intervalMs - this.#clock.monotonic();
    if (wait <= 0) this.flush();
    else if (!this.#waiting) {
      this.#waiting = true;
      void this.#clock.sleep(wait).then(() => {
        this.#waiting = false;
        this.flush();
      });
    }
  }

  flush(): void {
    if (this.#held === '') return;
    const text = this.#held;
    this.#held = '';
    this.#postedAt = this.#clock.monotonic();
    this.#post(text);
  }
}

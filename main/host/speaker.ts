import type { Clock } from '../../contract/clock.ts';

/** A text, or its sentences as they are found. */
export type Speech = string | AsyncIterable<string>;

/** The mouth: says a text and tells how much of it was heard. */
export interface Mouth {
  /** Is anybody there to hear it? */
  present(): boolean;
  /** Resolves when it was played or interrupted. Never rejects: a failing voice is told by `heardMs: 0`. */
  say(turnId: string, text: Speech, started: () => void, signal: AbortSignal): Promise<{ heardMs: number; interrupted: boolean }>;
  earcon(sound: 'wake' | 'done' | 'error' | 'timer'): void;
}

/** What JARVIS says, one thing at a time: a newer one ends the one before. */
export class Speaker {
  readonly #mouth: Mouth;
  readonly #clock: Clock;
  #now: AbortController | undefined;
  #said = { text: '', from: Number.NEGATIVE_INFINITY, until: Number.NEGATIVE_INFINITY };

  constructor(mouth: Mouth, clock: Clock) {
    this.#mouth = mouth;
    this.#clock = clock;
  }

  get speaking(): boolean {
    return this.#now !== undefined;
  }

  /** What was said last, as far as it has been found, from when to when on the clock that only grows; `until` is infinite while it is being said. */
  get said(): { text: string; from: number; until: number } {
    return this.#said;
  }

  interrupt(): void {
    this.#now?.abort(new Error('interrupted'));
    this.#now = undefined;
  }

  async say(turnId: string, text: Speech, started: () => void, signal: AbortSignal): Promise<{ heardMs: number; interrupted: boolean }> {
    this.interrupt();
    const speaking = new AbortController();
    this.#now = speaking;
    const said = { text: typeof text === 'string' ? text : '', from: this.#clock.monotonic(), until: Number.POSITIVE_INFINITY };
    this.#said = said;
    const end = (): void => {
      said.until = Math.min(said.until, this.#clock.monotonic());
    };
    const until = AbortSignal.any([signal, speaking.signal]);
    const speech = typeof text === 'string' ? text : noting(text, (sentence) => (said.text += ` ${sentence}`), until);
    until.addEventListener('abort', end, { once: true });
    try {
      return await this.#mouth.say(turnId, speech, started, until);
    } finally {
      end();
      if (this.#now === speaking) this.#now = undefined;
    }
  }
}

/** Ends with `signal`, whether or not whoever writes the next sentence is done with it. */
async function* noting(sentences: AsyncIterable<string>, note: (sentence: string) => void, signal: AbortSignal): AsyncGenerator<string> {
  const iterator = sentences[Symbol.asyncIterator]();
  const stopped = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  while (!signal.aborted) {
    const next = await Promise.race([stopped, iterator.next()]);
    if (next === undefined || next.done === true) return;
    note(next.value);
    yield next.value;
  }
}

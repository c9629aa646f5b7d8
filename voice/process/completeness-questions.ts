import type { Clock } from '../../contract/clock.ts';
import type { Completeness } from '../../contract/intent.ts';

/** A host that does not answer in this time has something else to do; the turn then waits out its silence. */
const PATIENCE_MS = 2000;

/** Questions to the host that are not answered yet. */
export class CompletenessQuestions {
  readonly #clock: Clock;
  readonly #ask: (questionId: number, text: string) => void;
  readonly #open = new Map<number, (completeness: Completeness) => void>();
  #last = 0;

  constructor(clock: Clock, ask: (questionId: number, text: string) => void) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** Throws when no answer comes. */
  async ask(text: string): Promise<Completeness> {
    this.#last += 1;
    const id = this.#last;
    const answered = new AbortController();
    const answer = new Promise<Completeness>((resolve) => {
      this.#open.set(id, resolve);
    });
    const patience = this.#clock.sleep(PATIENCE_MS, answered.signal).then(
      () => undefined,
      () => undefined,
    );
    this.#ask(id, text);
    const completeness = await Promise.race([answer, patience]);
    this.#open.delete(id);
    answered.abort();
    if (completeness === undefined) throw new Error(`no answer within ${PATIENCE_MS} ms`);
    return completeness;
  }

  answer(questionId: number, completeness: Completeness): void {
    this.#open.get(questionId)?.(completeness);
  }
}

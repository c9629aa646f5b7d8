import { canonicalJson } from '../../tools/canonical-json.ts';

/** Calls of one turn by name and input: the same one again leads nowhere. */
export class RepeatedCalls {
  readonly #seen = new Map<string, { observing: boolean }>();
  #toldIn: number | undefined;

  /**
   * `new`: not made yet. `repeated`: made before, which the model is told. `looping`: it was told in an earlier step.
   * Looking again after something was changed is no repetition; tell `changed`.
   */
  judge(name: string, input: unknown, { observing, step }: { observing: boolean; step: number }): 'new' | 'repeated' | 'looping' {
    const key = `${name} ${typeof input === 'string' ? input : canonicalJson(input)}`;
    if (!this.#seen.has(key)) {
      this.#seen.set(key, { observing });
      return 'new';
    }
    if (this.#toldIn !== undefined && this.#toldIn !== step) return 'looping';
    this.#toldIn = step;
    return 'repeated';
  }

  /** Something was carried out. */
  changed(): void {
    for (const [key, { observing }] of this.#seen) if (observing) this.#seen.delete(key);
  }
}

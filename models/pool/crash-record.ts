/** Losses in a row after which a model is left alone. */
const TOO_MANY = 2;

/** Which models were at work when the process was lost. */
export class CrashRecord {
  readonly #inARow = new Map<string, number>();

  /** True when this was once too often. */
  add(modelId: string): boolean {
    const count = (this.#inARow.get(modelId) ?? 0) + 1;
    this.#inARow.set(modelId, count);
    return count === TOO_MANY;
  }

  isBarred(modelId: string): boolean {
    return (this.#inARow.get(modelId) ?? 0) >= TOO_MANY;
  }

  /** It did its work, or a person wants it tried again. */
  forgive(modelId: string): void {
    this.#inARow.delete(modelId);
  }
}

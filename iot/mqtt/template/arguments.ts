import { type Run, TemplateFailure } from './run.ts';
import { numberOf, textOf } from './values.ts';

/** What a filter, test or function is called with. */
export class Arguments {
  readonly positional: readonly unknown[];
  readonly #named: ReadonlyMap<string, unknown>;

  constructor(positional: readonly unknown[], named: ReadonlyMap<string, unknown>) {
    this.positional = positional;
    this.#named = named;
  }

  has(index: number, name: string): boolean {
    return index < this.positional.length || this.#named.has(name);
  }

  at(index: number, name: string): unknown {
    return index < this.positional.length ? this.positional[index] : this.#named.get(name);
  }

  named(): ReadonlyMap<string, unknown> {
    return this.#named;
  }

  withoutFirst(): Arguments {
    return new Arguments(this.positional.slice(1), this.#named);
  }

  withFirst(value: unknown): Arguments {
    return new Arguments([value, ...this.positional.slice(1)], this.#named);
  }

  /** @throws TemplateFailure */
  number(index: number, name: string, fallback?: number): number {
    const value = this.has(index, name) ? numberOf(this.at(index, name)) : fallback;
    if (value === undefined) throw new TemplateFailure(`${name} is not a number`);
    return value;
  }

  text(index: number, name: string, run: Run, fallback = ''): string {
    return this.has(index, name) ? textOf(this.at(index, name), run) : fallback;
  }
}

export type Filter = (value: unknown, given: Arguments, run: Run) => unknown;

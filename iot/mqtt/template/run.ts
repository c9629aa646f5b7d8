/** Thrown when a template is beyond us: said once, when its device is announced. */
export class UnsupportedTemplate extends Error {}

/** Thrown while a template runs: the message it was given says nothing. */
export class TemplateFailure extends Error {}

/** Units of work of one run; one is about a microsecond. A value template needs some dozens. */
const mostSteps = 50_000;
/** Characters of one text, and of all that is written. The largest payload passes through. */
const longestText = 300_000;
/** Characters of text that cost one step. */
const charactersPerStep = 64;

/** A mutable record that `{% set ns.name = … %}` may write to, as Jinja's `namespace()`. */
export class Namespace {
  readonly values = new Map<string, unknown>();
}

/** One rendering: its variables and what it may still spend. Everything whose cost grows with its input pays here first. */
export class Run {
  readonly #given: ReadonlyMap<string, unknown>;
  readonly #scopes: Map<string, unknown>[] = [];
  #steps = 0;
  #written = 0;
  /** ms since the epoch */
  readonly now: () => number;

  constructor(given: ReadonlyMap<string, unknown>, now: () => number) {
    this.#given = given;
    this.now = now;
  }

  /** @throws TemplateFailure when there is nothing left */
  spend(steps: number): void {
    this.#steps += steps;
    // also true for NaN
    if (!(this.#steps <= mostSteps)) throw new TemplateFailure('the template takes too long');
  }

  /** Pays for reading or making that many characters. */
  spendText(length: number): void {
    if (length > longestText) throw new TemplateFailure('the template makes too long a text');
    this.spend(1 + length / charactersPerStep);
  }

  /** Pays for looking for a text in another. */
  spendSearch(length: number, wanted: number): void {
    this.spend(1 + (length * (1 + wanted)) / 256);
  }

  write(length: number): void {
    this.#written += length;
    if (this.#written > longestText) throw new TemplateFailure('the template writes too much');
  }

  lookUp(name: string): unknown {
    for (let index = this.#scopes.length - 1; index >= 0; index -= 1) {
      const scope = this.#scopes[index];
      if (scope?.has(name)) return scope.get(name);
    }
    return this.#given.get(name);
  }

  assign(name: string, value: unknown): void {
    let scope = this.#scopes.at(-1);
    if (!scope) {
      scope = new Map();
      this.#scopes.push(scope);
    }
    scope.set(name, value);
  }

  /** What is set within is forgotten afterwards, as in a Jinja loop. */
  within(body: () => void): void {
    const depth = this.#scopes.length;
    this.#scopes.push(new Map());
    try {
      body();
    } finally {
      this.#scopes.length = depth;
    }
  }
}

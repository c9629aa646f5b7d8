import type { ListedTool } from '../../contract/tool.ts';

/** What every provider takes for the name of a function. */
const LONGEST = 64;

/** Names of tools as models may call them, there and back. `home.call-service` becomes `home_call-service`; what would be the same gets a number. */
export class FunctionNames {
  readonly #functions = new Map<string, string>();
  readonly #tools = new Map<string, string>();

  constructor(taken: readonly string[] = []) {
    for (const name of taken) this.#tools.set(name, name);
  }

  /** The same for the same tool, for as long as this lives. */
  of({ name }: Pick<ListedTool, 'name'>): string {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const plain = name.replaceAll(/[^a-zA-Z0-9_-]/gu, '_');
    let given = plain.slice(0, LONGEST);
    for (let count = 2; this.#tools.has(given); count += 1) {
      const number = `_${count}`;
      given = `${plain.slice(0, LONGEST - number.length)}${number}`;
    }
    this.#functions.set(name, given);
    this.#tools.set(given, name);
    return given;
  }

  /** The tool behind a function; a model that uses the tool's own name is understood as well. */
  toolOf(called: string): string | undefined {
    return this.#tools.get(called) ?? (this.#functions.has(called) ? called : undefined);
  }

  /** Every function there is. */
  all(): string[] {
    return [...this.#tools.keys()];
  }
}

import { z } from 'zod';
import type { Permissions, Risk } from '../contract/tool.ts';
import type { Tool } from './tool.ts';

const NAME = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/u;
const LONGEST_NAME = 100;
/** Timers of the platform overflow past this (ms) and fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** A manifest for pages and models, its input as JSON Schema. */
export interface ListedTool {
  name: string;
  version: string;
  title: string;
  description: string;
  risk: Risk;
  reversible: boolean;
  permissions: Permissions;
  timeoutMs: number;
  input: unknown;
}

/** Every tool JARVIS has, by name. */
export class ToolRegistry {
  readonly #tools = new Map<string, Tool>();

  /** All or none. Throws when a name is taken or odd, a timeout is no time, or the input has no JSON Schema. */
  register(...tools: Tool[]): void {
    const names = new Set(this.#tools.keys());
    for (const tool of tools) {
      const { name, timeoutMs } = tool.manifest;
      if (!NAME.test(name) || name.length > LONGEST_NAME)
        throw new Error(`a tool cannot be called ${JSON.stringify(name.slice(0, LONGEST_NAME))}`);
      if (names.has(name)) throw new Error(`there are two tools called ${name}`);
      if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT)) throw new Error(`${name} cannot have a timeout of ${timeoutMs} ms`);
      listed(tool);
      names.add(name);
    }
    for (const tool of tools) this.#tools.set(tool.manifest.name, tool);
  }

  get(name: string): Tool | undefined {
    return this.#tools.get(name);
  }

  list(): ListedTool[] {
    return [...this.#tools.values()].map(listed);
  }
}

const listed = ({ manifest }: Tool): ListedTool => ({
  name: manifest.name,
  version: manifest.version,
  title: manifest.title,
  description: manifest.description,
  risk: manifest.risk,
  reversible: manifest.reversible,
  permissions: manifest.permissions,
  timeoutMs: manifest.timeoutMs,
  input: z.toJSONSchema(manifest.input, { unrepresentable: 'any', io: 'input' }),
});

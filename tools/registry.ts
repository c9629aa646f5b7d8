import { z } from 'zod';
import type { Tool } from './tool.ts';

/** Every tool JARVIS has, by name. */
export class ToolRegistry {
  readonly #tools = new Map<string, Tool>();

  /** Throws when the name is taken. */
  register(...tools: Tool[]): void {
    for (const tool of tools) {
      if (this.#tools.has(tool.manifest.name)) throw new Error(`there are two tools called ${tool.manifest.name}`);
      this.#tools.set(tool.manifest.name, tool);
    }
  }

  get(name: string): Tool | undefined {
    return this.#tools.get(name);
  }

  /** The manifests with their inputs as JSON Schema, for pages and models. */
  list(): { name: string; title: string; description: string; risk: string; permissions: string[]; input: unknown }[] {
    return [...this.#tools.values()].map(({ manifest }) => ({
      name: manifest.name,
      title: manifest.title,
      description: manifest.description,
      risk: manifest.risk,
      permissions: [...manifest.permissions],
      input: z.toJSONSchema(manifest.input, { unrepresentable: 'any' }),
    }));
  }
}

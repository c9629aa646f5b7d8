import type { JSONSchema7, LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { z } from 'zod';
import type { ListedTool } from '../../contract/tool.ts';
import { FunctionNames } from './function-names.ts';

const LONGEST_DESCRIPTION = 800;
/** So many tools are shown at most, however often a model looks for more. */
const MOST_SHOWN = 32;
const MOST_NEAREST = 3;

export interface ToolFinder {
  tools(words: string, limit: number): ListedTool[];
  tool(name: string): ListedTool | undefined;
  /** May it be called in this turn? */
  mayCall(tool: string): boolean;
}

/** Is it fit to be shown to a model: switched on, and looked at by a person where that is needed. What is forbidden is off until it is switched on by name. */
export const isUsable = ({ enabled, review }: Pick<ListedTool, 'enabled' | 'review'>): boolean => enabled && review === undefined;

/** Tools that a model gets to see in one turn: those found for its words, and those that it looked for. */
export class ShownTools {
  readonly #finder: ToolFinder;
  readonly #names: FunctionNames;
  readonly #shown = new Map<string, ListedTool>();

  /** @param virtual functions of the loop itself, whose names no tool gets */
  constructor(finder: ToolFinder, virtual: readonly string[]) {
    this.#finder = finder;
    this.#names = new FunctionNames(virtual);
  }

  /** Shows what has to do with the words. @returns those found, shown before or not */
  find(words: string, limit: number): ListedTool[] {
    // More are looked at than are shown: some of them may be off.
    const found = this.#finder
      .tools(words, limit * 4)
      .filter((tool) => this.#may(tool))
      .slice(0, limit);
    return found.filter((tool) => this.#show(tool));
  }

  /** The tool that a model means; one that was not shown is as good, where it might have been. */
  resolve(called: string): ListedTool | undefined {
    const shown = this.#shown.get(this.#names.toolOf(called) ?? '');
    if (shown !== undefined) return shown;
    const tool = [called, called.replace('_', '.'), called.replaceAll('_', '.')]
      .map((name) => this.#finder.tool(name))
      .find((each) => each !== undefined);
    return tool !== undefined && this.#may(tool) && this.#show(tool) ? tool : undefined;
  }

  /** Functions whose names are like one that does not exist, the likest first. */
  nearest(called: string): string[] {
    const words = called.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
    if (words !== '') this.find(words, MOST_NEAREST);
    const wanted = new Set(piecesOf(called));
    const score = (name: string): number => {
      const pieces = piecesOf(name);
      return pieces.filter((piece) => wanted.has(piece)).length / Math.max(pieces.length, wanted.size, 1);
    };
    return this.#names
      .all()
      .map((name) => ({ name, score: score(name) }))
      .filter((each) => each.score > 0)
      .sort((one, other) => other.score - one.score || one.name.localeCompare(other.name))
      .slice(0, MOST_NEAREST)
      .map(({ name }) => name);
  }

  nameOf(tool: ListedTool): string {
    return this.#names.of(tool);
  }

  functions(): LanguageModelV4FunctionTool[] {
    return [...this.#shown.values()].map((tool) => ({
      type: 'function',
      name: this.#names.of(tool),
      description: describe(tool),
      inputSchema: inputSchema(tool.input),
    }));
  }

  #may(tool: ListedTool): boolean {
    return isUsable(tool) && this.#finder.mayCall(tool.name);
  }

  #show(tool: ListedTool): boolean {
    if (!this.#shown.has(tool.name)) {
      if (this.#shown.size >= MOST_SHOWN) return false;
      this.#names.of(tool);
      this.#shown.set(tool.name, tool);
    }
    return true;
  }
}

export function describe({ title, description, risk }: ListedTool): string {
  const asks = risk === 'guarded' || risk === 'forbidden' ? ' The person is asked before it is done.' : '';
  return `${title}. ${description}`.slice(0, LONGEST_DESCRIPTION) + asks;
}

const SchemaShape = z.custom<JSONSchema7>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

/** Providers want an object with properties, even where there are none. */
export function inputSchema(input: unknown): JSONSchema7 {
  const parsed = SchemaShape.safeParse(input);
  const { $schema: _schema, ...schema } = parsed.success ? parsed.data : {};
  return { ...schema, type: 'object', ...(schema.properties === undefined ? { properties: {} } : {}) };
}

const piecesOf = (name: string): string[] => name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

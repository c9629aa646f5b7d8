import { z } from 'zod';
import type { ListedTool } from '../../contract/tool.ts';
import { canonicalJson } from '../../tools/canonical-json.ts';
import { schemaFromJson } from '../../tools/plugins/schema-from-json.ts';

/** Longer is no input of a tool; the gate's own limit stands behind it. */
const LONGEST_INPUT = 200_000;
const MOST_ISSUES = 4;
const LONGEST_ISSUE = 200;

const JsonObject = z.record(z.string(), z.unknown());

export type CheckedInput = { input: Record<string, unknown> } | { problem: string };

/** What a model wrote as the input of a function: an object, or what is wrong with it, in words for the model. */
export function parseInput(text: string): CheckedInput {
  if (text.length > LONGEST_INPUT) return { problem: `The input is too long: ${text.length} characters.` };
  // Functions without parameters are called with nothing at all by some models.
  if (text.trim() === '') return { input: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `The input is not valid JSON: ${wordsOf(error)}` };
  }
  const object = JsonObject.safeParse(value);
  if (!object.success) return { problem: 'The input must be a JSON object.' };
  try {
    canonicalJson(object.data);
  } catch (error) {
    return { problem: `The input cannot be used: ${wordsOf(error)}` };
  }
  return { input: object.data };
}

export type Issue = z.core.$ZodIssue;

/** Does it fit what the tool says of its input? A schema that cannot be checked here is left to the gate. @param counts false: an issue that does not matter */
export function checkInput(
  input: Record<string, unknown>,
  tool: Pick<ListedTool, 'input' | 'origin'>,
  counts: (issue: Issue) => boolean = () => true,
): string | undefined {
  const result = schemaOf(tool)?.safeParse(input);
  const issues = result?.error?.issues.filter(counts) ?? [];
  return issues.length === 0 ? undefined : issueWords(issues);
}

export function issueWords(issues: readonly Issue[]): string {
  const words = issues.slice(0, MOST_ISSUES).map(({ path, message }) => {
    const where = path.length === 0 ? 'the input' : path.join('.').slice(0, 80);
    return `${where}: ${message}`.slice(0, LONGEST_ISSUE);
  });
  const more = issues.length - words.length;
  return `The input does not fit. ${words.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

/** By the JSON Schema, which the registry keeps for as long as the tool is there. */
const schemas = new WeakMap<object, z.ZodType | null>();

function schemaOf({ input, origin }: Pick<ListedTool, 'input' | 'origin'>): z.ZodType | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const known = schemas.get(input);
  if (known !== undefined) return known ?? undefined;
  const made = schemaFrom(input, origin.type === 'built-in');
  schemas.set(input, made ?? null);
  return made;
}

/** Patterns and references are followed where they are ours: those of others may never end. */
function schemaFrom(input: object, isOurs: boolean): z.ZodType | undefined {
  const schema = JsonObject.parse(input);
  try {
    return isOurs ? z.fromJSONSchema(schema) : schemaFromJson(schema);
  } catch {
    // What it says is beyond this check; the gate parses with the tool's own.
    return undefined;
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_ISSUE);

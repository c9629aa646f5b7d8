import { z } from 'zod';

/** One part of a tool's input, as a person fills it in. */
export interface SchemaField {
  name: string;
  kind: 'text' | 'number' | 'yes-no' | 'choice' | 'json';
  /** What it takes, in words: "a number from 0 to 100". */
  words: string;
  required: boolean;
  description: string | undefined;
  choices: string[];
}

/** What of JSON Schema is understood; everything else is left to be written as JSON. */
const SchemaSchema = z.looseObject({
  type: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
  description: z.string().optional().catch(undefined),
  properties: z.record(z.string(), z.unknown()).optional().catch(undefined),
  required: z.array(z.string()).optional().catch(undefined),
  enum: z.array(z.unknown()).optional().catch(undefined),
  const: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional().catch(undefined),
  oneOf: z.array(z.unknown()).optional().catch(undefined),
  minimum: z.number().optional().catch(undefined),
  maximum: z.number().optional().catch(undefined),
  default: z.unknown().optional(),
});
type Schema = z.infer<typeof SchemaSchema>;

const read = (schema: unknown): Schema => SchemaSchema.safeParse(schema).data ?? {};

/** One field for each part of an object; for any other schema a single one without a name, which is the whole input. */
export function schemaFields(schema: unknown): SchemaField[] {
  const { properties, required = [], ...whole } = read(schema);
  if (properties === undefined) return whole.type === 'object' ? [] : [fieldOf('', whole, true)];
  return Object.entries(properties).map(([name, part]) => fieldOf(name, read(part), required.includes(name)));
}

function fieldOf(name: string, schema: Schema, required: boolean): SchemaField {
  const choices = (schema.enum ?? []).filter((choice) => typeof choice === 'string');
  const whole = schema.enum?.length === choices.length && choices.length > 0;
  return {
    name,
    kind: whole ? 'choice' : kindOf(schema),
    words: typeWords(schema, 0),
    // A default stands in for what is left out.
    required: required && schema.default === undefined,
    description: schema.description,
    choices: whole ? choices : [],
  };
}

function kindOf({ type }: Schema): SchemaField['kind'] {
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? 'yes-no' : 'json';
}

/** Values of a choice that are named. */
const NAMED = 8;
const DEEPEST = 3;

function typeWords(schema: Schema, depth: number): string {
  const { type, minimum: low, maximum: high } = schema;
  if (schema.enum) return `one of ${listed(schema.enum.map(String))}`;
  if (schema.const !== undefined) return `always ${String(schema.const)}`;
  const either = schema.anyOf ?? schema.oneOf;
  if (either)
    return depth >= DEEPEST ? 'one of several things' : [...new Set(either.map((each) => typeWords(read(each), depth + 1)))].join(', or ');
  if (Array.isArray(type)) return type.map((each) => typeWords({ type: each }, depth)).join(', or ');
  switch (type) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer': {
      const word = type === 'integer' ? 'a whole number' : 'a number';
      // What zod writes for "any safe integer" says nothing to a person.
      const from = low !== undefined && low > Number.MIN_SAFE_INTEGER;
      const to = high !== undefined && high < Number.MAX_SAFE_INTEGER;
      if (from && to) return `${word} from ${low} to ${high}`;
      return from ? `${word} of at least ${low}` : to ? `${word} of at most ${high}` : word;
    }
    case 'boolean':
      return 'yes or no';
    case 'array':
      return schema.items === undefined || depth >= DEEPEST ? 'a list' : `a list of: ${typeWords(read(schema.items), depth + 1)}`;
    case 'object': {
      const names = Object.keys(schema.properties ?? {});
      return names.length === 0 ? 'named values' : `an object of ${listed(names)}`;
    }
    case 'null':
      return 'nothing';
    default:
      return 'anything';
  }
}

const listed = (names: string[]): string =>
  names.length > NAMED ? `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more` : names.join(', ');

/** The input that the texts of the fields come to, or what is wrong with them, by name. Empty texts are left out. */
export function inputFrom(
  fields: readonly SchemaField[],
  texts: Readonly<Record<string, string>>,
): { input: unknown } | { problems: Record<string, string> } {
  const problems: Record<string, string> = {};
  const values: [string, unknown][] = [];
  for (const { name, kind, required } of fields) {
    const text = (Object.hasOwn(texts, name) ? texts[name] : undefined) ?? '';
    if (text.trim() === '') {
      if (required) problems[name] = 'This is needed.';
      continue;
    }
    const value = readValue(kind, text);
    if (value === undefined)
      problems[name] = kind === 'number' ? 'Write a number.' : 'This is no JSON: texts stand in "quotes", lists in [ ].';
    else values.push([name, value]);
  }
  if (Object.keys(problems).length > 0) return { problems };
  const [only] = values;
  return { input: fields.length === 1 && fields[0]?.name === '' ? only?.[1] : Object.fromEntries(values) };
}

function readValue(kind: SchemaField['kind'], text: string): unknown {
  if (kind === 'text' || kind === 'choice') return text;
  if (kind === 'yes-no') return text === 'true';
  if (kind === 'number') return Number.isFinite(Number(text)) ? Number(text) : undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Said at the field.
    return undefined;
  }
}

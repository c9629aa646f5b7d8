import { z } from 'zod';
import { type Sensitivity, sensitivityOf } from '../contract/sensitive.ts';

/** Members of these names hold what opens doors or accounts, whatever the tool. */
const SECRET_NAME =
  /^(pin|pass(word|phrase|code)?|(access|auth|refresh|id)?[_-]?token|secret|(api|private|access)[_-]?key|(user|alarm|door|lock)?[_-]?code|credentials?)$/iu;

export interface Redaction {
  /** Paths of the tool's own (`data.code`, `name`); a path through an array means each of its items. */
  paths?: readonly string[] | undefined;
  /** What `secret()` and `speech()` mark in it is left out. */
  schema?: z.core.$ZodType | undefined;
}

/**
 * The value as the record keeps it: secrets are replaced by `"(secret)"`, what people say by `"(speech)"`, never by a length or a hash, since four digits
 * are soon guessed. The schema speaks first; names that mean a secret anywhere are the second line.
 */
export function redact(value: unknown, { paths = [], schema }: Redaction = {}): unknown {
  return walk(value, { paths: paths.map((path) => path.split('.')), schemas: schema === undefined ? [] : [schema] }, () => undefined);
}

/** Too short to be a secret, and likely to stand in any sentence. */
const SHORTEST = 3;

/**
 * The sentence with everything that `redact` leaves out of `value` taken out of it too: a tool that fails likes to quote what it was given.
 */
export function redactSentence(sentence: string, value: unknown, redaction: Redaction = {}): string {
  const found = new Map<string, Sensitivity>();
  const { paths = [], schema } = redaction;
  walk(value, { paths: paths.map((path) => path.split('.')), schemas: schema === undefined ? [] : [schema] }, (hidden, kind) => {
    for (const text of textsIn(hidden)) if (text.length >= SHORTEST) found.set(text, kind);
  });
  return [...found].sort(([a], [b]) => b.length - a.length).reduce((left, [text, kind]) => left.replaceAll(text, `(${kind})`), sentence);
}

/** Takes these values out of every text in a value of plain JSON data. Members' names are looked at too. */
export function withoutTexts(value: unknown, texts: readonly string[]): unknown {
  if (texts.length === 0) return value;
  if (typeof value === 'string') return texts.reduce((left, text) => left.replaceAll(text, '(secret)'), value);
  if (Array.isArray(value)) return value.map((item: unknown) => withoutTexts(item, texts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [String(withoutTexts(key, texts)), withoutTexts(member, texts)]));
}

interface Place {
  paths: readonly (readonly string[])[];
  /** All that could describe the value here; one that hides it is enough. */
  schemas: readonly z.core.$ZodType[];
}

function walk(value: unknown, place: Place, hide: (hidden: unknown, kind: Sensitivity) => void): unknown {
  const { marked, schemas } = openUp(place.schemas);
  const kind = place.paths.some((path) => path.length === 0) ? 'secret' : marked;
  if (kind !== undefined) {
    if (value === null) return null;
    hide(value, kind);
    return `(${kind})`;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      walk(item, { paths: place.paths, schemas: schemas.flatMap((each) => itemsOf(each, index)) }, hide),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const schemasThere = schemas.flatMap((each) => membersOf(each, key));
      if (member !== null && SECRET_NAME.test(key)) {
        hide(member, 'secret');
        return [key, '(secret)'];
      }
      const paths = place.paths.filter(([first]) => first === key).map(([, ...rest]) => rest);
      return [key, walk(member, { paths, schemas: schemasThere }, hide)];
    }),
  );
}

/** Looks through what wraps a schema (`optional()`, `default()`, a union, a pipe), and tells whether any layer is marked. A secret beats speech. */
function openUp(schemas: readonly z.core.$ZodType[]): { marked: Sensitivity | undefined; schemas: z.core.$ZodType[] } {
  const seen = new Set<z.core.$ZodType>();
  const waiting = [...schemas];
  let marked: Sensitivity | undefined;
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (seen.has(schema)) continue;
    seen.add(schema);
    const kind = sensitivityOf(schema);
    if (kind !== undefined && marked !== 'secret') marked = kind;
    waiting.push(...insideOf(schema));
  }
  return { marked, schemas: [...seen] };
}

function insideOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch ||
    schema instanceof z.ZodNonOptional
  )
    return [schema.def.innerType];
  if (schema instanceof z.ZodUnion) return [...schema.def.options];
  if (schema instanceof z.ZodPipe) return [schema.def.in, schema.def.out];
  if (schema instanceof z.ZodIntersection) return [schema.def.left, schema.def.right];
  if (schema instanceof z.ZodLazy) return [schema.def.getter()];
  return [];
}

function itemsOf(schema: z.core.$ZodType, index: number): z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.def.element];
  if (!(schema instanceof z.ZodTuple)) return [];
  const item = schema.def.items[index] ?? schema.def.rest;
  return item == null ? [] : [item];
}

function membersOf(schema: z.core.$ZodType, key: string): z.core.$ZodType[] {
  if (schema instanceof z.ZodRecord) return [schema.def.valueType];
  if (!(schema instanceof z.ZodObject)) return [];
  const member: z.core.$ZodType | undefined = Object.hasOwn(schema.def.shape, key) ? schema.def.shape[key] : schema.def.catchall;
  return member === undefined ? [] : [member];
}

/** Every text and number in a value that was hidden. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((member: unknown) => textsIn(member));
}

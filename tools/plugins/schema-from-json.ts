import { z } from 'zod';

/** Levels of a schema; deeper ones are refused before anything walks them. */
const DEEPEST = 20;
/** Parts of a schema altogether. */
const MOST = 2_000;

/** What a schema may say that the host would have to do on its word: run its patterns (which may never end), fetch what it names. */
const REFUSED: Readonly<Record<string, string>> = {
  pattern: 'patterns are not run in JARVIS; let the plugin check them',
  patternProperties: 'patterns are not run in JARVIS; let the plugin check them',
  $ref: 'references are not followed',
  $dynamicRef: 'references are not followed',
};

/**
 * A JSON Schema of somebody else as a check of ours. Throws with words for people when it is no schema of an object, or says what cannot be checked:
 * what cannot be checked must not pass for checked.
 */
export function schemaFromJson(schema: Record<string, unknown>): z.ZodType {
  if (schema.type !== 'object') throw new Error('the schema must be one of an object ("type": "object")');
  inspect(schema, 'schema', 0, { parts: 0 });
  try {
    return z.fromJSONSchema(schema);
  } catch (error) {
    // Its words are for programmers where a schema has the wrong shape; they are the only ones there are.
    throw new Error(`the schema cannot be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** `names`: the keys here are names that the author chose. `data`: anything goes. */
type Place = 'schema' | 'names' | 'data';

const NAMES = ['properties', '$defs', 'definitions', 'dependentSchemas'];
const DATA = ['const', 'enum', 'default', 'examples'];

function inspect(value: unknown, place: Place, depth: number, seen: { parts: number }): void {
  seen.parts += 1;
  if (depth > DEEPEST) throw new Error(`the schema is more than ${DEEPEST} levels deep`);
  if (seen.parts > MOST) throw new Error(`the schema has more than ${MOST} parts`);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) inspect(each, place, depth + 1, seen);
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    if (place === 'schema' && Object.hasOwn(REFUSED, key)) throw new Error(`the schema says ${key}: ${REFUSED[key]}`);
    inspect(each, placeBelow(place, key), depth + 1, seen);
  }
}

function placeBelow(place: Place, key: string): Place {
  if (place === 'data' || (place === 'schema' && DATA.includes(key))) return 'data';
  return place === 'schema' && NAMES.includes(key) ? 'names' : 'schema';
}

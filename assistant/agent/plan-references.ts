/**
 * What a step takes from earlier ones: `{{find}}` is all that the step `find` gave back, `{{find.0.path}}` a part of it. Alone in a text it keeps its kind
 * (a list stays a list); among other words it is put in as text.
 */
const REFERENCE = /\{\{\s*([\w-]+)((?:\.[\w-]+|\[\d+\])*)\s*\}\}/gu;
const ALONE = /^\s*\{\{\s*([\w-]+)((?:\.[\w-]+|\[\d+\])*)\s*\}\}\s*$/u;

type Path = readonly (string | number)[];

/** Every reference in an input: where it stands, and the step it names. */
export function referencesIn(value: unknown, at: Path = []): { at: Path; step: string }[] {
  if (typeof value === 'string') return [...value.matchAll(REFERENCE)].map(([, step = '']) => ({ at, step }));
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => referencesIn(item, [...at, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => referencesIn(member, [...at, key]));
}

/** A part that a step did not give. `message` is for the model. */
export class MissingResult extends Error {}

/** The input with the results put in. Throws `MissingResult`. */
export function resolved(value: unknown, results: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    const alone = ALONE.exec(value);
    if (alone !== null) return partOf(alone[1] ?? '', alone[2] ?? '', results);
    return value.replaceAll(REFERENCE, (_whole, step: string, path: string) => asText(partOf(step, path, results)));
  }
  if (Array.isArray(value)) return value.map((item: unknown) => resolved(item, results));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolved(member, results)]));
}

function partOf(step: string, path: string, results: ReadonlyMap<string, unknown>): unknown {
  let value = results.get(step);
  for (const [, name, index] of path.matchAll(/\.([\w-]+)|\[(\d+)\]/gu)) {
    const key = name ?? index ?? '';
    // Only what a result has of its own: no length, no prototype.
    const has = typeof value === 'object' && value !== null && Object.hasOwn(value, key) && !(Array.isArray(value) && key === 'length');
    value = has ? Object.entries(value ?? {}).find(([each]) => each === key)?.[1] : undefined;
  }
  if (value === undefined) throw new MissingResult(`The step ${step} gave nothing at ${path === '' ? 'all' : path.replace(/^\./u, '')}.`);
  return value;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

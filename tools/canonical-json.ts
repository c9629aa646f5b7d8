import { hash } from 'node:crypto';

/** Deeper nesting than any input needs; keeps hostile input from exhausting the stack. */
const MAXIMUM_DEPTH = 100;

/**
 * One text for one value, and one value for one text: keys sorted by code unit, no white space, members that are `undefined` left out, −0 kept apart from 0.
 * Throws TypeError for whatever JSON would lose or blur: functions, bigints, NaN, Dates, Maps, class instances, holes, cycles.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
    return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new TypeError(`${value === undefined ? 'undefined' : `a ${typeof value}`} has no JSON form`);
  if (depth > MAXIMUM_DEPTH) throw new TypeError(`a value nested deeper than ${MAXIMUM_DEPTH} levels, or in itself, has no JSON form here`);
  if (Array.isArray(value)) return `[${Array.from(value, (item: unknown) => write(item, depth + 1)).join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`a ${value.constructor.name} has no JSON form`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${write(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}

/** Lower-case hex. */
export const sha256 = (data: string | Uint8Array): string => hash('sha256', data);

/** What an approval and the audit are bound to: this tool with exactly this input. */
export const requestDigest = (tool: string, input: unknown): string => sha256(canonicalJson({ tool, input }));

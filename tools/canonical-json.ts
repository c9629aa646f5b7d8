import { createHash } from 'node:crypto';

/**
 * One text for one value: keys sorted, no white space, `undefined` members left out as JSON does. Throws TypeError for what JSON cannot carry
 * (functions, bigints, cycles, NaN).
 */
export function canonicalJson(value: unknown, seen: readonly object[] = []): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no JSON form`);
  if (seen.includes(value)) throw new TypeError('a value that contains itself has no JSON form');
  const inside = [...seen, value];
  if (Array.isArray(value)) return `[${value.map((item) => (item === undefined ? 'null' : canonicalJson(item, inside))).join(',')}]`;
  if (value instanceof Date) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, inside)}`);
  return `{${members.join(',')}}`;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What an approval and the audit are bound to: this tool with exactly this input. */
export const requestDigest = (tool: string, input: unknown): string => sha256(canonicalJson({ tool, input }));

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, requestDigest } from './canonical-json.ts';

/** The same value with the members of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]): [string, unknown] => [key, shuffled(member)])
      .reverse(),
  );
}

/** Every value JSON can carry, −0 apart from 0. */
const json = fc.jsonValue({ noUnicodeString: false, maxDepth: 4 });

describe('canonical JSON', () => {
  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('reads back as the value it was made from, and is its own canonical form', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(value);
      }),
    );
  });

  it('gives two values one digest only when they are equal', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const equal = canonicalJson(one) === canonicalJson(other);
        expect(requestDigest('tool', one) === requestDigest('tool', other)).toBe(equal);
      }),
    );
  });

  it('changes with any one value inside', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json, { minKeys: 1 }), fc.nat(), json, (object, pick, replacement) => {
        const keys = Object.keys(object);
        const key = keys[pick % keys.length] ?? '';
        const before = canonicalJson(object[key]);
        fc.pre(before !== canonicalJson(replacement));
        const changed = Object.fromEntries(Object.entries(object).map(([name, value]) => [name, name === key ? replacement : value]));
        expect(requestDigest('tool', changed)).not.toBe(requestDigest('tool', object));
      }),
    );
  });

  it('keeps tools, types and places apart', () => {
    const digests = [
      requestDigest('a', {}),
      requestDigest('b', {}),
      requestDigest('a', { x: 1 }),
      requestDigest('a', { x: '1' }),
      requestDigest('a', { x: [1] }),
      requestDigest('a', { x: null }),
      requestDigest('a', { x: 0 }),
      requestDigest('a', { x: -0 }),
      requestDigest('a', { x: false }),
      requestDigest('a', [['x', 1]]),
      requestDigest('a', { X: 1 }),
      requestDigest('a', { x: 1, __proto__: null }),
    ];
    expect(new Set(digests.slice(0, -1)).size).toBe(digests.length - 1);
    expect(digests.at(-1)).toBe(digests[2]);
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });

  it('leaves out members that are undefined, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it.each([
    ['undefined', undefined],
    ['a hole in a list', [undefined]],
    ['NaN', Number.NaN],
    ['infinity', { a: Number.POSITIVE_INFINITY }],
    ['a bigint', 1n],
    ['a function', () => undefined],
    ['a symbol', Symbol('x')],
    ['a Date', new Date(0)],
    ['a Map', { a: new Map([[1, 2]]) }],
    ['bytes', new Uint8Array(2)],
  ])('refuses %s, which JSON would lose or blur', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('refuses what contains itself or is nested without end', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => canonicalJson(circle)).toThrow(TypeError);
    expect(() => canonicalJson(JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`))).toThrow(TypeError);
  });
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anyJson, grammarSchema, toolGrammarSchema } from './grammar-schema.ts';

describe('a JSON schema as a grammar', () => {
  it('holds what a tool of ours asks for', () => {
    const schema = z.object({ entity: z.enum(['kitchen', 'hall']), on: z.boolean(), note: z.string().max(20) });
    const { grammar, exact, loosened } = grammarSchema(z.toJSONSchema(schema));
    expect(grammar).toEqual({
      type: 'object',
      properties: { entity: { enum: ['kitchen', 'hall'] }, on: { type: 'boolean' }, note: { type: 'string', maxLength: 20 } },
    });
    expect({ exact, loosened }).toEqual({ exact: true, loosened: [] });
  });

  it('lets what is optional be null, and takes that null away again', () => {
    const schema = z.object({ at: z.string(), room: z.string().optional(), end: z.string().nullable() });
    const { grammar, finish, exact } = grammarSchema(z.toJSONSchema(schema));
    expect(grammar).toMatchObject({ properties: { room: { oneOf: [{ type: 'string' }, { type: 'null' }] } } });
    expect(exact).toBe(false);
    expect(finish({ at: 'now', room: null, end: null })).toEqual({ at: 'now', end: null });
  });

  it('keeps a null that an optional property may have', () => {
    const { finish } = grammarSchema(z.toJSONSchema(z.object({ end: z.string().nullable().optional() })));
    expect(finish({ end: null })).toEqual({ end: null });
  });

  it('offers the numbers of a small range, and says where it cannot hold a large one', () => {
    expect(grammarSchema({ type: 'integer', minimum: 1, exclusiveMaximum: 4 }).grammar).toEqual({ enum: [1, 2, 3] });
    expect(grammarSchema({ type: 'integer', minimum: 0, maximum: 1_000_000 }).loosened).toEqual(['minimum']);
  });

  it.each([
    [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER],
    [-1e300, Number.MIN_SAFE_INTEGER],
    [1.5, 1],
  ])('makes %d a whole number', (value, whole) => {
    expect(grammarSchema({ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }).finish({ n: value })).toEqual({
      n: whole,
    });
  });

  it('finishes the branch of a union that a value is of', () => {
    const schema = z.union([
      z.object({ kind: z.literal('a'), extra: z.string().optional() }),
      z.object({ kind: z.literal('b'), n: z.int() }),
    ]);
    const { finish } = grammarSchema(z.toJSONSchema(schema));
    expect(finish({ kind: 'a', extra: null })).toEqual({ kind: 'a' });
    expect(finish({ kind: 'b', n: 2.5 })).toEqual({ kind: 'b', n: 2 });
  });

  it('follows references, also those that lead back to themselves', () => {
    type Tree = { name: string; children: Tree[] };
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }));
    const { grammar, finish } = grammarSchema(z.toJSONSchema(tree));
    expect(JSON.stringify(grammar)).toContain('#/$defs/definition0');
    expect(grammar).toHaveProperty('$defs.definition0');
    const value = { name: 'a', children: [{ name: 'b', children: [] }] };
    expect(finish(value)).toEqual(value);
  });

  it('makes one object of several that hold at once', () => {
    const { grammar } = grammarSchema({
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { type: 'object', properties: { b: { type: 'boolean' } }, required: ['b'] },
      ],
    });
    expect(grammar).toEqual({ type: 'object', properties: { a: { type: 'string' }, b: { type: 'boolean' } } });
  });

  it('names what it does not hold', () => {
    const { loosened } = grammarSchema({
      type: 'object',
      properties: { a: { type: 'string', pattern: '^x', maxLength: 100_000 }, b: { type: 'string', format: 'email' } },
      required: ['a', 'b'],
    });
    expect(loosened.toSorted()).toEqual(['format', 'length', 'pattern']);
  });

  const deep = (levels: number): unknown => (levels === 0 ? {} : { type: 'array', items: deep(levels - 1) });
  it.each([
    ['nothing', undefined],
    ['a word', 'string'],
    ['true', true],
    ['a reference to nowhere', { $ref: '#/$defs/none' }],
    ['a reference to the world', { $ref: 'https://example.org/schema.json' }],
    ['a reference to itself', { $ref: '#' }],
    [
      'references in a circle',
      { anyOf: [{ $ref: '#/$defs/a' }], $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { anyOf: [{ $ref: '#/$defs/a' }] } } },
    ],
    ['an empty union', { anyOf: [] }],
    ['an enum of objects', { enum: [{ a: 1 }] }],
    ['a type that is none', { type: 'colour' }],
    ['wrong types of keywords', { type: 'object', properties: 7, required: 'a', additionalProperties: [] }],
    ['a thousand properties', { type: 'object', properties: Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`p${n}`, {}])) }],
    ['a hundred levels', deep(100)],
  ])('never fails, given %s', (_, schema) => {
    const { grammar, finish } = grammarSchema(schema);
    expect(JSON.stringify(grammar).length).toBeGreaterThan(5);
    expect(finish({ a: null })).toEqual({ a: null });
    expect(toolGrammarSchema(schema).grammar).toMatchObject({ type: 'object' });
  });

  it('holds a tool to a choice of objects', () => {
    const schema = z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b'), n: z.number() })]);
    expect(toolGrammarSchema(z.toJSONSchema(schema)).grammar).toMatchObject({
      oneOf: [{ properties: { kind: { enum: ['a'] } } }, { properties: { n: { type: 'number' } } }],
    });
  });

  it('takes any object or array where nothing is said of JSON', () => {
    expect(anyJson().grammar).toMatchObject({ oneOf: [{ type: 'object' }, { type: 'array' }] });
    expect(anyJson().exact).toBe(true);
  });
});

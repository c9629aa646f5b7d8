import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { secret, speech } from '../contract/sensitive.ts';
import { redact, redactSentence, withoutTexts } from './redact.ts';

describe('redacting', () => {
  it('takes out what is called like a secret, at any depth', () => {
    const input = { entityIds: ['lock.door'], data: { code: '1234', nested: [{ password: 'x', ACCESS_TOKEN: 'y' }] } };
    expect(redact(input)).toEqual({
      entityIds: ['lock.door'],
      data: { code: '(secret)', nested: [{ password: '(secret)', ACCESS_TOKEN: '(secret)' }] },
    });
  });

  it('takes out what the tool names, through lists too', () => {
    const input = { name: 'tea', to: [{ mail: 'a@b', count: 2 }], note: null };
    expect(redact(input, { paths: ['name', 'to.mail', 'note'] })).toEqual({
      name: '(secret)',
      to: [{ mail: '(secret)', count: 2 }],
      note: null,
    });
  });

  it('takes out a whole branch, and leaves the rest and the input itself alone', () => {
    const input = { data: { a: [1] }, postcode: 'N1', encode: true };
    expect(redact(input, { paths: ['data'] })).toEqual({ data: '(secret)', postcode: 'N1', encode: true });
    expect(input.data).toEqual({ a: [1] });
    expect(redact('plain', { paths: ['x'] })).toBe('plain');
  });
});

describe('redacting by schema', () => {
  const schemas: [string, z.ZodType, unknown, unknown][] = [
    ['a member', z.object({ door: z.string(), word: secret(z.string()) }), { door: 'a', word: 'w' }, { door: 'a', word: '(secret)' }],
    ['speech', z.object({ text: speech(z.string()) }), { text: 'hello' }, { text: '(speech)' }],
    ['what is optional', z.object({ word: secret(z.string()).optional() }), { word: 'w' }, { word: '(secret)' }],
    [
      'what is described and checked afterwards',
      z.object({ word: secret(z.string()).min(1).describe('it') }),
      { word: 'w' },
      { word: '(secret)' },
    ],
    ['what has a default', z.object({ word: secret(z.string().default('x')) }), { word: 'w' }, { word: '(secret)' }],
    [
      'nullable, readonly, nested',
      z.object({ a: z.object({ b: secret(z.string()).nullable().readonly() }) }),
      { a: { b: 'w' } },
      { a: { b: '(secret)' } },
    ],
    ['items of a list', z.object({ words: z.array(secret(z.string())) }), { words: ['a', 'b'] }, { words: ['(secret)', '(secret)'] }],
    ['a place of a tuple', z.tuple([z.string(), secret(z.string())]), ['a', 'b'], ['a', '(secret)']],
    ['values of a record', z.record(z.string(), secret(z.string())), { a: 'b' }, { a: '(secret)' }],
    [
      'one side of a union, whichever came',
      z.union([z.object({ to: z.string() }), z.object({ to: secret(z.string()) })]),
      { to: 'b' },
      { to: '(secret)' },
    ],
    [
      'a case of a discriminated union',
      z.discriminatedUnion('type', [z.object({ type: z.literal('a'), word: secret(z.string()) }), z.object({ type: z.literal('b') })]),
      { type: 'a', word: 'w' },
      { type: 'a', word: '(secret)' },
    ],
    ['either side of a pipe', secret(z.string()).transform((text) => text.trim()), 'w', '(secret)'],
    [
      'both sides of an intersection',
      z.object({ a: z.string() }).and(z.object({ b: secret(z.string()) })),
      { a: 'x', b: 'w' },
      { a: 'x', b: '(secret)' },
    ],
    ['a whole object', z.object({ card: secret(z.object({ number: z.string() })) }), { card: { number: '1' } }, { card: '(secret)' }],
    ['a number', z.object({ amount: secret(z.number()) }), { amount: 12 }, { amount: '(secret)' }],
    ['members that nobody listed', z.object({}).catchall(secret(z.string())), { x: 'w' }, { x: '(secret)' }],
  ];
  it.each(schemas)('finds %s', (_what, schema, value, kept) => {
    expect(redact(value, { schema })).toEqual(kept);
  });

  it('marks this use of a schema and no other', () => {
    const word = z.string();
    const schema = z.object({ hidden: secret(word), shown: word });
    expect(redact({ hidden: 'a', shown: 'b' }, { schema })).toEqual({ hidden: '(secret)', shown: 'b' });
  });

  it('ends in schemas that hold themselves', () => {
    const Node: z.ZodType = z.lazy(() => z.object({ word: secret(z.string()), inner: Node.optional() }));
    expect(redact({ word: 'a', inner: { word: 'b' } }, { schema: Node })).toEqual({ word: '(secret)', inner: { word: '(secret)' } });
    expect(redact({ word: 'a' }, { schema: z.lazy(() => Node) })).toEqual({ word: '(secret)' });
  });

  it('takes names for secrets too where the schema is silent', () => {
    expect(redact({ pin: '1', x: 'y' }, { schema: z.object({ pin: z.string(), x: z.string() }) })).toEqual({ pin: '(secret)', x: 'y' });
  });
});

describe('a reason', () => {
  const schema = z.object({ to: z.string(), text: speech(z.string()), key: secret(z.string()) });
  it('quotes nothing of what is hidden in the input', () => {
    const input = { to: 'Anna', text: 'meet me at nine', key: 'k-12345' };
    expect(redactSentence('Anna did not get "meet me at nine" with k-12345.', input, { schema })).toBe(
      'Anna did not get "(speech)" with (secret).',
    );
  });

  it('keeps its words where the hidden thing is too short to tell', () => {
    expect(redactSentence('It is a no.', { to: 'x', text: 'a', key: 'no' }, { schema })).toBe('It is a no.');
  });

  it('loses the longer secret first, so that no rest of it is left', () => {
    expect(redactSentence('bad key abcdef', { pin: 'abc', password: 'abcdef' })).toBe('bad key (secret)');
  });
});

it('takes texts out of a value wherever they stand', () => {
  expect(withoutTexts({ a: ['x-KEY-y', 1, null], KEY: { b: 'KEY' } }, ['KEY'])).toEqual({
    a: ['x-(secret)-y', 1, null],
    '(secret)': { b: '(secret)' },
  });
  expect(withoutTexts('KEY', [])).toBe('KEY');
});

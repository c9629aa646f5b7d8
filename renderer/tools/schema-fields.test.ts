import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inputFrom, schemaFields } from './schema-fields.ts';

const schema = z.toJSONSchema(
  z.object({
    service: z.enum(['turn_on', 'turn_off']).describe('What to do'),
    brightness: z.number().int().min(0).max(100).optional(),
    force: z.boolean().optional(),
    count: z.number().int().optional(),
    entityIds: z.array(z.string()),
    to: z.union([z.string(), z.null()]).optional(),
    data: z.object({ a: z.string(), b: z.string() }).optional(),
  }),
);

describe('the input of a tool', () => {
  it('is told in words', () => {
    const fields = schemaFields(schema);
    expect(fields.map(({ name, words, required }) => [name, words, required])).toEqual([
      ['service', 'one of turn_on, turn_off', true],
      ['brightness', 'a whole number from 0 to 100', false],
      ['force', 'yes or no', false],
      ['count', 'a whole number', false],
      ['entityIds', 'a list of: text', true],
      ['to', 'text, or nothing', false],
      ['data', 'an object of a, b', false],
    ]);
    expect(fields[0]).toMatchObject({ kind: 'choice', choices: ['turn_on', 'turn_off'], description: 'What to do' });
  });

  it('is made of what was filled in', () => {
    const fields = schemaFields(schema);
    expect(inputFrom(fields, { service: 'turn_on', brightness: '40', force: 'false', entityIds: '["light.a"]', data: ' ' })).toEqual({
      input: { service: 'turn_on', brightness: 40, force: false, entityIds: ['light.a'] },
    });
    expect(inputFrom(fields, { brightness: 'bright', entityIds: 'light.a' })).toEqual({
      problems: { service: 'This is needed.', brightness: 'Write a number.', entityIds: expect.stringContaining('no JSON') },
    });
  });

  it('is one JSON text where the schema is no object', () => {
    const fields = schemaFields(true);
    expect(fields).toMatchObject([{ name: '', kind: 'json', words: 'anything' }]);
    expect(inputFrom(fields, { '': '[1]' })).toEqual({ input: [1] });
    expect(schemaFields({ type: 'object' })).toEqual([]);
    expect(inputFrom([], {})).toEqual({ input: {} });
  });

  it('is not broken by a schema of the worst kind', () => {
    const deep: Record<string, unknown> = { anyOf: [] };
    deep.anyOf = [deep, { type: 'array', items: deep }];
    expect(schemaFields({ properties: { deep, odd: 7, constructor: { type: 12, enum: 'x' } } }).map(({ kind }) => kind)).toEqual([
      'json',
      'json',
      'json',
    ]);
    expect(inputFrom(schemaFields({ properties: { toString: { type: 'string' } } }), {})).toEqual({ input: {} });
  });
});

import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

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
    expect(redact(input, ['name', 'to.mail', 'note'])).toEqual({ name: '(secret)', to: [{ mail: '(secret)', count: 2 }], note: null });
  });

  it('takes out a whole branch, and leaves the rest and the input itself alone', () => {
    const input = { data: { a: [1] }, postcode: 'N1', encode: true };
    expect(redact(input, ['data'])).toEqual({ data: '(secret)', postcode: 'N1', encode: true });
    expect(input.data).toEqual({ a: [1] });
    expect(redact('plain', ['x'])).toBe('plain');
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeRandomGguf, makeScriptedGguf } from './make-gguf.ts';
import { makeEmbeddingGguf } from './make-gguf-embedding.ts';

const folder = mkdtempSync(join(tmpdir(), 'make-gguf-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['babbles', makeRandomGguf],
  ['embeds', makeEmbeddingGguf],
])('a model that %s is the same for the same seed, and another for another', (_, make) => {
  const bytes = (name: string, seed: number): Buffer => {
    const path = join(folder, name);
    expect(make(path, { seed }).bytes).toBe(readFileSync(path).length);
    return readFileSync(path);
  };
  const first = bytes('first.gguf', 1);
  expect(bytes('second.gguf', 1).equals(first)).toBe(true);
  expect(bytes('third.gguf', 2).equals(first)).toBe(false);
});

it('a scripted model refuses a script that it cannot keep to', () => {
  expect(() => makeScriptedGguf(join(folder, 'twice.gguf'), { says: ['on ', 'and ', 'on '] })).toThrow('only once');
});

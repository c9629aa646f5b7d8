import { describe, expect, test } from 'vitest';
import { CatalogueEntrySchema, ModelKindSchema } from '../../contract/models.ts';
import { ggufBytes, tinyLlama } from '../../tests/fakes/gguf-bytes.ts';
import { estimateWeightsBytes } from '../fit/weights-bytes.ts';
import { memoryByteSource } from '../gguf/byte-source.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { CATALOGUE, findInCatalogue, fromGguf } from './catalogue.ts';

const files = CATALOGUE.flatMap((entry) => entry.files.map((file) => ({ entry, file })));

describe('the list', () => {
  test('every entry keeps to the contract, with an id of its own', () => {
    for (const entry of CATALOGUE) expect(CatalogueEntrySchema.parse(entry), entry.id).toEqual(entry);
    expect(new Set(CATALOGUE.map((entry) => entry.id)).size).toBe(CATALOGUE.length);
  });

  test('every kind is there, and chat from below 1B to 70B', () => {
    for (const kind of ModelKindSchema.options) expect(CATALOGUE.filter((entry) => entry.kind === kind).length, kind).toBeGreaterThan(0);
    const parameters = CATALOGUE.filter((entry) => entry.kind === 'chat').map((entry) => entry.shape?.parameters ?? 0);
    expect(Math.min(...parameters)).toBeLessThan(1e9);
    expect(Math.max(...parameters)).toBeGreaterThan(70e9);
  });

  test('no sum, address or file name stands twice', () => {
    const sums = files.map(({ file }) => file.sha256).filter((sum) => sum !== undefined);
    expect(new Set(sums).size).toBe(sums.length);
    expect(new Set(files.map(({ file }) => file.url)).size).toBe(files.length);
    expect(new Set(files.map(({ file }) => file.name)).size).toBe(files.length);
  });

  test('addresses are https and end in what is fetched; what lies alongside is in the same entry', () => {
    for (const { entry, file } of files) {
      expect(file.url, file.name).toMatch(/^https:\/\/(huggingface\.co|github\.com)\/.+\.(gguf|bin|onnx|onnx\.json)$/u);
      for (const name of file.alongside ?? []) expect(entry.files.map((each) => each.name)).toContain(name);
    }
  });

  test('whoever restricts use has to be agreed to', () => {
    for (const { licence, id } of CATALOGUE) if (/Llama|Gemma|NC/u.test(licence.name)) expect(licence.mustAccept, id).toBe(true);
  });
});

describe('the formula for sizes', () => {
  const stated = files.filter(
    ({ entry, file }) =>
      entry.shape !== undefined && file.estimated !== true && file.name.endsWith('.gguf') && !file.name.startsWith('mmproj'),
  );

  test('has enough real files to be held against', () => {
    expect(stated.length).toBeGreaterThan(30);
  });

  test.each(stated.map(({ entry, file }) => [file.name, entry, file] as const))('%s within 6 %%', (_, entry, file) => {
    if (entry.shape === undefined) throw new Error('no shape');
    const estimate = estimateWeightsBytes(entry.shape, file.quantisation) ?? 0;
    expect(Math.abs(estimate / file.bytes - 1)).toBeLessThan(0.06);
  });

  test('gives the sizes that nobody states', () => {
    for (const { entry, file } of files) {
      if (file.estimated !== true || entry.shape === undefined || file.name.startsWith('mmproj')) continue;
      expect(file.bytes, file.name).toBe(estimateWeightsBytes(entry.shape, file.quantisation));
    }
  });
});

describe('finding', () => {
  test('by id, by id and quantisation, and by file name, in any letters', () => {
    expect(findInCatalogue('qwen3-8b')?.file.quantisation).toBe('Q4_K_M');
    expect(findInCatalogue(' Qwen3-8B:q8_0 ')?.file.name).toBe('Qwen3-8B-Q8_0.gguf');
    expect(findInCatalogue('ggml-base.en.bin')?.entry.id).toBe('whisper-base-en');
    expect(findInCatalogue('qwen3-8b:Q1_X')).toBeUndefined();
    expect(findInCatalogue('')).toBeUndefined();
  });

  test('brings what has to be fetched with it', () => {
    expect(findInCatalogue('piper-en-gb-alan-medium')?.alongside.map((file) => file.name)).toEqual(['en_GB-alan-medium.onnx.json']);
    expect(findInCatalogue('qwen3-8b')?.alongside).toEqual([]);
  });
});

describe('any GGUF', () => {
  const header = () => readGguf(memoryByteSource(ggufBytes(tinyLlama())));

  test('by path or address', async () => {
    expect(fromGguf('/home/someone/Models/My Model.Q4_K_M.gguf', await header())).toMatchObject({
      id: 'my-model.q4_k_m',
      kind: 'chat',
      title: 'tiny',
      quantisation: 'F16',
      tools: true,
      template: 'file',
      shape: { layers: 2 },
    });
    expect(fromGguf('https://example.org/a/Big-00001-of-00003.gguf?download=true', await header()).id).toBe('big');
  });

  test('a name of nothing but signs still gives an id', async () => {
    expect(fromGguf('///….gguf', await header()).id).toBe('model');
  });

  test('says of eyes alone that they are useless', async () => {
    const eyes = await readGguf(memoryByteSource(ggufBytes({ fields: [{ key: 'general.architecture', text: 'clip' }] })));
    expect(fromGguf('mmproj.gguf', eyes)).toMatchObject({ kind: 'vision', problem: expect.stringContaining('eyes') });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Field, ggufBytes, joined, text, tinyLlama, uint32, uint64 } from '../../tests/fakes/gguf-bytes.ts';
import { makeRandomGguf } from '../../tests/fakes/make-gguf.ts';
import { makeEmbeddingGguf } from '../../tests/fakes/make-gguf-embedding.ts';
import { memoryByteSource, urlByteSource } from './byte-source.ts';
import { GgufError } from './gguf-error.ts';
import { readGguf, readGgufFile, readGgufUrl } from './read-gguf.ts';

const read = (bytes: Uint8Array) => readGguf(memoryByteSource(bytes));
const refusal = async (bytes: Uint8Array): Promise<GgufError> => {
  const error: unknown = await read(bytes).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GgufError)) throw new Error(`expected a GgufError, got ${String(error)}`);
  return error;
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gguf-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('what a header says', () => {
  test('shape, weights, template and quantisation of a llama', async () => {
    expect(await read(ggufBytes(tinyLlama()))).toEqual({
      architecture: 'llama',
      name: 'tiny',
      kind: 'chat',
      shape: {
        architecture: 'llama',
        parameters: 256 + 4096 + 64,
        layers: 2,
        embedding: 64,
        heads: 4,
        kvHeads: 2,
        keyLength: 16,
        valueLength: 16,
        vocabulary: 4,
        contextLength: 2048,
      },
      parameters: 4416,
      weightsBytes: 512 + 4352 + 256,
      quantisation: 'F16',
      tokenizer: 'llama',
      chatTemplate: expect.stringContaining('messages'),
      toolsInTemplate: true,
    });
  });

  test('files that the engine itself loads', async () => {
    const chat = makeRandomGguf(join(folder, 'chat.gguf'), { layers: 3, heads: 4 });
    const header = await readGgufFile(chat.path);
    expect(header).toMatchObject({ architecture: 'llama', kind: 'chat', quantisation: 'F32', toolsInTemplate: false });
    expect(header.shape).toMatchObject({ layers: 3, heads: 4, kvHeads: 4, vocabulary: chat.vocabulary });
    expect(header.weightsBytes).toBe(header.parameters * 4);
    const embedding = makeEmbeddingGguf(join(folder, 'embedding.gguf'));
    expect(await readGgufFile(embedding.path)).toMatchObject({ kind: 'embedding' });
  });

  test('version 2 reads like 3', async () => {
    expect((await read(ggufBytes({ ...tinyLlama(), version: 2 }))).shape?.layers).toBe(2);
  });

  test('a template without tools says so', async () => {
    const plan = tinyLlama([{ key: 'tokenizer.chat_template', text: 'I like tools. {% for m in messages %}{{ m.content }}{% endfor %}' }]);
    expect((await read(ggufBytes(plan))).toolsInTemplate).toBe(false);
  });

  test('a list of heads for each layer, as hybrids have them, becomes a mean that is never too small', async () => {
    const plan = tinyLlama([{ key: 'llama.attention.head_count_kv', numbers: [0, 3] }]);
    expect((await read(ggufBytes(plan))).shape?.kvHeads).toBe(2);
  });

  test('five of six layers of Gemma 3 see a window only', async () => {
    const fields = tinyLlama().fields.map((each): Field => JSON.parse(JSON.stringify(each).replace('"llama.', '"gemma3.')));
    const gemma = fields.map((each): Field => {
      if (each.key === 'general.architecture') return { key: each.key, text: 'gemma3' };
      return each.key === 'gemma3.block_count' ? { key: each.key, uint32: 26 } : each;
    });
    const header = await read(ggufBytes({ fields: [...gemma, { key: 'gemma3.attention.sliding_window', uint32: 512 }] }));
    expect(header.shape?.slidingWindow).toEqual({ tokens: 512, layers: 22 });
  });

  test('of a mixture of experts a token reads only the ones that are used', async () => {
    const plan = tinyLlama([
      { key: 'llama.expert_count', uint32: 8 },
      { key: 'llama.expert_used_count', uint32: 2 },
    ]);
    const tensors = [...(plan.tensors ?? []), { name: 'blk.0.ffn_up_exps.weight', dimensions: [64, 32, 8], type: 0, bytes: 65_536 }];
    expect((await read(ggufBytes({ ...plan, tensors }))).shape?.activeParameters).toBe(4416 + 16_384 / 4);
  });

  test('an embedding model by its pooling, a projector by its type, and what has no shape is other', async () => {
    const pooled = await read(ggufBytes(tinyLlama([{ key: 'llama.pooling_type', uint32: 3 }])));
    const eyes = await read(ggufBytes({ fields: [{ key: 'general.architecture', text: 'clip' }] }));
    const bare = await read(ggufBytes({ fields: [{ key: 'general.architecture', text: 'whatever' }] }));
    expect([pooled.kind, eyes.kind, bare.kind]).toEqual(['embedding', 'projector', 'other']);
    expect(bare.shape).toBeUndefined();
  });

  test('a tensor type of a later engine takes what lies between it and the next', async () => {
    const plan = tinyLlama();
    const [first, ...rest] = plan.tensors ?? [];
    if (first === undefined) throw new Error('no tensors');
    const header = await read(ggufBytes({ ...plan, tensors: [{ ...first, type: 77 }, ...rest] }));
    expect(header.weightsBytes).toBe(512 + 4352 + 256);
  });

  test('a split model counts all its parts', async () => {
    const part = (index: number) =>
      tinyLlama([
        { key: 'split.no', uint32: index },
        { key: 'split.count', uint32: 2 },
      ]);
    await writeFile(join(folder, 'big-00001-of-00002.gguf'), ggufBytes(part(0)));
    await writeFile(join(folder, 'big-00002-of-00002.gguf'), ggufBytes(part(1)));
    const header = await readGgufFile(join(folder, 'big-00002-of-00002.gguf'));
    expect(header).toMatchObject({ weightsBytes: 2 * 5120, split: { index: 0, count: 2 }, shape: { layers: 2 } });
    await rm(join(folder, 'big-00001-of-00002.gguf'));
    await expect(readGgufFile(join(folder, 'big-00002-of-00002.gguf'))).rejects.toThrow('big-00001-of-00002.gguf is not there');
  });

  test('a part that belongs to another model is refused', async () => {
    const wrong = tinyLlama([
      { key: 'split.no', uint32: 7 },
      { key: 'split.count', uint32: 9 },
    ]);
    await writeFile(join(folder, 'odd-00001-of-00001.gguf'), ggufBytes(wrong));
    await expect(readGgufFile(join(folder, 'odd-00001-of-00001.gguf'))).rejects.toMatchObject({ reason: 'broken' });
  });
});

describe('what is no good', () => {
  test('cut at every byte it is refused, and said to be cut', async () => {
    const whole = ggufBytes(tinyLlama());
    for (let length = 0; length < whole.length - 32; length += 1) {
      const error = await refusal(whole.subarray(0, length));
      expect(error.reason, `cut at ${length}`).toBe(length < 4 ? 'not-gguf' : 'truncated');
    }
  });

  test('whatever bits are turned, it ends with a header or a reason', async () => {
    const whole = ggufBytes(tinyLlama());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(whole.length - 1), bits: fc.integer({ min: 1, max: 255 }) }), { minLength: 1, maxLength: 6 }),
        async (flips) => {
          const bytes = whole.slice();
          for (const { at, bits } of flips) bytes[at] = (bytes[at] ?? 0) ^ bits;
          await read(bytes).then(
            (header) => expect(header.weightsBytes).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER),
            (error: unknown) => expect(error).toBeInstanceOf(GgufError),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('other files and big-endian ones are named', async () => {
    expect((await refusal(new TextEncoder().encode('<!doctype html><html>…'))).reason).toBe('not-gguf');
    expect((await refusal(ggufBytes({ ...tinyLlama(), version: 1 }))).message).toContain('version 1');
    expect((await refusal(ggufBytes({ ...tinyLlama(), version: 0x0300_0000 }))).message).toContain('big-endian');
  });

  const head = (values: number | bigint, ...rest: Uint8Array[]): Uint8Array =>
    joined([new TextEncoder().encode('GGUF'), uint32(3), uint64(0), uint64(values), ...rest]);
  const huge = 2n ** 62n;

  test.each([
    ['values without end', ggufBytes({ ...tinyLlama(), fieldCount: huge })],
    ['tensors without end', ggufBytes({ ...tinyLlama(), tensorCount: huge })],
    ['a name without end', head(1, uint64(huge))],
    ['a text without end', head(1, text('a'), uint32(8), uint64(huge))],
    ['a list without end', head(1, text('a'), uint32(9), uint32(0), uint64(huge))],
    ['a list of words without end', head(1, text('a'), uint32(9), uint32(8), uint64(huge))],
    ['a word without end', head(1, text('a'), uint32(9), uint32(8), uint64(1), uint64(huge))],
    ['a list of lists', head(1, text('a'), uint32(9), uint32(9), uint64(1), uint32(9), uint64(1))],
    ['an unknown kind of value', head(1, text('a'), uint32(99))],
    ['the same name twice', head(2, text('a'), uint32(0), new Uint8Array([1]), text('a'), uint32(0), new Uint8Array([1]))],
    ['no alignment', ggufBytes(tinyLlama([{ key: 'general.alignment', uint32: 0 }]))],
    ['an odd alignment', ggufBytes(tinyLlama([{ key: 'general.alignment', uint32: 33 }]))],
    ['an alignment of words', ggufBytes(tinyLlama([{ key: 'general.alignment', text: '32' }]))],
    ['no kind of model', ggufBytes({ fields: [] })],
    ['impossible dimensions', ggufBytes({ ...tinyLlama(), tensors: [{ name: 't', dimensions: [2 ** 40, 2 ** 40], type: 0, bytes: 0 }] })],
    [
      'nine dimensions',
      ggufBytes({ ...tinyLlama(), tensors: [{ name: 't', dimensions: [1, 1, 1, 1, 1, 1, 1, 1, 1], type: 0, bytes: 4 }] }),
    ],
    ['rows that do not fit the type', ggufBytes({ ...tinyLlama(), tensors: [{ name: 't', dimensions: [33], type: 8, bytes: 34 }] })],
    ['a tensor beyond the end', ggufBytes({ ...tinyLlama(), tensors: [{ name: 't', dimensions: [4096, 4096], type: 0, bytes: 32 }] })],
  ])('%s', async (_, bytes) => {
    expect((await refusal(bytes)).message.length).toBeGreaterThan(10);
  });

  test('numbers that make no shape leave it out, and nothing else', async () => {
    const header = await read(ggufBytes(tinyLlama([{ key: 'llama.block_count', uint32: 4_000_000_000 }])));
    expect(header).toMatchObject({ kind: 'other', weightsBytes: 5120 });
    expect(header.shape).toBeUndefined();
  });

  test('a header larger than any is given up before it is read', async () => {
    let given = 0;
    const endless = {
      size: () => undefined,
      read: (offset: number, length: number) => {
        given += length;
        const start = head(1, text('a'), uint32(9), uint32(8), uint64(huge));
        const bytes = new Uint8Array(length);
        if (offset < start.length) bytes.set(start.subarray(offset, offset + length));
        return Promise.resolve(bytes);
      },
    };
    await expect(readGguf(endless)).rejects.toMatchObject({ reason: 'too-large' });
    expect(given).toBeLessThan(80 * 1024 * 1024);
  });
});

describe('by address', () => {
  let server: Server;
  let address: string;
  let asked: string[] = [];
  const large = joined([ggufBytes(tinyLlama()), new Uint8Array(1_000_000)]);

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.range ?? ''}`);
      const range = /^bytes=(\d+)-(\d+)$/u.exec(request.headers.range ?? '');
      const [start, end] = [Number(range?.[1] ?? 0), Math.min(Number(range?.[2] ?? 0), large.length - 1)];
      if (request.url === '/whole.gguf') response.writeHead(200).end(large);
      else if (request.url === '/gone.gguf') response.writeHead(404).end();
      else if (request.url === '/other.gguf')
        response.writeHead(206, { 'content-range': `bytes 7-99/${large.length}` }).end(large.subarray(7, 99));
      else if (request.url === '/broken.gguf') {
        response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${large.length}`, 'content-length': String(end - start + 1) });
        response.write(large.subarray(start, start + 10), () => response.destroy());
      } else response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${large.length}` }).end(large.subarray(start, end + 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('only the header is fetched', async () => {
    asked = [];
    expect((await readGgufUrl(`${address}/model.gguf?download=true`)).shape?.layers).toBe(2);
    expect(asked).toEqual(['/model.gguf?download=true bytes=0-65535']);
  });

  test('a server that gives files only whole is broken off after the header', async () => {
    expect((await readGgufUrl(`${address}/whole.gguf`)).shape?.layers).toBe(2);
    // For what lies far behind it would have to send everything before.
    const source = urlByteSource(new URL(`${address}/whole.gguf`), fetch);
    await expect(source.read(40 * 1024 * 1024, 1)).rejects.toMatchObject({ reason: 'unsupported' });
  });

  test.each([
    ['/gone.gguf', 'unreachable', 'answered 404'],
    ['/other.gguf', 'unreachable', 'another part'],
    ['/broken.gguf', 'unreachable', 'broke off'],
  ])('%s is refused as %s', async (path, reason, words) => {
    await expect(readGgufUrl(address + path)).rejects.toMatchObject({ reason, message: expect.stringContaining(words) });
  });

  test('a server that is not there, a file address, and an aborted look', async () => {
    await expect(readGgufUrl('http://127.0.0.1:1/model.gguf')).rejects.toMatchObject({ reason: 'unreachable' });
    await expect(readGgufUrl('file:///etc/passwd')).rejects.toMatchObject({ reason: 'unsupported' });
    await expect(readGgufUrl(`${address}/model.gguf`, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

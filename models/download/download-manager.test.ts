import { createHash } from 'node:crypto';
import { chmodSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Download } from '../../contract/models.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { FileServer, fileHandler, modelBytes } from '../../tests/fakes/file-server.ts';
import {
  type DownloadEnd,
  type DownloadFile,
  DownloadManager,
  type DownloadManagerOptions,
  type StartedDownload,
} from './download-manager.ts';
import { openPart, type PartHandle } from './partial-file.ts';

const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const MB = 1024 * 1024;

let server: FileServer;
let folder: string;
let clock: FakeClock;
let kept: unknown;
let managers: DownloadManager[];

beforeEach(async () => {
  server = await FileServer.start();
  folder = await mkdtemp(join(tmpdir(), 'jarvis-download-'));
  clock = new FakeClock();
  kept = undefined;
  managers = [];
});
afterEach(async () => {
  for (const each of managers) await each[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

let ids = 0;
const keep = (value: unknown): void => {
  kept = structuredClone(value);
};
async function open(options: Partial<DownloadManagerOptions> = {}): Promise<DownloadManager> {
  const manager = new DownloadManager({
    folder,
    store: { load: async () => structuredClone(kept), save: async (value) => keep(value) },
    clock,
    newId: () => `id-${++ids}`,
    fetch: globalThis.fetch,
    freeBytes: async () => 1e12,
    parallelFrom: MB,
    claimBytes: 64 * 1024,
    progressMs: 0,
    ...options,
  });
  managers.push(manager);
  await manager.open();
  return manager;
}

function wish(url: string, more: Partial<DownloadFile> = {}): DownloadFile {
  return { title: 'Tiny', modelId: 'tiny-q4', kind: 'chat', url, name: 'tiny.gguf', ...more };
}
const target = (): string => join(folder, 'tiny-q4', 'tiny.gguf');
const left = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();

/** Resolves with the first change that fits; looked for from the call on. */
async function change(manager: DownloadManager, fits: (download: Download) => boolean): Promise<Download> {
  const over = new AbortController();
  for await (const each of manager.changes(over.signal)) if (fits(each)) return each;
  throw new Error('no such change came');
}

/** Lets it wait as often as it wants to. */
async function toTheEnd(manager: DownloadManager, started: StartedDownload): Promise<{ end: DownloadEnd; waits: string[] }> {
  const waits: string[] = [];
  const over = new AbortController();
  const watch = (async () => {
    for await (const each of manager.changes(over.signal)) {
      if (each.state !== 'running' || each.problem === undefined) continue;
      waits.push(each.problem);
      // The sleep begins in the same turn, right behind the telling of it.
      await Promise.resolve();
      await clock.advance(1000 * Number(/ in (\d+) s/u.exec(each.problem)?.[1] ?? 0));
    }
  })();
  const end = await started.ended;
  over.abort();
  await watch;
  return { end, waits };
}

describe('a download', () => {
  it('comes over four lines at once, whole and by the sum of the list', async () => {
    const body = modelBytes(6 * MB + 123);
    const url = server.on('/tiny.gguf', fileHandler(body, { etag: '"one"' }));
    const manager = await open();
    const { ended } = await manager.start(wish(url, { sha256: sumOf(body), bytes: body.length }));
    const end = await ended;
    expect(end.download).toMatchObject({ state: 'done', doneBytes: body.length, totalBytes: body.length });
    expect(end.file).toEqual({ path: target(), bytes: body.length, sha256: sumOf(body), proof: 'list' });
    expect(sumOf(await readFile(target()))).toBe(sumOf(body));
    expect(await left()).toEqual(['tiny-q4', join('tiny-q4', 'tiny.gguf')]);
    expect(server.requests.length).toBeGreaterThanOrEqual(4);
    // Nothing came twice.
    expect(server.served).toBe(body.length);
  });

  it('of a small file comes over one line', async () => {
    const body = modelBytes(MB / 2);
    const url = server.on('/tiny.gguf', fileHandler(body));
    const { ended } = await (await open()).start(wish(url, { bytes: body.length }));
    expect((await ended).file).toMatchObject({ sha256: sumOf(body), proof: 'size' });
    expect(server.requests).toHaveLength(1);
  });

  it('comes over one line where the server sends no parts', async () => {
    const body = modelBytes(3 * MB);
    const url = server.on('/tiny.gguf', fileHandler(body, { ranges: false }));
    const { ended } = await (await open()).start(wish(url, { sha256: sumOf(body) }));
    expect((await ended).download.state).toBe('done');
    expect(server.requests).toHaveLength(1);
  });

  it('says in the list that it runs, how far it is, and that it is checked', async () => {
    const body = modelBytes(2 * MB);
    const url = server.on('/tiny.gguf', fileHandler(body));
    const manager = await open();
    const over = new AbortController();
    const seen: Download[] = [];
    const watch = (async () => {
      for await (const each of manager.changes(over.signal)) seen.push(each);
    })();
    await (await manager.start(wish(url))).ended;
    over.abort();
    await watch;
    expect([...new Set(seen.map((each) => each.state))]).toEqual(['waiting', 'running', 'checking', 'done']);
    const done = seen.map((each) => each.doneBytes);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.filter((each) => each > 0 && each < body.length).length).toBeGreaterThan(3);
  });

  it('is told at most so often as wished', async () => {
    const body = modelBytes(2 * MB);
    const url = server.on('/tiny.gguf', fileHandler(body));
    const manager = await open({ progressMs: 250 });
    const over = new AbortController();
    const running: Download[] = [];
    const watch = (async () => {
      for await (const each of manager.changes(over.signal)) if (each.state === 'running') running.push(each);
    })();
    await (await manager.start(wish(url))).ended;
    over.abort();
    await watch;
    // The clock stood still: the beginning, and the first bytes.
    expect(running).toHaveLength(2);
  });

  it('waits its turn behind as many as may run', async () => {
    const gate = Promise.withResolvers<void>();
    const body = modelBytes(100_000);
    for (const name of ['a', 'b', 'c']) {
      server.on(`/${name}.gguf`, async (request) => {
        if (name !== 'c') await gate.promise;
        return fileHandler(body)(request);
      });
    }
    const manager = await open({ concurrency: 2 });
    const all = await Promise.all(
      ['a', 'b', 'c'].map((name) => manager.start(wish(server.url(`/${name}.gguf`), { modelId: name, name: `${name}.gguf` }))),
    );
    expect(manager.list().map((each) => each.state)).toEqual(['running', 'running', 'waiting']);
    gate.resolve();
    await Promise.all(all.map((each) => each.ended));
    expect(manager.list().map((each) => each.state)).toEqual(['done', 'done', 'done']);
  });

  it('of the same file is one, not two', async () => {
    const gate = Promise.withResolvers<void>();
    const body = modelBytes(100_000);
    const url = server.on('/tiny.gguf', (request) => gate.promise.then(() => fileHandler(body)(request)));
    const manager = await open();
    const one = await manager.start(wish(url));
    const two = await manager.start(wish(url));
    expect(two.download.id).toBe(one.download.id);
    await expect(manager.start(wish(server.url('/other.gguf')))).rejects.toThrow('to the same place');
    gate.resolve();
    expect((await two.ended).download.state).toBe('done');
  });

  it('of a file that lies there already, with the right sum, asks nobody', async () => {
    const body = modelBytes(100_000);
    await mkdir(join(folder, 'tiny-q4'));
    await writeFile(target(), body);
    const { ended } = await (await open()).start(wish(server.url('/tiny.gguf'), { sha256: sumOf(body) }));
    expect((await ended).file).toMatchObject({ proof: 'list', path: target() });
    expect(server.requests).toHaveLength(0);
  });

  it('puts a new version in the place of an old one only when it is whole', async () => {
    const [old, body] = [modelBytes(100_000, 7), modelBytes(120_000)];
    await mkdir(join(folder, 'tiny-q4'));
    await writeFile(target(), old);
    const gate = Promise.withResolvers<void>();
    const url = server.on('/tiny.gguf', async (request) => ({
      ...(await fileHandler(body)(request)),
      holdAt: { bytes: 60_000, until: gate.promise },
    }));
    const manager = await open();
    const started = await manager.start(wish(url));
    await change(manager, (each) => each.doneBytes >= 60_000);
    expect(sumOf(await readFile(target()))).toBe(sumOf(old));
    gate.resolve();
    await started.ended;
    expect(sumOf(await readFile(target()))).toBe(sumOf(body));
  });

  it('is told to the library before it is done, and fails with its words when that fails', async () => {
    const body = modelBytes(100_000);
    const url = server.on('/tiny.gguf', fileHandler(body));
    const manager = await open({ arrived: async (file, fetched) => Promise.reject(new Error(`no ${file.modelId} of ${fetched.bytes}`)) });
    expect((await (await manager.start(wish(url))).ended).download).toMatchObject({ state: 'failed', problem: 'no tiny-q4 of 100000' });
  });

  it('of a model whose name leads out of the folder stays in it', async () => {
    const body = modelBytes(100_000);
    const url = server.on('/x', fileHandler(body));
    const { ended } = await (await open()).start(wish(url, { modelId: '../../etc', name: '../../../evil/CON.gguf' }));
    expect((await ended).file?.path).toBe(join(folder, 'etc', '_CON.gguf'));
  });

  it.each(['ftp://host/x.gguf', 'data:text/plain,GGUF', 'javascript:alert(1)', 'http://me:secret@host/x.gguf'])(
    'refuses %s in words',
    async (url) => {
      const manager = await open();
      await expect(manager.start(wish(url))).rejects.toThrow(/Nothing can be fetched|password/u);
      expect(manager.list()).toEqual([]);
    },
  );
});

describe('a lost line', () => {
  it('is taken up at the byte where it broke', async () => {
    const body = modelBytes(4 * MB);
    const url = server.on('/tiny.gguf', async (request) => {
      const answer = await fileHandler(body, { etag: '"one"' })(request);
      return request.count <= 3 ? { ...answer, cutAfter: 300_000 } : answer;
    });
    const manager = await open();
    const { end } = await toTheEnd(manager, await manager.start(wish(url, { sha256: sumOf(body) })));
    expect(end.download.state).toBe('done');
    // What was on the way when a line broke may come again; no part does.
    expect(server.served).toBeLessThan(body.length + 4 * 300_000);
  });

  it('that brings nothing is tried again later and later, then given up in words', async () => {
    const url = server.on('/tiny.gguf', () => ({ status: 200, body: modelBytes(100_000), cutAfter: 0 }));
    const manager = await open({ retries: 3 });
    const { end, waits } = await toTheEnd(manager, await manager.start(wish(url)));
    expect(waits.map((each) => / in (\d+) s/u.exec(each)?.[1])).toEqual(['1', '2', '4']);
    expect(end.download).toMatchObject({ state: 'failed', problem: expect.stringContaining('broke off') });
    expect(existsSync(target())).toBe(false);
  });

  it('to nobody is told in words', async () => {
    const manager = await open({ retries: 0 });
    const { ended } = await manager.start(wish('http://127.0.0.1:1/tiny.gguf'));
    expect((await ended).download).toMatchObject({ state: 'failed', problem: '127.0.0.1:1 cannot be reached.' });
  });

  it('that stands still is left and asked again', async () => {
    const body = modelBytes(500_000);
    const url = server.on('/tiny.gguf', async (request) => {
      const answer = await fileHandler(body, { etag: '"one"' })(request);
      return request.count === 1 ? { ...answer, holdAt: { bytes: 200_000, until: new Promise(() => undefined) } } : answer;
    });
    const manager = await open({ stallMs: 30_000 });
    const started = await manager.start(wish(url, { bytes: body.length }));
    await change(manager, (each) => each.doneBytes === 200_000);
    await clock.advance(61_000);
    expect((await started.ended).download.state).toBe('done');
    expect(server.requests[1]?.range).toBe('bytes=200000-499999');
  });

  it('to a server that never answers is left', async () => {
    const asked = Promise.withResolvers<void>();
    const url = server.on('/tiny.gguf', () => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const manager = await open({ stallMs: 30_000, retries: 0 });
    const { ended } = await manager.start(wish(url));
    await asked.promise;
    await clock.advance(31_000);
    expect((await ended).download).toMatchObject({ state: 'failed', problem: expect.stringContaining('does not answer') });
  });

  it('waits as long as a busy server asks for', async () => {
    const body = modelBytes(100_000);
    const date = new Date(clock.now() + 90_000).toUTCString();
    const url = server.on('/tiny.gguf', (request) => {
      if (request.count === 1) return { status: 429, headers: { 'retry-after': '40' } };
      if (request.count === 2) return { status: 503, headers: { 'retry-after': 'nonsense' } };
      return fileHandler(body)(request);
    });
    const manager = await open();
    const { end, waits } = await toTheEnd(manager, await manager.start(wish(url)));
    expect(end.download.state).toBe('done');
    expect(waits[0]).toMatch(/too busy \(429\).*in 40 s/u);
    expect(waits[1]).toMatch(/too busy \(503\).*in 2 s/u);
    const later = server.on('/later.gguf', (request) =>
      request.count === 1 ? { status: 503, headers: { 'retry-after': date } } : fileHandler(body)(request),
    );
    clock = new FakeClock();
    const second = await open();
    const { waits: dated } = await toTheEnd(second, await second.start(wish(later, { modelId: 'later' })));
    expect(dated[0]).toMatch(/in 90 s/u);
  });
});

describe('a file that changes', () => {
  it('at the publisher begins anew, and is whole', async () => {
    const [old, body] = [modelBytes(3 * MB, 1), modelBytes(3 * MB, 2)];
    const gate = Promise.withResolvers<void>();
    const url = server.on('/tiny.gguf', async (request) => ({
      ...(await fileHandler(old, { etag: '"old"' })(request)),
      holdAt: { bytes: 200_000, until: gate.promise },
    }));
    const manager = await open();
    const { download } = await manager.start(wish(url));
    await change(manager, (each) => each.doneBytes >= 400_000);
    await manager.pause(download.id);
    gate.resolve();
    server.on('/tiny.gguf', fileHandler(body, { etag: '"new"' }));
    const { end } = await toTheEnd(manager, await manager.resume(download.id));
    expect(end.file).toMatchObject({ sha256: sumOf(body) });
    expect(server.requests.some((each) => each.headers['if-range'] === '"old"')).toBe(true);
  });

  it('in the middle, under the same address, is noticed by its tag', async () => {
    const [old, body] = [modelBytes(4 * MB, 1), modelBytes(4 * MB, 2)];
    const url = server.on('/tiny.gguf', (request) =>
      fileHandler(request.count <= 2 ? old : body, { etag: request.count <= 2 ? '"old"' : '"new"' })(request),
    );
    const manager = await open();
    const { end } = await toTheEnd(manager, await manager.start(wish(url)));
    expect(end.file).toMatchObject({ sha256: sumOf(body) });
  });

  it('and has no tag is not joined with what came before, unless a sum will tell', async () => {
    const body = modelBytes(3 * MB);
    for (const sha256 of [undefined, sumOf(body)]) {
      const gate = Promise.withResolvers<void>();
      const path = `/${sha256 === undefined ? 'without' : 'with'}.gguf`;
      server.on(path, async (request) => ({ ...(await fileHandler(body)(request)), holdAt: { bytes: 200_000, until: gate.promise } }));
      const manager = await open();
      const { download } = await manager.start(wish(server.url(path), { modelId: path, ...(sha256 && { sha256 }) }));
      await change(manager, (each) => each.doneBytes >= 400_000);
      await manager.pause(download.id);
      gate.resolve();
      server.on(path, fileHandler(body));
      const before = server.served;
      await toTheEnd(manager, await manager.resume(download.id));
      expect(sumOf(await readFile(join(folder, path.slice(1), 'tiny.gguf')))).toBe(sumOf(body));
      if (sha256 === undefined) expect(server.served - before).toBeGreaterThanOrEqual(body.length);
      else expect(server.served - before).toBeLessThanOrEqual(body.length - 400_000);
    }
  });

  it('is refused at once when it is not the one of the list', async () => {
    const body = modelBytes(100_000);
    const url = server.on('/tiny.gguf', fileHandler(body, { headers: { 'x-linked-etag': `"${sumOf(body)}"` } }));
    const manager = await open();
    const bySum = await (await manager.start(wish(url, { sha256: 'a'.repeat(64) }))).ended;
    expect(bySum.download).toMatchObject({ state: 'failed', problem: expect.stringContaining('its checksum is another') });
    const bySize = await (await manager.start(wish(url, { modelId: 'b', bytes: 99 }))).ended;
    expect(bySize.download.problem).toContain('instead of 99 bytes');
    const byGuess = await (await manager.start(wish(url, { modelId: 'c', bytes: 99, estimated: true }))).ended;
    expect(byGuess.file?.proof).toBe('publisher');
  });
});

describe('a server that lies', () => {
  const body = modelBytes(2 * MB);

  it.each([
    ['gives another part than asked for', (start: number) => `bytes ${start + 5}-${start + 999}/${body.length}`],
    ['gives a part without saying which', () => 'bytes */*'],
    ['gives no length', (start: number) => `bytes ${start}-${start + 999}/*`],
  ])('and %s is asked for the whole file', async (_, range) => {
    const url = server.on('/tiny.gguf', (request) => {
      if (request.range === undefined) return { status: 200, body };
      const start = Number(/(\d+)-/u.exec(request.range)?.[1]);
      return { status: 206, headers: { 'content-range': range(start) }, body: body.subarray(0, 1000) };
    });
    const manager = await open();
    const { end } = await toTheEnd(manager, await manager.start(wish(url, { sha256: sumOf(body) })));
    expect(end.download.state).toBe('done');
  });

  it('and takes ranges first, then sends the whole, is read in one piece', async () => {
    const url = server.on('/tiny.gguf', (request) => fileHandler(body, { ranges: request.count === 1, etag: '"x"' })(request));
    const manager = await open();
    const { end } = await toTheEnd(manager, await manager.start(wish(url, { sha256: sumOf(body) })));
    expect(end.download.state).toBe('done');
  });

  it('and mixes up its parts is found out by the sum, and read in one piece', async () => {
    const url = server.on('/tiny.gguf', async (request) => {
      const answer = await fileHandler(body)(request);
      return answer.status === 206 ? { ...answer, body: Buffer.alloc(answer.body?.length ?? 0, 'x') } : answer;
    });
    const manager = await open();
    const { end, waits } = await toTheEnd(manager, await manager.start(wish(url, { sha256: sumOf(body) })));
    expect(waits).toEqual(['It does not match its checksum. It is fetched once more, in one piece.']);
    expect(end.file).toMatchObject({ sha256: sumOf(body) });
  });

  it('and says a length that does not come is given up', async () => {
    const url = server.on('/tiny.gguf', () => ({
      status: 200,
      headers: { 'content-length': String(body.length + 10) },
      body,
      cutAfter: body.length,
    }));
    const manager = await open({ retries: 2 });
    const { end } = await toTheEnd(manager, await manager.start(wish(url)));
    expect(end.download).toMatchObject({ state: 'failed', problem: expect.stringContaining('broke off') });
  });

  it('and sends more than it said is cut at the length', async () => {
    const longer = Buffer.concat([body, Buffer.from('more')]);
    const url = server.on('/tiny.gguf', async (request) => {
      const answer = await fileHandler(body)(request);
      return {
        ...answer,
        headers: { ...answer.headers, 'transfer-encoding': 'chunked' },
        body: Buffer.concat([answer.body ?? body, Buffer.from('more')]),
      };
    });
    expect(longer.length).toBeGreaterThan(body.length);
    const manager = await open();
    const { end } = await toTheEnd(manager, await manager.start(wish(url, { sha256: sumOf(body) })));
    expect(end.download.state).toBe('done');
  });

  it('and breaks off a file of unknown length is not believed', async () => {
    const url = server.on('/tiny.gguf', (request) => ({
      status: 200,
      headers: { 'transfer-encoding': 'chunked' },
      body,
      ...(request.count === 1 && { cutAfter: 70_000 }),
    }));
    const manager = await open();
    const { end } = await toTheEnd(manager, await manager.start(wish(url)));
    expect(end.file).toMatchObject({ bytes: body.length, proof: 'nothing' });
  });

  it('and sends it compressed, asked or not, is read all the same', async () => {
    const packed = gzipSync(body);
    const url = server.on('/tiny.gguf', () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body: packed }));
    const manager = await open();
    const { end } = await toTheEnd(manager, await manager.start(wish(url, { sha256: sumOf(body), bytes: body.length })));
    expect(end.download.state).toBe('done');
    expect(server.requests[0]?.headers['accept-encoding']).toMatch(/^identity/u);
  });

  it('and says it is compressed when it is not is given up', async () => {
    const url = server.on('/tiny.gguf', () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body }));
    const manager = await open({ retries: 1 });
    const { end } = await toTheEnd(manager, await manager.start(wish(url)));
    expect(end.download.state).toBe('failed');
    expect(existsSync(target())).toBe(false);
  });

  it('and sends on without end, or to where nobody should go, is left', async () => {
    const round = server.on('/round.gguf', () => ({ status: 302, headers: { location: '/round.gguf' } }));
    const away = server.on('/away.gguf', () => ({ status: 302, headers: { location: 'file:///etc/passwd' } }));
    const manager = await open();
    expect((await (await manager.start(wish(round, { modelId: 'a' }))).ended).download.problem).toContain('without end');
    expect((await (await manager.start(wish(away, { modelId: 'b' }))).ended).download.problem).toContain('not safe');
  });
});

describe('a publisher', () => {
  const body = modelBytes(3 * MB);

  it('that sends on to an address that runs out is asked for a new one', async () => {
    let ticket = 0;
    const url = server.on('/org/tiny/resolve/main/tiny.gguf', () => {
      ticket += 1;
      return {
        status: 302,
        headers: { location: `/store?ticket=${ticket}`, 'x-linked-etag': `"${sumOf(body)}"`, 'x-linked-size': String(body.length) },
      };
    });
    for (const number of [1, 2, 3, 4]) {
      server.on(`/store?ticket=${number}`, (request) =>
        request.count > 3 ? { status: 403 } : fileHandler(body, { etag: `"edge-${number}"` })(request),
      );
    }
    const manager = await open();
    const { end } = await toTheEnd(manager, await manager.start(wish(url)));
    expect(end.file).toMatchObject({ sha256: sumOf(body), proof: 'publisher' });
    expect(ticket).toBeGreaterThan(1);
    expect(server.served).toBeLessThan(2 * body.length);
  });

  it('that tells a sum, in either way, is held to it', async () => {
    const told = server.on('/told.gguf', fileHandler(body, { headers: { 'x-linked-etag': `"${sumOf(body)}"` } }));
    const tagged = server.on('/tagged.gguf', fileHandler(body, { etag: `"${sumOf(body)}"` }));
    const wrong = server.on('/wrong.gguf', fileHandler(body.subarray(0, 100_000), { etag: `"${sumOf(body)}"` }));
    const manager = await open();
    expect((await (await manager.start(wish(told, { modelId: 'a' }))).ended).file?.proof).toBe('publisher');
    expect((await (await manager.start(wish(tagged, { modelId: 'b' }))).ended).file?.proof).toBe('publisher');
    expect((await (await manager.start(wish(wrong, { modelId: 'c' }))).ended).download.problem).toContain('does not match its checksum');
  });

  it.each([401, 403])('that answers %i names the page where the licence is', async (status) => {
    const url = server.on('/meta/llama/resolve/main/llama.gguf', () => ({ status, body: Buffer.from('gated') }));
    const { ended } = await (await open()).start(wish(url));
    expect((await ended).download.problem).toBe(
      `This model needs a licence accepted at ${server.url('/meta/llama')} (${new URL(url).host} answered ${status}).`,
    );
  });

  it('that shows a login page instead is not saved as a model', async () => {
    server.on('/login', () => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: Buffer.from('<html>') }));
    const url = server.on('/org/x/resolve/main/x.gguf', () => ({ status: 302, headers: { location: '/login' } }));
    const { ended } = await (await open()).start(wish(url));
    expect((await ended).download.problem).toContain('sent a web page instead of the model');
    expect(await left()).not.toContain(join('tiny-q4', 'tiny.gguf'));
  });

  it('that no longer has it says so at once', async () => {
    const { ended } = await (await open()).start(wish(server.url('/gone.gguf')));
    expect((await ended).download.problem).toContain('does not have this file');
    expect(server.requests).toHaveLength(1);
  });

  it('gets the key that belongs to it, and nobody it sends on to does', async () => {
    await using other = await FileServer.start();
    const small = modelBytes(1000);
    other.on('/store', fileHandler(small));
    const url = server.on('/tiny.gguf', () => ({ status: 302, headers: { location: other.url('/store') } }));
    const manager = await open({ headersFor: () => ({ authorization: 'Bearer key' }) });
    expect((await (await manager.start(wish(url))).ended).download.state).toBe('done');
    expect(server.requests[0]?.headers.authorization).toBe('Bearer key');
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe('a bad file', () => {
  it('goes to quarantine with its reason, and is never in the place of a model', async () => {
    const body = modelBytes(100_000);
    const url = server.on('/tiny.gguf', fileHandler(body));
    const manager = await open();
    const end = await (await manager.start(wish(url, { sha256: 'b'.repeat(64) }))).ended;
    expect(end.download).toMatchObject({ state: 'failed', problem: expect.stringContaining('does not match its checksum') });
    const put = (await left()).filter((each) => each.startsWith(join('quarantine', 'tiny.gguf')));
    expect(put).toHaveLength(2);
    const note = JSON.parse(await readFile(join(folder, put.find((each) => each.endsWith('.json')) ?? ''), 'utf8'));
    expect(note).toMatchObject({ reason: 'It does not match its checksum.', from: url, found: { sha256: sumOf(body) } });
    expect(existsSync(target())).toBe(false);
    expect(existsSync(`${target()}.part`)).toBe(false);
  });

  it.each([
    ['is no GGUF', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), 'no GGUF file'],
    ['is empty', Buffer.alloc(0), 'empty'],
  ])('that %s is told as such', async (_, body, words) => {
    const url = server.on('/tiny.gguf', fileHandler(body, { headers: { 'content-type': 'application/octet-stream' } }));
    const manager = await open();
    const { end } = await toTheEnd(manager, await manager.start(wish(url)));
    expect(end.download.problem).toContain(words);
  });

  it('of another name may begin as it likes', async () => {
    const url = server.on('/v.onnx', fileHandler(Buffer.from('ONNX')));
    const { ended } = await (await open()).start(wish(url, { name: 'silero.onnx', kind: 'vad' }));
    expect((await ended).download.state).toBe('done');
  });
});

describe('pause, resume and cancel', () => {
  const body = modelBytes(3 * MB);
  const halted = async (manager: DownloadManager): Promise<{ id: string; let: () => void; ended: Promise<DownloadEnd> }> => {
    const gate = Promise.withResolvers<void>();
    const url = server.on('/tiny.gguf', async (request) => ({
      ...(await fileHandler(body, { etag: '"one"' })(request)),
      holdAt: { bytes: 300_000, until: gate.promise },
    }));
    const { download, ended } = await manager.start(wish(url));
    await change(manager, (each) => each.doneBytes >= 600_000);
    return { id: download.id, let: gate.resolve, ended };
  };

  it('keep what came', async () => {
    const manager = await open();
    const { id, let: go, ended } = await halted(manager);
    await manager.pause(id);
    expect((await ended).download).toMatchObject({ state: 'paused' });
    expect((await ended).download.problem).toBeUndefined();
    go();
    const before = server.served;
    const { end } = await toTheEnd(manager, await manager.resume(id));
    expect(end.download.state).toBe('done');
    expect(sumOf(await readFile(target()))).toBe(sumOf(body));
    expect(server.served - before).toBeLessThanOrEqual(body.length - 600_000);
  });

  it('throw away what came', async () => {
    const manager = await open();
    const { id } = await halted(manager);
    await manager.cancel(id);
    expect(manager.list()).toMatchObject([{ state: 'cancelled' }]);
    expect((await left()).filter((each) => each.includes('tiny.gguf'))).toEqual([]);
    await expect(manager.resume(id)).rejects.toThrow('start it again');
    await expect(manager.cancel(id)).rejects.toThrow('already');
    await expect(manager.pause(id)).rejects.toThrow('not being fetched');
    await expect(manager.pause('nobody')).rejects.toThrow('no such download');
  });

  it('of one that waits work at once', async () => {
    const manager = await open({ concurrency: 1 });
    const first = await halted(manager);
    const { download, ended } = await manager.start(wish(server.url('/tiny.gguf'), { modelId: 'second' }));
    await manager.pause(download.id);
    expect((await ended).download.state).toBe('paused');
    await manager.cancel(download.id);
    await manager.forget(download.id);
    expect(manager.list().map((each) => each.id)).toEqual([first.id]);
    await expect(manager.forget(first.id)).rejects.toThrow('cancel it first');
  });

  it('is not needed for a restart: what ran goes on by itself, what was paused rests', async () => {
    const one = await open();
    const { let: go } = await halted(one);
    const other = await one.start(wish(server.url('/tiny.gguf'), { modelId: 'other' }));
    await one.pause(other.download.id);
    await one[Symbol.asyncDispose]();
    go();
    const before = server.served;
    const arrived: string[] = [];
    const two = await open({ arrived: async (file) => void arrived.push(file.modelId) });
    expect(two.list().map((each) => each.state)).toEqual(['running', 'paused']);
    await change(two, (each) => each.state === 'done');
    expect(sumOf(await readFile(target()))).toBe(sumOf(body));
    expect(arrived).toEqual(['tiny-q4']);
    expect(server.served - before).toBeLessThanOrEqual(body.length - 500_000);
  });

  it('survives a kill between the check and the move, and one behind the move', async () => {
    const url = server.on('/tiny.gguf', fileHandler(body, { etag: '"one"' }));
    const one = await open({
      arrived: () => Promise.reject(new Error('killed')),
    });
    const { ended } = await one.start(wish(url));
    await ended;
    // As the list was when the file had just been moved.
    kept = (kept as { download: Download }[]).map((row) => ({ ...row, download: { ...row.download, state: 'checking' } }));
    const asked = server.requests.length;
    const arrived: string[] = [];
    const two = await open({ arrived: async (_, fetched) => void arrived.push(fetched.proof) });
    await change(two, (each) => each.state === 'done');
    expect(arrived).toEqual(['size']);
    expect(server.requests).toHaveLength(asked);
  });

  it.each([
    ['claims more than there is', async (part: string) => truncate(part, 10)],
    ['is garbage', async (part: string) => writeFile(`${part}.json`, '{"version":1,"done":[{"sta')],
    ['is of another kind', async (part: string) => writeFile(`${part}.json`, '[{"done":[{"start":-4,"end":1e99}]}]')],
    ['is lost', async (part: string) => rm(`${part}.json`)],
  ])('begins anew when the journal %s', async (_, damage) => {
    const manager = await open();
    const { id, let: go } = await halted(manager);
    await manager.pause(id);
    await damage(`${target()}.part`);
    go();
    const { end } = await toTheEnd(manager, await manager.resume(id));
    expect(end.download.state).toBe('done');
    expect(sumOf(await readFile(target()))).toBe(sumOf(body));
  });

  it('finds by the sum that what lay there was changed, and fetches it once more', async () => {
    const manager = await open();
    const { id, let: go } = await halted(manager);
    await manager.pause(id);
    const part = await readFile(`${target()}.part`);
    part.fill(0, 100, 2000);
    await writeFile(`${target()}.part`, part);
    go();
    server.on('/tiny.gguf', fileHandler(body, { etag: '"one"', headers: { 'x-linked-etag': sumOf(body) } }));
    const { end } = await toTheEnd(manager, await manager.resume(id));
    expect(end.file).toMatchObject({ sha256: sumOf(body), proof: 'publisher' });
  });

  it.each([[null], ['garbage'], [{ a: 1 }], [[null, { download: 5 }, 'x']]])('opens on a list that is %j', async (list) => {
    kept = list;
    expect((await open()).list()).toEqual([]);
  });
});

describe('a full disk', () => {
  const body = modelBytes(3 * MB);

  it('is noticed before anything is fetched', async () => {
    const url = server.on('/tiny.gguf', fileHandler(body));
    const manager = await open({ freeBytes: async () => 2 * MB, reserveBytes: MB });
    const end = await (await manager.start(wish(url, { sha256: sumOf(body) }))).ended;
    expect(end.download).toMatchObject({
      state: 'paused',
      problem: expect.stringMatching(/not enough room .* 3\.1 MB more are wanted and 1\.0 MB to spare, 2\.1 MB are free/u),
    });
  });

  it('counts what the other downloads will need', async () => {
    const gate = Promise.withResolvers<void>();
    server.on('/a.gguf', async (request) => ({ ...(await fileHandler(body)(request)), holdAt: { bytes: 100_000, until: gate.promise } }));
    server.on('/b.gguf', fileHandler(body));
    const manager = await open({ freeBytes: async () => 5 * MB, reserveBytes: 0 });
    const first = await manager.start(wish(server.url('/a.gguf'), { modelId: 'a', bytes: body.length }));
    await change(manager, (each) => each.doneBytes >= 100_000);
    const second = await (await manager.start(wish(server.url('/b.gguf'), { modelId: 'b' }))).ended;
    expect(second.download.problem).toContain('for the other downloads');
    gate.resolve();
    await first.ended;
  });

  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('in the middle (%s) pauses in words, and goes on when there is room', async (code) => {
    let room = 1e9;
    const gate = Promise.withResolvers<void>();
    const url = server.on('/tiny.gguf', async (request) => ({
      ...(await fileHandler(body, { etag: '"one"' })(request)),
      holdAt: { bytes: MB, until: gate.promise },
    }));
    const take = (bytes: number): void => {
      room -= bytes;
    };
    const manager = await open({ parts: 1, openPart: async (path, flags) => quota(await openPart(path, flags), () => room, take, code) });
    const { download } = await manager.start(wish(url, { sha256: sumOf(body), bytes: body.length }));
    await change(manager, (each) => each.doneBytes >= MB);
    // Claims what came.
    await manager.pause(download.id);
    gate.resolve();
    room = MB / 2;
    const { ended } = await manager.resume(download.id);
    expect((await ended).download).toMatchObject({ state: 'paused', problem: expect.stringMatching(/full|share|cannot hold/u) });
    expect(existsSync(target())).toBe(false);
    room = 1e9;
    const before = server.served;
    const { end } = await toTheEnd(manager, await manager.resume(download.id));
    expect(end.download.state).toBe('done');
    expect(sumOf(await readFile(target()))).toBe(sumOf(body));
    expect(server.served - before).toBeLessThanOrEqual(2 * MB);
  });

  it('that fills up from elsewhere stops before the last of it is taken', async () => {
    let free = 1e9;
    const url = server.on('/tiny.gguf', async (request) => {
      free = 10;
      return fileHandler(body)(request);
    });
    // Room when it is looked at first, none when bytes are claimed.
    let looked = 0;
    const manager = await open({ freeBytes: async () => (++looked === 1 ? 1e9 : free), reserveBytes: MB, parts: 1 });
    const end = await (await manager.start(wish(url, { sha256: sumOf(body) }))).ended;
    expect(end.download).toMatchObject({ state: 'paused', problem: expect.stringContaining('must stay free') });
  });

  it('that may not be written to is told in words', async (context) => {
    if (process.getuid?.() === 0 || process.platform === 'win32') return context.skip('root may write everywhere');
    const url = server.on('/tiny.gguf', fileHandler(body));
    chmodSync(folder, 0o500);
    const manager = await open();
    const end = await (await manager.start(wish(url))).ended;
    chmodSync(folder, 0o700);
    expect(end.download).toMatchObject({ state: 'paused', problem: expect.stringContaining('may not be written to') });
  });

  it('of the list refuses a start in words', async () => {
    const manager = await open({ store: { load: async () => undefined, save: () => Promise.reject(new Error('ENOSPC')) } });
    await expect(manager.start(wish(server.url('/tiny.gguf')))).rejects.toThrow('list of downloads could not be written');
    expect(manager.list()).toEqual([]);
  });
});

/** A file on a disk with so much room: the last write is cut short first, as a real disk does it. */
function quota(handle: PartHandle, room: () => number, take: (bytes: number) => void, code: string): PartHandle {
  const full = (): never => {
    throw Object.assign(new Error(`${code}: no space`), { code });
  };
  return {
    async writev(buffers, position) {
      const wanted = Buffer.concat(buffers);
      if (room() <= 0) full();
      const fits = wanted.subarray(0, room());
      take(fits.length);
      return await handle.writev([fits], position);
    },
    writeFile: (data) => (room() <= 0 ? full() : handle.writeFile(data)),
    truncate: (length) => handle.truncate(length),
    stat: () => handle.stat(),
    datasync: () => handle.datasync(),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

describe('a mirror', () => {
  const body = modelBytes(1.5 * MB);

  it.each(['path', 'name'])('in a folder is looked at first, by %s', async (by) => {
    const mirror = join(folder, 'mirror');
    const place = by === 'path' ? join(mirror, 'org', 'x', 'resolve', 'main') : mirror;
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'tiny.gguf'), body);
    const manager = await open({ mirror: { place: mirror, only: false } });
    const end = await (await manager.start(wish(server.url('/org/x/resolve/main/tiny.gguf'), { sha256: sumOf(body) }))).ended;
    expect(end.download.state).toBe('done');
    expect(server.requests).toHaveLength(0);
    // Theirs stays.
    expect((await stat(join(place, 'tiny.gguf'))).size).toBe(body.length);
  });

  it('at an address is asked by path, then by name, then the publisher', async () => {
    await using other = await FileServer.start();
    const url = server.on('/org/x/resolve/main/tiny.gguf', fileHandler(body));
    const manager = await open({ mirror: { place: other.url('/models'), only: false } });
    const end = await (await manager.start(wish(url))).ended;
    expect(end.download.state).toBe('done');
    expect(other.requests.map((each) => each.path)).toEqual(['/models/org/x/resolve/main/tiny.gguf', '/models/tiny.gguf']);
  });

  it('alone says that it does not have it, and nobody else is asked', async () => {
    const url = server.on('/tiny.gguf', fileHandler(body));
    const manager = await open({ mirror: { place: join(folder, 'none'), only: true } });
    const end = await (await manager.start(wish(url))).ended;
    expect(end.download).toMatchObject({
      state: 'failed',
      problem: expect.stringMatching(/none.* is not there\. Only the mirror may be asked\./u),
    });
    expect(server.requests).toHaveLength(0);
  });

  it('with a bad file costs its file the place, and the publisher is asked', async () => {
    const mirror = join(folder, 'mirror');
    await mkdir(mirror);
    await writeFile(join(mirror, 'tiny.gguf'), modelBytes(body.length, 9));
    const url = server.on('/tiny.gguf', fileHandler(body));
    const manager = await open({ mirror: { place: mirror, only: false } });
    const { end } = await toTheEnd(manager, await manager.start(wish(url, { sha256: sumOf(body) })));
    expect(end.file).toMatchObject({ sha256: sumOf(body), proof: 'list' });
  });

  it('never leads out of its folder', async () => {
    const mirror = join(folder, 'a', 'mirror');
    await mkdir(mirror, { recursive: true });
    await writeFile(join(folder, 'secret.gguf'), body);
    const manager = await open({ mirror: { place: mirror, only: true } });
    for (const path of ['/x/..%2f..%2f..%2fsecret.gguf', '/%2e%2e/%2e%2e/secret.gguf', '/x/..%5c..%5csecret.gguf']) {
      const end = await (await manager.start(wish(server.url(path), { modelId: path, name: '../../secret.gguf' }))).ended;
      expect(end.download.state).toBe('failed');
    }
  });

  it('is not needed for a file of this machine', async () => {
    const own = join(folder, 'own file.gguf');
    await writeFile(own, body);
    const end = await (await (await open()).start(wish(`file://${own.replace(' ', '%20')}`))).ended;
    expect(end.file).toMatchObject({ sha256: sumOf(body), proof: 'size' });
  });
});

describe('another JARVIS', () => {
  it('that fetches the same file is left alone', async () => {
    const body = modelBytes(100_000);
    const url = server.on('/tiny.gguf', fileHandler(body));
    const held = new Set<string>();
    const lock = async (_: string, name: string): Promise<(() => Promise<void>) | undefined> => {
      if (held.has(name)) return undefined;
      held.add(name);
      return async () => void held.delete(name);
    };
    const gate = Promise.withResolvers<void>();
    server.on('/tiny.gguf', (request) => gate.promise.then(() => fileHandler(body)(request)));
    const one = await open({ lock });
    const two = await open({ lock });
    const first = await one.start(wish(url));
    const second = await (await two.start(wish(url))).ended;
    expect(second.download).toMatchObject({ state: 'failed', problem: 'Another JARVIS is fetching Tiny just now.' });
    gate.resolve();
    expect((await first.ended).download.state).toBe('done');
    expect(held.size).toBe(0);
  });
});

describe('collecting', () => {
  const old = async (path: string, days: number): Promise<void> => {
    const at = new Date(clock.now() - days * 86_400_000);
    await utimes(path, at, at);
  };

  it('removes what is old, and halves; never what somebody wants', async () => {
    const place = join(folder, 'left');
    await mkdir(place);
    await mkdir(join(folder, 'quarantine'));
    const put = async (name: string, days: number): Promise<void> => {
      await writeFile(join(folder, name), 'x'.repeat(100));
      await old(join(folder, name), days);
    };
    await put('left/old.gguf.part', 20);
    await put('left/old.gguf.part.json', 20);
    await put('left/young.gguf.part', 2);
    await put('left/young.gguf.part.json', 2);
    await put('left/half.gguf.part', 1);
    await put('left/journal.gguf.part.json', 1);
    await put('left/model.gguf', 400);
    await put('left/notes.txt', 400);
    await put('quarantine/a.gguf.id.bad', 20);
    await put('quarantine/a.gguf.id.bad.json', 20);
    await put('quarantine/kept.txt', 20);
    const manager = await open();
    expect(await manager.collect({ days: 14 })).toBe(400);
    expect((await readdir(place)).sort()).toEqual(['model.gguf', 'notes.txt', 'young.gguf.part', 'young.gguf.part.json']);
    expect(await readdir(join(folder, 'quarantine'))).toEqual(['kept.txt']);
  });

  it('leaves alone what is being fetched, however old it looks', async () => {
    const body = modelBytes(3 * MB);
    const gate = Promise.withResolvers<void>();
    const url = server.on('/tiny.gguf', async (request) => ({
      ...(await fileHandler(body)(request)),
      holdAt: { bytes: 200_000, until: gate.promise },
    }));
    const manager = await open();
    const { ended } = await manager.start(wish(url, { sha256: sumOf(body) }));
    await change(manager, (each) => each.doneBytes >= 200_000);
    await old(`${target()}.part`, 100);
    expect(await manager.collect({ days: 1 })).toBe(0);
    gate.resolve();
    expect((await ended).download.state).toBe('done');
  });
});

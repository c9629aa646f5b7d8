import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Download } from '../../contract/models.ts';
import {
  anotherClock,
  change,
  clock,
  folder,
  keep,
  kept,
  left,
  MB,
  open,
  server,
  sumOf,
  target,
  toTheEnd,
  useDownloadStage,
  wish,
} from '../../tests/fakes/download-stage.ts';
import { fileHandler, modelBytes } from '../../tests/fakes/file-server.ts';
import type { DownloadEnd, DownloadManager } from './download-manager.ts';

useDownloadStage();

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
    anotherClock();
    const second = await open();
    const { waits: dated } = await toTheEnd(second, await second.start(wish(later, { modelId: 'later' })));
    expect(dated[0]).toMatch(/in 90 s/u);
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
    keep((kept as { download: Download }[]).map((row) => ({ ...row, download: { ...row.download, state: 'checking' } })));
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
    keep(list);
    expect((await open()).list()).toEqual([]);
  });
});

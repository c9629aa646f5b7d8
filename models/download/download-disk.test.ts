import { chmodSync, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  change,
  clock,
  folder,
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
import { openPart, type PartHandle } from './partial-file.ts';

useDownloadStage();

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

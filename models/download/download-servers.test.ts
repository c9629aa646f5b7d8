import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  change,
  folder,
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
import { FileServer, fileHandler, modelBytes } from '../../tests/fakes/file-server.ts';

useDownloadStage();

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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileOnce, writeFileAtomic } from './atomic-file.ts';
import { dataFolderPath, openDataFolder } from './data-folder.ts';
import { takeInstanceLock } from './instance-lock.ts';
import { readTail } from './line-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('an atomic write', () => {
  it('replaces the file whole and leaves nothing beside it', async () => {
    const path = join(folder, 'settings');
    await writeFileAtomic(path, 'one');
    await writeFileAtomic(path, Buffer.from('two'));
    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['settings']);
  });

  it('never lets a reader see half, however many write', async () => {
    const path = join(folder, 'settings');
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await writeFileAtomic(path, texts[0] ?? '');
    const writing = Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    for (let read = 0; read < 50; read += 1) expect(texts).toContain(await readFile(path, 'utf8'));
    await writing;
    expect(await readdir(folder)).toEqual(['settings']);
  });

  it('leaves the old file alone when it fails', async () => {
    const path = join(folder, 'taken');
    await mkdir(path);
    await expect(writeFileAtomic(path, 'x')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('creates once: of many at a time exactly one, and the file is whole', async () => {
    const path = join(folder, 'key');
    const created = await Promise.all(Array.from({ length: 20 }, (_, index) => createFileOnce(path, `text ${index}`)));
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toBe(`text ${created.indexOf(true)}`);
    expect(await readdir(folder)).toEqual(['key']);
  });
});

describe('the data folder', () => {
  it("is the one that JARVIS_DATA names, else the platform's", () => {
    expect(dataFolderPath({ JARVIS_DATA: 'some/where' })).toBe(resolve('some/where'));
    expect(dataFolderPath({ JARVIS_DATA: ' ' })).toBe(dataFolderPath({}));
    expect(dataFolderPath({})).toMatch(/jarvis/u);
  });

  it('is made for its owner alone', async () => {
    const path = await openDataFolder(join(folder, 'a', 'b'));
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await openDataFolder(path)).toBe(path);
  });

  it('says in words when a file stands in its place', async () => {
    const path = join(folder, 'file');
    await writeFile(path, '');
    await expect(openDataFolder(path)).rejects.toThrow(/a file stands where a folder should be.*JARVIS_DATA/u);
    await expect(openDataFolder(join(path, 'below'))).rejects.toThrow('a file stands where a folder should be');
  });

  it('says in words when it cannot be written', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may write everywhere');
    await chmod(folder, 0o500);
    await expect(openDataFolder(folder)).rejects.toThrow('this account may not write there');
    await chmod(folder, 0o700);
  });
});

describe('the instance lock', () => {
  const take = (pid = process.pid) => takeInstanceLock(folder, { pid, address: '' });

  it('has one holder, who is named to the second with its address', async () => {
    const first = await take();
    if (!first.taken) throw new Error('not taken');
    await first.update('http://127.0.0.1:7400');
    expect(await take()).toMatchObject({ taken: false, holder: { pid: process.pid, address: 'http://127.0.0.1:7400' } });
    await first.release();
    expect((await take()).taken).toBe(true);
  });

  it('goes to exactly one of many that start at once', async () => {
    expect((await Promise.all(Array.from({ length: 20 }, () => take()))).filter(({ taken }) => taken)).toHaveLength(1);
  });

  it.each([
    ['a dead process', async () => JSON.stringify({ pid: await deadPid(), address: '', startedAt: 1, nonce: 'old' })],
    ['nobody, being damaged', async () => '{"pid":'],
    ['nobody, being empty', async () => ''],
    [
      'a live process that cannot be',
      async () => JSON.stringify({ pid: process.pid, address: '', startedAt: 1, born: 'another boot/1', nonce: 'old' }),
    ],
  ])('is taken over by exactly one of many from %s', async (_whom, left) => {
    await writeFile(join(folder, 'host.lock'), await left());
    const locks = await Promise.all(Array.from({ length: 10 }, () => take()));
    expect(locks.filter(({ taken }) => taken)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['host.lock']);
  });

  it('is taken over although somebody died while clearing it away', async () => {
    const dead = JSON.stringify({ pid: await deadPid(), address: '', startedAt: 1, nonce: 'old' });
    await writeFile(join(folder, 'host.lock'), dead);
    await writeFile(join(folder, 'host.lock.clearing'), dead);
    expect((await take()).taken).toBe(true);
  });

  it('does not release or change what another holds meanwhile', async () => {
    const first = await take();
    if (!first.taken) throw new Error('not taken');
    await rm(join(folder, 'host.lock'));
    const second = await take();
    await first.release();
    await expect(first.update('http://mine')).rejects.toThrow('not ours');
    expect(second.taken).toBe(true);
    expect((await take()).taken).toBe(false);
  });

  it('fails in words where the folder is missing', async () => {
    await expect(takeInstanceLock(join(folder, 'missing'), { pid: 1, address: '' })).rejects.toThrow('ENOENT');
  });
});

describe('the end of a line file', () => {
  it.each([
    ['', undefined, 0, ''],
    ['torn', undefined, 0, 'torn'],
    ['one\n', 'one', 4, ''],
    ['one\ntwo\n', 'two', 8, ''],
    ['one\ntwo\nto', 'two', 8, 'to'],
    ['\n', '', 1, ''],
    [`${'x'.repeat(200_000)}\n`, 'x'.repeat(200_000), 200_001, ''],
    [`a\n${'x'.repeat(300_000)}\n${'y'.repeat(90_000)}`, 'x'.repeat(300_000), 300_003, 'y'.repeat(90_000)],
  ])('is found (%#)', async (text, lastLine, wholeBytes, torn) => {
    const path = join(folder, 'lines');
    await writeFile(path, text);
    const tail = await readTail(path);
    expect({ lastLine: tail.lastLine?.toString(), wholeBytes: tail.wholeBytes, torn: tail.torn.toString() }).toEqual({
      lastLine,
      wholeBytes,
      torn,
    });
  });
});

/** A pid that was in use a moment ago and is not any more. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenPart, openPart, PartialFile } from './partial-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-partial-'));
  path = join(folder, 'm.gguf.part');
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const about = { url: 'http://host/m.gguf', total: 100, validator: '"one"' };
const claimed = async (): Promise<unknown> => JSON.parse(await readFile(`${path}.json`, 'utf8')).done;

/** Tells the order of what reaches the disk, and can hold it there. */
function recording(calls: string[], hold: () => Promise<void> = () => Promise.resolve()): OpenPart {
  return async (file, flags) => {
    const handle = await openPart(file, flags);
    const name = file.endsWith('.tmp') ? 'journal' : 'part';
    const say = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
      calls.push(`${name} ${what}`);
      return await act();
    };
    return {
      writev: (buffers, position) => say('write', () => handle.writev(buffers, position)),
      writeFile: (data) => say('write', () => handle.writeFile(data)),
      truncate: (length) => say('truncate', () => handle.truncate(length)),
      stat: () => handle.stat(),
      datasync: () => say('datasync', () => hold().then(() => handle.datasync())),
      sync: () => say('sync', () => handle.sync()),
      close: () => handle.close(),
    };
  };
}

describe('a partial file', () => {
  it('claims bytes only behind their way to the disk', async () => {
    const calls: string[] = [];
    await using partial = await PartialFile.open(path, recording(calls));
    await partial.begin(about);
    await partial.write(0, [Buffer.alloc(10, 1), Buffer.alloc(5, 2)]);
    await partial.checkpoint();
    expect(calls).toEqual(['part truncate', 'part write', 'part datasync', 'journal write', 'journal sync']);
    expect(await claimed()).toEqual([{ start: 0, end: 15 }]);
  });

  it('does not claim what was written while the disk was at it', async () => {
    const gate = Promise.withResolvers<void>();
    await using partial = await PartialFile.open(
      path,
      recording([], () => gate.promise),
    );
    await partial.begin(about);
    await partial.write(0, [Buffer.alloc(10)]);
    const claiming = partial.checkpoint();
    await Promise.resolve();
    await Promise.resolve();
    await partial.write(50, [Buffer.alloc(10)]);
    gate.resolve();
    await claiming;
    expect(await claimed()).toEqual([{ start: 0, end: 10 }]);
    await partial.checkpoint();
    expect(await claimed()).toEqual([
      { start: 0, end: 10 },
      { start: 50, end: 60 },
    ]);
  });

  it('is taken up as the journal says', async () => {
    {
      await using partial = await PartialFile.open(path);
      await partial.begin(about);
      await partial.write(20, [Buffer.from('abc')]);
      await partial.checkpoint();
      await partial.write(40, [Buffer.from('never claimed')]);
    }
    await using again = await PartialFile.open(path);
    expect(again.about).toEqual(about);
    expect(again.done.list()).toEqual([{ start: 20, end: 23 }]);
  });

  it('begun anew has no journal before it is emptied', async () => {
    {
      await using partial = await PartialFile.open(path);
      await partial.begin(about);
      await partial.write(0, [Buffer.alloc(50)]);
      await partial.checkpoint();
    }
    const seen: boolean[] = [];
    await using partial = await PartialFile.open(path, async (file, flags) => {
      const handle = await openPart(file, flags);
      return Object.assign(Object.create(handle), {
        close: () => handle.close(),
        stat: () => handle.stat(),
        truncate: async (length: number) => {
          seen.push(
            await stat(`${path}.json`).then(
              () => true,
              () => false,
            ),
          );
          await handle.truncate(length);
        },
      });
    });
    expect(partial.done.bytes).toBe(50);
    await partial.begin(about);
    expect(seen).toEqual([false]);
    expect((await stat(path)).size).toBe(0);
  });

  it('counts what came through of a write that was cut short', async () => {
    await using partial = await PartialFile.open(path, async (file, flags) => {
      const handle = await openPart(file, flags);
      let left = 7;
      return Object.assign(Object.create(handle), {
        close: () => handle.close(),
        stat: () => handle.stat(),
        truncate: (length: number) => handle.truncate(length),
        writev: async (buffers: Uint8Array[], position: number) => {
          if (left === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
          const fits = Buffer.concat(buffers).subarray(0, Math.min(4, left));
          left -= fits.length;
          return await handle.writev([fits], position);
        },
      });
    });
    await partial.begin(about);
    await expect(partial.write(0, [Buffer.from('ab'), Buffer.from('cdefgh'), Buffer.from('ij')])).rejects.toThrow('The disk is full');
    expect(partial.done.list()).toEqual([{ start: 0, end: 7 }]);
    expect(await readFile(path, 'utf8')).toBe('abcdefg');
  });
});

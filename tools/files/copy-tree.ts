import { basename, join } from 'node:path';
import { hasCode } from '../../store/error-code.ts';
import { type Disk, READ_ONLY_ITSELF, syncFolder } from './disk.ts';
import { FileRefusal } from './file-refusal.ts';
import { shown } from './file-roots.ts';
import { type SeenFile, seenFrom } from './seen-file.ts';

/** Entries of one folder that is copied. */
const MOST_ENTRIES = 200_000;
const CHUNK = 1024 * 1024;

/**
 * Copies a file, link or folder to a path that must be free, with modes and times, down to the disk itself. Links are copied as links. Returns what was
 * copied, deepest last, each as it was read. Throws with nothing left behind; the original is only read.
 */
export async function copyTree(from: string, to: string, disk: Disk, signal: AbortSignal): Promise<SeenFile[]> {
  const copied: SeenFile[] = [];
  const made: { path: string; folder: boolean }[] = [];
  try {
    await copyOne(from, to, { disk, signal, copied, made });
    await syncFolder(disk, join(to, '..'));
    return copied;
  } catch (error) {
    for (const { path, folder } of made.reverse()) await (folder ? disk.rmdir(path) : disk.unlink(path)).catch(() => undefined);
    throw error;
  }
}

interface Work {
  disk: Disk;
  signal: AbortSignal;
  copied: SeenFile[];
  made: { path: string; folder: boolean }[];
}

async function copyOne(from: string, to: string, work: Work): Promise<void> {
  const { disk, signal, copied, made } = work;
  signal.throwIfAborted();
  const stats = await disk.lstat(from);
  const seen = seenFrom(from, stats);
  if (copied.length >= MOST_ENTRIES) throw new FileRefusal('That folder holds too much to be copied at once.');
  copied.push(seen);
  switch (seen.type) {
    case 'link':
      await disk.symlink(await disk.readlink(from), to);
      made.push({ path: to, folder: false });
      return;
    case 'folder': {
      await disk.mkdir(to, { mode: 0o700 });
      made.push({ path: to, folder: true });
      for await (const { name } of await disk.opendir(from)) await copyOne(join(from, name), join(to, name), work);
      await disk.utimes(to, stats.atime, stats.mtime);
      const folder = process.platform === 'win32' ? undefined : await disk.open(to, 'r');
      await folder?.chmod(stats.mode & 0o777).finally(() => folder.close());
      return;
    }
    case 'file':
      await copyBytes(from, to, seen, stats.mode & 0o777, work);
      await disk.utimes(to, stats.atime, stats.mtime);
      return;
    case 'other':
      throw new FileRefusal(`${shown(basename(from))} is no ordinary file.`);
    default:
      seen.type satisfies never;
  }
}

async function copyBytes(from: string, to: string, seen: SeenFile, mode: number, { disk, signal, made }: Work): Promise<void> {
  const source = await disk.open(from, READ_ONLY_ITSELF);
  try {
    const target = await disk.open(to, 'wx', 0o600);
    made.push({ path: to, folder: false });
    try {
      const chunk = Buffer.allocUnsafe(CHUNK);
      for (;;) {
        signal.throwIfAborted();
        const { bytesRead } = await source.read(chunk, 0, CHUNK);
        if (bytesRead === 0) break;
        await target.writeFile(chunk.subarray(0, bytesRead));
      }
      if (seenFrom(from, await source.stat()).mark !== seen.mark) throw new FileRefusal(`${shown(seen.name)} changed while it was copied.`);
      await target.chmod(mode);
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/**
 * Removes what was copied away, and nothing else: what has changed or come in since stays. Returns whether all of it is gone.
 */
export async function removeCopied(copied: readonly SeenFile[], disk: Disk): Promise<boolean> {
  let all = true;
  for (const seen of copied.toReversed()) {
    try {
      if (seenFrom(seen.path, await disk.lstat(seen.path)).mark !== seen.mark) all = false;
      else await (seen.type === 'folder' ? disk.rmdir(seen.path) : disk.unlink(seen.path));
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) all = false;
    }
  }
  return all;
}

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSkipped } from './skipped-folders.ts';

export interface WalkOptions {
  /** Levels of folders below the first. */
  depth: number;
  /** Files and folders looked at, at most. */
  most: number;
  /** Folders that are not looked into, and not told. */
  skip(path: string): boolean;
}

export interface Walked {
  seen: number;
  /** There was more than `most`. */
  cut: boolean;
}

/** Folders that are read at the same time: as many as the system answers at once. */
const AT_ONCE = 8;

/**
 * Goes through folders, some at a time. Links are not followed; hidden folders and those of programs are passed over, and so is what cannot be read. `visit` gets what
 * lies directly in one folder; true ends the walk. Rejects when `signal` aborts.
 */
export async function walkFolders(
  folders: readonly string[],
  { depth, most, skip }: WalkOptions,
  signal: AbortSignal,
  visit: (folder: string, entries: Dirent[]) => Promise<boolean>,
): Promise<Walked> {
  const waiting = folders
    .filter((one) => !folders.some((other) => other !== one && one.startsWith(`${other}/`)))
    .map((path) => ({ path, level: 0 }));
  let seen = 0;
  let cut = false;
  let enough = false;
  const step = async ({ path, level }: { path: string; level: number }): Promise<void> => {
    const found = await entriesOf(path);
    signal.throwIfAborted();
    const entries = found.filter(({ name }) => !name.startsWith('.') && !skip(join(path, name)));
    const room = Math.max(0, most - seen);
    if (entries.length > room) cut = true;
    const taken = entries.slice(0, room);
    seen += taken.length;
    if (level < depth) {
      for (const entry of taken)
        if (entry.isDirectory() && !isSkipped(entry.name)) waiting.push({ path: join(path, entry.name), level: level + 1 });
    }
    enough = (await visit(path, taken)) || enough;
  };
  while (waiting.length > 0 && !cut && !enough) {
    signal.throwIfAborted();
    await Promise.all(waiting.splice(0, AT_ONCE).map(step));
  }
  return { seen, cut };
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // One that this account may not read, or that has gone: there is nothing to find in it.
    return [];
  }
}

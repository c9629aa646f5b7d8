import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface WalkedFile {
  path: string;
  /** From the folder, with `/`. */
  name: string;
  bytes: number;
}

/** Folders of other programs may be anything: no deeper, and no more entries, than a person's collection has. */
const DEPTH = 6;
const ENTRIES = 20_000;

/** The files of a folder and those below, links followed, no folder twice. An absent or closed folder has none; what cannot be looked at is left out. */
export async function walkFiles(folder: string, depth = DEPTH): Promise<WalkedFile[]> {
  const found: WalkedFile[] = [];
  const seen = new Set<string>();
  let left = ENTRIES;
  const visit = async (path: string, name: string, deep: number): Promise<void> => {
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || seen.has(real)) return;
    seen.add(real);
    for (const entry of await namesIn(path, left)) {
      left -= 1;
      if (left < 0) return;
      const at = join(path, entry);
      const below = name === '' ? entry : `${name}/${entry}`;
      const info = await stat(at).catch(() => undefined);
      if (info?.isFile() === true) found.push({ path: at, name: below, bytes: info.size });
      else if (info?.isDirectory() === true && deep > 0) await visit(at, below, deep - 1);
    }
  };
  await visit(folder, '', depth);
  return found;
}

async function namesIn(path: string, most: number): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(path)) {
      if (names.length >= most) break;
      names.push(entry.name);
    }
  } catch {
    // Closed to us, or gone meanwhile.
  }
  return names.sort();
}

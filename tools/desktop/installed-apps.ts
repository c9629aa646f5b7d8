import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Desktop } from './desktop.ts';
import { type DesktopEntry, parseDesktopEntry } from './desktop-entry.ts';

/** Bytes; a larger one is no desktop file. */
const LARGEST_ENTRY = 256 * 1024;
const MOST_ENTRIES = 5000;
const DEEPEST = 3;

/** Folders of desktop files, the first wins. */
export function applicationFolders({ env, home }: Pick<Desktop, 'env' | 'home'>): string[] {
  const own = env.XDG_DATA_HOME !== undefined && isAbsolute(env.XDG_DATA_HOME) ? env.XDG_DATA_HOME : join(home, '.local/share');
  const shared = (env.XDG_DATA_DIRS ?? '').split(':').filter(isAbsolute);
  const all = [
    own,
    ...(shared.length > 0 ? shared : ['/usr/local/share', '/usr/share']),
    join(own, 'flatpak/exports/share'),
    '/var/lib/flatpak/exports/share',
    '/var/lib/snapd/desktop',
  ];
  return [...new Set(all.map((folder) => join(folder, 'applications')))];
}

/** The programs that this desktop would offer in its menu. */
export async function installedApps(desktop: Desktop, signal: AbortSignal): Promise<DesktopEntry[]> {
  const { env, programs } = desktop;
  const locale = env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '';
  const desktops = (env.XDG_CURRENT_DESKTOP ?? '').split(':').filter((each) => each !== '');
  const found = new Map<string, DesktopEntry | undefined>();
  for (const folder of applicationFolders(desktop)) {
    for (const { id, file } of await entriesIn(folder, '', 0)) {
      signal.throwIfAborted();
      // A hidden one hides those of the folders behind it.
      if (found.has(id) || found.size >= MOST_ENTRIES) continue;
      const text = await textOf(file);
      if (text !== undefined) found.set(id, parseDesktopEntry(text, id, file, locale));
    }
  }
  return [...found.values()].filter((entry): entry is DesktopEntry => {
    if (entry === undefined || entry.hidden) return false;
    if (entry.onlyIn.length > 0 && desktops.length > 0 && !entry.onlyIn.some((each) => desktops.includes(each))) return false;
    if (entry.notIn.some((each) => desktops.includes(each))) return false;
    return entry.tryExec === '' || programs.has(entry.tryExec);
  });
}

interface Found {
  id: string;
  file: string;
}

/** `kde/okular.desktop` has the id `kde-okular`. */
async function entriesIn(folder: string, prefix: string, depth: number): Promise<Found[]> {
  let entries: Awaited<ReturnType<typeof namesIn>>;
  try {
    entries = await namesIn(folder);
  } catch {
    // Most of these folders are not there; one that cannot be read offers nothing.
    return [];
  }
  const found: Found[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = join(folder, entry.name);
    if (entry.isDirectory() && depth < DEEPEST) found.push(...(await entriesIn(file, `${prefix}${entry.name}-`, depth + 1)));
    else if (entry.name.endsWith('.desktop')) found.push({ id: `${prefix}${entry.name.slice(0, -'.desktop'.length)}`, file });
    if (found.length >= MOST_ENTRIES) break;
  }
  return found;
}

const namesIn = (folder: string) => readdir(folder, { withFileTypes: true });

async function textOf(file: string): Promise<string | undefined> {
  try {
    const { size, isFile } = await stat(file).then((each) => ({ size: each.size, isFile: each.isFile() }));
    return isFile && size <= LARGEST_ENTRY ? await readFile(file, 'utf8') : undefined;
  } catch {
    // A link that leads nowhere is left out, as a menu would.
    return undefined;
  }
}

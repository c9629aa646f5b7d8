import { basename, dirname, join } from 'node:path';
import { hasCode } from '../../store/error-code.ts';
import { copyTree, removeCopied } from './copy-tree.ts';
import { type Disk, hasNoLinks, syncFolder } from './disk.ts';
import { FileRefusal } from './file-refusal.ts';
import { shown } from './file-roots.ts';
import { numberedName } from './free-name.ts';
import { type SeenFile, seenFrom } from './seen-file.ts';

export interface PlaceOptions {
  disk: Disk;
  signal: AbortSignal;
  /** Part of the name of what is not yet finished. */
  newId(): string;
  /** Called with the path that will be used before anything happens there, again for every further try. */
  before(path: string): Promise<void>;
}

const MOST_NUMBERS = 1000;

/**
 * Moves a file, link or folder into a folder under a name, or that name with a number where it is taken: nothing is ever overwritten. One step on one
 * disk; across disks it is copied whole and synced first, and only then is the original removed. Throws with the original in place. Returns the new path, and in
 * words what is left behind, if anything is.
 */
export async function moveInto(
  from: SeenFile,
  folder: string,
  name: string,
  options: PlaceOptions,
): Promise<{ path: string; left?: string }> {
  const { disk, signal } = options;
  signal.throwIfAborted();
  await sameAsSeen(from, disk);
  if (dirname(from.path) === folder && from.name !== name && (await isSame(from, join(folder, name), disk))) {
    // Another writing of the same name, on a disk that does not tell them apart.
    await options.before(join(folder, name));
    await disk.rename(from.path, join(folder, name));
    return { path: join(folder, name) };
  }
  const moving = new Moving(from, folder, options);
  try {
    const path = await firstFree(folder, name, options, (to) => moving.to(to));
    const left = await moving.finish();
    return { path, ...(left === undefined ? {} : { left }) };
  } catch (error) {
    await moving.giveUp();
    throw error;
  }
}

/** One file on its way: where the first step says that another disk is meant, a finished copy in `folder` takes its place. */
export class Moving {
  readonly #from: SeenFile;
  readonly #folder: string;
  readonly #options: PlaceOptions;
  #part: { seen: SeenFile; copied: SeenFile[] } | undefined;

  constructor(from: SeenFile, folder: string, options: PlaceOptions) {
    this.#from = from;
    this.#folder = folder;
    this.#options = options;
  }

  async to(path: string): Promise<'done' | 'taken'> {
    const { disk, signal, newId } = this.#options;
    if (this.#part === undefined) {
      try {
        return await moveOnce(this.#from, path, this.#options);
      } catch (error) {
        if (!hasCode(error, 'EXDEV')) throw error;
      }
      const part = join(this.#folder, `.jarvis-${newId()}.part`);
      const copied = await copyTree(this.#from.path, part, disk, signal);
      this.#part = { seen: seenFrom(part, await disk.lstat(part)), copied };
    }
    return moveOnce(this.#part.seen, path, this.#options);
  }

  /** After `done`. What could not be removed at the old place, in words. */
  async finish(): Promise<string | undefined> {
    if (this.#part === undefined) return undefined;
    const { disk } = this.#options;
    await syncFolder(disk, this.#folder);
    const gone = await removeCopied(this.#part.copied, disk);
    return gone ? undefined : `${shown(this.#from.name)} is in both places, for it changed meanwhile or could not be removed.`;
  }

  async giveUp(): Promise<void> {
    if (this.#part !== undefined) await discard(this.#part.seen.path, this.#options.disk);
  }
}

/** Copies as `moveInto` moves. What is not finished has a hidden name until it is whole. */
export async function copyInto(from: SeenFile, folder: string, name: string, options: PlaceOptions): Promise<{ path: string }> {
  await sameAsSeen(from, options.disk);
  const part = join(folder, `.jarvis-${options.newId()}.part`);
  await copyTree(from.path, part, options.disk, options.signal);
  return { path: await placePart(part, folder, name, options) };
}

/** Makes a folder, or a file with these words in it. */
export async function makeInto(
  type: 'file' | 'folder',
  text: string,
  folder: string,
  name: string,
  options: PlaceOptions,
): Promise<{ path: string }> {
  const { disk } = options;
  if (type === 'folder') return { path: await firstFree(folder, name, options, (to) => unlessTaken(() => disk.mkdir(to))) };
  const part = join(folder, `.jarvis-${options.newId()}.part`);
  const file = await disk.open(part, 'wx', 0o666);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await file.close();
    await disk.unlink(part).catch(() => undefined);
    throw error;
  }
  await file.close();
  return { path: await placePart(part, folder, name, options) };
}

async function placePart(part: string, folder: string, name: string, options: PlaceOptions): Promise<string> {
  const { disk } = options;
  const seen = seenFrom(part, await disk.lstat(part));
  try {
    return await firstFree(folder, name, options, (to) => moveOnce(seen, to, options));
  } catch (error) {
    await discard(part, disk);
    throw error;
  }
}

async function discard(path: string, disk: Disk): Promise<void> {
  const seen: SeenFile[] = [];
  const look = async (one: string): Promise<void> => {
    const found = seenFrom(one, await disk.lstat(one));
    seen.push(found);
    if (found.type === 'folder') for await (const { name } of await disk.opendir(one)) await look(join(one, name));
  };
  await look(path).catch(() => undefined);
  await removeCopied(seen, disk);
}

async function firstFree(
  folder: string,
  name: string,
  { before }: PlaceOptions,
  attempt: (to: string) => Promise<'done' | 'taken'>,
): Promise<string> {
  for (let number = 1; number <= MOST_NUMBERS; number++) {
    const to = join(folder, numberedName(name, number));
    await before(to);
    if ((await attempt(to)) === 'done') return to;
  }
  throw new FileRefusal(`There are too many files called ${shown(name)}.`);
}

async function moveOnce(from: SeenFile, to: string, { disk }: PlaceOptions): Promise<'done' | 'taken'> {
  if (from.type === 'folder') return moveFolder(from.path, to, disk);
  if (from.type === 'file') {
    try {
      await disk.link(from.path, to);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return 'taken';
      if (!hasNoLinks(error)) throw error;
      return moveReserved(from.path, to, disk);
    }
    try {
      await disk.unlink(from.path);
    } catch (error) {
      await disk.unlink(to);
      throw error;
    }
    return 'done';
  }
  // A link to a link would, on some systems, be one to what it leads to.
  return moveReserved(from.path, to, disk);
}

/** A new empty folder keeps the name; renaming onto an empty folder takes its place in one step. */
async function moveFolder(from: string, to: string, disk: Disk): Promise<'done' | 'taken'> {
  if ((await unlessTaken(() => disk.mkdir(to))) === 'taken') return 'taken';
  try {
    // Windows renames onto nothing.
    if (process.platform === 'win32') await disk.rmdir(to);
    await disk.rename(from, to);
  } catch (error) {
    await disk.rmdir(to).catch(() => undefined);
    throw error;
  }
  return 'done';
}

/** A new empty file keeps the name; renaming onto it takes its place in one step. */
async function moveReserved(from: string, to: string, disk: Disk): Promise<'done' | 'taken'> {
  const reserve = async (): Promise<void> => (await disk.open(to, 'wx', 0o600)).close();
  if ((await unlessTaken(reserve)) === 'taken') return 'taken';
  try {
    await disk.rename(from, to);
  } catch (error) {
    await disk.unlink(to).catch(() => undefined);
    throw error;
  }
  return 'done';
}

async function unlessTaken(make: () => Promise<unknown>): Promise<'done' | 'taken'> {
  try {
    await make();
    return 'done';
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return 'taken';
    throw error;
  }
}

export async function sameAsSeen(from: SeenFile, disk: Disk): Promise<void> {
  if (seenFrom(from.path, await disk.lstat(from.path)).mark !== from.mark)
    throw new FileRefusal(`${shown(from.name)} has changed since it was looked at.`);
}

async function isSame(from: SeenFile, other: string, disk: Disk): Promise<boolean> {
  try {
    const isCaseOnly = from.name.toLowerCase() === basename(other).toLowerCase();
    return isCaseOnly && seenFrom(from.path, await disk.lstat(other)).mark === from.mark;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

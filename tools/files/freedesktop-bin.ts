import { constants, lstatSync, statSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { hasCode } from '../../store/error-code.ts';
import type { Bin, BinOptions } from './bin.ts';
import type { Disk } from './disk.ts';
import { FileRefusal } from './file-refusal.ts';
import { shown } from './file-roots.ts';
import { numberedName } from './free-name.ts';
import { Moving, moveInto, type PlaceOptions, sameAsSeen } from './place-file.ts';
import { lookAt, type SeenFile } from './seen-file.ts';

export interface FreedesktopBinOptions {
  /** `$XDG_DATA_HOME`, or `~/.local/share`. */
  dataHome: string;
  /** Of the person, for the bins of other disks. */
  userId: number;
  /** Local time as `2026-11-21T16:44:50`. */
  now(): string;
}

/** Bytes of a name with `.trashinfo` behind it. */
const LONGEST_NAME = 255 - '.trashinfo'.length;
const MOST_NUMBERS = 1000;

/**
 * The bin of the freedesktop.org trash specification 1.0, so that a file manager shows and restores what is in it: the home bin for files of that disk, else
 * `.Trash/$uid` or `.Trash-$uid` at the top of the file's disk, else the home bin by copying.
 */
export function freedesktopBin({ dataHome, userId, now }: FreedesktopBinOptions): Bin {
  const home = join(dataHome, 'Trash');
  return {
    async put(file, options) {
      await sameAsSeen(file, options.disk);
      await makeBin(home);
      const top = statSync(home).dev === lstatSync(file.path).dev ? undefined : topOf(file.path);
      const own = top === undefined ? undefined : await binOf(top, userId);
      const bin = own ?? home;
      // Inside a disk's own bin a path is told from its top: the disk may be mounted elsewhere tomorrow.
      const was = own === undefined || top === undefined ? file.path : relative(top, file.path);
      return putInto(bin, file, infoText(was, now()), options);
    },
    async restore({ was, path, info }, options) {
      return restoreFrom(path, was, info, options);
    },
  };
}

async function putInto(bin: string, file: SeenFile, text: string, options: BinOptions): Promise<{ path: string; left?: string }> {
  const { disk } = options;
  const moving = new Moving(file, join(bin, 'files'), { ...options, before: async () => undefined });
  try {
    for (let number = 1; number <= MOST_NUMBERS; number++) {
      const name = numberedName(file.name, number, LONGEST_NAME);
      const path = join(bin, 'files', name);
      const info = join(bin, 'info', `${name}.trashinfo`);
      // The information file comes first and keeps the name: so the rules have it.
      if (lookAt(path) !== undefined || !(await writeOnce(info, text, disk))) continue;
      try {
        await options.before(path, info);
        if ((await moving.to(path)) === 'taken') {
          await disk.unlink(info);
          continue;
        }
      } catch (error) {
        await disk.unlink(info);
        throw error;
      }
      const left = await moving.finish();
      return { path, ...(left === undefined ? {} : { left }) };
    }
  } catch (error) {
    await moving.giveUp();
    throw error;
  }
  throw new FileRefusal(`The bin holds too many files called ${shown(file.name)}.`);
}

async function restoreFrom(path: string, was: string, info: string | undefined, options: PlaceOptions): Promise<{ path: string }> {
  const seen = lookAt(path);
  if (seen === undefined) throw new FileRefusal(`${shown(basename(was))} is no longer in the bin.`);
  await mkdir(dirname(was), { recursive: true });
  const placed = await moveInto(seen, dirname(was), basename(was), options);
  if (info !== undefined) {
    await options.disk.unlink(info).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  }
  return placed;
}

/** Percent-encoded as in a URL, each name by itself. */
const infoText = (path: string, at: string): string =>
  `[Trash Info]\nPath=${path.split(sep).map(encodeName).join('/')}\nDeletionDate=${at}\n`;

/** A name that is no whole UTF-16 cannot come from a file system's UTF-8, but must not throw either. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(/[!'()*]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

async function writeOnce(path: string, text: string, disk: Disk): Promise<boolean> {
  let file: Awaited<ReturnType<Disk['open']>>;
  try {
    file = await disk.open(path, 'wx', 0o600);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await disk.unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
  return true;
}

async function makeBin(bin: string): Promise<void> {
  for (const folder of [bin, join(bin, 'files'), join(bin, 'info')]) await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** The highest folder on the same disk. */
function topOf(path: string): string {
  const { dev } = lstatSync(path);
  let top = dirname(path);
  for (let above = dirname(top); above !== top && lstatSync(above).dev === dev; above = dirname(top)) top = above;
  return top;
}

/** The bin at the top of a disk, or undefined where there cannot be one. A shared `.Trash` must be sticky and no link, or somebody else could hold it. */
async function binOf(top: string, userId: number): Promise<string | undefined> {
  const shared = join(top, '.Trash');
  const stats = lstatSync(shared, { throwIfNoEntry: false });
  const candidates = [
    ...(stats?.isDirectory() === true && (stats.mode & 0o1000) !== 0 ? [join(shared, String(userId))] : []),
    join(top, `.Trash-${userId}`),
  ];
  for (const bin of candidates) {
    try {
      if (lstatSync(bin, { throwIfNoEntry: false })?.isSymbolicLink() === true) continue;
      await makeBin(bin);
      await access(join(bin, 'files'), constants.W_OK | constants.X_OK);
      return bin;
    } catch {
      // Not writable at its top: the next place, and at last the home bin.
    }
  }
  return undefined;
}

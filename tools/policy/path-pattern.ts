import { lstatSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fit } from './fit.ts';
import { fitsWildcard } from './wildcard.ts';

/** How the machine's files are found; the machine itself by default. */
export interface PathWorld {
  home: string;
  /** Where relative paths begin for a tool that does not say. */
  workingFolder: string;
  /** The path without links; throws where it leads nowhere. */
  realPath(path: string): string;
  /** Something lies there, be it a link that leads nowhere. */
  isThere(path: string): boolean;
  /** Names that differ only in the case of their letters are the same. */
  ignoresCase: boolean;
}

export const thisMachine: PathWorld = {
  home: homedir(),
  workingFolder: process.cwd(),
  realPath: (path) => realpathSync.native(path),
  isThere: (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  ignoresCase: process.platform === 'win32' || process.platform === 'darwin',
};

/**
 * `within`: the path itself must lie there. `touching`: the way as it was written counts too. `moving`: so does a folder that holds what the pattern names,
 * since who moves the folder moves that.
 */
export type PathReach = 'within' | 'touching' | 'moving';

/** Does a rule's text speak of a path? */
export const looksLikePath = (text: string): boolean => /^(?:[/~\\]|[a-z]:[/\\])/iu.test(text);

const LONGEST = 4096;

/**
 * Does the path lie where the pattern says? `*` stands for any part of one name, `**` for any number of folders, and a folder covers what is in it.
 * Both are compared without `..` and without links, so that no detour leads around a rule. Hard links cannot be told from the files they are.
 */
export function fitsPath(pattern: string, value: string, reach: PathReach, world: PathWorld = thisMachine): Fit {
  if (value === '' || value.length > LONGEST || value.includes('\0')) return 'unclear';
  const text = fromUrl(value);
  if (text === undefined) return 'unclear';
  const expanded = expand(text, world);
  const isRelative = !looksLikePath(expanded);
  if (reach === 'within' && isRelative) return 'unclear';
  const written = isRelative ? [resolve(world.home, expanded), resolve(world.workingFolder, expanded)] : [resolve(expanded)];
  const real = written.map((path) => withoutLinks(path, world));
  const known = real.filter((path) => path !== undefined);
  if (known.length < real.length) return 'unclear';
  const patterns = formsOf(pattern, world);
  const fits = (path: string): boolean => patterns.some((each) => covers(each, segments(path, world)));
  if (reach === 'within') return known.every(fits) ? 'yes' : 'no';
  const holds = (path: string): boolean => reach === 'moving' && patterns.some((each) => liesIn(each, segments(path, world)));
  return [...written, ...known].some((path) => fits(path) || holds(path)) ? 'yes' : 'no';
}

function fromUrl(value: string): string | undefined {
  if (!/^file:/iu.test(value)) return value;
  try {
    return fileURLToPath(value);
  } catch {
    return undefined;
  }
}

const expand = (text: string, world: PathWorld): string => (/^~(?=$|[/\\])/u.test(text) ? join(world.home, text.slice(1)) : text);

/** As written, and with the part before the first star freed of links. */
function formsOf(pattern: string, world: PathWorld): string[][] {
  const parts = resolve(world.home, expand(pattern, world)).split(/[/\\]/u);
  const star = parts.findIndex((part) => part.includes('*'));
  const length = star === -1 ? parts.length : star;
  const literal = parts.slice(0, length).join('/');
  const rest = parts.slice(length).join('/');
  const real = withoutLinks(literal === '' ? '/' : literal, world);
  return [parts.join('/'), ...(real === undefined ? [] : [`${real}/${rest}`])].map((form) => segments(form, world));
}

/** What exists of the path without links, the rest as it is; undefined where a link leads nowhere, since a file made through it would come to lie there. */
function withoutLinks(path: string, world: PathWorld): string | undefined {
  let existing = path;
  const rest: string[] = [];
  for (;;) {
    try {
      return join(world.realPath(existing), ...rest);
    } catch {
      if (isThere(existing, world)) return undefined;
      const parent = dirname(existing);
      if (parent === existing) return path;
      rest.unshift(basename(existing));
      existing = parent;
    }
  }
}

/** What cannot be looked at cannot be reached either. */
function isThere(path: string, world: PathWorld): boolean {
  try {
    return world.isThere(path);
  } catch {
    return false;
  }
}

function segments(path: string, world: PathWorld): string[] {
  const parts = path.split(/[/\\]+/u).filter((part) => part !== '');
  // macOS takes differently composed letters for the same name as well.
  return world.ignoresCase ? parts.map((part) => part.normalize('NFC').toLowerCase()) : parts;
}

/** The pattern fits the path or a folder it lies in. */
const covers = (pattern: readonly string[], path: readonly string[]): boolean => reached(pattern, path).at(-1)!.includes(true);

/** Something that the pattern names may lie in the path, as far as it is named before the first `**`. */
function liesIn(pattern: readonly string[], path: readonly string[]): boolean {
  const deep = pattern.indexOf('**');
  return reached(deep === -1 ? pattern : pattern.slice(0, deep), path).some((reach) => reach[path.length] === true);
}

/** For each beginning of the pattern: which beginnings of the path (by their length) it fits. At most pattern × path steps. */
function reached(pattern: readonly string[], path: readonly string[]): boolean[][] {
  let reach = [true, ...path.map(() => false)];
  const all = [reach];
  for (const part of pattern) {
    const from = reach.indexOf(true);
    const before = reach;
    reach =
      part === '**'
        ? before.map((_, length) => from !== -1 && length >= from)
        : before.map((_, length) => length > 0 && before[length - 1] === true && fitsWildcard(part, path[length - 1]!));
    all.push(reach);
  }
  return all;
}

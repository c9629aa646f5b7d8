import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { FileRefusal } from './file-refusal.ts';
import type { Place } from './user-folders.ts';

export interface FileRootsOptions {
  home: string;
  /** The usual folders; each is a root. */
  places: readonly Place[];
  /** Further folders that the settings name. */
  more?: readonly string[];
  /** Never touched, though they may lie in a root: the data folder of JARVIS. */
  untouchable: readonly string[];
}

/** Bytes of one name on nearly every file system. */
const LONGEST_NAME = 255;
const LONGEST_PATH = 4000;

const SYSTEM =
  /^(?:\/(?:bin|boot|dev|etc|lib\w*|proc|sbin|sys|usr|var|opt|run(?!\/media\/))(?:\/|$)|\/$|[a-z]:[\\/]?$|[a-z]:[\\/](?:windows|program files|programdata))/iu;

/**
 * The folders whose files tools may touch. A path is judged by where it really lies: links on the way are followed first, and hidden folders, system
 * folders and the data folder are outside, wherever a link points from.
 */
export class FileRoots {
  readonly places: readonly Place[];
  readonly #home: string;
  readonly #roots: readonly string[];
  readonly #untouchable: readonly string[];
  readonly #kept: ReadonlySet<string>;

  constructor({ home, places, more = [], untouchable }: FileRootsOptions) {
    this.#home = home;
    const added = more.map((path) => this.#absolute(path)).filter((path) => !SYSTEM.test(path) && path !== '');
    this.places = [...places, ...added.map((path) => ({ name: basename(path), path }))];
    this.#roots = [...new Set(this.places.map(({ path }) => path))];
    this.#untouchable = untouchable;
    this.#kept = new Set(untouchable.flatMap((path) => [path, realOf(path) ?? path]));
  }

  /** Where what somebody wrote lies: "downloads", "Downloads/Invoices", `~/Documents`, an absolute path. Throws `FileRefusal` where it must not be touched. */
  resolve(written: string): string {
    const path = this.#absolute(written);
    this.check(path);
    return path;
  }

  /** Roots that exist, the usual ones first. */
  folders(): string[] {
    return this.#roots.filter((root) => realOf(root) !== undefined);
  }

  place(name: string): string | undefined {
    const wanted = name.trim().toLowerCase();
    const same = (place: Place): boolean => place.name.toLowerCase() === wanted || place.name.toLowerCase() === `${wanted}s`;
    return this.places.find(same)?.path;
  }

  /** A root itself is never moved, renamed or binned, nor is a folder around one or around what JARVIS keeps. */
  staysPut(path: string): boolean {
    const real = realOf(path) ?? path;
    const isAround = (folder: string): boolean => isInside(folder, path) || isInside(realOf(folder) ?? folder, real);
    return this.#roots.some(isAround) || this.#untouchable.some(isAround);
  }

  /** What JARVIS itself keeps: it is not even looked into. */
  isKept(path: string): boolean {
    return this.#kept.has(path);
  }

  /** Throws `FileRefusal` unless the file, or the place where it would be, lies in a root. The last part is not followed: a link is judged by where it stands. */
  check(path: string): void {
    if (path.includes('\0') || path.length > LONGEST_PATH) throw new FileRefusal('That is no path of a file.');
    const root = this.#roots.find((each) => isInside(path, each));
    if (root === undefined) throw new FileRefusal(`${this.outsideWords()}, not in ${shown(path)}.`);
    this.#checkNames(relative(root, path));
    const real = this.#realPlaceOf(path);
    const realRoot = this.#roots.flatMap((each) => realOf(each) ?? []).find((each) => isInside(real, each));
    if (realRoot === undefined) {
      if (realOf(root) === undefined) throw new FileRefusal(`There is no folder ${shown(basename(root))} here.`);
      throw new FileRefusal(`${shown(basename(path))} lies outside of your own folders.`);
    }
    this.#checkNames(relative(realRoot, real));
    for (const folder of this.#untouchable) {
      const kept = realOf(folder) ?? folder;
      if (isInside(real, kept)) throw new FileRefusal('What JARVIS itself keeps is left alone.');
    }
  }

  /** As `check`, but for what a link leads to. */
  checkTarget(path: string): string {
    const real = realOf(path);
    if (real === undefined) throw new FileRefusal('It is no longer there.');
    const root = this.#roots.flatMap((each) => realOf(each) ?? []).find((each) => isInside(real, each));
    if (root === undefined) throw new FileRefusal(`${shown(basename(path))} leads outside of your own folders.`);
    this.#checkNames(relative(root, real));
    this.check(path);
    return real;
  }

  /** "Downloads/Invoices" for a folder; its name where it is a place. */
  words(folder: string): string {
    const place = this.places.find(({ path }) => isInside(folder, path));
    if (place === undefined) return shown(folder);
    const below = relative(place.path, folder);
    return shown(below === '' ? place.name : `${place.name}/${below.split(sep).join('/')}`);
  }

  outsideWords(): string {
    return `I only touch files in ${this.places.map(({ name }) => name).join(', ') || 'no folder at all'}`;
  }

  #absolute(written: string): string {
    const text = written.trim();
    if (text === '~' || text.startsWith('~/') || text.startsWith('~\\')) return resolve(this.#home, text.slice(2));
    if (isAbsolute(text)) return resolve(text);
    const [first = '', ...rest] = text.split(/[\\/]/u);
    const place = this.places === undefined ? undefined : this.place(first);
    return place === undefined ? resolve(this.#home, text) : resolve(place, ...rest);
  }

  #checkNames(below: string): void {
    for (const name of below.split(sep)) {
      if (name.startsWith('.')) throw new FileRefusal('Hidden files and folders are left alone.');
      if (Buffer.byteLength(name) > LONGEST_NAME) throw new FileRefusal('That name is too long for a file.');
    }
  }

  /** Real path of the nearest folder above that exists, with the rest behind it. */
  #realPlaceOf(path: string): string {
    const rest = [basename(path)];
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const real = realOf(folder);
      if (real !== undefined) return join(real, ...rest);
      if (folder === parse(folder).root) return path;
      rest.unshift(basename(folder));
    }
  }
}

/** Is `path` the folder, or in it? */
export function isInside(path: string, folder: string): boolean {
  const below = relative(folder, path);
  return below === '' || (!below.startsWith(`..${sep}`) && below !== '..' && !isAbsolute(below));
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** A name as it is shown and spoken: one line, nothing that turns the text around, not endless. */
export function shown(name: string, longest = 80): string {
  const plain = name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .trim();
  const letters = Array.from(plain);
  return letters.length <= longest ? plain : `${letters.slice(0, longest - 1).join('')}…`;
}

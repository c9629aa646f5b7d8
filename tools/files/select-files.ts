import { type Dirent, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isOfKind, kindNoun } from './file-kinds.ts';
import { FileRefusal } from './file-refusal.ts';
import { type FileRoots, shown } from './file-roots.ts';
import { nameScore } from './name-match.ts';
import { lookAt, type SeenFile } from './seen-file.ts';
import { isSkipped } from './skipped-folders.ts';
import type { WhichFiles } from './which-files.ts';

/** Files in one change. */
const MOST_FILES = 1000;
/** Entries looked at for one sentence: it is looked up while a person waits for the question, and nothing else runs meanwhile. */
const MOST_ENTRIES = 8000;
/** Levels below a place that a name alone is looked for. */
const DEPTH = 3;

export interface FilesAsked {
  paths?: string[] | undefined;
  which?: WhichFiles | undefined;
}

/** The files that are meant, as they are now, by name. Throws `FileRefusal` in words where there are none, too many, or several for one. */
export function selectFiles({ paths, which }: FilesAsked, roots: FileRoots): SeenFile[] {
  if (paths !== undefined) return [...new Set(paths.map((path) => roots.resolve(path)))].map((path) => existing(path));
  if (which === undefined) throw new FileRefusal('No file is named.');
  const folder = which.folder === undefined ? undefined : folderOf(which.folder, roots);
  if (folder === undefined && which.named === undefined) throw new FileRefusal('Say in which folder.');
  const fitting = fits(which, folder === undefined ? everywhere(roots) : inFolder(folder, which.named === undefined ? 0 : 1, roots));
  const chosen = which.newest === true ? fitting.sort((left, right) => right.modified - left.modified).slice(0, 1) : fitting;
  const where = folder === undefined ? '' : ` in ${roots.words(folder)}`;
  if (chosen.length === 0) throw new FileRefusal(`I found no ${kindNoun(which.kind, 1)}${calledWords(which)}${where}.`);
  if (which.one === true && chosen.length > 1) {
    const names = byName(chosen)
      .slice(0, 4)
      .map(({ name }) => shown(name, 40));
    throw new FileRefusal(`${chosen.length} files fit${where}: ${names.join(', ')}${chosen.length > 4 ? ' and more' : ''}. Say which one.`);
  }
  if (chosen.length > MOST_FILES) throw new FileRefusal(`Those are ${chosen.length} files; I take at most ${MOST_FILES} at a time.`);
  for (const { path } of chosen) roots.check(path);
  return byName(chosen);
}

const byName = (files: SeenFile[]): SeenFile[] => files.sort((left, right) => (left.name < right.name ? -1 : 1));

/** A folder by its place or path, or by its name alone wherever it lies in the places: "the taxes folder". */
export function folderOf(written: string, roots: FileRoots): string {
  const isBare = !/[\\/~:]/u.test(written) && roots.place(written) === undefined;
  const path = isBare ? namedFolder(written, roots) : roots.resolve(written);
  if (lookAt(roots.checkTarget(path))?.type !== 'folder') throw new FileRefusal(`${shown(basename(path))} is no folder.`);
  return path;
}

function namedFolder(named: string, roots: FileRoots): string {
  const found = fits({ kind: 'folder', named }, everywhere(roots));
  const [only] = found;
  if (only === undefined) throw new FileRefusal(`I found no folder called ${shown(named, 60)}.`);
  if (found.length > 1) {
    const places = found.slice(0, 4).map(({ path }) => roots.words(path));
    throw new FileRefusal(`${found.length} folders fit: ${places.join(', ')}. Say which one.`);
  }
  return only.path;
}

function existing(path: string): SeenFile {
  const seen = lookAt(path);
  if (seen === undefined) throw new FileRefusal(`There is no ${shown(basename(path))}.`);
  if (seen.type === 'other') throw new FileRefusal(`${shown(seen.name)} is no ordinary file.`);
  return seen;
}

const calledWords = ({ named }: WhichFiles): string => (named === undefined ? '' : ` called ${shown(named, 60)}`);

function fits({ kind, named, from, to }: WhichFiles, paths: Iterable<{ path: string; entry: Dirent }>): SeenFile[] {
  const scored: { score: number; seen: SeenFile }[] = [];
  for (const { path, entry } of paths) {
    if (kind !== undefined && !isOfKind(entry.name, entry.isDirectory(), kind)) continue;
    // "the PDFs" never means a folder, and neither does "everything from yesterday".
    if (kind === undefined && named === undefined && entry.isDirectory()) continue;
    const score = named === undefined ? 1 : nameScore(named, entry.name);
    if (score === 0) continue;
    const seen = lookAt(path);
    if (seen === undefined || seen.type === 'other') continue;
    if ((from !== undefined && seen.modified < from) || (to !== undefined && seen.modified > to)) continue;
    scored.push({ score, seen });
  }
  // One that has exactly that name is meant, not those that have it in theirs.
  const best = scored.reduce((most, { score }) => Math.max(most, score), 0);
  const level = best >= 2 ? 2 : named === undefined ? 0 : best - 0.15;
  return scored.filter(({ score }) => score >= level).map(({ seen }) => seen);
}

function* inFolder(folder: string, depth: number, roots: FileRoots): Generator<{ path: string; entry: Dirent }> {
  const left = { entries: MOST_ENTRIES };
  yield* below(folder, depth, left, roots);
  // A part of what was meant would be worse than nothing.
  if (left.entries < 0) throw new FileRefusal(`There is too much in ${shown(basename(folder))} to go through at once.`);
}

function* everywhere(roots: FileRoots): Generator<{ path: string; entry: Dirent }> {
  const left = { entries: MOST_ENTRIES };
  const met = new Set<string>();
  for (const root of roots.folders()) {
    for (const found of below(root, DEPTH, left, roots)) {
      if (met.has(found.path)) continue;
      met.add(found.path);
      yield found;
    }
  }
}

/** Level by level, so that what lies near is found before the limit is reached. */
function* below(folder: string, depth: number, left: { entries: number }, roots: FileRoots): Generator<{ path: string; entry: Dirent }> {
  let level = [folder];
  for (let at = 0; at <= depth && level.length > 0; at++) {
    const next: string[] = [];
    for (const one of level) {
      for (const entry of entriesOf(one)) {
        if (entry.name.startsWith('.') || left.entries-- <= 0) continue;
        const path = join(one, entry.name);
        if (roots.isKept(path)) continue;
        yield { path, entry };
        if (entry.isDirectory() && !isSkipped(entry.name)) next.push(path);
      }
    }
    level = next;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that this account may not read holds nothing that it may move.
    return [];
  }
}

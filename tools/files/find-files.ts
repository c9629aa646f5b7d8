import type { Dirent } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileKind, isOfKind } from './file-kinds.ts';
import { nameMatcher } from './name-match.ts';
import { type SeenFile, seenFrom } from './seen-file.ts';
import { walkFolders } from './walk-folders.ts';

export interface FindQuery {
  folders: readonly string[];
  named?: string | undefined;
  kind?: FileKind | undefined;
  /** ms since the epoch; last changed between these. */
  from?: number | undefined;
  to?: number | undefined;
  /** Bytes. */
  atLeast?: number | undefined;
  atMost?: number | undefined;
  /** Only these paths, where something was looked for in the files. */
  only?: ReadonlySet<string> | undefined;
  order: 'best' | 'newest' | 'largest';
  limit: number;
  /** Levels of folders below the first; absent: all. */
  depth?: number;
  /** Folders that are not looked into. */
  skip(path: string): boolean;
}

export interface Found {
  files: SeenFile[];
  /** Of all that fit. */
  count: number;
  /** Files and folders looked at. */
  seen: number;
  /** There was too much to look at everything. */
  cut: boolean;
}

const MOST_ENTRIES = 1_000_000;
const DEEPEST = 60;

/** The files that fit, in the order that is wanted; of those only `limit`, but all are counted. */
export async function findFiles(query: FindQuery, signal: AbortSignal): Promise<Found> {
  const kept: Ranked[] = [];
  const rank = rankOf(query.order);
  const { named, kind, only } = query;
  const matcher = named === undefined ? () => 1 : nameMatcher(named);
  let count = 0;
  const fits = (folder: string, entry: Dirent): { path: string; score: number } | undefined => {
    if (kind !== undefined && !isOfKind(entry.name, entry.isDirectory(), kind)) return undefined;
    if (kind === undefined && named === undefined && !entry.isFile()) return undefined;
    const path = join(folder, entry.name);
    if (only !== undefined && !only.has(path)) return undefined;
    const score = matcher(entry.name);
    return score === 0 ? undefined : { path, score };
  };
  const walk = { depth: query.depth ?? DEEPEST, most: MOST_ENTRIES, skip: query.skip };
  const { seen, cut } = await walkFolders(query.folders, walk, signal, async (folder, entries) => {
    const chosen = entries.flatMap((entry) => fits(folder, entry) ?? []);
    const files = await Promise.all(chosen.map(async ({ path, score }) => ({ seen: await lookedAt(path), score })));
    for (const { seen: file, score } of files) {
      if (file === undefined || !isWithin(file, query)) continue;
      count += 1;
      kept.push({ seen: file, score });
    }
    if (kept.length > query.limit * 4 + 1000) kept.sort(rank).splice(query.limit);
    return false;
  });
  const best = kept.sort(rank).slice(0, query.limit);
  return { files: best.map((each) => each.seen), count, seen, cut };
}

async function lookedAt(path: string): Promise<SeenFile | undefined> {
  try {
    return seenFrom(path, await lstat(path));
  } catch {
    return undefined;
  }
}

const isWithin = ({ modified, bytes, type }: SeenFile, { from, to, atLeast, atMost }: FindQuery): boolean =>
  type !== 'other' &&
  (from === undefined || modified >= from) &&
  (to === undefined || modified <= to) &&
  (atLeast === undefined || (type === 'file' && bytes >= atLeast)) &&
  (atMost === undefined || (type === 'file' && bytes <= atMost));

type Ranked = { seen: SeenFile; score: number };

function rankOf(order: FindQuery['order']): (left: Ranked, right: Ranked) => number {
  const newer = (left: Ranked, right: Ranked): number => right.seen.modified - left.seen.modified;
  if (order === 'newest') return newer;
  if (order === 'largest') return (left, right) => right.seen.bytes - left.seen.bytes;
  return (left, right) => right.score - left.score || newer(left, right);
}

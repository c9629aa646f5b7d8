import { lstatSync, type Stats } from 'node:fs';
import { basename } from 'node:path';

/** A file as it was when it was looked at. */
export interface SeenFile {
  path: string;
  name: string;
  /** `other`: a pipe, a socket, a device; never touched. */
  type: 'file' | 'folder' | 'link' | 'other';
  bytes: number;
  /** ms since the epoch */
  modified: number;
  /** Tells it from another file of the same name. */
  mark: string;
}

export function seenFrom(path: string, stats: Stats): SeenFile {
  const type = stats.isSymbolicLink() ? 'link' : stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
  // A folder's time and size change with what is in it: it stays the same folder.
  const mark = type === 'folder' ? `${stats.dev}:${stats.ino}` : `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}`;
  return { path, name: basename(path), type, bytes: type === 'file' ? stats.size : 0, modified: Math.round(stats.mtimeMs), mark };
}

/** Undefined when there is nothing. Never follows a link. */
export function lookAt(path: string): SeenFile | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : seenFrom(path, stats);
}

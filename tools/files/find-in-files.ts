import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { READ_ONLY_ITSELF } from './disk.ts';
import { type FileKind, isOfKind } from './file-kinds.ts';
import { SKIPPED_FOLDERS } from './skipped-folders.ts';
import { walkFolders } from './walk-folders.ts';

export interface ContentQuery {
  folders: readonly string[];
  /** Words as they stand in the file, small and capital letters alike. */
  text: string;
  limit: number;
}

export type ContentSearch = (query: ContentQuery, signal: AbortSignal) => Promise<string[]>;

/** Bytes; what is larger is no text that a person wrote. */
const LARGEST = 5_000_000;
const MOST_ENTRIES = 300_000;
const DEEPEST = 60;
/** Files of one folder that are read at the same time. */
const AT_ONCE = 8;

/** The command of ripgrep that prints the names of files with these words, each ended by a NUL. */
export const ripgrepArgs = ({ folders, text }: ContentQuery): string[] => [
  '--files-with-matches',
  '--null',
  '--no-messages',
  '--no-config',
  '--no-ignore',
  '--ignore-case',
  '--fixed-strings',
  `--max-filesize=${LARGEST}`,
  ...SKIPPED_FOLDERS.map((name) => `--glob=!**/${name}/**`),
  `--regexp=${text}`,
  '--',
  ...folders,
];

/** Looks with ripgrep. Rejects where it is not there or fails; it exits with 1 where nothing is found. */
export const withRipgrep: ContentSearch = (query, signal) =>
  new Promise((resolve, reject) => {
    const found: string[] = [];
    let rest = '';
    const child = spawn('rg', ripgrepArgs(query), { signal, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\0');
      rest = parts.pop() ?? '';
      for (const path of parts) if (found.length < query.limit) found.push(path);
      if (found.length >= query.limit) child.kill();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 || code === 1 || found.length > 0) resolve(found);
      else reject(new Error(`ripgrep ended with ${code ?? 'a signal'}`));
    });
  });

/** Endings of what holds no words that could be looked for. */
const WORDLESS: readonly FileKind[] = ['image', 'video', 'audio', 'archive', 'installer'];

/** Looks by itself, a piece of each file at a time. */
export const withoutRipgrep: ContentSearch = async ({ folders, text, limit }, signal) => {
  const found: string[] = [];
  const wanted = text.toLowerCase();
  const walk = { depth: DEEPEST, most: MOST_ENTRIES, skip: () => false };
  await walkFolders(folders, walk, signal, async (folder, entries) => {
    const files = entries.filter((entry) => entry.isFile() && !WORDLESS.some((kind) => isOfKind(entry.name, false, kind)));
    for (let at = 0; at < files.length && found.length < limit; at += AT_ONCE) {
      const paths = files.slice(at, at + AT_ONCE).map(({ name }) => join(folder, name));
      const has = await Promise.all(paths.map((path) => hasText(path, wanted, signal)));
      found.push(...paths.filter((_, index) => has[index]));
    }
    return found.length >= limit;
  });
  return found.slice(0, limit);
};

const CHUNK = 256 * 1024;

async function hasText(path: string, wanted: string, signal: AbortSignal): Promise<boolean> {
  try {
    const file = await open(path, READ_ONLY_ITSELF);
    try {
      const stats = await file.stat();
      if (!stats.isFile() || stats.size > LARGEST || stats.size === 0) return false;
      const decoder = new TextDecoder();
      const bytes = Buffer.allocUnsafe(Math.min(CHUNK, stats.size));
      let tail = '';
      for (let isFirst = true; ; isFirst = false) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(bytes, 0, bytes.length);
        if (bytesRead === 0) return false;
        const part = bytes.subarray(0, bytesRead);
        if (isFirst && part.subarray(0, 8192).includes(0)) return false;
        const text = tail + decoder.decode(part, { stream: true }).toLowerCase();
        if (text.includes(wanted)) return true;
        // The whole of a small file is in its first piece.
        if (isFirst && bytesRead === stats.size) return false;
        tail = text.slice(-wanted.length);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    // Gone or not readable: it is not found.
    return false;
  }
}

/** With ripgrep where it is there, else by itself. */
export const findInFiles: ContentSearch = async (query, signal) => {
  try {
    return await withRipgrep(query, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return withoutRipgrep(query, signal);
  }
};

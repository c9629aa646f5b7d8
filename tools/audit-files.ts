import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { hasCode } from '../store/error-code.ts';

/** The file that the host writes; older ones are numbered. Commands beside it write files of their own, named after their run. */
export const CURRENT_FILE = 'audit.jsonl';

const NUMBERED = /^audit-(\d{6,})\.jsonl$/u;

/** Where the file of an audit keeps how far it came for certain. */
export const headFileOf = (path: string): string => `${path}.head`;

export const numberedFile = (number: number): string => `audit-${String(number).padStart(6, '0')}.jsonl`;

/** 1, 2, 3 … for the older files of the chain; undefined for any other. */
export function numberOf(file: string): number | undefined {
  const digits = NUMBERED.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Names in a folder; none where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** The older files of the chain, oldest first. */
export const numberedFiles = (names: readonly string[]): string[] =>
  names.filter((name) => numberOf(name) !== undefined).sort((a, b) => (numberOf(a) ?? 0) - (numberOf(b) ?? 0));

/** Whole lines of a file without their line feeds, from its beginning or from byte `start`; an unfinished last one is left out. */
export async function* linesOf(path: string, start = 0): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, start })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('an audit file reads as bytes');
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      yield pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]);
      pieces = [];
      from = end + 1;
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
  }
}

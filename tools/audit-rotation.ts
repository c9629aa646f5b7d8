import type { KeyObject } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../store/atomic-file.ts';
import { type AppendTarget, LineFile, readTail } from '../store/line-file.ts';
import { type AuditBody, CHAIN_START, type ChainEnd, type FileEnd, readLine, sealLine } from './audit-entry.ts';
import { CURRENT_FILE, headFileOf, namesIn, numberedFile, numberedFiles, numberOf } from './audit-files.ts';
import { signHead, signPruned } from './audit-key.ts';

/** When a file of the audit is full, and how long full ones are kept. */
export interface AuditLimits {
  maximumBytes: number;
  maximumAgeMs: number;
  /** Bytes of all older files together, and ms since their last line; what is beyond either is deleted. */
  keepBytes: number;
  keepMs: number;
}

const DAY_MS = 24 * 60 * 60_000;

export const DEFAULT_LIMITS: AuditLimits = {
  maximumBytes: 32 * 1024 * 1024,
  maximumAgeMs: 31 * DAY_MS,
  keepBytes: 4 * 1024 ** 3,
  keepMs: 800 * DAY_MS,
};

interface NextFileOptions {
  folder: string;
  key: KeyObject;
  /** Of the file that is full; its last line is a checkpoint on the disk. */
  end: ChainEnd;
  /** ms since the epoch */
  now: number;
  limits: AuditLimits;
  openTarget(path: string): Promise<AppendTarget>;
}

export interface NextFile {
  file: LineFile;
  end: ChainEnd;
  bytes: number;
}

/**
 * Gives the full file a number and begins the next one, whose first line names it and its end. Deletes what need not be kept any more, after a signed
 * line about that is on the disk. Throws when the disk refuses; the full file has then its old name again and goes on.
 */
export async function beginNextFile({ folder, key, end, now, limits, openTarget }: NextFileOptions): Promise<NextFile> {
  const older = numberedFiles(await namesIn(folder));
  const full = numberedFile((numberOf(older.at(-1) ?? '') ?? 0) + 1);
  const path = join(folder, CURRENT_FILE);
  const fullPath = join(folder, full);
  await writeFileAtomic(headFileOf(fullPath), signHead(key, end));
  const undo = new AsyncDisposableStack();
  undo.defer(() => rm(headFileOf(fullPath), { force: true }));
  try {
    await rename(path, fullPath);
    undo.defer(() => rename(fullPath, path));
    const file = new LineFile(await openTarget(path), 0);
    undo.defer(async () => {
      await file[Symbol.asyncDispose]().catch(() => undefined);
      // Half a first line may be in it; the full file comes back over it.
      await rm(path, { force: true });
    });
    const going = continuedFrom({ file: full, lines: end.sequence, hash: end.hash });
    const gone = await whatMayGo(folder, [...older, full], now, limits);
    const pruned: AuditBody[] = gone === undefined ? [] : [{ kind: 'pruned', upTo: gone.upTo, signature: signPruned(key, gone.upTo) }];
    let text = '';
    let last = CHAIN_START;
    for (const body of [going, ...pruned]) {
      const line = sealLine(body, new Date(now).toISOString(), last);
      text += line.text;
      last = line.end;
    }
    await file.append(text, true);
    await writeFileAtomic(headFileOf(path), signHead(key, last));
    undo.move();
    for (const name of gone?.files ?? []) await removeWithHead(join(folder, name));
    return { file, end: last, bytes: Buffer.byteLength(text) };
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}

export const continuedFrom = ({ file, lines, hash }: FileEnd): AuditBody => ({
  kind: 'continued',
  previousFile: file,
  previousLines: lines,
  previousHash: hash,
});

/** The end of a file of ours; undefined when its last line is not as it was written. */
export async function endOf(folder: string, file: string): Promise<FileEnd | undefined> {
  const { lastLine } = await readTail(join(folder, file));
  const last = lastLine === undefined ? undefined : readLine(lastLine);
  return last === undefined ? undefined : { file, lines: last.sequence, hash: last.hash };
}

/** The oldest files, as many as are too old or too much; none behind one that is damaged, which stays for whoever looks into it. */
async function whatMayGo(
  folder: string,
  files: readonly string[],
  now: number,
  limits: AuditLimits,
): Promise<{ files: string[]; upTo: FileEnd } | undefined> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  let bytes = sizes.reduce((sum, size) => sum + size, 0);
  const gone: string[] = [];
  let upTo: FileEnd | undefined;
  for (const [index, file] of files.entries()) {
    const { lastLine } = await readTail(join(folder, file));
    const last = lastLine === undefined ? undefined : readLine(lastLine);
    if (last === undefined || (bytes <= limits.keepBytes && now - last.time <= limits.keepMs)) break;
    gone.push(file);
    upTo = { file, lines: last.sequence, hash: last.hash };
    bytes -= sizes[index] ?? 0;
  }
  return upTo === undefined ? undefined : { files: gone, upTo };
}

async function removeWithHead(path: string): Promise<void> {
  // The head last: a head without its file would read as a theft, and the signed line covers either.
  await rm(path, { force: true });
  await rm(headFileOf(path), { force: true });
}

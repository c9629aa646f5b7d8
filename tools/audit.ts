import type { KeyObject } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, truncate } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../contract/clock.ts';
import { writeFileAtomic } from '../store/atomic-file.ts';
import { hasCode } from '../store/error-code.ts';
import { takeInstanceLock } from '../store/instance-lock.ts';
import { type AppendTarget, type FileTail, LineFile, readTail } from '../store/line-file.ts';
import { type AuditBody, CHAIN_START, type ChainEnd, type FileEnd, readLine } from './audit-entry.ts';
import { CURRENT_FILE, headFileOf, linesOf, namesIn, numberedFiles, numberOf } from './audit-files.ts';
import { AuditSeal, openAuditKey, signHead } from './audit-key.ts';
import { type AuditLimits, beginNextFile, continuedFrom, DEFAULT_LIMITS, endOf } from './audit-rotation.ts';
import { AuditWriter } from './audit-writer.ts';

export { verifyAudit } from './verify-audit.ts';

export interface Audit extends AsyncDisposable {
  /**
   * Resolves when all lines are written, one behind the other (`durable`: and on the disk itself). Rejects when the disk refuses; then none of them
   * is there, and a later write may succeed.
   */
  write(bodies: AuditBody | readonly AuditBody[], options?: { durable?: boolean }): Promise<void>;
  readonly path: string;
}

export interface OpenAuditOptions {
  folder: string;
  clock: Clock;
  /** Names a file of its own when another process writes the common one. */
  runId: string;
  pid: number;
  /** Opens a file for appending; the file system's own by default. */
  openTarget?: (path: string) => Promise<AppendTarget>;
  limits?: AuditLimits;
}

/**
 * Opens the audit and goes on with the chain that is there. A torn last line (a crash) is laid aside and noted, never dropped in silence. A file that
 * somebody shortened or damaged is kept as it is under another name, where `verifyAudit` goes on naming it, and a new chain begins with a note of that.
 */
export async function openAudit(options: OpenAuditOptions): Promise<Audit> {
  try {
    return await openOrThrow(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The audit in ${options.folder} cannot be opened, and without it nothing may be done: ${reason}`, { cause: error });
  }
}

async function openOrThrow(options: OpenAuditOptions): Promise<Audit> {
  const { folder, clock, runId, pid } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await using parts = new AsyncDisposableStack();
  const lock = await takeInstanceLock(folder, { pid, address: '', now: clock.now(), name: 'audit' });
  if (lock.taken) parts.defer(() => lock.release());
  if (lock.taken) await removeTemporary(folder);
  const path = join(folder, lock.taken ? CURRENT_FILE : `audit-${runId}.jsonl`);
  const key = await openAuditKey(folder);
  const openTarget = options.openTarget ?? ((file: string) => open(file, 'a', 0o600));
  const { end, size, notes } = await takeUp(folder, path, key, runId);
  const begunAt = size === 0 ? undefined : await timeOfFirstLine(path);
  const file = new LineFile(await openTarget(path), size);
  parts.use(file);
  // Before the first line: from now on a file without its head is one that somebody took it from.
  await file.sync();
  await writeFileAtomic(headFileOf(path), signHead(key, end));
  const limits = options.limits ?? DEFAULT_LIMITS;
  const writer = new AuditWriter({
    path,
    headPath: headFileOf(path),
    opened: { file, end, bytes: size, begunAt: begunAt ?? clock.now() },
    key,
    clock,
    ...(lock.taken && {
      rotation: { ...limits, next: (last: ChainEnd, now: number) => beginNextFile({ folder, key, end: last, now, limits, openTarget }) },
    }),
  });
  if (notes.length > 0) await writer.write(notes, { durable: true });
  parts.move();
  return {
    path,
    write: (bodies, how) => writer.write(bodies, how),
    async [Symbol.asyncDispose]() {
      try {
        await writer.close();
      } finally {
        if (lock.taken) await lock.release();
      }
      // A command that had no effect leaves no file of its own behind.
      if (lock.taken || writer.end.sequence > 0) return;
      await rm(path, { force: true });
      await rm(headFileOf(path), { force: true });
    },
  };
}

/** Heads that a killed process never finished; whoever holds the lock is the only one who writes this one. */
async function removeTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('audit.jsonl.head.') && name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
  }
}

interface TakenUp {
  end: ChainEnd;
  size: number;
  /** Its first lines in this run. */
  notes: AuditBody[];
}

async function takeUp(folder: string, path: string, key: KeyObject, runId: string): Promise<TakenUp> {
  const before = basename(path) === CURRENT_FILE ? await finishRotation(folder, path, key) : undefined;
  const going = before === undefined ? [] : [continuedFrom(before)];
  const tail = await readTail(path);
  const last = tail.lastLine === undefined ? CHAIN_START : readLine(tail.lastLine);
  const begins = last?.sequence === 0;
  const reason = begins && (await endsWith(path, key, before)) ? undefined : await whyUnsound(path, key, last);
  if (last === undefined || reason !== undefined) {
    const aside = await setAside(path, runId, reason ?? 'its last line was altered');
    return { ...aside, notes: [...going, ...aside.notes] };
  }
  const torn = tail.torn.length === 0 ? [] : [await layTornAside(path, tail, runId)];
  return { end: { sequence: last.sequence, hash: last.hash }, size: tail.wholeBytes, notes: [...(begins ? going : []), ...torn] };
}

/**
 * The end of the youngest of the older files, if there are any. A process that was killed between two files is tidied up after: a number that was
 * reserved for a file which never got it is free again.
 */
async function finishRotation(folder: string, path: string, key: KeyObject): Promise<FileEnd | undefined> {
  const names = await namesIn(folder);
  const current = await endOf(folder, CURRENT_FILE);
  for (const name of names) {
    const file = name.endsWith('.head') ? name.slice(0, -'.head'.length) : undefined;
    if (file === undefined || numberOf(file) === undefined || names.includes(file)) continue;
    const head = new AuditSeal(key).readHead(await readFile(join(folder, name), 'utf8'));
    if (head !== undefined && head.hash === current?.hash) await rm(headFileOf(join(dirname(path), file)), { force: true });
  }
  const youngest = numberedFiles(names).at(-1);
  return youngest === undefined ? undefined : endOf(folder, youngest);
}

/** Is the head still that of the file before? Then the process was killed before the first line of this one. */
async function endsWith(path: string, key: KeyObject, before: FileEnd | undefined): Promise<boolean> {
  if (before === undefined) return false;
  const head = await readFile(headFileOf(path), 'utf8').then(
    (text) => new AuditSeal(key).readHead(text),
    () => undefined,
  );
  return head !== undefined && head.sequence === before.lines && head.hash === before.hash;
}

/** ms since the epoch; undefined for an empty file. */
async function timeOfFirstLine(path: string): Promise<number | undefined> {
  for await (const line of linesOf(path)) return readLine(line)?.time;
  return undefined;
}

async function whyUnsound(path: string, key: KeyObject, last: ChainEnd | undefined): Promise<string | undefined> {
  if (last === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(headFileOf(path), 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return last.sequence === 0 ? undefined : 'its head file is missing';
    throw error;
  }
  const head = new AuditSeal(key).readHead(text);
  if (head === undefined) return 'its head file is not ours';
  if (head.sequence > last.sequence) return `${head.sequence - last.sequence} lines are missing at its end`;
  return head.sequence === last.sequence && head.hash !== last.hash ? 'its last line is another one' : undefined;
}

async function layTornAside(path: string, tail: FileTail, runId: string): Promise<AuditBody> {
  const keptIn = `${path}.torn-${runId}`;
  await writeFileAtomic(keptIn, tail.torn);
  await truncate(path, tail.wholeBytes);
  return { kind: 'torn', keptIn: basename(keptIn), reason: 'the last line was never finished' };
}

async function setAside(path: string, runId: string, reason: string): Promise<TakenUp> {
  const keptIn = path.replace(/\.jsonl$/u, `-unsound-${runId}.jsonl`);
  await rename(path, keptIn);
  await rename(headFileOf(path), headFileOf(keptIn)).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
  return { end: CHAIN_START, size: 0, notes: [{ kind: 'torn', keptIn: basename(keptIn), reason }] };
}

import type { KeyObject } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../contract/clock.ts';
import { writeFileAtomic } from '../store/atomic-file.ts';
import { hasCode } from '../store/error-code.ts';
import { takeInstanceLock } from '../store/instance-lock.ts';
import { type AppendTarget, type FileTail, LineFile, readTail } from '../store/line-file.ts';
import { type AuditBody, CHAIN_START, type ChainEnd, readLine } from './audit-entry.ts';
import { AuditSeal, openAuditKey, signHead } from './audit-key.ts';
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
}

/** Where the file of an audit keeps how far it came for certain. */
export const headFileOf = (path: string): string => `${path}.head`;

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
  const path = join(folder, lock.taken ? 'audit.jsonl' : `audit-${runId}.jsonl`);
  const key = await openAuditKey(folder);
  const { end, size, note } = await takeUp(path, key, runId);
  const target = await (options.openTarget ?? ((file) => open(file, 'a', 0o600)))(path);
  const file = parts.use(new LineFile(target, size));
  // Before the first line: from now on a file without its head is one that somebody took it from.
  await file.sync();
  await writeFileAtomic(headFileOf(path), signHead(key, end));
  const writer = new AuditWriter({ path, headPath: headFileOf(path), file, key, clock, end });
  if (note !== undefined) await writer.write(note, { durable: true });
  const owned = parts.move();
  return {
    path,
    write: (bodies, how) => writer.write(bodies, how),
    async [Symbol.asyncDispose]() {
      try {
        await writer.close();
      } finally {
        await owned.disposeAsync();
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
  note: AuditBody | undefined;
}

async function takeUp(path: string, key: KeyObject, runId: string): Promise<TakenUp> {
  const tail = await readTail(path);
  const last = tail.lastLine === undefined ? CHAIN_START : readLine(tail.lastLine);
  const reason = await whyUnsound(path, key, last);
  if (last === undefined || reason !== undefined) return setAside(path, runId, reason ?? 'its last line was altered');
  return { end: last, size: tail.wholeBytes, note: tail.torn.length === 0 ? undefined : await layTornAside(path, tail, runId) };
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
  return { end: CHAIN_START, size: 0, note: { kind: 'torn', keptIn: basename(keptIn), reason } };
}

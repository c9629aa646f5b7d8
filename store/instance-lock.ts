import { readFileSync } from 'node:fs';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from './atomic-file.ts';

const HolderSchema = z.object({
  pid: z.number().int().positive(),
  /** Where its page is; empty while it starts. */
  address: z.string(),
  /** ms since the epoch */
  startedAt: z.number(),
  /** When the process began, as the system counts it: tells a holder from a stranger who got its pid. Absent where the system does not say. */
  born: z.string().optional(),
});
export type LockHolder = z.infer<typeof HolderSchema>;

export type InstanceLock =
  | { taken: true; update(address: string): Promise<void>; release(): Promise<void> }
  | { taken: false; holder: LockHolder };

/** A lock file that is being written for longer than this (ms) belongs to a process that died in it. */
const WRITING_MS = 2_000;

/**
 * One holder per folder and name. The lock of a dead process is taken over. Two that start at once: one of them gets it.
 * Throws when the folder cannot be written.
 */
export async function takeInstanceLock(
  folder: string,
  options: { pid: number; address: string; now: number; name?: string },
): Promise<InstanceLock> {
  const path = join(folder, `${options.name ?? 'host'}.lock`);
  const own: LockHolder = { pid: options.pid, address: options.address, startedAt: options.now, ...bornAt(options.pid) };
  for (;;) {
    if (await create(path, JSON.stringify(own))) return held(path, own);
    const holder = await readHolder(path, options.now);
    if (holder === 'gone') continue;
    if (holder !== 'dead') return { taken: false, holder };
    // Only one may clear a dead lock away, or the second would clear the first one's fresh lock.
    const clearing = `${path}.clearing`;
    if (!(await create(clearing, ''))) {
      const age = options.now - (await stat(clearing).catch(() => ({ mtimeMs: options.now }))).mtimeMs;
      if (age > WRITING_MS) await rm(clearing, { force: true });
      continue;
    }
    try {
      if ((await readHolder(path, options.now)) === 'dead') await rm(path, { force: true });
    } finally {
      await rm(clearing, { force: true });
    }
  }
}

function held(path: string, own: LockHolder): InstanceLock {
  let released = false;
  return {
    taken: true,
    update: (address) => writeFileAtomic(path, JSON.stringify({ ...own, address })),
    async release() {
      if (released) return;
      released = true;
      await rm(path, { force: true });
    },
  };
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function readHolder(path: string, now: number): Promise<LockHolder | 'dead' | 'gone'> {
  let text: string;
  let written: number;
  try {
    text = await readFile(path, 'utf8');
    written = (await stat(path)).mtimeMs;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 'gone';
    throw error;
  }
  const parsed = HolderSchema.safeParse(parseJson(text));
  if (!parsed.success) return now - written > WRITING_MS || text !== '' ? 'dead' : 'gone';
  return isAlive(parsed.data) ? parsed.data : 'dead';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(holder: LockHolder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
  const now = bornAt(holder.pid).born;
  return holder.born === undefined || now === undefined || holder.born === now;
}

/** Field 22 of `/proc/<pid>/stat`; counted behind the program's name, which may hold spaces. */
function bornAt(pid: number): { born?: string } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const born = text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
    return born === undefined ? {} : { born };
  } catch {
    return {};
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { createFileOnce, writeFileAtomic } from './atomic-file.ts';
import { hasCode } from './error-code.ts';

const HolderSchema = z.object({
  pid: z.number().int().positive(),
  /** Where its page is; empty while it starts. */
  address: z.string(),
  /** ms since the epoch */
  startedAt: z.number(),
  /** When the process began, as the system counts it: tells a holder from a stranger who got its pid. Absent where the system does not say. */
  born: z.string().optional(),
  /** Tells this lock from every other one. */
  nonce: z.string(),
});
type LockHolder = z.infer<typeof HolderSchema>;

export type InstanceLock =
  | { taken: true /** Throws when the lock is no longer ours. */; update(address: string): Promise<void>; release(): Promise<void> }
  | { taken: false; holder: LockHolder };

const ATTEMPTS = 500;
/** ms between two looks while another process clears a dead lock away. */
const PAUSE_MS = 10;

/**
 * One holder per folder and name. The lock of a dead process is taken over; of several that start at once exactly one gets it. The address may be
 * filled in later by `update`. Throws when the folder cannot be written.
 */
export async function takeInstanceLock(
  folder: string,
  options: { pid: number; address: string /** ms since the epoch; else when this process began */; now?: number; name?: string },
): Promise<InstanceLock> {
  const path = join(folder, `${options.name ?? 'host'}.lock`);
  const startedAt = options.now ?? Math.round(performance.timeOrigin);
  const own: LockHolder = { pid: options.pid, address: options.address, startedAt, ...bornAt(options.pid), nonce: randomUUID() };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await createFileOnce(path, JSON.stringify(own))) return held(path, own);
    const holder = await readHolder(path);
    if (holder === 'gone') continue;
    if (holder !== 'dead') return { taken: false, holder };
    if (!(await clearAway(path, own))) await pause(PAUSE_MS);
  }
  throw new Error(`${path} is being taken and left again and again. Remove it when no JARVIS is running.`);
}

/** Only one may clear a dead lock away, or the second would clear the first one's fresh lock. False: another is at it. */
async function clearAway(path: string, own: LockHolder): Promise<boolean> {
  const clearing = `${path}.clearing`;
  if (!(await createFileOnce(clearing, JSON.stringify(own)))) {
    if ((await readHolder(clearing)) === 'dead') await rm(clearing, { force: true });
    return false;
  }
  try {
    if ((await readHolder(path)) === 'dead') await rm(path, { force: true });
  } finally {
    await rm(clearing, { force: true });
  }
  return true;
}

function held(path: string, own: LockHolder): InstanceLock {
  let released = false;
  const isOurs = async (): Promise<boolean> => {
    const holder = await readHolder(path);
    return !released && typeof holder === 'object' && holder.nonce === own.nonce;
  };
  return {
    taken: true,
    async update(address) {
      if (!(await isOurs())) throw new Error(`${path} is not ours any more`);
      await writeFileAtomic(path, JSON.stringify({ ...own, address }));
    },
    async release() {
      const ours = await isOurs();
      released = true;
      if (ours) await rm(path, { force: true });
    },
  };
}

async function readHolder(path: string): Promise<LockHolder | 'dead' | 'gone'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'gone';
    throw error;
  }
  // Locks appear whole, so one that cannot be read was damaged by a crash of the machine, and its holder is dead.
  const holder = HolderSchema.safeParse(parseJson(text)).data;
  return holder !== undefined && isAlive(holder) ? holder : 'dead';
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
    return hasCode(error, 'EPERM');
  }
  const { born, zombie } = bornAt(holder.pid);
  return zombie !== true && (holder.born === undefined || born === undefined || holder.born === born);
}

/** Boot and start tick of a process; two boots may give the same pid the same tick. */
function bornAt(pid: number): { born?: string; zombie?: true } {
  try {
    // Fields are counted behind the program's name, which may hold spaces: state is the 1st there, start time the 20th.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { born: `${boot}/${fields[19] ?? ''}`, ...(fields[0] === 'Z' && { zombie: true as const }) };
  } catch {
    return {};
  }
}

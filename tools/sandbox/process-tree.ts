import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
  pid: number;
  parent: number;
  session: number;
  /** Ticks since the boot: with the pid, an identity that is never used twice. */
  startedAt: number;
  /** Resident memory in bytes. */
  memory: number;
}

/** In the environment of every program of ours, so that what broke away from it is found again. */
export const MARK = 'JARVIS_PROGRAM';

/** Processes that still carry the mark of a program; one that has changed its environment does not. */
export function markedProcesses(mark: string, proc = '/proc'): ProcessEntry[] {
  const wanted = `${MARK}=${mark}`;
  return listProcesses(proc).filter(({ pid }) => {
    try {
      return readFileSync(`${proc}/${pid}/environ`, 'latin1').split('\0').includes(wanted);
    } catch {
      return false;
    }
  });
}

const PAGE_BYTES = 4096;

/** All processes of a Linux machine. One that ends while it is looked at is left out. */
export function listProcesses(proc = '/proc'): ProcessEntry[] {
  return readdirSync(proc).flatMap((name) => {
    if (!/^\d+$/u.test(name)) return [];
    try {
      return parseStat(readFileSync(`${proc}/${name}/stat`, 'latin1')) ?? [];
    } catch {
      return [];
    }
  });
}

/** One line of `/proc/<pid>/stat`. The program's name stands in brackets and may hold brackets and blanks itself. */
export function parseStat(line: string): ProcessEntry | undefined {
  const end = line.lastIndexOf(')');
  const pid = Number.parseInt(line, 10);
  const fields = line.slice(end + 2).split(' ');
  const [parent, session, startedAt, pages] = [fields[1], fields[3], fields[19], fields[21]].map(Number);
  if (end === -1 || [pid, parent, session, startedAt, pages].some((value) => value === undefined || !Number.isFinite(value)))
    return undefined;
  return { pid, parent: parent ?? 0, session: session ?? 0, startedAt: startedAt ?? 0, memory: (pages ?? 0) * PAGE_BYTES };
}

/**
 * The processes that came from one program, also those that have broken away from their parent since they were first seen here.
 * Look often: one that breaks away between two looks, and takes a session of its own, is not found.
 */
export class ProcessTree {
  readonly #root: number;
  readonly #list: () => ProcessEntry[];
  #known = new Map<number, number>();

  constructor(root: number, list: () => ProcessEntry[] = listProcesses) {
    this.#root = root;
    this.#list = list;
  }

  look(): ProcessEntry[] {
    const all = this.#list();
    const found = new Map<number, ProcessEntry>();
    const belongs = (entry: ProcessEntry): boolean =>
      entry.pid === this.#root || entry.session === this.#root || this.#known.get(entry.pid) === entry.startedAt || found.has(entry.parent);
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const entry of all) if (!found.has(entry.pid) && belongs(entry)) found.set(entry.pid, entry);
    }
    this.#known = new Map([...found].map(([pid, { startedAt }]) => [pid, startedAt]));
    return [...found.values()];
  }
}

import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { askProgram } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble } from './desktop-trouble.ts';
import { powershell } from './powershell.ts';

export interface RunningProcess {
  pid: number;
  parent: number;
  /** User id; absent where the system does not tell, or lets nobody end what is not theirs anyhow. */
  user?: number;
  /** Id of its session: that of the process that leads it. */
  session?: number;
  /** When it began, in units of its own: tells it from another that gets its number later. */
  began: string;
  /** What it may be called: its own name, its file, how it was started. */
  names: string[];
  /** A part of the kernel. */
  kernel: boolean;
}

const AT_ONCE = 64;

/** Every process, read from `/proc`. Those that end meanwhile are left out. */
export async function processesOfLinux(folder: string, signal: AbortSignal): Promise<RunningProcess[]> {
  const pids = (await readdir(folder)).filter((name) => /^\d{1,9}$/u.test(name)).map(Number);
  const found: RunningProcess[] = [];
  for (let start = 0; start < pids.length; start += AT_ONCE) {
    signal.throwIfAborted();
    const some = await Promise.all(pids.slice(start, start + AT_ONCE).map((pid) => processOf(folder, pid)));
    found.push(...some.filter((each) => each !== undefined));
  }
  return found;
}

export async function processOf(folder: string, pid: number): Promise<RunningProcess | undefined> {
  const at = join(folder, String(pid));
  try {
    const [stat, status, commandLine] = await Promise.all(['stat', 'status', 'cmdline'].map((name) => readFile(join(at, name), 'utf8')));
    // The name is in brackets and may hold brackets and line breaks itself.
    const close = (stat ?? '').lastIndexOf(')');
    const fields = (stat ?? '').slice(close + 2).split(' ');
    const user = /^Uid:\s+(\d+)/mu.exec(status ?? '')?.[1];
    const [parent, session, began] = [fields[1], fields[3], fields[19]];
    // A dead one that nobody has fetched yet is as good as gone.
    if (close < 0 || user === undefined || began === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const own = (stat ?? '').slice((stat ?? '').indexOf('(') + 1, close);
    const started = (commandLine ?? '').split('\0');
    const file = await readlink(join(at, 'exe')).catch(() => undefined);
    return {
      pid,
      parent: Number(parent),
      user: Number(user),
      session: Number(session),
      began,
      names: namesOf([own, file?.replace(/ \(deleted\)$/u, ''), started[0]]),
      kernel: pid === 2 || parent === '2',
    };
  } catch {
    // It has ended, or is nobody's business.
    return undefined;
  }
}

const namesOf = (raw: readonly (string | undefined)[]): string[] => [
  ...new Set(raw.flatMap((each) => (each === undefined || each === '' ? [] : [basename(each).replace(/^-/u, '')]))),
];

/** `ps` of macOS: number, parent, user, session, start, file. */
export async function processesOfMac(desktop: Desktop, signal: AbortSignal): Promise<RunningProcess[]> {
  const answer = await askProgram(desktop, ['/bin/ps', '-A', '-o', 'pid=,ppid=,uid=,lstart=,comm='], { signal });
  return answer.split('\n').flatMap((line): RunningProcess[] => {
    const [, pid, parent, user, began, file] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.+)$/u.exec(line) ?? [];
    if (pid === undefined || began === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), user: Number(user), began, names: namesOf([file]), kernel: false }];
  });
}

const WindowsProcesses = z.array(
  z.object({ pid: z.number().int(), parent: z.number().int(), began: z.string(), name: z.string(), mine: z.boolean() }),
);

export async function processesOfWindows(desktop: Desktop, signal: AbortSignal): Promise<RunningProcess[]> {
  const answer = await askProgram(
    desktop,
    powershell(`$session=(Get-Process -Id $PID).SessionId
$all=@(Get-CimInstance Win32_Process | ForEach-Object { [pscustomobject]@{ pid=[int]$_.ProcessId; parent=[int]$_.ParentProcessId; began=[string]$_.CreationDate.Ticks; name=$_.Name; mine=($_.SessionId -eq $session) } })
ConvertTo-Json -Compress -InputObject $all`),
    { signal, timeoutMs: 20_000 },
  );
  const parsed = WindowsProcesses.safeParse(JSON.parse(answer));
  if (!parsed.success) throw new DesktopTrouble('I do not understand how this computer lists its processes.');
  // Services live in a session of their own; they are the kernel's, as far as anybody at the desk is concerned.
  return parsed.data.map(({ pid, parent, began, name, mine }) => ({
    pid,
    parent,
    began,
    names: [name, name.replace(/\.exe$/iu, '')],
    kernel: !mine,
  }));
}

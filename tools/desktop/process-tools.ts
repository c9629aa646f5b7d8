import { z } from 'zod';
import { hasCode } from '../../store/error-code.ts';
import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import { askProgram } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble, notHere } from './desktop-trouble.ts';
import { kindOfApp, nameSaid, plainWords } from './kinds-of-app.ts';
import { lineOf, type Ourselves, whyKept } from './may-end.ts';
import { processesOfLinux, processesOfMac, processesOfWindows, processOf, type RunningProcess } from './running-processes.ts';
import { shown } from './shown.ts';

export interface ProcessToolOptions {
  /** `/proc` */
  proc?: string;
  /** Number and user of this very process. */
  ourselves: Pick<Ourselves, 'pid' | 'user'>;
  /** Sends a signal to a process; throws as the system does. */
  end?(pid: number, how: 'SIGTERM' | 'SIGKILL'): void;
}

const EndInput = z.strictObject({
  /** The program's name, or its number. */
  process: z.union([
    z.string().trim().min(1).max(200),
    z
      .number()
      .int()
      .min(0)
      .max(2 ** 31),
  ]),
  /** At once and without asking it; what it has not saved is lost. */
  force: z.boolean().default(false),
});
type End = z.infer<typeof EndInput>;

/** ms in which a process that is asked to end has to go. */
const GONE_MS = 5000;
const LOOK_MS = 100;
/** More of one name are not a program that somebody wants to end by one word. */
const MOST_ENDED = 50;

export function processTools(
  desktop: Desktop,
  { proc = '/proc', ourselves, end = (pid, how) => process.kill(pid, how) }: ProcessToolOptions,
): Tool[] {
  const { platform, clock } = desktop;

  const all = (signal: AbortSignal): Promise<RunningProcess[]> => {
    switch (platform) {
      case 'linux':
        return processesOfLinux(proc, signal);
      case 'darwin':
        return processesOfMac(desktop, signal);
      case 'win32':
        return processesOfWindows(desktop, signal);
      default:
        throw notHere('look at processes', platform);
    }
  };

  const loginLeader = async (signal: AbortSignal): Promise<number | undefined> => {
    if (platform !== 'linux' || !desktop.programs.has('loginctl')) return undefined;
    try {
      const leader = await askProgram(desktop, ['loginctl', 'show-session', 'self', '--property=Leader', '--value'], { signal });
      return Number(leader.trim()) || undefined;
    } catch (error) {
      // Where there is no login there is no leader to guard.
      if (error instanceof DesktopTrouble) return undefined;
      throw error;
    }
  };

  const isStillThere = async ({ pid, began }: RunningProcess, signal: AbortSignal): Promise<boolean> => {
    const found = platform === 'linux' ? await processOf(proc, pid) : (await all(signal)).find((each) => each.pid === pid);
    return found?.began === began;
  };

  const endOne = async (one: RunningProcess, force: boolean, signal: AbortSignal): Promise<void> => {
    // Its number may be another's by now.
    if (!(await isStillThere(one, signal))) return;
    if (platform === 'win32') {
      await askProgram(desktop, ['taskkill.exe', '/PID', String(one.pid), '/T', ...(force ? ['/F'] : [])], { signal });
      return;
    }
    try {
      end(one.pid, force ? 'SIGKILL' : 'SIGTERM');
    } catch (error) {
      if (hasCode(error, 'EPERM')) throw new DesktopTrouble('This account may not end that.');
      if (!hasCode(error, 'ESRCH')) throw error;
    }
  };

  const run = async ({ process: said, force }: End, { signal }: ToolContext): Promise<ToolResult> => {
    const running = await all(signal);
    const byPid = new Map(running.map((each) => [each.pid, each]));
    const meant = typeof said === 'number' ? running.filter(({ pid }) => pid === said) : calledLike(said, running);
    const name = typeof said === 'number' ? `process ${said}` : shown(said, 60);
    if (said === 0 || said === 1) return { outcome: 'rejected', reason: 'That is a part of the system itself.' };
    if (meant.length === 0) return { outcome: 'rejected', reason: `Nothing called ${name} is running.` };
    // Its first process takes the others along.
    const pids = new Set(meant.map(({ pid }) => pid));
    const tops = meant.filter(
      ({ pid }) =>
        !lineOf(pid, byPid)
          .slice(1)
          .some((each) => pids.has(each)),
    );
    const us: Ourselves = { ...ourselves, loginLeader: await loginLeader(signal), isOpened: desktop.programs.isStarted };
    const kept = tops.map((each) => whyKept(each, byPid, us)).find((reason) => reason !== undefined);
    if (kept !== undefined) return { outcome: 'rejected', reason: kept };
    if (tops.length > MOST_ENDED)
      return { outcome: 'rejected', reason: `${tops.length} programs are called ${name}; that is too many to end at once.` };
    for (const each of tops) await endOne(each, force, signal);
    let left = tops;
    for (let waited = 0; waited <= GONE_MS; waited += LOOK_MS) {
      const there = await Promise.all(left.map((each) => isStillThere(each, signal)));
      left = left.filter((_each, index) => there[index]);
      if (left.length === 0) return { outcome: 'confirmed', output: { ended: tops.length } };
      await clock.sleep(LOOK_MS, signal);
    }
    const reason = force
      ? `${name} is still there, though it was forced.`
      : `I have asked ${name} to end, but it is still running. I can force it.`;
    return {
      outcome: force ? 'failed' : 'accepted',
      reason,
      output: { ended: tops.length - left.length, left: left.map(({ pid }) => pid) },
    };
  };

  const endProcess: Tool<End> = {
    manifest: {
      name: 'processes.end',
      version: '1.0.0',
      title: 'End a program',
      description:
        'Asks a program of this person, by name or number, to end; with `force` it is ended at once. Never JARVIS, the system, the login or what is others’.',
      input: EndInput,
      permissions: { system: ['processes'] },
      risk: 'guarded',
      reversible: false,
      timeoutMs: 30_000,
    },
    describe: ({ process: said, force }) => {
      const what = typeof said === 'number' ? `process ${said}` : `every running ${shown(said)}`;
      return force ? `Force ${what} to end at once; what is not saved is lost` : `Ask ${what} to end; what is not saved may be lost`;
    },
    run,
  };
  return [endProcess] as Tool[];
}

function calledLike(said: string, running: readonly RunningProcess[]): RunningProcess[] {
  const exact = running.filter(({ names }) => names.some((name) => name.toLowerCase() === said.toLowerCase()));
  if (exact.length > 0) return exact;
  const name = nameSaid(said);
  const like = running.filter(({ names }) => names.some((each) => plainWords(each) === name));
  if (like.length > 0) return like;
  const programs = kindOfApp(name)?.programs.map(plainWords) ?? [];
  return running.filter(({ names }) => names.some((each) => programs.includes(plainWords(each))));
}

import { execFile } from 'node:child_process';
import type { Clock } from '../../contract/clock.ts';
import { hasCode } from '../../store/error-code.ts';

export type ProgramAnswer =
  | { state: 'answered' /** null: ended by a signal. */; code: number | null; stdout: string; stderr: string }
  /** It is not installed. */
  | { state: 'absent' }
  /** It took too long, and was killed. */
  | { state: 'late' };

export type AskProgram = (program: string, args: readonly string[]) => Promise<ProgramAnswer>;

const LONGEST_ANSWER = 2_000_000;

/** Runs a program that only looks. Resolves after `timeoutMs` at the latest, also where a driver hangs so that its program cannot be killed. Never rejects. */
export function askProgram(timeoutMs: number): AskProgram {
  return (program, args) =>
    new Promise((resolve) => {
      const env = { ...process.env, LC_ALL: 'C' };
      const child = execFile(
        program,
        [...args],
        { env, maxBuffer: LONGEST_ANSWER, windowsHide: true, shell: false },
        (error, stdout, stderr) => {
          clearTimeout(timer);
          if (hasCode(error, 'ENOENT') || hasCode(error, 'EACCES')) return resolve({ state: 'absent' });
          resolve({ state: 'answered', code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
        },
      );
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        child.unref();
        resolve({ state: 'late' });
      }, timeoutMs);
    });
}

/** ms until a program that was not there, or did not answer in time, is tried again. */
const ABSENT_MS = 60 * 60_000;
const LATE_MS = 60_000;
const LONGEST_LATE_MS = 30 * 60_000;
/** A program that needs long is asked so much more seldom, and its last answer given meanwhile. */
const SHARE = 10;
/** Quicker ones are asked each time. */
const QUICK_MS = 150;

/** Asks programs so that it stays cheap: what is absent is remembered, what is slow asked seldom, nothing asked twice at once. */
export function frugally(ask: AskProgram, clock: Clock): AskProgram {
  interface Known {
    until: number;
    lates: number;
    last: ProgramAnswer;
  }
  const known = new Map<string, Known>();
  const running = new Map<string, Promise<ProgramAnswer>>();
  return (program, args) => {
    const key = [program, ...args].join(' ');
    const before = known.get(program) ?? known.get(key);
    if (before !== undefined && clock.monotonic() < before.until) return Promise.resolve(before.last);
    const asked = running.get(key) ?? askNow();
    running.set(key, asked);
    return asked;

    async function askNow(): Promise<ProgramAnswer> {
      const began = clock.monotonic();
      try {
        const last = await ask(program, args);
        const now = clock.monotonic();
        known.delete(key);
        if (last.state === 'absent') known.set(program, { until: now + ABSENT_MS, lates: 0, last });
        else if (last.state === 'late') {
          const lates = (before?.lates ?? 0) + 1;
          known.set(program, { until: now + Math.min(LONGEST_LATE_MS, LATE_MS * 2 ** (lates - 1)), lates, last });
        } else {
          known.delete(program);
          if (now - began > QUICK_MS) known.set(key, { until: now + (now - began) * SHARE, lates: 0, last });
        }
        return last;
      } finally {
        running.delete(key);
      }
    }
  };
}

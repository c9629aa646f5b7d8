import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { hasCode } from '../../store/error-code.ts';
import { DesktopTrouble } from './desktop-trouble.ts';
import type { Programs, Ran, RunProgramOptions, Started } from './programs.ts';

export interface SystemProgramsOptions {
  clock: Clock;
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
}

/** Bytes of its output that are kept; a program that prints more is ended. */
const MOST_OUTPUT = 4_000_000;
/** ms for a pipe to run dry when its program has gone: `xclip` stays behind and holds it. */
const DRAIN_MS = 100;

/** The programs of this computer, run as they are. */
export function systemPrograms({ clock, platform, env }: SystemProgramsOptions): Programs {
  const theirs = withoutOurs(env);
  // The words of the programs are read: they must be English, and letters of any language must come through.
  const plain = { ...theirs, LC_ALL: 'C.UTF-8' };
  const started = new Set<number>();

  const run = async (command: string, args: readonly string[], options: RunProgramOptions): Promise<Ran> => {
    const { signal, timeoutMs, input } = options;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        env: plain,
        shell: false,
        windowsHide: true,
        detached: platform !== 'win32',
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const outputs: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
      const over = new AbortController();
      let bytes = 0;
      let ending: Ran['ending'] = 'exited';
      const end = (why: Ran['ending']): void => {
        ending = why;
        endGroup(child, platform);
      };
      const settle = (code: number | null): void => {
        over.abort();
        for (const name of ['stdout', 'stderr'] as const) child[name].destroy();
        if (signal.aborted) reject(signal.reason);
        else resolve({ ending, code, stdout: textOf(outputs.stdout), stderr: textOf(outputs.stderr) });
      };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].on('error', () => undefined);
        child[name].on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= MOST_OUTPUT) outputs[name].push(chunk);
          else if (ending === 'exited') end('too-much-output');
        });
      }
      child.once('error', (error) => {
        if (child.pid !== undefined) return;
        ending = hasCode(error, 'ENOENT') ? 'missing' : 'exited';
        outputs.stderr.push(Buffer.from(error.message));
        settle(null);
      });
      let code: number | null = null;
      child.once('close', () => {
        if (!over.signal.aborted) settle(code);
      });
      child.once('exit', (exitCode) => {
        code = exitCode;
        clock.sleep(DRAIN_MS, over.signal).then(
          () => settle(code),
          () => undefined,
        );
      });
      clock.sleep(timeoutMs, over.signal).then(
        () => end('timed-out'),
        () => undefined,
      );
      signal.addEventListener('abort', () => endGroup(child, platform), { once: true, signal: over.signal });
      // One that ends without reading its input is no failure of ours.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input ?? '');
    });
  };

  const start = (command: string, args: readonly string[], folder: string): Promise<Started> =>
    new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd: folder, env: theirs, shell: false, detached: true, stdio: 'ignore' });
      const ended = new Promise<number | null>((settle) => child.once('exit', (code) => settle(code)));
      child.once('error', (error) => {
        const words = hasCode(error, 'ENOENT') ? 'the program is not there' : error.message;
        reject(new DesktopTrouble(`That cannot be started: ${words}.`));
      });
      child.once('spawn', () => {
        child.unref();
        const { pid = 0 } = child;
        started.add(pid);
        child.once('exit', () => started.delete(pid));
        resolve({
          pid,
          async endsWithin(ms, signal) {
            const over = new AbortController();
            try {
              return await Promise.race([ended, clock.sleep(ms, AbortSignal.any([signal, over.signal])).then(() => undefined)]);
            } finally {
              over.abort();
            }
          },
        });
      });
    });

  return { has: (program) => findProgram(program, env, platform) !== undefined, run, start, isStarted: (pid) => started.has(pid) };
}

/** Where a program lies: a name is looked for on the PATH. */
export function findProgram(program: string, env: SystemProgramsOptions['env'], platform: NodeJS.Platform): string | undefined {
  const endings = platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : [''];
  const folders = isAbsolute(program) ? [''] : (env.PATH ?? env.Path ?? '').split(delimiter).filter(isAbsolute);
  if (!isAbsolute(program) && /[\\/]/u.test(program)) return undefined;
  for (const folder of folders) {
    for (const ending of endings) {
      const path = folder === '' ? `${program}${ending}` : join(folder, `${program}${ending}`);
      if (runs(path)) return path;
    }
  }
  return undefined;
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Whatever keeps it from being looked at keeps it from being run.
    return false;
  }
}

/** Other programs get nothing that is JARVIS's own. */
const withoutOurs = (env: SystemProgramsOptions['env']): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(JARVIS_|NODE_OPTIONS$|ELECTRON_RUN_AS_NODE$)/u.test(name)));

function endGroup(child: ChildProcess, platform: NodeJS.Platform): void {
  if (child.pid === undefined) return;
  try {
    if (platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself meanwhile.
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

const textOf = (parts: Buffer[]): string => Buffer.concat(parts).toString('utf8');

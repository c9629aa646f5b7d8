import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../main/host/system-clock.ts';
import type { Desktop } from '../../tools/desktop/desktop.ts';
import type { Programs, Ran, Started } from '../../tools/desktop/programs.ts';
import { systemPrograms } from '../../tools/desktop/system-programs.ts';
import type { ToolContext } from '../../tools/tool.ts';

export const contextOf = (signal: AbortSignal = new AbortController().signal): ToolContext => ({
  turnId: 'turn',
  source: 'cli',
  signal,
  clock: systemClock,
});

const GOOD: Ran = { ending: 'exited', code: 0, stdout: '', stderr: '' };

export interface FakePrograms extends Programs {
  ran: { command: string; args: readonly string[]; input: string | undefined }[];
}

/** Programs that answer as told; those without an answer are not there. */
export function fakePrograms(
  answers: Record<string, string | Partial<Ran> | ((args: readonly string[]) => string | Partial<Ran>)>,
): FakePrograms {
  const ran: FakePrograms['ran'] = [];
  return {
    ran,
    has: (program) => Object.hasOwn(answers, program),
    async run(command, args, { input, signal }) {
      signal.throwIfAborted();
      ran.push({ command, args, input });
      const known = answers[command];
      if (known === undefined) return { ...GOOD, ending: 'missing', code: null };
      const answer = typeof known === 'function' ? known(args) : known;
      return typeof answer === 'string' ? { ...GOOD, stdout: answer } : { ...GOOD, ...answer };
    },
    start: () => Promise.reject(new Error('nothing is started here')),
    isStarted: () => false,
  };
}

export const fakeDesktop = (programs: Programs, desktop: Partial<Desktop> = {}): Desktop => ({
  platform: 'linux',
  env: { DISPLAY: ':9' },
  home: '/home/somebody',
  clock: systemClock,
  programs,
  ...desktop,
});

const NEEDED = ['Xvfb', 'openbox', 'xprop', 'xterm', 'xdotool', 'wmctrl', 'xclip', 'scrot'];

/** Programs of a real desktop that this machine lacks. */
export const missingForDesktop = (): string[] =>
  process.platform === 'linux' ? NEEDED.filter((program) => spawnSync('which', [program]).status !== 0) : NEEDED;

/** A screen that nobody sees, with a window manager and an empty home. */
export async function startDesktop(): Promise<Desktop & AsyncDisposable & { startWindow(title: string): Promise<Started> }> {
  const home = await mkdtemp(join(tmpdir(), 'jarvis-desktop-'));
  const children: ChildProcess[] = [];
  // A start that fails, or a test run that is cut short, leaves no screen behind.
  const endAll = (): void => {
    for (const child of children.toReversed()) child.kill('SIGKILL');
  };
  process.once('exit', endAll);
  const number = await new Promise<string>((resolve, reject) => {
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    children.push(screen);
    screen.once('error', reject);
    screen.once('exit', () => reject(new Error('Xvfb ended')));
    screen.stdio[3]?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    DISPLAY: `:${number}`,
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_DATA_DIRS: join(home, 'shared'),
    XDG_CONFIG_HOME: join(home, '.config'),
  };
  // It does not start without its themes.
  children.push(spawn('openbox', ['--sm-disable'], { env: { ...env, XDG_DATA_DIRS: '/usr/share' }, stdio: 'ignore' }));
  const programs = systemPrograms({ clock: systemClock, platform: 'linux', env });
  const signal = new AbortController().signal;
  for (let tries = 0; ; tries += 1) {
    if (tries === 200) {
      endAll();
      throw new Error('the window manager did not start');
    }
    const { stdout } = await programs.run('xprop', ['-root', '_NET_CLIENT_LIST', '_NET_SUPPORTING_WM_CHECK'], { signal, timeoutMs: 3000 });
    if (/_NET_CLIENT_LIST\(WINDOW\)/u.test(stdout)) break;
    await sleep(50);
  }
  return {
    platform: 'linux',
    env,
    home,
    clock: systemClock,
    programs,
    startWindow: (title) => programs.start('xterm', ['-T', title, '-e', 'sleep', '600'], home),
    async [Symbol.asyncDispose]() {
      process.off('exit', endAll);
      endAll();
      if (existsSync(home)) await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

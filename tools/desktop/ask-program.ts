import type { Desktop } from './desktop.ts';
import { DesktopTrouble, missingProgram } from './desktop-trouble.ts';
import type { Ran } from './programs.ts';
import { shown } from './shown.ts';

export interface AskOptions {
  signal: AbortSignal;
  input?: string;
  timeoutMs?: number;
}

/** A command as it is run: the program, then its arguments. */
export type Command = readonly [string, ...string[]];

/** ms that a helper program has to answer. */
const PATIENCE_MS = 8000;

/** What a program prints; throws `DesktopTrouble` in words when it does not work. */
export async function askProgram(desktop: Desktop, [program, ...args]: Command, options: AskOptions): Promise<string> {
  const ran = await desktop.programs.run(program, args, { timeoutMs: PATIENCE_MS, ...options });
  const trouble = troubleOf(program, ran, desktop.platform);
  if (trouble !== undefined) throw trouble;
  return ran.stdout;
}

function troubleOf(program: string, { ending, code, stderr, stdout }: Ran, platform: NodeJS.Platform): DesktopTrouble | undefined {
  switch (ending) {
    case 'missing':
      return missingProgram([program], platform);
    case 'timed-out':
      return new DesktopTrouble(`${program} did not answer in time.`);
    case 'too-much-output':
      return new DesktopTrouble(`${program} said far more than it should; I stopped it.`);
    case 'exited': {
      if (code === 0) return undefined;
      const words = shown(stderr.trim() === '' ? stdout : stderr);
      return new DesktopTrouble(words === '' ? `${program} did not do it.` : `${program} did not do it: ${words}`);
    }
    default:
      return ending satisfies never;
  }
}

export interface Way<Result> {
  /** The program it needs. */
  program: string;
  use(): Promise<Result>;
}

/**
 * The first way whose program is here and works. One that is here and fails (a sound server that does not run) leaves it to the next; the first failure is
 * told when none works.
 */
export async function firstWay<Result>(desktop: Desktop, signal: AbortSignal, ways: readonly Way<Result>[]): Promise<Result> {
  let failure: DesktopTrouble | undefined;
  for (const { program, use } of ways) {
    if (!desktop.programs.has(program)) continue;
    try {
      return await use();
    } catch (error) {
      if (signal.aborted || !(error instanceof DesktopTrouble)) throw error;
      failure ??= error;
    }
  }
  throw failure ?? missingProgram([...new Set(ways.map(({ program }) => program))].toReversed(), desktop.platform);
}

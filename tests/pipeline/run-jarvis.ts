import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type TurnEvent, type TurnEventOf, TurnEventSchema, type TurnEventType } from '../../contract/turn-event.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const COMMAND_LINE = join(ROOT, 'main', 'cli', 'index.ts');

/** ms after which a command that does not end by itself is ended, so that a hang is a failed test and not a stuck one. */
const LIMIT_MS = 100_000;

export const FIXTURES = process.env.JARVIS_FIXTURES ?? resolve(ROOT, '..', 'shared', 'fixtures');
export const hasFixtures = existsSync(join(FIXTURES, 'commands'));
export const fixture = (...parts: string[]): string => join(FIXTURES, ...parts);

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Value of JARVIS_DATA; a fresh folder without it. */
  data: string;
  /** What comes on stdin; without it stdin is empty. */
  input?: string | Uint8Array;
}

/** A started `jarvis`, its three streams still open. @param environment further variables of it */
export function startJarvis(
  args: readonly string[],
  data: string,
  environment: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [COMMAND_LINE, ...args], {
    env: { ...process.env, JARVIS_DATA: data, JARVIS_KEYRING: 'off', NO_COLOR: '1', ...environment },
  });
  // A command that ends early leaves its input unread, which is no failure of a test.
  child.stdin.on('error', () => undefined);
  return child;
}

/** Waits for the end of a started command and gathers what it prints. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const streams = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      streams[name] += text;
    });
  }
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  await once(child, 'close');
  clearTimeout(limit);
  return { code: child.exitCode, signal: child.signalCode, ...streams };
}

/** The real command line in a process of its own, to its end. */
export async function jarvis(args: readonly string[], options: RunOptions): Promise<Ended> {
  const child = startJarvis(args, options.data);
  child.stdin.end(options.input);
  return ended(child);
}

/** One JSON value per line. */
export function jsonLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

export type FileEvent = TurnEvent & { file?: string };

/** The turn events of `--json`, each checked against the contract. */
export const eventsOf = (text: string): FileEvent[] => jsonLines(text).map(eventOf);

export function eventOf(line: unknown): FileEvent {
  const event = TurnEventSchema.parse(line);
  return typeof line === 'object' && line !== null && 'file' in line && typeof line.file === 'string'
    ? { ...event, file: line.file }
    : event;
}

export function ofType<Type extends TurnEventType>(events: readonly FileEvent[], type: Type): (TurnEventOf<Type> & { file?: string })[] {
  return events.filter((event): event is TurnEventOf<Type> & { file?: string } => event.type === type);
}

/** The events a running command prints, as they come. */
export async function* liveEvents(child: ChildProcessWithoutNullStreams): AsyncGenerator<FileEvent> {
  for await (const line of createInterface({ input: child.stdout })) yield eventOf(JSON.parse(line));
}

export interface Workplace extends AsyncDisposable {
  folder: string;
  data: string;
  path(...parts: string[]): string;
}

/** A folder for one test file, with a data folder in it; gone afterwards. */
export async function makeWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-pipeline-'));
  return {
    folder,
    data: join(folder, 'data'),
    path: (...parts) => join(folder, ...parts),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

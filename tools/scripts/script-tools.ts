import { constants } from 'node:fs';
import { access, chmod, mkdir, open } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, resolve } from 'node:path';
import { createFileOnce } from '../../store/atomic-file.ts';
import { sha256 } from '../canonical-json.ts';
import type { Program, ProgramResult } from '../sandbox/program.ts';
import type { Tool, ToolResult } from '../tool.ts';
import { type Interpreter, readScriptBook, type ScriptEntry } from './script-book.ts';
import { argumentsOf, inputOf, type ScriptInput } from './script-input.ts';

/** What runs programs that are not ours. */
export interface Programs {
  run(program: Program, options: { signal: AbortSignal; input?: string }): Promise<ProgramResult>;
}

export interface ScriptToolsOptions {
  /** `scripts.yaml`. */
  book: string;
  home: string;
  /** Where scripts work and their checked copies lie. */
  workFolder: string;
  /** Folders that no script sees, whatever it asks for. */
  hidden: readonly string[];
  programs: Programs;
  /** Paths of what runs scripts; one that is absent says so when it is wanted. */
  interpreters: Partial<Record<Interpreter, string>>;
}

const LARGEST_SCRIPT = 5_000_000;
/** Characters of its output that are told. */
const MOST_TOLD = 4000;

/** One tool for each script a person has written down; `problems` says which were left out and why. */
export function scriptTools(options: ScriptToolsOptions): { tools: Tool[]; problems: string[] } {
  const { scripts, problems } = readScriptBook(options.book);
  return { tools: [...scripts].map(([name, entry]) => scriptTool(name, entry, options) as Tool), problems };
}

/** SHA-256 of a script as it is now, for `approveScript`. */
export const scriptDigest = async (entry: ScriptEntry, home: string): Promise<string> => sha256(await bytesOf(fullPath(entry.path, home)));

function scriptTool(name: string, entry: ScriptEntry, options: ScriptToolsOptions): Tool<ScriptInput> {
  const { home } = options;
  const path = fullPath(entry.path, home);
  return {
    manifest: {
      name: `script.${name}`,
      version: '1.0.0',
      title: name.replaceAll('-', ' '),
      description: entry.description,
      input: inputOf(entry),
      permissions: {
        filesystem: [
          ...entry.read.map((each) => ({ path: each, mode: 'read' as const })),
          ...entry.write.map((each) => ({ path: each, mode: 'write' as const })),
        ],
        ...(entry.network.length === 0 ? {} : { network: entry.network }),
      },
      risk: 'guarded',
      reversible: false,
      timeoutMs: entry.timeoutSeconds * 1000 + 2000,
      sandbox: 'isolated',
      // Its output is whatever it has read.
      taints: 'other',
    },
    describe: (input) => {
      const given = Object.entries(input).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${String(value).slice(0, 80)}`]));
      return `Run the script ${name}${given.length === 0 ? '' : ` with ${given.join(', ')}`}`;
    },
    async run(input, { signal }): Promise<ToolResult> {
      const interpreter = options.interpreters[entry.interpreter];
      if (interpreter === undefined) return { outcome: 'rejected', reason: `There is no ${entry.interpreter} here to run it.` };
      const checked = await checkedCopy(name, path, entry, options);
      if ('reason' in checked) return { outcome: 'rejected', reason: checked.reason };
      const folder = join(options.workFolder, name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const bound = [
        { path: checked.copy, mode: 'read' as const },
        { path: interpreter, mode: 'read' as const },
        ...entry.read.map((each) => ({ path: fullPath(each, home), mode: 'read' as const })),
        ...entry.write.map((each) => ({ path: fullPath(each, home), mode: 'write' as const })),
      ];
      const missing = await firstMissing(bound.map((each) => each.path));
      if (missing !== undefined) return { outcome: 'rejected', reason: `It needs ${missing}, which is not there.` };
      const result = await options.programs.run(
        {
          command: [interpreter, ...beforeScript(entry.interpreter), checked.copy, ...argumentsOf(entry, input)],
          folder,
          paths: bound,
          hidden: options.hidden,
          network: entry.network,
          limits: { wallMs: entry.timeoutSeconds * 1000 },
        },
        { signal },
      );
      return { ...resultOf(name, result), taintName: `the script ${name}` };
    },
  };
}

/** Nothing of the person's own start-up files comes before a script. */
function beforeScript(interpreter: Interpreter): string[] {
  switch (interpreter) {
    case 'bash':
      return ['--norc', '--noprofile'];
    case 'python':
      return ['-I'];
    case 'node':
      return [];
    default:
      return interpreter satisfies never;
  }
}

/**
 * What runs is a copy of exactly the bytes whose digest was compared: the file may be changed in the next moment. A script is therefore one file, and does
 * not find neighbours by its own place.
 */
async function checkedCopy(
  name: string,
  path: string,
  entry: ScriptEntry,
  { workFolder }: ScriptToolsOptions,
): Promise<{ copy: string } | { reason: string }> {
  let bytes: Buffer;
  try {
    bytes = await bytesOf(path);
  } catch (error) {
    return { reason: `The script ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const digest = sha256(bytes);
  if (entry.digest === undefined) return { reason: `Nobody has looked at the script ${name} yet. It needs a review first.` };
  if (digest !== entry.digest) return { reason: `The script ${name} has changed since somebody looked at it. It needs a review first.` };
  const folder = join(workFolder, '.checked');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Node tells modules from scripts by the ending.
  const copy = join(folder, `${digest}${entry.interpreter === 'node' && extname(path) === '' ? '.mjs' : extname(path)}`);
  if (!(await createFileOnce(copy, bytes, 0o500)) && sha256(await bytesOf(copy)) !== digest)
    return { reason: `The checked copy of ${basename(path)} was changed.` };
  await chmod(copy, 0o500);
  return { copy };
}

async function bytesOf(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is no file');
    if (stats.size > LARGEST_SCRIPT) throw new Error('it is too large');
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function firstMissing(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      await access(path, constants.F_OK);
    } catch {
      return path;
    }
  }
  return undefined;
}

const fullPath = (written: string, home: string): string =>
  written === '~' || written.startsWith('~/') ? join(home, written.slice(2)) : isAbsolute(written) ? written : resolve(home, written);

/** How a program ended, as the outcome of a call. */
export function resultOf(name: string, result: ProgramResult): ToolResult {
  const { ending, code, stdout, stderr, isolation } = result;
  const output = {
    code,
    stdout,
    stderr,
    isolation: isolation.kind,
    ...(isolation.weaker.length === 0 ? {} : { weaker: isolation.weaker }),
  };
  const said = stderr.trim().slice(-MOST_TOLD);
  switch (ending) {
    case 'exited':
      if (code === 0) return { outcome: 'confirmed', output };
      return {
        outcome: 'failed',
        reason: `${name} ended with ${code ?? result.signal ?? 'nothing'}${said === '' ? '' : `: ${said.split('\n').at(-1)?.slice(0, 200)}`}.`,
        output,
      };
    case 'timed-out':
      return { outcome: 'failed', reason: `${name} took too long and was ended.`, output };
    case 'aborted':
      return { outcome: 'failed', reason: `${name} was called off.`, output };
    case 'too-much-output':
      return { outcome: 'failed', reason: `${name} printed too much and was ended.`, output };
    case 'too-much-memory':
      return { outcome: 'failed', reason: `${name} took too much memory and was ended.`, output };
    case 'too-many-processes':
      return { outcome: 'failed', reason: `${name} started too many processes and was ended.`, output };
    case 'not-started':
      return { outcome: 'failed', reason: `${name} was not started: ${result.reason ?? 'the sandbox said nothing'}`, output };
    default:
      return ending satisfies never;
  }
}

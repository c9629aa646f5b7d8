import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { sha256 } from '../canonical-json.ts';
import type { Program, ProgramResult } from '../sandbox/program.ts';
import { ProgramRunner } from '../sandbox/run-program.ts';
import { findSandboxMeans } from '../sandbox/sandbox-means.ts';
import { shellTools } from '../shell/shell-tools.ts';
import type { Tool } from '../tool.ts';
import { approveScript, parseScriptBook } from './script-book.ts';
import { type Programs, scriptDigest, scriptTools } from './script-tools.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'jarvis-scripts-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ENDED: ProgramResult = {
  ending: 'exited',
  code: 0,
  signal: null,
  stdout: 'fine\n',
  stderr: '',
  isolation: { kind: 'bubblewrap', weaker: [] },
};

function fakePrograms(result: Partial<ProgramResult> = {}): Programs & { ran: Program[] } {
  const ran: Program[] = [];
  return {
    ran,
    async run(program) {
      ran.push(program);
      return { ...ENDED, ...result };
    },
  };
}

const SCRIPT = '#!/bin/bash\necho "hello $1 $2"\n';

function book(entry: string): string {
  writeFileSync(join(folder, 'hello.sh'), SCRIPT);
  const path = join(folder, 'scripts.yaml');
  writeFileSync(
    path,
    `# my scripts\nscripts:\n  hello:\n    path: ${join(folder, 'hello.sh')}\n    interpreter: bash\n    description: Says hello.\n${entry}`,
  );
  return path;
}

function tools(entry: string, programs: Programs): { tools: Tool[]; problems: string[] } {
  return scriptTools({
    book: book(entry),
    home: folder,
    workFolder: join(folder, 'work'),
    hidden: [],
    programs,
    interpreters: { bash: '/usr/bin/bash' },
  });
}

const context = () => ({ turnId: 't', source: 'page' as const, signal: new AbortController().signal, clock: new FakeClock() });
const DIGEST = `    digest: ${sha256(SCRIPT)}\n`;
const ARGUMENTS = `    arguments:
      who: { type: text, pattern: "[a-z ]+" }
      times: { type: number, whole: true, least: 1, most: 3, flag: --times, optional: true }
      loud: { type: boolean, flag: --loud, optional: true }
      mood: { type: choice, choices: [glad, sad], optional: true }
`;

describe('a script that a person has written down', () => {
  it('runs a copy of exactly what was looked at, with its arguments in order', async () => {
    const programs = fakePrograms();
    const [tool] = tools(DIGEST + ARGUMENTS, programs).tools;
    const input = tool!.manifest.input.parse({ who: 'my friend', times: 2, loud: true, mood: 'sad' });
    expect(tool!.describe(input)).toBe('Run the script hello with who my friend, times 2, loud true, mood sad');
    expect(await tool!.run(input, context())).toMatchObject({
      outcome: 'confirmed',
      output: { stdout: 'fine\n' },
      taintName: 'the script hello',
    });
    const [ran] = programs.ran;
    expect(ran!.command.slice(0, 3)).toEqual(['/usr/bin/bash', '--norc', '--noprofile']);
    expect(readFileSync(ran!.command[3]!, 'utf8')).toBe(SCRIPT);
    expect(ran!.command.slice(4)).toEqual(['my friend', '--times=2', '--loud', 'sad']);
  });

  it.each([
    [{}, 'nothing'],
    [{ who: 'UPPER' }, 'a text that does not fit the pattern'],
    [{ who: 'a\nb' }, 'a line too many'],
    [{ who: 'a', times: 4 }, 'a number out of range'],
    [{ who: 'a', times: 1.5 }, 'half a number'],
    [{ who: 'a', mood: 'angry' }, 'another choice'],
    [{ who: 'a', more: 1 }, 'an argument that is not there'],
  ] as [unknown, string][])('refuses %j: %s', (input) => {
    const [tool] = tools(DIGEST + ARGUMENTS, fakePrograms()).tools;
    expect(tool!.manifest.input.safeParse(input).success).toBe(false);
  });

  it('takes no value for an option', () => {
    const [tool] = tools(`${DIGEST}    arguments: { file: { type: text } }\n`, fakePrograms()).tools;
    expect(tool!.manifest.input.safeParse({ file: '--delete-everything' }).success).toBe(false);
  });

  it('does not run before somebody has looked at it, nor after it has changed', async () => {
    const programs = fakePrograms();
    const [unseen] = tools('', programs).tools;
    expect(await unseen!.run({}, context())).toMatchObject({ outcome: 'rejected', reason: expect.stringMatching(/needs a review/u) });
    const [tool] = tools(DIGEST, programs).tools;
    writeFileSync(join(folder, 'hello.sh'), 'rm -rf ~\n');
    expect(await tool!.run({}, context())).toMatchObject({ outcome: 'rejected', reason: expect.stringMatching(/has changed/u) });
    expect(programs.ran).toEqual([]);
  });

  it('runs again when a person has looked at the change; the rest of the file stays', async () => {
    const path = book('');
    const entry = parseScriptBook(readFileSync(path, 'utf8')).scripts.get('hello')!;
    await approveScript(path, 'hello', await scriptDigest(entry, folder));
    expect(readFileSync(path, 'utf8')).toMatch(/^# my scripts/u);
    expect(parseScriptBook(readFileSync(path, 'utf8')).scripts.get('hello')?.digest).toBe(sha256(SCRIPT));
    await expect(approveScript(path, 'other', sha256(SCRIPT))).rejects.toThrow('There is no script called other');
  });

  it('tells how it ended', async () => {
    const failed = tools(DIGEST, fakePrograms({ code: 3, stderr: 'first\nno such disk' })).tools[0]!;
    expect(await failed.run({}, context())).toMatchObject({ outcome: 'failed', reason: 'hello ended with 3: no such disk.' });
    const slow = tools(DIGEST, fakePrograms({ ending: 'timed-out', code: null })).tools[0]!;
    expect(await slow.run({}, context())).toMatchObject({ outcome: 'failed', reason: 'hello took too long and was ended.' });
  });

  it('asks, and its words taint', () => {
    expect(tools(DIGEST, fakePrograms()).tools[0]!.manifest).toMatchObject({
      name: 'script.hello',
      risk: 'guarded',
      taints: 'other',
      sandbox: 'isolated',
    });
  });

  it('is left out by name where it is wrong, and the others are not', () => {
    const parsed = parseScriptBook(`scripts:
  good: { path: a.sh, interpreter: bash, description: x }
  bad: { path: a.sh, interpreter: perl, description: x }
  More: { path: a.sh, interpreter: bash, description: x }
  odd: { path: a.sh, interpreter: bash, description: x, arguments: { a: { type: text, pattern: "(" } } }
`);
    expect([...parsed.scripts.keys()]).toEqual(['good']);
    expect(parsed.problems.map((problem) => problem.slice(0, 16))).toEqual(['The script bad i', 'The script More ', 'The script odd i']);
    for (const text of ['[', '- a', 'scripts: 3', '\u0000', 'x: 1', 'a: &a [*a]']) expect(parseScriptBook(text).problems).toHaveLength(1);
    expect(parseScriptBook('')).toEqual({ scripts: new Map(), problems: [] });
  });
});

const realRunner = async (): Promise<ProgramRunner> => {
  const clock = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      }),
  };
  return new ProgramRunner({ clock, newId: () => 'test', means: await findSandboxMeans(), node: process.execPath });
};

describe('in the real sandbox', () => {
  it('a script sees its arguments, and nothing of the home', async ({ skip }) => {
    if (process.platform !== 'linux') skip('the sandbox is proved on Linux');
    const programs = await realRunner();
    const script = `cat ${join(folder, 'secret.txt')}; echo "hello $1"\n`;
    writeFileSync(join(folder, 'secret.txt'), 'SECRET');
    const path = book(`    digest: ${sha256(script)}\n    arguments: { who: { type: text } }\n`);
    writeFileSync(join(folder, 'hello.sh'), script);
    mkdirSync(join(folder, 'work'));
    const [tool] = scriptTools({
      book: path,
      home: folder,
      workFolder: join(folder, 'work'),
      hidden: [],
      programs,
      interpreters: { bash: '/usr/bin/bash' },
    }).tools;
    const result = await tool!.run({ who: '$(id) "; rm x' }, context());
    expect(result).toMatchObject({ outcome: 'confirmed', output: { stdout: expect.stringContaining('hello $(id) "; rm x') } });
    if (programs.isolation.kind === 'bubblewrap') expect(JSON.stringify(result)).not.toContain('SECRET');
  });

  it('a command of the shell runs where it is understood, and nowhere else', async ({ skip }) => {
    if (process.platform !== 'linux') skip('the sandbox is proved on Linux');
    const programs = await realRunner();
    const [shell] = shellTools({ programs, bash: '/usr/bin/bash', workFolder: join(folder, 'work'), paths: [], hidden: [] });
    expect(shell!.manifest).toMatchObject({ name: 'shell.run', risk: 'forbidden' });
    const run = (command: string) => shell!.run(shell!.manifest.input.parse({ command }), context());
    expect(await run('echo one two | wc -w')).toMatchObject({ outcome: 'confirmed', output: { stdout: '2\n' } });
    expect(await run('false | cat')).toMatchObject({ outcome: 'failed' });
    expect(await run('echo $(id)')).toMatchObject({ outcome: 'rejected' });
    expect(await run('sudo ls')).toMatchObject({ outcome: 'rejected' });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

/** The bootstrap is plain JavaScript for the machine's own Node, so it is tried as programs are: from outside. */
const bootstrap = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'jarvis bootstrap-'));
  folders.push(path);
  return path;
}

function run(code: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const call = (module: string, expression: string): unknown =>
  JSON.parse(run(`import * as module from ${JSON.stringify(`file://${bootstrap(module)}`)}; console.log(JSON.stringify(${expression}));`));

const summarise = (report: object | undefined, skipped: object[], clean: boolean): unknown =>
  call('test-summary.mjs', `module.summarise(${JSON.stringify(report)}, ${JSON.stringify(skipped)}, ${clean})`);

describe('the closing lines of a test run', () => {
  const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, testResults: [] };

  it('count, and say what was skipped and why', () => {
    expect(summarise(report, [{ file: 'a.test.ts', name: 'hears', reason: 'no Chromium' }], true)).toEqual({
      ok: true,
      lines: ['Skipped:', '  a.test.ts > hears: no Chromium', '5 passed, 0 failed, 1 skipped'],
    });
  });

  it('fail when no test ran, when the run left no report, and when an error happened outside of the tests', () => {
    expect(summarise({ ...report, numPassedTests: 0 }, [], true)).toMatchObject({
      ok: false,
      lines: ['No test ran.', '0 passed, 1 failed, 1 skipped'],
    });
    expect(summarise(undefined, [], false)).toMatchObject({ ok: false });
    expect(summarise(report, [], false)).toMatchObject({ ok: false });
  });

  it('count a file that does not load as a failure', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
    ];
    expect(summarise({ ...report, numFailedTests: 1, testResults }, [], false)).toEqual({
      ok: false,
      lines: ['5 passed, 2 failed, 1 skipped'],
    });
  });
});

describe('what npm says', () => {
  it.each([
    ['npm error code ENOTFOUND', 'The npm registry cannot be reached (ENOTFOUND).'],
    ['npm ERR! code ENOSPC', 'The disk ran full'],
    ['npm error code EUSAGE', 'do not fit together'],
    ['npm error code EACCES', 'may not write'],
    ['npm error code EWHATEVER', 'npm could not install the packages (EWHATEVER)'],
    ['', 'npm could not install the packages;'],
  ])('%s becomes a sentence', (errors, sentence) => {
    expect(call('install.mjs', `module.explain(${JSON.stringify(errors)})`)).toContain(sentence);
  });
});

describe('handing over', () => {
  it('passes arguments, working directory and exit code on', () => {
    const work = folder();
    writeFileSync(
      join(work, 'script.ts'),
      'const code: number = 7; console.log(process.cwd(), ...process.argv.slice(2)); process.exit(code);',
    );
    const { stdout, status } = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { runToEnd, leave } from ${JSON.stringify(`file://${bootstrap('hand-over.mjs')}`)}; leave(await runToEnd(process.execPath, ['script.ts', 'a b', '--c']));`,
      ],
      { cwd: work, encoding: 'utf8' },
    );
    expect(`${status} ${stdout.trim()}`).toBe(`7 ${work} a b --c`);
  });

  it('ends by the signal that ended the program', () => {
    const code = `import { runToEnd, leave } from ${JSON.stringify(`file://${bootstrap('hand-over.mjs')}`)}; leave(await runToEnd(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 9)']));`;
    expect(spawnSync(process.execPath, ['--input-type=module', '--eval', code]).signal).toBe('SIGKILL');
  });
});

it('puts the command where npx finds it, again and again', () => {
  const root = folder();
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
  mkdirSync(join(root, 'main', 'bootstrap'), { recursive: true });
  for (const name of ['link-bin.mjs', 'jarvis.mjs'])
    writeFileSync(
      join(root, 'main', 'bootstrap', name),
      run(`import fs from 'node:fs'; process.stdout.write(fs.readFileSync(${JSON.stringify(bootstrap(name))}))`),
    );
  for (const _ of [1, 2]) expect(spawnSync(process.execPath, [join(root, 'main', 'bootstrap', 'link-bin.mjs')]).status).toBe(0);
  expect(readlinkSync(join(root, 'node_modules', '.bin', 'jarvis'))).toBe(join('..', '..', 'main', 'bootstrap', 'jarvis.mjs'));
});

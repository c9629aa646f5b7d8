import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { openAudit, verifyAudit } from './audit.ts';
import type { AuditBody } from './audit-entry.ts';

let folder: string;
const clock = new FakeClock();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-audit-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const started = (index: number): AuditBody => ({ kind: 'started', requestId: `r${index}`, turnId: 't', tool: 'light', digest: 'd' });

async function write(count: number, runId = 'run'): Promise<string> {
  await using audit = await openAudit({ folder, clock, runId, pid: process.pid });
  for (let index = 0; index < count; index += 1) await audit.write(started(index), { durable: index % 2 === 0 });
  return audit.path;
}

const linesOf = async (path: string): Promise<string[]> => (await readFile(path, 'utf8')).trimEnd().split('\n');

describe('the audit', () => {
  it('goes on with its chain from run to run', async () => {
    await write(3, 'one');
    await write(3, 'two');
    expect(await verifyAudit(folder)).toEqual({ lines: 8, problems: [] });
  });

  it.each([
    ['an altered line', (lines: string[]) => lines.with(2, lines[2]!.replace('"light"', '"siren"')), 'was altered'],
    ['a dropped line', (lines: string[]) => lines.toSpliced(2, 1), 'does not follow'],
    ['two lines that changed places', (lines: string[]) => lines.with(1, lines[2]!).with(2, lines[1]!), 'does not follow'],
    [
      'a forged checkpoint',
      (lines: string[]) => lines.with(5, lines[5]!.replace(/"signature":"[^"]{8}/u, '"signature":"AAAAAAAA')),
      'was altered',
    ],
    ['a line of nonsense', (lines: string[]) => lines.with(4, 'nonsense'), 'is no audit line'],
  ])('finds %s', async (_what, tamper, problem) => {
    const path = await write(5);
    await writeFile(path, `${tamper(await linesOf(path)).join('\n')}\n`);
    const { problems } = await verifyAudit(folder);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.problem).toContain(problem);
  });

  it('lays a torn last line aside and says so', async () => {
    const path = await write(3);
    await appendFile(path, '{"kind":"started","requ');
    await write(1, 'after');
    expect(await verifyAudit(folder)).toEqual({ lines: 7, problems: [] });
    const kept = (await readdir(folder)).find((name) => name.includes('torn'));
    expect(await readFile(join(folder, kept ?? ''), 'utf8')).toBe('{"kind":"started","requ');
    expect(await readFile(path, 'utf8')).toContain('"kind":"torn"');
  });

  it('gives a second writer a file of its own', async () => {
    await using first = await openAudit({ folder, clock, runId: 'one', pid: process.pid });
    await using second = await openAudit({ folder, clock, runId: 'two', pid: process.pid });
    await first.write(started(1));
    await second.write(started(2));
    expect(second.path).not.toBe(first.path);
  });

  it('loses no acknowledged line when the process is killed', async () => {
    const script = join(folder, 'writer.mjs');
    const module = new URL('./audit.ts', import.meta.url).href;
    await writeFile(
      script,
      `import { openAudit } from ${JSON.stringify(module)};
       const clock = { now: () => Date.now(), monotonic: () => 0, sleep: async () => undefined };
       const audit = await openAudit({ folder: ${JSON.stringify(folder)}, clock, runId: 'child', pid: process.pid });
       for (let index = 1; ; index += 1) {
         await audit.write({ kind: 'started', requestId: 'r' + index, turnId: 't', tool: 'x', digest: 'd' });
         process.send(index);
       }`,
    );
    const child = fork(script);
    let acknowledged = 0;
    child.on('message', (index) => {
      acknowledged = Number(index);
      if (acknowledged === 200) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    await write(1, 'after');
    const { lines, problems } = await verifyAudit(folder);
    expect(problems).toEqual([]);
    expect(lines).toBeGreaterThan(acknowledged);
  });
});

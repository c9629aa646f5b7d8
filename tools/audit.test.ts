import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppendTarget } from '../store/line-file.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { openAudit, verifyAudit } from './audit.ts';
import { type AuditBody, CHAIN_START, readLine, sealLine } from './audit-entry.ts';

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

/** Whoever knows the format but not the key can seal other lines as well as we can. */
function remade(lines: string[], forge = false): string[] {
  let end = CHAIN_START;
  return lines.map((_line, index) => {
    const sealed = sealLine(index === 0 && forge ? { kind: 'checkpoint', signature: 'AAAA' } : started(index + 100), 'now', end);
    end = sealed.end;
    return sealed.text.trimEnd();
  });
}

/** Another third line in the right place of the chain, with a right hash of its own. */
function resealed(lines: string[]): string[] {
  const before = readLine(Buffer.from(lines[1] ?? ''));
  if (before === undefined) throw new Error('no second line');
  return lines.with(2, sealLine(started(99), 'now', before).text.trimEnd());
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
      'an altered checkpoint',
      (lines: string[]) => lines.with(5, lines[5]!.replace(/"signature":"[^"]{8}/u, '"signature":"AAAAAAAA')),
      'was altered',
    ],
    ['a line sealed anew in its place', resealed, 'does not follow'],
    ['an added member', (lines: string[]) => lines.with(2, lines[2]!.replace('{', '{"extra":1,')), 'was altered'],
    ['added white space', (lines: string[]) => lines.with(2, lines[2]!.replace(':', ': ')), 'was altered'],
    ['a line of nonsense', (lines: string[]) => lines.with(4, 'nonsense'), 'is no audit line'],
    ['an inserted copy', (lines: string[]) => lines.toSpliced(2, 0, lines[1]!), 'does not follow'],
    ['lines cut off at the end', (lines: string[]) => lines.slice(0, 3), 'is missing, with everything up to line 6'],
    ['an emptied file', () => [], 'is missing, with everything up to line 6'],
    ['a chain made anew without our key', (lines: string[]) => remade(lines), 'is not the one that was written here'],
    ['a checkpoint of another key', (lines: string[]) => remade(lines, true), 'signature that is not ours'],
  ])('finds %s', async (_what, tamper: (lines: string[]) => string[], problem) => {
    const path = await write(5);
    await writeFile(
      path,
      tamper(await linesOf(path))
        .map((line) => `${line}\n`)
        .join(''),
    );
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

  it('finds a file that was taken away, and one that lost its head', async () => {
    const path = await write(3);
    await rm(`${path}.head`);
    expect((await verifyAudit(folder)).problems).toMatchObject([{ line: 0, problem: expect.stringContaining('lost its head file') }]);
    await write(3);
    await rm(path);
    expect((await verifyAudit(folder)).problems.map(({ problem }) => problem)).toContain('was taken away');
  });

  it('goes on naming a shortened file after the next start, and keeps it', async () => {
    const path = await write(5, 'one');
    await writeFile(path, `${(await linesOf(path)).slice(0, 2).join('\n')}\n`);
    await write(2, 'two');
    const { problems } = await verifyAudit(folder);
    expect(problems).toMatchObject([{ file: 'audit-unsound-two.jsonl', line: 3 }]);
    expect(await readFile(path, 'utf8')).toContain('"keptIn":"audit-unsound-two.jsonl"');
  });

  it('says when the key is gone instead of making another', async () => {
    await write(3);
    await rm(join(folder, 'audit-key.pem'));
    expect((await verifyAudit(folder)).problems).toMatchObject([{ file: 'audit-key.pem' }]);
    expect(await readdir(folder)).not.toContain('audit-key.pem');
  });

  it('finds nothing wrong with a folder that is empty or missing', async () => {
    expect(await verifyAudit(folder)).toEqual({ lines: 0, problems: [] });
    expect(await verifyAudit(join(folder, 'missing'))).toEqual({ lines: 0, problems: [] });
  });

  it('keeps key and lines from other accounts', async () => {
    const path = await write(1);
    for (const file of [path, join(folder, 'audit-key.pem')]) expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('keeps lines in the order in which they were written, however many at once', async () => {
    {
      await using audit = await openAudit({ folder, clock, runId: 'run', pid: process.pid });
      await Promise.all(Array.from({ length: 350 }, (_, index) => audit.write(started(index), { durable: index % 50 === 0 })));
    }
    const requests = (await linesOf(join(folder, 'audit.jsonl'))).flatMap((line) => /"requestId":"r(\d+)"/u.exec(line)?.[1] ?? []);
    expect(requests).toEqual(Array.from({ length: 350 }, (_, index) => String(index)));
    expect(await verifyAudit(folder)).toEqual({ lines: 354, problems: [] });
  });

  it('refuses what a full disk cannot take, keeps nothing of it, and goes on when there is room again', async () => {
    let room = 1_200;
    const openTarget = async (path: string): Promise<AppendTarget> => {
      const file = await open(path, 'a', 0o600);
      return {
        async appendFile(data) {
          const bytes = Buffer.from(String(data));
          await file.appendFile(bytes.subarray(0, room));
          if (bytes.length > room) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
          room -= bytes.length;
        },
        datasync: () => file.datasync(),
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
      };
    };
    let kept = 0;
    {
      await using audit = await openAudit({ folder, clock, runId: 'run', pid: process.pid, openTarget });
      const outcomes = await Promise.allSettled([1, 2, 3].map((index) => audit.write([started(index), started(index)])));
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
      await audit.write(started(4));
      kept += 1;
      for (let index = 5; ; index += 1) {
        try {
          await audit.write(started(index));
          kept += 1;
        } catch (error) {
          expect(String(error)).toContain('no space left');
          break;
        }
      }
      room = 100_000;
      await audit.write(started(99));
    }
    expect(kept).toBeGreaterThan(1);
    expect(await verifyAudit(folder)).toEqual({ lines: kept + 2, problems: [] });
  });

  it('says in words why it cannot be opened', async () => {
    await writeFile(join(folder, 'file'), '');
    const opening = openAudit({ folder: join(folder, 'file'), clock, runId: 'run', pid: process.pid });
    await expect(opening).rejects.toThrow(/The audit in .* cannot be opened, and without it nothing may be done/u);
    await writeFile(join(folder, 'audit-key.pem'), 'no key');
    await expect(openAudit({ folder, clock, runId: 'run', pid: process.pid })).rejects.toThrow('holds no usable key');
    await rm(join(folder, 'audit-key.pem'));
    expect(await write(1)).toBe(join(folder, 'audit.jsonl'));
  });

  it('refuses to write after it was closed', async () => {
    const audit = await openAudit({ folder, clock, runId: 'run', pid: process.pid });
    await audit[Symbol.asyncDispose]();
    await expect(audit.write(started(1))).rejects.toThrow('closed');
  });

  it('leaves no file of a second writer that had nothing to write', async () => {
    await using first = await openAudit({ folder, clock, runId: 'one', pid: process.pid });
    await first.write(started(1));
    const second = await openAudit({ folder, clock, runId: 'two', pid: process.pid });
    await second[Symbol.asyncDispose]();
    expect((await readdir(folder)).filter((name) => name.includes('two'))).toEqual([]);
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

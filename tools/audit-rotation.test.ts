import { copyFile, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppendTarget } from '../store/line-file.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { openAudit, verifyAudit } from './audit.ts';
import type { AuditBody } from './audit-entry.ts';
import type { AuditLimits } from './audit-rotation.ts';

let folder: string;
let clock: FakeClock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-rotation-'));
  clock = new FakeClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const DAY = 86_400_000;
const limits: AuditLimits = { maximumBytes: 1_500, maximumAgeMs: 30 * DAY, keepBytes: 1_000_000, keepMs: 1_000 * DAY };
const started = (index: number): AuditBody => ({ kind: 'started', requestId: `r${index}`, turnId: 't', tool: 'light', digest: 'd' });

async function write(count: number, options: Partial<Parameters<typeof openAudit>[0]> = {}): Promise<void> {
  await using audit = await openAudit({ folder, clock, runId: 'run', pid: process.pid, limits, ...options });
  for (let index = 0; index < count; index += 1) await audit.write(started(index));
}

const files = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
const requests = async (): Promise<string[]> => {
  const texts = await Promise.all((await files()).map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) => [...text.matchAll(/"requestId":"(r\d+)"/gu)].map((match) => match[1] ?? ''));
};
const problems = async (): Promise<string[]> =>
  (await verifyAudit(folder)).problems.map(({ file, line, problem }) => `${file}:${line} ${problem}`);

describe('a record of many files', () => {
  it('goes on in the next file when one is full, and stays one chain', async () => {
    await write(40);
    expect((await files()).length).toBeGreaterThan(4);
    expect(await problems()).toEqual([]);
    expect(await requests()).toEqual(Array.from({ length: 40 }, (_, index) => `r${index}`));
    const second = await readFile(join(folder, 'audit-000002.jsonl'), 'utf8');
    expect(second.split('\n')[0]).toContain('"previousFile":"audit-000001.jsonl"');
  });

  it('goes on where it stood after a restart', async () => {
    for (const runId of ['one', 'two', 'three']) await write(7, { runId });
    expect(await problems()).toEqual([]);
    expect((await requests()).length).toBe(21);
  });

  it('goes on in the next file when one is old', async () => {
    await using audit = await openAudit({ folder, clock, runId: 'run', pid: process.pid, limits });
    await audit.write(started(1));
    await clock.advance(31 * DAY);
    await audit.write(started(2));
    expect(await files()).toEqual(['audit-000001.jsonl', 'audit.jsonl']);
    expect(await problems()).toEqual([]);
  });

  it('also when it was not running as it grew old', async () => {
    await write(1);
    await clock.advance(31 * DAY);
    await write(1);
    expect(await files()).toEqual(['audit-000001.jsonl', 'audit.jsonl']);
    expect(await problems()).toEqual([]);
  });

  it('may lose its oldest files by age or by size, and proves that this was right', async () => {
    await write(20);
    await clock.advance(100 * DAY);
    const before = (await files()).length;
    await write(20, { limits: { ...limits, keepMs: 50 * DAY } });
    expect((await files()).length).toBeLessThan(before + 5);
    expect(await files()).not.toContain('audit-000001.jsonl');
    expect(await problems()).toEqual([]);
    await write(40, { limits: { ...limits, keepBytes: 3_000 } });
    expect((await files()).length).toBeLessThan(5);
    expect(await problems()).toEqual([]);
  });

  it('keeps its order when a rotation cannot be written, and tries again', async () => {
    let refuse = true;
    const openTarget = async (path: string): Promise<AppendTarget> => {
      const file = await open(path, 'a', 0o600);
      const { size } = await file.stat();
      return {
        appendFile: async (data) => {
          // A fresh file beside the full one finds no room.
          if (refuse && size === 0 && (await readdir(folder)).includes('audit-000001.jsonl'))
            throw new Error('ENOSPC: no space left on device');
          await file.appendFile(data);
        },
        datasync: () => file.datasync(),
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
      };
    };
    {
      await using audit = await openAudit({ folder, clock, runId: 'run', pid: process.pid, limits, openTarget });
      for (let index = 0; index < 20; index += 1) await audit.write(started(index));
      expect(await files()).toEqual(['audit.jsonl']);
      refuse = false;
      await audit.write(started(20));
      expect(await files()).toEqual(['audit-000001.jsonl', 'audit.jsonl']);
    }
    expect(await problems()).toEqual([]);
    expect(await requests()).toEqual(Array.from({ length: 21 }, (_, index) => `r${index}`));
  });

  it.each([
    [
      'before the full file got its number',
      async () => copyFile(join(folder, 'audit.jsonl.head'), join(folder, 'audit-000009.jsonl.head')),
    ],
    [
      'before the next file was begun',
      async () => {
        await rename(join(folder, 'audit.jsonl'), join(folder, 'audit-000009.jsonl'));
        await copyFile(join(folder, 'audit.jsonl.head'), join(folder, 'audit-000009.jsonl.head'));
      },
    ],
    [
      'in the middle of its first line',
      async () => {
        await rename(join(folder, 'audit.jsonl'), join(folder, 'audit-000009.jsonl'));
        await copyFile(join(folder, 'audit.jsonl.head'), join(folder, 'audit-000009.jsonl.head'));
        await writeFile(join(folder, 'audit.jsonl'), '{"kind":"contin');
      },
    ],
  ])('is whole after a kill %s', async (_when, leave) => {
    await write(20);
    await leave();
    expect(await problems()).toEqual([]);
    await write(3, { runId: 'after' });
    expect(await problems()).toEqual([]);
    expect((await requests()).length).toBe(23);
  });

  it.each([
    ['the first file', 'audit-000001.jsonl', true, 'audit-000001.jsonl:0 was taken away'],
    ['a file in the middle', 'audit-000003.jsonl', true, 'audit-000003.jsonl:0 was taken away'],
    ['a file without its head', 'audit-000003.jsonl', false, 'audit-000003.jsonl:0 was taken away'],
    ['the youngest file', 'audit.jsonl', true, 'audit.jsonl:0 was taken away'],
  ])('misses %s', async (_what, file, head, problem) => {
    await write(40);
    await rm(join(folder, file));
    if (head) await rm(join(folder, `${file}.head`));
    expect(await problems()).toContain(problem);
  });

  it('misses the files that nobody was allowed to delete, when others were', async () => {
    await write(20);
    await clock.advance(100 * DAY);
    await write(30, { limits: { ...limits, keepMs: 50 * DAY } });
    const [oldest = ''] = await files();
    await rm(join(folder, oldest));
    await rm(join(folder, `${oldest}.head`));
    expect(await problems()).toContain(`${oldest}:0 was taken away`);
  });

  it('believes nobody who signs a deletion with another key', async () => {
    await write(20);
    const path = join(folder, 'audit-000001.jsonl');
    const forged = { kind: 'pruned', signature: 'AAAA', upTo: { file: 'audit-000001.jsonl', hash: 'x', lines: 1 } };
    const { sealLine, readLine } = await import('./audit-entry.ts');
    const current = join(folder, 'audit.jsonl');
    const lines = (await readFile(current, 'utf8')).trimEnd().split('\n');
    const last = readLine(Buffer.from(lines.at(-1) ?? ''));
    if (last === undefined) throw new Error('no last line');
    await writeFile(current, `${lines.join('\n')}\n${sealLine(forged as AuditBody, '2026-01-01T00:00:00.000Z', last).text}`);
    await rm(path);
    await rm(`${path}.head`);
    expect(await problems()).toContain('audit-000001.jsonl:0 was taken away');
  });

  it('names whatever was altered, dropped, moved, inserted or cut off, in whichever file and line', async () => {
    await write(40);
    const original = new Map(
      await Promise.all(
        (await files()).map(async (file) => [file, (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n')] as const),
      ),
    );
    const names = [...original.keys()];
    const change = fc.record({
      file: fc.nat({ max: names.length - 1 }),
      line: fc.nat({ max: 1_000 }),
      other: fc.nat({ max: 1_000 }),
      byte: fc.nat({ max: 10_000 }),
      how: fc.constantFrom('alter', 'drop', 'swap', 'insert', 'cut', 'clear'),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ file: fileIndex, line, other, byte, how }) => {
        const file = names[fileIndex] ?? '';
        const lines = original.get(file) ?? [];
        const at = line % lines.length;
        const changed = changedLines(lines, at, other % lines.length, byte, how);
        if (changed.join('\n') === lines.join('\n')) return;
        await writeFile(join(folder, file), changed.map((each) => `${each}\n`).join(''));
        const found = (await verifyAudit(folder)).problems;
        await writeFile(join(folder, file), lines.map((each) => `${each}\n`).join(''));
        expect(found.length).toBeGreaterThan(0);
        // The first line that is not as it was, and no other, in this file.
        const firstBad = changed.findIndex((each, index) => each !== lines[index]);
        const expected = firstBad === -1 ? changed.length + 1 : firstBad + 1;
        expect(found).toContainEqual(expect.objectContaining({ file, line: expected }));
      }),
      { numRuns: 100 },
    );
    expect(await problems()).toEqual([]);
  }, 60_000);
});

function changedLines(lines: readonly string[], at: number, other: number, byte: number, how: string): string[] {
  const line = lines[at] ?? '';
  const place = byte % line.length;
  if (how === 'alter') return lines.with(at, `${line.slice(0, place)}${line[place] === 'a' ? 'b' : 'a'}${line.slice(place + 1)}`);
  if (how === 'drop') return lines.toSpliced(at, 1);
  if (how === 'swap') return lines.with(at, lines[other] ?? '').with(other, line);
  if (how === 'insert') return lines.toSpliced(at, 0, lines[other] ?? '');
  return how === 'cut' ? lines.slice(0, at) : [];
}

import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../contract/audit.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { type Audit, openAudit } from './audit.ts';
import type { AuditBody } from './audit-entry.ts';
import { exportAudit, verifyExport } from './export-audit.ts';
import { followAudit } from './follow-audit.ts';
import { linesBackwards } from './lines-backwards.ts';
import { searchAudit } from './search-audit.ts';

let folder: string;
let clock: FakeClock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-search-'));
  clock = new FakeClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const limits = { maximumBytes: 3_000, maximumAgeMs: 1e12, keepBytes: 1e9, keepMs: 1e12 };
const open = (runId = 'run'): Promise<Audit> => openAudit({ folder, clock, runId, pid: process.pid, limits });

const call = (index: number, tool = 'home.light'): { requestId: string; turnId: string; tool: string; digest: string } => ({
  requestId: `r${index}`,
  turnId: `t${Math.floor(index / 2)}`,
  tool,
  digest: 'd',
});
const ended = (index: number, outcome: 'confirmed' | 'denied' = 'confirmed', tool?: string): AuditBody => ({
  kind: 'ended',
  ...call(index, tool),
  outcome,
  ...(outcome === 'denied' && { reason: 'You said "No".' }),
});

const ids = (entries: readonly AuditEntry[]): string[] => entries.flatMap(({ requestId }) => requestId ?? []);

describe('looking through the record', () => {
  it('shows the newest first, page by page, through all files, while lines are being added', async () => {
    await using audit = await open();
    for (let index = 0; index < 60; index += 1) {
      await audit.write(ended(index));
      await clock.advance(index % 7 === 0 ? 1_000 : 0);
    }
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await searchAudit(folder, { tool: 'home.*', limit: 7, before });
      seen.push(...ids(page.entries));
      before = page.next;
      await audit.write(ended(1_000 + seen.length));
    } while (before !== undefined);
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => `r${59 - index}`));
  });

  it('finds by tool, turn, outcome, time and text, and by all of them at once', async () => {
    await using audit = await open();
    const start = clock.now();
    for (let index = 0; index < 20; index += 1) {
      await audit.write(ended(index, index % 5 === 0 ? 'denied' : 'confirmed', index % 2 === 0 ? 'home.light' : 'file.move'));
      await clock.advance(1_000);
    }
    const find = async (filter: Partial<Parameters<typeof searchAudit>[1]>): Promise<string[]> =>
      ids((await searchAudit(folder, { limit: 100, ...filter })).entries);
    expect(await find({ tool: 'file.move' })).toHaveLength(10);
    expect(await find({ tool: '*.light' })).toHaveLength(10);
    expect(await find({ turnId: 't3' })).toEqual(['r7', 'r6']);
    expect(await find({ outcome: 'denied' })).toEqual(['r15', 'r10', 'r5', 'r0']);
    expect(await find({ from: start + 17_000 })).toEqual(['r19', 'r18', 'r17']);
    expect(await find({ to: start + 1_000 })).toEqual(['r1', 'r0']);
    expect(await find({ text: 'YOU SAID' })).toHaveLength(4);
    expect(await find({ outcome: 'denied', tool: 'home.*', from: start + 5_000 })).toEqual(['r10']);
    expect(await find({ text: 'nowhere' })).toEqual([]);
  });

  it('joins what several processes have written', async () => {
    await using first = await open('one');
    await using second = await open('two');
    for (let index = 0; index < 10; index += 1) {
      await (index % 2 === 0 ? first : second).write(ended(index));
      await clock.advance(1_000);
    }
    expect(ids((await searchAudit(folder, { limit: 100 })).entries)).toEqual(Array.from({ length: 10 }, (_, index) => `r${9 - index}`));
  });

  it('finds nothing in a folder that is empty or missing, and passes over broken lines', async () => {
    expect(await searchAudit(folder, { limit: 5 })).toEqual({ entries: [] });
    expect(await searchAudit(join(folder, 'missing'), { limit: 5 })).toEqual({ entries: [] });
    {
      await using audit = await open();
      await audit.write(ended(1));
    }
    await appendFile(join(folder, 'audit.jsonl'), 'nonsense\n{"half":');
    expect(ids((await searchAudit(folder, { limit: 5 })).entries)).toEqual(['r1']);
  });

  it('reads lines backwards exactly as they stand, however long they are', async () => {
    const line = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.nat({ max: 700_000 }).map((length) => 'x'.repeat(length)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), fc.string({ maxLength: 5 }), async (lines, rest) => {
        const plain = lines.map((text) => text.replaceAll('\n', ' '));
        const path = join(folder, 'lines');
        await writeFile(path, plain.map((text) => `${text}\n`).join('') + rest.replaceAll('\n', ' '));
        const read: string[] = [];
        for await (const bytes of linesBackwards(path)) read.push(bytes.toString('utf8'));
        expect(read).toEqual(plain.reverse());
      }),
      { numRuns: 30 },
    );
  });
});

describe('following the record', () => {
  it('shows the last lines and then every new one, through a change of files and from other processes', async () => {
    await using audit = await open();
    for (let index = 0; index < 5; index += 1) await audit.write(ended(index));
    const leaving = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const entry of followAudit(folder, { last: 2, clock, signal: leaving.signal })) seen.push(...ids([entry]));
    })();
    await expect.poll(() => seen).toEqual(['r3', 'r4']);
    await using other = await open('other');
    await other.write(ended(100));
    for (let index = 5; index < 40; index += 1) await audit.write(ended(index));
    await expect
      .poll(async () => {
        await clock.advance(250);
        return seen.length;
      })
      .toBe(38);
    expect([...seen].sort()).toEqual(['r100', ...Array.from({ length: 37 }, (_, index) => `r${index + 3}`)].sort());
    leaving.abort();
    await following;
  });
});

describe('an export of one task', () => {
  it('holds its lines as they stand, and proves itself without anything else', async () => {
    {
      await using audit = await open();
      for (let index = 0; index < 30; index += 1) await audit.write(ended(index));
    }
    const document = await exportAudit(folder, 't4', clock.now());
    expect(document.lines).toHaveLength(2);
    const text = JSON.stringify(document);
    await rm(folder, { recursive: true });
    expect(verifyExport(text)).toEqual({ entries: 2, problems: [], key: expect.stringMatching(/^[0-9a-f]{64}$/u) });
  });

  it('is found by the id of one request too, and empty for a task that never was', async () => {
    {
      await using audit = await open();
      await audit.write([ended(1), ended(2)]);
    }
    expect((await exportAudit(folder, 'r2', 0)).lines).toHaveLength(1);
    expect((await exportAudit(folder, 'nothing', 0)).lines).toEqual([]);
  });

  it('fits no more when anything in it was changed', async () => {
    {
      await using audit = await open();
      for (let index = 0; index < 4; index += 1) await audit.write(ended(index));
    }
    const text = JSON.stringify(await exportAudit(folder, 't1', clock.now()));
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), (at) => {
        const altered = `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`;
        let sound: boolean;
        try {
          sound = verifyExport(altered).problems.length === 0;
        } catch {
          sound = false;
        }
        return !sound;
      }),
      { numRuns: 300 },
    );
    expect(() => verifyExport('no export')).toThrow('no export of a JARVIS record');
    expect(() => verifyExport('{}')).toThrow('no export of a JARVIS record');
  });

  it('says when the record it was taken from is broken', async () => {
    {
      await using audit = await open();
      await audit.write([ended(1), ended(2)]);
    }
    await appendFile(join(folder, 'audit.jsonl'), 'nonsense\n');
    const verdict = verifyExport(JSON.stringify(await exportAudit(folder, 't1', 0)));
    expect(verdict.problems).toMatchObject([{ file: 'audit.jsonl', line: 4 }]);
  });
});

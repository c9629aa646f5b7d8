import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { openAudit, verifyAudit } from './audit.ts';
import { closeUnfinished, NOT_BEGUN, PERHAPS_DONE } from './close-unfinished.ts';
import { searchAudit } from './search-audit.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-killed-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

/** A host whose only tool kills it in the middle of its effect; `risk` decides what the gate does before. */
const hostThatDies = (risk: string): string => `
  import { Approvals } from ${file('./approvals.ts')};
  import { openAudit } from ${file('./audit.ts')};
  import { createGate } from ${file('./create-gate.ts')};
  import { EmergencyStop } from ${file('./emergency-stop.ts')};
  import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
  const clock = { now: () => Date.now(), monotonic: () => 0, sleep: () => new Promise(() => undefined) };
  const audit = await openAudit({ folder: ${JSON.stringify(folder)}, clock, runId: 'child', pid: process.pid });
  const input = z.object({ door: z.string() });
  const manifest = { name: 'door.open', title: 'Open', input, permissions: {}, risk: '${risk}', timeoutMs: 1000 };
  const tool = { manifest, describe: () => 'Open', run: () => process.kill(process.pid, 'SIGKILL') };
  const approvals = new Approvals({ clock, newId: () => 'a', expiryMs: 1000 });
  const stop = new EmergencyStop();
  const gate = createGate({ registry: { usable: () => ({ tool }), used: () => undefined }, policy: { rules: [], enabled: [] }, approvals, audit, stop, clock });
  const request = { id: 'last', turnId: 't', tool: 'door.open', input: { door: 'front' }, source: 'cli', dryRun: false };
  await gate.call(request, new AbortController().signal, (notice) => {
    if (notice.type === 'approval-asked') approvals.answer(notice.approval.id, true, 'cli');
  });
`;

it.each([
  ['change', ['requested', 'started']],
  ['guarded', ['requested', 'approval', 'started']],
])('a host killed in the middle of a %s effect leaves its start on record, and the next one goes on from there', async (risk, kinds) => {
  const script = join(folder, 'host.mjs');
  await writeFile(script, hostThatDies(risk));
  const [code, signal] = await once(fork(script), 'exit');
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });

  const path = join(folder, 'audit.jsonl');
  expect((await readFile(path, 'utf8')).match(/(?<="kind":")[a-z]+/gu)).toEqual(kinds);
  const audit = await openAudit({ folder, clock: new FakeClock(), runId: 'after', pid: process.pid });
  await audit.write({ kind: 'started', requestId: 'next', turnId: 't', tool: 'x', digest: 'd' });
  await audit[Symbol.asyncDispose]();
  expect(audit.path).toBe(path);
  expect(await verifyAudit(folder)).toEqual({ lines: kinds.length + 2, problems: [] });
});

/** Where the host dies: the tool itself only leaves a mark, as a real one would. */
type Moment = 'before the start is written' | 'between the start and the effect' | 'between the effect and the end';

const hostThatDiesAt = (moment: Moment, risk: string): string => `
  import { appendFileSync } from 'node:fs';
  import { Approvals } from ${file('./approvals.ts')};
  import { openAudit } from ${file('./audit.ts')};
  import { createGate } from ${file('./create-gate.ts')};
  import { EmergencyStop } from ${file('./emergency-stop.ts')};
  import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
  const clock = { now: () => Date.now(), monotonic: () => 0, sleep: () => new Promise(() => undefined) };
  const real = await openAudit({ folder: ${JSON.stringify(folder)}, clock, runId: 'child', pid: process.pid });
  const die = () => process.kill(process.pid, 'SIGKILL');
  const moment = ${JSON.stringify(moment)};
  const audit = {
    path: real.path,
    async write(bodies, how) {
      const kinds = [bodies].flat().map(({ kind }) => kind);
      if (moment.startsWith('before') && kinds.includes('started')) {
        await real.write([bodies].flat().filter(({ kind }) => kind !== 'started'), how);
        die();
      }
      if (moment.endsWith('the end') && kinds.includes('ended')) die();
      await real.write(bodies, how);
      if (moment.endsWith('the effect') && kinds.includes('started')) die();
    },
  };
  const input = z.object({ door: z.string() });
  const manifest = { name: 'door.open', title: 'Open', input, permissions: {}, risk: '${risk}', timeoutMs: 1000 };
  const run = async ({ door }) => { appendFileSync(${JSON.stringify(join(folder, 'mark'))}, door); return { outcome: 'confirmed' }; };
  const tool = { manifest, describe: () => 'Open', run };
  const approvals = new Approvals({ clock, newId: () => 'a', expiryMs: 1000 });
  const stop = new EmergencyStop();
  const gate = createGate({ registry: { usable: () => ({ tool }), used: () => undefined }, policy: { rules: [], enabled: [] }, approvals, audit, stop, clock });
  const request = { id: 'last', turnId: 't', tool: 'door.open', input: { door: 'front' }, source: 'cli', dryRun: false };
  await gate.call(request, new AbortController().signal, (notice) => {
    if (notice.type === 'approval-asked') approvals.answer(notice.approval.id, true, 'cli');
  });
`;

it.each([
  ['before the start is written', 'change', '', NOT_BEGUN],
  ['before the start is written', 'guarded', '', NOT_BEGUN],
  ['between the start and the effect', 'change', '', PERHAPS_DONE],
  ['between the start and the effect', 'guarded', '', PERHAPS_DONE],
  ['between the effect and the end', 'change', 'front', PERHAPS_DONE],
  ['between the effect and the end', 'guarded', 'front', PERHAPS_DONE],
] as const)('a host killed %s (%s) has its record say so at the next start', async (moment, risk, mark, reason) => {
  const script = join(folder, 'host.mjs');
  await writeFile(script, hostThatDiesAt(moment, risk));
  const [, signal] = await once(fork(script), 'exit');
  expect(signal).toBe('SIGKILL');
  expect(await readFile(join(folder, 'mark'), 'utf8').catch(() => '')).toBe(mark);

  const audit = await openAudit({ folder, clock: new FakeClock(), runId: 'after', pid: process.pid });
  const begun = reason === PERHAPS_DONE;
  expect(await closeUnfinished(audit)).toEqual({ notBegun: begun ? 0 : 1, perhapsDone: begun ? 1 : 0 });
  expect(await closeUnfinished(audit)).toEqual({ notBegun: 0, perhapsDone: 0 });
  await audit[Symbol.asyncDispose]();
  const { entries } = await searchAudit(folder, { turnId: 't', limit: 10 });
  expect(entries[0]).toMatchObject({ kind: 'ended', requestId: 'last', tool: 'door.open', outcome: 'failed', reason });
  expect((await verifyAudit(folder)).problems).toEqual([]);
});

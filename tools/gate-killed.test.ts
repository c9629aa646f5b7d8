import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { openAudit, verifyAudit } from './audit.ts';

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
  const clock = { now: () => Date.now(), monotonic: () => 0, sleep: () => new Promise(() => undefined) };
  const audit = await openAudit({ folder: ${JSON.stringify(folder)}, clock, runId: 'child', pid: process.pid });
  const input = { safeParse: (data) => ({ success: true, data }) };
  const manifest = { name: 'door.open', title: 'Open', input, permissions: [], risk: '${risk}', timeoutMs: 1000 };
  const tool = { manifest, describe: () => 'Open', run: () => process.kill(process.pid, 'SIGKILL') };
  const approvals = new Approvals({ clock, newId: () => 'a', expiryMs: 1000 });
  const stop = new EmergencyStop();
  const gate = createGate({ registry: { get: () => tool }, policy: { rules: [], enabled: [] }, approvals, audit, stop, clock });
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

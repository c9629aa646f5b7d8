import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ToolRequest } from '../../contract/tool.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { manifestOf, openPluginWorkbench, type PluginWorkbench } from '../../tests/fakes/plugin-workbench.ts';
import { Approvals } from '../approvals.ts';
import { type Audit, openAudit } from '../audit.ts';
import { createGate } from '../create-gate.ts';
import { EmergencyStop } from '../emergency-stop.ts';
import type { Gate, GateNotice } from '../gate.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { findSandboxMeans } from '../sandbox/sandbox-means.ts';

let folder: string;
let audit: Audit;
let bench: PluginWorkbench;
let gate: Gate;
const stop = new EmergencyStop();
let ids = 0;
const newId = (): string => {
  ids += 1;
  return `a${ids}`;
};
const approvals = new Approvals({ clock: systemClock, newId, expiryMs: 60_000 });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-plugin-gate-'));
  audit = await openAudit({ folder, clock: systemClock, runId: 'test', pid: process.pid });
  bench = await openPluginWorkbench(await findSandboxMeans());
  gate = createGate({ registry: bench.registry, policy: DEFAULT_POLICY, approvals, audit, stop, clock: systemClock });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const put = async (code: string): Promise<void> => {
  await bench.write('weather', { 'manifest.json': manifestOf(), 'weather.mjs': `export default { now: ${code} };` });
  await bench.loader.scan();
};
const request = (): ToolRequest => ({
  id: newId(),
  turnId: 't',
  tool: 'weather.now',
  input: { city: 'Oslo' },
  source: 'agent',
  dryRun: false,
});
const answering =
  (first: () => Promise<unknown> = async () => undefined) =>
  (notice: GateNotice): void => {
    if (notice.type === 'approval-asked') void first().then(() => approvals.answer(notice.approval.id, true, 'page'));
  };
const never = new AbortController().signal;
const MARK = '() => "sunny"';

it('a plugin that nobody has looked at does not run, and one that was looked at asks, and taints what it answers', async () => {
  await put(MARK);
  expect(await gate.call(request(), never, answering())).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('looked at') });
  await bench.registry.approveReview('weather');
  const notices: GateNotice[] = [];
  const outcome = await gate.call(request(), never, (notice) => {
    notices.push(notice);
    answering()(notice);
  });
  expect(outcome).toMatchObject({ outcome: 'accepted', output: 'sunny', taint: { origin: 'plugin', name: 'Weather' } });
  expect(notices.map(({ type }) => type)).toEqual(['approval-asked', 'approval-answered']);
  expect(bench.registry.list()[0]?.calls).toBe(1);
}, 30_000);

it('a plugin that changes while its call waits for a yes does not run on that yes', async () => {
  await put(MARK);
  await bench.registry.approveReview('weather');
  const outcome = await gate.call(
    request(),
    never,
    answering(() => put('() => "evil"')),
  );
  expect(outcome).toMatchObject({ outcome: 'denied', reason: expect.stringContaining('looked at') });
  const reviewed = await gate.call(
    request(),
    never,
    answering(async () => undefined),
  );
  expect(reviewed.outcome).toBe('failed');
}, 30_000);

it('a plugin that is switched off while its call waits for a yes does not run on that yes', async () => {
  await put(MARK);
  await bench.registry.approveReview('weather');
  const outcome = await gate.call(
    request(),
    never,
    answering(() => bench.registry.setEnabled('weather.now', false)),
  );
  expect(outcome).toMatchObject({ outcome: 'denied', reason: expect.stringContaining('switched off') });
}, 30_000);

it('the emergency stop ends the process of a plugin that runs', async () => {
  await put('() => new Promise((resolve) => setTimeout(resolve, 60_000))');
  await bench.registry.approveReview('weather');
  const running = gate.call(request(), never, answering());
  await vi.waitFor(() => expect(bench.runner.running).toBe(1), { timeout: 10_000 });
  stop.stop();
  expect((await running).outcome).not.toBe('accepted');
  await vi.waitFor(() => expect(bench.runner.running).toBe(0), { timeout: 5_000 });
  stop.release();
}, 30_000);

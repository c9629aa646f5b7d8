import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { Risk } from '../contract/tool.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { Approvals } from './approvals.ts';
import { openAudit } from './audit.ts';
import { createGate } from './create-gate.ts';
import { EmergencyStop } from './emergency-stop.ts';
import { ToolRegistry } from './registry.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-full-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A device that answers every write with "no space left", as a full disk does. */
const FULL = '/dev/full';

it.runIf(existsSync(FULL)).each([
  ['guarded', 0],
  ['change', 0],
  ['observe', 1],
] as [Risk, number][])('with a full disk a %s call runs %i times', async (risk, times) => {
  const clock = new FakeClock();
  let ran = 0;
  const audit = await openAudit({
    folder,
    clock,
    runId: 'run',
    pid: process.pid,
    openTarget: async () => {
      const full = await open(FULL, 'a');
      return {
        appendFile: (data) => full.appendFile(data),
        // The device has nothing to flush or to cut.
        datasync: async () => undefined,
        truncate: async () => undefined,
        close: () => full.close(),
      };
    },
  });
  const registry = new ToolRegistry();
  registry.register({
    manifest: {
      name: 'door.open',
      version: '1.0.0',
      title: 'Open a door',
      description: '',
      input: z.unknown(),
      permissions: {},
      risk,
      reversible: true,
      timeoutMs: 1_000,
    },
    describe: () => 'Open the door',
    run: async () => {
      ran += 1;
      return { outcome: 'confirmed' };
    },
  });
  const approvals = new Approvals({ clock, newId: () => 'a', expiryMs: 60_000 });
  const gate = createGate({
    registry,
    policy: { rules: [{ effect: 'allow', tool: '*' }], enabled: [] },
    approvals,
    audit,
    stop: new EmergencyStop(),
    clock,
  });
  const outcome = await gate.call(
    { id: 'r', turnId: 't', tool: 'door.open', input: {}, source: 'page', dryRun: false },
    new AbortController().signal,
    (notice) => notice.type === 'approval-asked' && approvals.answer(notice.approval.id, true, 'page'),
  );
  expect(ran).toBe(times);
  expect(outcome.outcome).toBe(times === 0 ? 'failed' : 'confirmed');
  if (times === 0) expect(outcome.reason).toMatch(/record.*so I did nothing.*no space left/u);
  await audit[Symbol.asyncDispose]();
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Risk, ToolRequest } from '../contract/tool.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { Approvals } from './approvals.ts';
import type { Audit } from './audit.ts';
import { openAudit, verifyAudit } from './audit.ts';
import { createGate } from './create-gate.ts';
import { EmergencyStop } from './emergency-stop.ts';
import type { Gate, GateNotice } from './gate.ts';
import type { Policy } from './policy.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { ToolRegistry } from './registry.ts';
import type { Tool, ToolResult } from './tool.ts';

const Input = z.object({ door: z.string() }).strict();
type Input = z.infer<typeof Input>;

let folder: string;
let audit: Audit;
let clock: FakeClock;
let approvals: Approvals;
let stop: EmergencyStop;
let ran: Input[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-gate-'));
  clock = new FakeClock();
  audit = await openAudit({ folder, clock, runId: 'test', pid: process.pid });
  let count = 0;
  approvals = new Approvals({ clock, newId: () => `approval-${++count}`, expiryMs: 60_000 });
  stop = new EmergencyStop();
  ran = [];
});

afterEach(async () => {
  await audit[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function door(risk: Risk, run: (input: Input) => Promise<ToolResult> = async () => ({ outcome: 'confirmed' })): Tool<Input> {
  return {
    manifest: {
      name: 'door.open',
      version: '1.0.0',
      title: 'Open a door',
      description: 'Opens it.',
      input: Input,
      permissions: ['home'],
      risk,
      reversible: true,
      timeoutMs: 5_000,
    },
    describe: (input) => `Open ${input.door}`,
    run: async (input) => {
      ran.push(input);
      return run(input);
    },
  };
}

function gateWith(tool: Tool<Input>, policy: Policy = DEFAULT_POLICY): Gate {
  const registry = new ToolRegistry();
  registry.register(tool as Tool);
  return createGate({ registry, policy, approvals, audit, stop, clock });
}

const request = (more: Partial<ToolRequest> = {}): ToolRequest => ({
  id: 'request-1',
  turnId: 'turn-1',
  tool: 'door.open',
  input: { door: 'front' },
  source: 'voice',
  dryRun: false,
  ...more,
});

const never = new AbortController().signal;
const kinds = async (): Promise<string[]> =>
  (await readFile(audit.path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => z.object({ kind: z.string() }).parse(JSON.parse(line)).kind);

/** Answers the first approval that comes up. */
function answering(approved: boolean): (notice: GateNotice) => void {
  return (notice) => {
    if (notice.type === 'approval-asked') queueMicrotask(() => approvals.answer(notice.approval.id, approved, 'page'));
  };
}

describe('the gate', () => {
  it('lets comfort through and writes it down', async () => {
    expect(await gateWith(door('change')).call(request(), never)).toEqual({ outcome: 'confirmed' });
    expect(await kinds()).toEqual(['requested', 'started', 'ended']);
  });

  it('asks before what is guarded, and acts only on a yes', async () => {
    const gate = gateWith(door('guarded'));
    expect(await gate.call(request(), never, answering(false))).toEqual({ outcome: 'denied', reason: 'you said no' });
    expect(ran).toEqual([]);
    expect(await gate.call(request(), never, answering(true))).toEqual({ outcome: 'confirmed' });
    expect(ran).toEqual([{ door: 'front' }]);
    expect(await kinds()).toEqual(['requested', 'approval', 'ended', 'requested', 'approval', 'started', 'ended']);
  });

  it('takes silence for a no', async () => {
    const call = gateWith(door('guarded')).call(request(), never);
    await untilPending();
    await clock.advance(60_001);
    expect(await call).toEqual({ outcome: 'denied', reason: 'nobody answered in time' });
    expect(approvals.pending()).toEqual([]);
  });

  it('counts one answer, and none that comes late', async () => {
    const call = gateWith(door('guarded')).call(request(), never);
    await untilPending();
    const [asked] = approvals.pending();
    expect(approvals.answer(asked?.id ?? '', true, 'page')).toBe(true);
    expect(approvals.answer(asked?.id ?? '', false, 'cli')).toBe(false);
    expect((await call).outcome).toBe('confirmed');
    expect(approvals.answer('nobody asked this', true, 'api')).toBe(false);
  });

  it('lets input raise the risk, never lower it', async () => {
    const gate = gateWith({ ...door('guarded'), riskOf: () => 'observe' });
    expect((await gate.call(request(), never, answering(false))).outcome).toBe('denied');
    const raised = gateWith({ ...door('change'), riskOf: (input) => (input.door === 'front' ? 'guarded' : 'change') });
    expect((await raised.call(request(), never, answering(false))).outcome).toBe('denied');
    expect((await raised.call(request({ input: { door: 'cupboard' } }), never)).outcome).toBe('confirmed');
  });

  it('refuses what is forbidden until it is switched on by name, and then asks', async () => {
    expect((await gateWith(door('forbidden')).call(request(), never)).outcome).toBe('denied');
    const gate = gateWith(door('forbidden'), { rules: [], enabled: ['door.open'] });
    expect((await gate.call(request(), never, answering(true))).outcome).toBe('confirmed');
  });

  it('lets deny beat ask and ask beat allow, whatever the breadth', async () => {
    const rules = [
      { tool: 'door.open', effect: 'allow' as const },
      { tool: '*', effect: 'deny' as const },
    ];
    expect((await gateWith(door('observe'), { rules, enabled: [] }).call(request(), never)).outcome).toBe('denied');
  });

  it('refuses unknown tools and wrong input without running anything', async () => {
    const gate = gateWith(door('change'));
    expect(await gate.call(request({ tool: 'door.close' }), never)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('no tool'),
    });
    expect(await gate.call(request({ input: { door: 7 } }), never)).toMatchObject({ outcome: 'failed' });
    expect(await gate.call(request({ input: { door: 'front', also: 'this' } }), never)).toMatchObject({ outcome: 'failed' });
    expect(ran).toEqual([]);
  });

  it('answers in time for a tool that never does', async () => {
    const call = gateWith(door('change', () => new Promise(() => undefined))).call(request(), never);
    await untilRan();
    await clock.advance(5_001);
    expect(await call).toEqual({ outcome: 'failed', reason: 'It took too long.' });
  });

  it('tells the failure of a tool that throws', async () => {
    const gate = gateWith(
      door('change', async () => {
        throw new Error('the hinge broke');
      }),
    );
    expect(await gate.call(request(), never)).toEqual({ outcome: 'failed', reason: 'the hinge broke' });
  });

  it('does nothing on a dry run, but judges it all the same', async () => {
    expect(await gateWith(door('change')).call(request({ dryRun: true }), never)).toEqual({ outcome: 'accepted', dryRun: true });
    expect(await gateWith(door('guarded')).call(request({ dryRun: true }), never)).toMatchObject({ reason: 'would ask first' });
    expect((await gateWith(door('forbidden')).call(request({ dryRun: true }), never)).outcome).toBe('denied');
    expect(ran).toEqual([]);
  });

  it('starts nothing while the emergency stop is latched, and ends what runs', async () => {
    const gate = gateWith(door('change', () => new Promise(() => undefined)));
    const running = gate.call(request(), never);
    await untilRan();
    stop.stop();
    expect(await running).toMatchObject({ outcome: 'failed', reason: 'It was called off.' });
    expect((await gate.call(request(), never)).outcome).toBe('denied');
    stop.release();
    expect((await gateWith(door('change')).call(request(), never)).outcome).toBe('confirmed');
  });

  it('has no effect when it cannot be written down', async () => {
    const full: Audit = {
      path: '',
      write: async () => Promise.reject(new Error('disk full')),
      [Symbol.asyncDispose]: async () => undefined,
    };
    const registry = new ToolRegistry();
    registry.register(door('change') as Tool);
    const gate = createGate({ registry, policy: DEFAULT_POLICY, approvals, audit: full, stop, clock });
    expect(await gate.call(request(), never)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('disk full') });
    expect(ran).toEqual([]);
  });

  it('leaves a record that verifies', async () => {
    const gate = gateWith(door('change'));
    for (let index = 0; index < 120; index += 1) await gate.call(request({ id: `request-${index}` }), never);
    const { lines, problems } = await verifyAudit(folder);
    expect(problems).toEqual([]);
    expect(lines).toBeGreaterThan(360);
  });
});

async function untilPending(): Promise<void> {
  while (approvals.pending().length === 0) await new Promise((resolve) => setImmediate(resolve));
}

async function untilRan(): Promise<void> {
  while (ran.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

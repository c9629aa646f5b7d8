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
      permissions: { home: true },
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
    expect(await gate.call(request(), never, answering(false))).toEqual({ outcome: 'denied', reason: 'You said no.' });
    expect(ran).toEqual([]);
    expect(await gate.call(request(), never, answering(true))).toEqual({ outcome: 'confirmed' });
    expect(ran).toEqual([{ door: 'front' }]);
    expect(await kinds()).toEqual(['requested', 'approval', 'ended', 'requested', 'approval', 'started', 'ended']);
  });

  it('takes silence for a no', async () => {
    const call = gateWith(door('guarded')).call(request(), never);
    await untilPending();
    await clock.advance(60_001);
    expect(await call).toEqual({ outcome: 'denied', reason: 'Nobody answered in time.' });
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
      reason: 'There is no tool called door.close.',
    });
    expect(await gate.call(request({ input: { door: 7 } }), never)).toMatchObject({ outcome: 'failed' });
    expect(await gate.call(request({ input: { door: 'front', also: 'this' } }), never)).toMatchObject({ outcome: 'failed' });
    expect(ran).toEqual([]);
  });

  it('answers in time for a tool that never does', async () => {
    const call = gateWith(door('change', () => new Promise(() => undefined))).call(request(), never);
    await untilRan();
    await clock.advance(5_001);
    expect(await call).toEqual({ outcome: 'failed', reason: 'It timed out after 5 seconds.' });
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
    expect(await running).toMatchObject({ outcome: 'failed', reason: 'It was called off while it ran.' });
    expect((await gate.call(request(), never)).outcome).toBe('denied');
    expect((await gate.call(request({ dryRun: true }), never)).outcome).toBe('denied');
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

  it('only looks when it cannot write it down, and says so', async () => {
    const full: Audit = {
      path: '',
      write: async () => Promise.reject(new Error('disk full')),
      [Symbol.asyncDispose]: async () => undefined,
    };
    const callOn = (risk: Risk) => {
      const registry = new ToolRegistry();
      registry.register(door(risk) as Tool);
      return createGate({ registry, policy: DEFAULT_POLICY, approvals, audit: full, stop, clock }).call(request(), never, answering(true));
    };
    expect(await callOn('observe')).toEqual({ outcome: 'confirmed', reason: 'My record of it could not be written: disk full.' });
    expect(await callOn('guarded')).toEqual({ outcome: 'failed', reason: 'I cannot keep my record of it, so I did nothing: disk full.' });
    expect(ran).toHaveLength(1);
  });

  it('has the start of what is guarded on the disk itself before the effect', async () => {
    const order: string[] = [];
    const watched: Audit = {
      path: audit.path,
      async write(bodies, options) {
        await audit.write(bodies, options);
        for (const body of [bodies].flat()) order.push(`${body.kind}${options?.durable === true ? ' durable' : ''}`);
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
    const registry = new ToolRegistry();
    const effect = async (): Promise<ToolResult> => {
      order.push('effect');
      return { outcome: 'confirmed' };
    };
    registry.register(door('guarded', effect) as Tool);
    const gate = createGate({ registry, policy: DEFAULT_POLICY, approvals, audit: watched, stop, clock });
    await gate.call(request(), never, answering(true));
    expect(order).toEqual(['requested', 'approval durable', 'started durable', 'effect', 'ended durable']);
  });

  it('does not start what was called off while the record was being written', async () => {
    const caller = new AbortController();
    const slow: Audit = {
      path: audit.path,
      async write(bodies, options) {
        await audit.write(bodies, options);
        caller.abort(new Error('never mind'));
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
    const registry = new ToolRegistry();
    registry.register(door('change') as Tool);
    const gate = createGate({ registry, policy: DEFAULT_POLICY, approvals, audit: slow, stop, clock });
    expect(await gate.call(request(), caller.signal)).toEqual({ outcome: 'denied', reason: 'It was called off.' });
    expect(ran).toEqual([]);
  });

  it('cancels the question when the turn is dropped', async () => {
    const turn = new AbortController();
    const call = gateWith(door('guarded')).call(request(), turn.signal);
    await untilPending();
    turn.abort(new Error('never mind'));
    expect(await call).toEqual({ outcome: 'denied', reason: 'It was called off.' });
    expect(approvals.pending()).toEqual([]);
  });

  it('runs what was asked for, even when somebody changes what is shown', async () => {
    const gate = gateWith(door('guarded'));
    await gate.call(request(), never, (notice) => {
      if (notice.type !== 'approval-asked') return;
      if (typeof notice.approval.input === 'object' && notice.approval.input !== null)
        Object.assign(notice.approval.input, { door: 'back' });
      queueMicrotask(() => approvals.answer(notice.approval.id, true, 'page'));
    });
    expect(ran).toEqual([{ door: 'front' }]);
  });

  it('runs what was asked for, even when the caller changes it meanwhile', async () => {
    const loose = z.object({ door: z.string(), data: z.record(z.string(), z.unknown()) });
    const seen: unknown[] = [];
    const run = async (input: unknown): Promise<ToolResult> => {
      seen.push(input);
      return { outcome: 'confirmed' };
    };
    const tool = { ...door('change'), run };
    const registry = new ToolRegistry();
    registry.register({ ...tool, manifest: { ...tool.manifest, input: loose } } as Tool);
    const gate = createGate({ registry, policy: DEFAULT_POLICY, approvals, audit, stop, clock });
    const inner = { speed: 1 };
    const call = gate.call(request({ input: { door: 'front', data: { inner } } }), never);
    inner.speed = 99;
    await call;
    expect(seen).toEqual([{ door: 'front', data: { inner: { speed: 1 } } }]);
  });

  it('refuses when the world made it riskier than what was approved', async () => {
    let risk: Risk = 'guarded';
    const gate = gateWith({ ...door('guarded'), riskOf: () => risk });
    const call = gate.call(request(), never, (notice) => {
      if (notice.type !== 'approval-asked') return;
      risk = 'forbidden';
      queueMicrotask(() => approvals.answer(notice.approval.id, true, 'page'));
    });
    expect(await call).toMatchObject({ outcome: 'denied', reason: 'It has become riskier than what was approved.' });
    expect(ran).toEqual([]);
  });

  it('survives a caller whose notices throw, and a tool that cannot describe itself', async () => {
    const call = gateWith(door('guarded')).call(request(), never, () => {
      throw new Error('page gone');
    });
    expect(await call).toEqual({ outcome: 'failed', reason: 'page gone' });
    expect(approvals.pending()).toEqual([]);
    const mute = {
      ...door('guarded'),
      describe: () => {
        throw new Error('no words');
      },
    };
    expect(await gateWith(mute).call(request(), never)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('no words'),
    });
    expect(ran).toEqual([]);
    expect(await kinds()).toEqual(['requested', 'ended', 'requested', 'ended']);
  });

  it('takes the emergency stop for a no to whatever waits', async () => {
    const call = gateWith(door('guarded')).call(request(), never);
    await untilPending();
    stop.stop();
    expect(await call).toEqual({ outcome: 'denied', reason: 'Everything is stopped until somebody releases it.' });
    expect(approvals.pending()).toEqual([]);
  });

  it('writes down what a tool did after it was given up', async () => {
    let finish: (result: ToolResult) => void = () => undefined;
    const call = gateWith(door('change', () => new Promise((resolve) => (finish = resolve)))).call(request(), never);
    await untilRan();
    await clock.advance(5_001);
    expect((await call).outcome).toBe('failed');
    finish({ outcome: 'confirmed' });
    await new Promise((resolve) => setImmediate(resolve));
    await audit[Symbol.asyncDispose]();
    expect(await readFile(audit.path, 'utf8')).toMatch(/"kind":"ended","late":true,"outcome":"confirmed"/u);
  });

  it('keeps codes out of the record', async () => {
    const withCode = { ...door('change') };
    const registry = new ToolRegistry();
    const input = z.object({ door: z.string(), code: z.string(), note: z.string() });
    registry.register({ ...withCode, manifest: { ...withCode.manifest, input, secrets: ['note'] } } as Tool);
    const gate = createGate({ registry, policy: DEFAULT_POLICY, approvals, audit, stop, clock });
    await gate.call(request({ input: { door: 'front', code: '4711', note: 'back at nine' } }), never);
    expect(ran).toEqual([{ door: 'front', code: '4711', note: 'back at nine' }]);
    expect(await readFile(audit.path, 'utf8')).not.toMatch(/4711|back at nine/u);
  });

  it.each([
    ['nothing at all', undefined],
    ['null', null],
    ['a list', []],
    ['a number where an object should be', 7],
  ])('refuses %s as input and writes the refusal down', async (_what, input) => {
    expect(await gateWith(door('change')).call(request({ input }), never)).toMatchObject({ outcome: 'failed' });
    expect(await kinds()).toEqual(['requested', 'ended']);
  });

  it('refuses an input of a million characters', async () => {
    const outcome = await gateWith(door('change')).call(request({ input: { door: 'x'.repeat(1_000_001) } }), never);
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('too large') });
    expect((await readFile(audit.path)).length).toBeLessThan(2_000);
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

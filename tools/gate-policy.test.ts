import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Approval, Risk, ToolOutcome, ToolRequest } from '../contract/tool.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { Approvals } from './approvals.ts';
import { type Audit, openAudit, verifyAudit } from './audit.ts';
import { createGate, type GateOptions } from './create-gate.ts';
import { EmergencyStop } from './emergency-stop.ts';
import type { Gate } from './gate.ts';
import { UsageProfile } from './policy/usage-profile.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import { ToolRegistry } from './registry.ts';
import type { Tool, ToolResult } from './tool.ts';

let folder: string;
let clock: FakeClock;
let audit: Audit;
let approvals: Approvals;
let asked: Approval[];
let ran: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-gate-'));
  clock = new FakeClock();
  audit = await openAudit({ folder, clock, runId: 'test', pid: process.pid });
  approvals = new Approvals({ clock, newId: () => `approval-${asked.length}`, expiryMs: 60_000 });
  asked = [];
  ran = 0;
});
afterEach(async () => {
  await audit[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function door(
  risk: Risk,
  more: Partial<Tool['manifest']> = {},
  run: () => Promise<ToolResult> = async () => ({ outcome: 'confirmed' }),
): Tool {
  return {
    manifest: {
      name: 'door.open',
      version: '1.0.0',
      title: 'Open a door',
      description: 'Opens it.',
      input: z.record(z.string(), z.unknown()),
      permissions: {},
      risk,
      reversible: true,
      timeoutMs: 5_000,
      ...more,
    },
    describe: () => 'Open the door',
    async run() {
      ran += 1;
      return run();
    },
  };
}

function gateWith(tool: Tool, more: Partial<GateOptions> = {}): Gate {
  const registry = new ToolRegistry();
  registry.register(tool);
  return createGate({ registry, policy: DEFAULT_POLICY, approvals, audit, stop: new EmergencyStop(), clock, ...more });
}

const never = new AbortController().signal;
const taint = [{ origin: 'web' as const, name: 'example.org' }];

/** Every question is answered the same way. */
function call(gate: Gate, more: Partial<ToolRequest> = {}, yes = false): Promise<ToolOutcome> {
  const request = { id: 'r', turnId: 't', tool: 'door.open', input: {}, source: 'voice' as const, dryRun: false, ...more };
  return gate.call(request, never, (notice) => {
    if (notice.type !== 'approval-asked') return;
    asked.push(notice.approval);
    const { id, code } = notice.approval;
    queueMicrotask(() => approvals.give({ approvalId: id, approved: yes, by: 'page', ...(code !== undefined && { code }) }));
  });
}

describe('taint at the gate', () => {
  it('makes comfort ask, and says why on the card', async () => {
    const gate = gateWith(door('change'), { policy: { rules: [{ effect: 'allow' }], enabled: [] } });
    expect((await call(gate, { taint })).outcome).toBe('denied');
    expect(asked).toMatchObject([{ taint, why: 'this turn has read a web page (example.org)' }]);
    expect(asked[0]).not.toHaveProperty('strong');
    expect((await call(gate, { taint }, true)).outcome).toBe('confirmed');
    expect((await call(gate, { taint: [] })).outcome).toBe('confirmed');
    expect(ran).toBe(2);
  });

  it('makes what is guarded ask strongly', async () => {
    await call(gateWith(door('guarded')), { taint });
    expect(asked).toMatchObject([{ strong: true, risk: 'guarded' }]);
  });

  it('is said of whatever a tool brings in, and of its errors', async () => {
    const page = door('observe', { taints: 'web' }, async () => ({ outcome: 'confirmed', output: 'words', taintName: 'example.org' }));
    expect(await call(gateWith(page))).toEqual({ outcome: 'confirmed', output: 'words', taint: { origin: 'web', name: 'example.org' } });
    const failing = door('observe', { taints: 'web' }, () => Promise.reject(new Error('unlock the door')));
    expect(await call(gateWith(failing))).toEqual({ outcome: 'failed', reason: 'unlock the door', taint: { origin: 'tool-error' } });
    expect(await call(gateWith(door('observe', { taints: 'web' })))).toEqual({ outcome: 'confirmed' });
  });

  it('is said of what is not ours, whatever its manifest says, and of its refusals', async () => {
    const origin = { type: 'mcp' as const, name: 'notes' };
    const foreign: Partial<Tool['manifest']> = { origin, name: 'mcp.notes.read', input: z.strictObject({}) };
    const gate = gateWith(door('observe', foreign, async () => ({ outcome: 'confirmed', output: 1 })));
    expect((await call(gate, { tool: 'mcp.notes.read' })).taint).toEqual({ origin: 'mcp', name: 'notes' });
    expect((await call(gate, { tool: 'mcp.notes.read', input: { wrong: 1 } })).taint).toEqual({ origin: 'mcp', name: 'notes' });
  });
});

describe('rates at the gate', () => {
  it('reject what comes too often, say when it may be tried again, and write it down', async () => {
    const gate = gateWith(door('change', { rateLimit: { calls: 2, seconds: 60 } }));
    const outcomes = [await call(gate), await call(gate), await call(gate)];
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['confirmed', 'confirmed', 'rejected']);
    expect(outcomes[2]?.reason).toBe('Open a door may be called 2 times in 60 seconds at most. Try again in 60 s.');
    await clock.advance(60_001);
    expect((await call(gate)).outcome).toBe('confirmed');
    expect(await verifyAudit(folder)).toMatchObject({ problems: [] });
  });

  it('do not count dry runs, nor what is refused anyway', async () => {
    const gate = gateWith(door('change', { rateLimit: { calls: 1, seconds: 60 } }), {
      policy: { rules: [{ effect: 'deny', source: 'api' }], enabled: [] },
    });
    await call(gate, { dryRun: true });
    await call(gate, { source: 'api' });
    expect((await call(gate)).outcome).toBe('confirmed');
  });

  it('hold a source back by the policy, and programs without one', async () => {
    const policy: Policy = { ...DEFAULT_POLICY, limits: { api: { calls: 1, seconds: 60 } } };
    const gate = gateWith(door('observe'), { policy });
    expect([(await call(gate, { source: 'api' })).outcome, (await call(gate, { source: 'api' })).outcome]).toEqual([
      'confirmed',
      'rejected',
    ]);
    const outcomes: string[] = [];
    for (let count = 0; count < 121; count += 1) outcomes.push((await call(gate, { source: 'plugin' })).outcome);
    expect(outcomes.filter((outcome) => outcome === 'rejected')).toHaveLength(1);
  });

  it('are not moved by a clock that jumps', async () => {
    let jump = 0;
    const jumping = {
      now: () => clock.now() + jump,
      monotonic: () => clock.monotonic(),
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
    };
    const gate = gateWith(door('change', { rateLimit: { calls: 1, seconds: 60 } }), { clock: jumping });
    expect((await call(gate)).outcome).toBe('confirmed');
    jump = 365 * 86_400_000;
    expect((await call(gate)).outcome).toBe('rejected');
    jump = -jump;
    await clock.advance(60_001);
    expect((await call(gate)).outcome).toBe('confirmed');
  });
});

describe('the unusual at the gate', () => {
  const often: Policy = { rules: [{ effect: 'allow', tool: 'door.open' }], enabled: [], anomaly: { burst: { calls: 2, seconds: 60 } } };

  it('asks where a rule would allow, and says why', async () => {
    const gate = gateWith(door('guarded'), { policy: often, usage: new UsageProfile(clock) });
    for (let count = 0; count < 3; count += 1) await call(gate);
    expect(ran).toBe(2);
    expect(asked).toMatchObject([{ why: 'that is more than 2 times in 60 seconds' }]);
  });

  it('never lets through what is denied, and leaves looking alone', async () => {
    const deny: Policy = { ...often, rules: [{ effect: 'deny' }] };
    const gate = gateWith(door('guarded'), { policy: deny, usage: new UsageProfile(clock) });
    for (let count = 0; count < 4; count += 1) expect((await call(gate)).outcome).toBe('denied');
    expect(asked).toEqual([]);
    const looking = gateWith(door('observe'), { policy: often, usage: new UsageProfile(clock) });
    for (let count = 0; count < 10; count += 1) await call(looking);
    expect(ran).toBe(10);
  });
});

describe('the policy in force', () => {
  it('is the one of the moment, also after a person was asked', async () => {
    let policy: Policy = DEFAULT_POLICY;
    const gate = gateWith(door('guarded'), { policy: () => policy });
    const request = { id: 'r', turnId: 't', tool: 'door.open', input: {}, source: 'voice' as const, dryRun: false };
    const outcome = await gate.call(request, never, (notice) => {
      if (notice.type !== 'approval-asked') return;
      policy = { rules: [{ effect: 'deny', because: 'not today' }], enabled: [] };
      queueMicrotask(() => approvals.answer(notice.approval.id, true, 'page'));
    });
    expect(outcome).toEqual({ outcome: 'denied', reason: 'I left it alone: not today (rule 1).' });
    expect(ran).toBe(0);
  });

  it('asks strongly for what is forbidden and switched on, and for money', async () => {
    await call(gateWith(door('forbidden'), { policy: { rules: [], enabled: ['door.open'] } }));
    await call(gateWith(door('guarded', { permissions: { money: true } })));
    await call(gateWith(door('guarded')));
    expect(asked.map(({ strong }) => strong)).toEqual([true, true, undefined]);
  });
});

describe('looking', () => {
  it('does not wait for a disk that flushes for somebody else', async () => {
    let release: () => void = () => undefined;
    const flushing = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: Audit = { path: '', write: () => flushing, [Symbol.asyncDispose]: async () => undefined };
    const gate = gateWith(door('observe'), { audit: slow });
    expect(await call(gate)).toEqual({ outcome: 'confirmed' });
    release();
  });

  it('waits when very much is not yet written, and goes on when it is', async () => {
    let release: () => void = () => undefined;
    const flushing = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: Audit = { path: '', write: () => flushing, [Symbol.asyncDispose]: async () => undefined };
    const gate = gateWith(door('observe'), { audit: slow });
    let ended = 0;
    const calls = Array.from({ length: 1_500 }, () => call(gate).then(() => (ended += 1)));
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBeLessThan(1_500);
    release();
    await Promise.all(calls);
    expect(ended).toBe(1_500);
  });

  it('tells at the next call what could not be written by then', async () => {
    const written: { reject: (error: Error) => void }[] = [];
    const slow: Audit = {
      path: '',
      write: () => new Promise((_, reject) => written.push({ reject })),
      [Symbol.asyncDispose]: async () => undefined,
    };
    const gate = gateWith(door('observe'), { audit: slow });
    expect(await call(gate)).toEqual({ outcome: 'confirmed' });
    for (const { reject } of written) reject(new Error('disk full'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await call(gate)).toEqual({ outcome: 'confirmed', reason: 'My record of it could not be written: disk full.' });
  });
});

describe('the record of a call', () => {
  it('names who asked, what of outside had been read, and why it asked', async () => {
    const gate = gateWith(door('change'));
    await call(gate, { person: { name: 'Ada', role: 'user' }, taint }, true);
    await call(gate);
    const lines = (await readFile(audit.path, 'utf8')).split('\n').filter((line) => line.includes('"requested"'));
    const [tainted, plain] = lines.map((line): unknown => JSON.parse(line));
    expect(tainted).toMatchObject({ person: { name: 'Ada', role: 'user' }, taint, why: expect.stringMatching(/\w/u) });
    expect(plain).not.toHaveProperty('why');
    expect(plain).not.toHaveProperty('person');
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { ToolRequest } from '../contract/tool.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import type { ApprovalRecord, ApprovalStore } from './approval-store.ts';
import { type ApprovalQuestion, Approvals } from './approvals.ts';

const question: ApprovalQuestion = {
  turnId: 'turn-1',
  tool: 'door.open',
  sentence: 'Open the front door',
  input: { door: 'front' },
  risk: 'guarded',
  permissions: ['your home'],
  source: 'voice',
  digest: 'a'.repeat(64),
  repeat: { person: { name: 'Ada', role: 'user' }, room: 'hall' },
};
const never = new AbortController().signal;

/** A disk that remembers every write; `next` is what lies there. */
class MemoryStore implements ApprovalStore {
  written: ApprovalRecord[] = [];
  problem: string | undefined;
  refuses = false;
  async load() {
    if (this.problem !== undefined) return { problem: this.problem };
    const record = this.written.at(-1);
    return record === undefined ? {} : { record };
  }
  async save(record: ApprovalRecord): Promise<void> {
    if (this.refuses) throw new Error('the disk is full');
    // A disk takes longer than a promise.
    await new Promise(setImmediate);
    this.written.push(structuredClone(record));
  }
}

let clock: FakeClock;
let store: MemoryStore;
let count: number;
let put: ToolRequest[];

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore();
  count = 0;
  put = [];
});

const run = (): Approvals =>
  new Approvals({
    clock,
    newId: () => `id-${++count}`,
    expiryMs: 60_000,
    store,
    newCode: () => (count < 50 ? 'river tiger apple' : 'sugar island guitar'),
    storeTrouble: () => undefined,
  });

/** Everything that was begun lies on the disk. */
async function written(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}

/** What the next run makes of what lies on the disk; the request put anew is answered by `gate`. */
async function restarted(
  gate: (request: ToolRequest, approvals: Approvals) => Promise<unknown> = async () => undefined,
): Promise<Approvals> {
  const next = run();
  await next.restore(async (request) => {
    put.push(request);
    await gate(request, next);
  });
  return next;
}

/** One run that was killed with the question open. */
async function killedWith(asked: ApprovalQuestion = question): Promise<void> {
  void run().ask(asked, never);
  await written();
}

describe('what was asked before a restart', () => {
  it('waits again, marked, for what was left of its time, and does nothing by itself', async () => {
    await killedWith();
    await clock.advance(20_000);
    const next = await restarted();
    expect(next.pending()).toMatchObject([{ id: 'id-1', sentence: 'Open the front door', restored: true }]);
    await clock.advance(40_001);
    expect(next.pending()).toEqual([]);
    expect(put).toEqual([]);
    expect(next.days().at(-1)).toMatchObject({ asked: 1, expired: 1 });
  });

  it('is put to the gate anew by a yes, as the same request of the same person, and only that one is agreed to', async () => {
    await killedWith({ ...question, taint: [{ origin: 'mail' }] });
    const redeemed: boolean[] = [];
    const next = await restarted(async ({ turnId }, approvals) => {
      const asked = await approvals.ask({ ...question, turnId }, never);
      expect(asked.answer).toMatchObject({ approved: true, by: 'page' });
      redeemed.push(approvals.redeem(asked.permit, question.digest));
      // The yes was for one call.
      void approvals.ask({ ...question, turnId }, never);
    });
    expect(next.answer('id-1', true, 'page')).toBe(true);
    expect(next.answer('id-1', true, 'page')).toBe(false);
    await written();
    expect(put).toMatchObject([
      { tool: 'door.open', input: { door: 'front' }, source: 'voice', dryRun: false, ...question.repeat, taint: [{ origin: 'mail' }] },
    ]);
    expect(put[0]?.turnId).not.toBe('turn-1');
    expect(redeemed).toEqual([true]);
    expect(next.pending()).toMatchObject([{ sentence: 'Open the front door' }]);
  });

  it.each<[string, Partial<ApprovalQuestion>]>([
    ['another digest', { digest: 'b'.repeat(64) }],
    ['a higher risk', { risk: 'forbidden' }],
    ['a need for more than a yes', { strong: true }],
  ])('is asked once more when the gate now sees %s', async (_what, change) => {
    await killedWith();
    const next = await restarted(async ({ turnId }, approvals) => approvals.ask({ ...question, turnId, ...change }, never));
    next.answer('id-1', true, 'page');
    await written();
    expect(next.pending()).toMatchObject([{ tool: 'door.open', ...change }]);
  });

  it('takes a no, and nothing is put anew', async () => {
    await killedWith();
    const next = await restarted();
    expect(next.answer('id-1', false, 'cli')).toBe(true);
    await written();
    expect(put).toEqual([]);
    expect(store.written.at(-1)?.pending).toEqual([]);
  });

  it('is refused when its time ran out while nobody ran, or the clock was set back', async () => {
    await killedWith();
    const before = store.written;
    await clock.advance(60_001);
    expect((await restarted()).pending()).toEqual([]);
    clock = new FakeClock(clock.now() - 3_600_000);
    store.written = before.slice(0, 1);
    expect((await restarted()).pending()).toEqual([]);
  });

  it('cannot be kept alive by setting the clock back after the restart', async () => {
    await killedWith();
    const real = clock;
    let back = 0;
    clock = Object.assign(new FakeClock(), {
      now: () => real.now() - back,
      monotonic: () => real.monotonic(),
      sleep: () => new Promise<void>(() => undefined),
    });
    const next = await restarted();
    await real.advance(61_000);
    back = 30_000;
    expect(next.give({ approvalId: 'id-1', approved: true, by: 'page' })).toBe('expired');
  });

  it('keeps no secret: it is shown, but has to be asked for again', async () => {
    const { repeat: _repeat, ...secret } = question;
    await killedWith({ ...secret, input: { door: 'front', code: '4711' } });
    expect(JSON.stringify(store.written)).not.toContain('4711');
    const next = await restarted();
    expect(next.give({ approvalId: 'id-1', approved: true, by: 'page' })).toBe('gone');
    expect({ put, pending: next.pending() }).toEqual({ put: [], pending: [] });
  });

  it('gets a new code, and the old one stays nowhere', async () => {
    await killedWith({ ...question, strong: true });
    expect(store.written.at(-1)?.pending[0]?.approval).not.toHaveProperty('code');
    count = 50;
    const next = await restarted();
    expect(next.give({ approvalId: 'id-1', approved: true, by: 'voice', code: 'river tiger apple', said: true })).toBe('code-wrong');
    expect(next.give({ approvalId: 'id-1', approved: true, by: 'voice', code: 'sugar island guitar', said: true })).toBe('taken');
  });

  it('is nothing when what lies there is not to be trusted, and that is told', async () => {
    await killedWith();
    store.problem = 'edited by hand';
    const next = run();
    expect(await next.restore(async () => undefined)).toEqual({ problem: 'edited by hand' });
    expect(next.pending()).toEqual([]);
  });
});

describe('a run that ends', () => {
  it('leaves what waits to the next one, though its turns are called off afterwards', async () => {
    const turn = new AbortController();
    const first = run();
    const asked = first.ask(question, turn.signal);
    const closed = first.close();
    turn.abort();
    await closed;
    expect((await asked).answer.by).toBe('cancel');
    expect(first.answer('id-1', true, 'page')).toBe(false);
    expect((await restarted()).pending()).toMatchObject([{ id: 'id-1', restored: true }]);
  });

  it('killed right after a yes does not leave it waiting: it is spent on the disk before the permit is given', async () => {
    const first = run();
    const asked = first.ask(question, never);
    first.answer('id-1', true, 'page');
    expect((await asked).permit).toBeDefined();
    expect(store.written.at(-1)?.pending).toEqual([]);
  });

  it('goes on answering when the disk refuses', async () => {
    store.refuses = true;
    const first = run();
    const asked = first.ask(question, never);
    first.answer('id-1', true, 'page');
    expect((await asked).answer.approved).toBe(true);
  });
});

describe('ten thousand questions', () => {
  it('wait, are kept and come back, each for its own answer', async () => {
    const first = run();
    const asked = Array.from({ length: 10_000 }, (_, index) => first.ask({ ...question, input: { door: index } }, never));
    await written();
    expect(first.pending()).toHaveLength(10_000);
    // Written together, not ten thousand times.
    expect(store.written.length).toBeLessThan(10);
    expect(first.answer('id-7000', true, 'page')).toBe(true);
    expect((await asked[6999])?.answer).toMatchObject({ approvalId: 'id-7000', approved: true });
    const next = await restarted();
    expect(next.pending()).toHaveLength(9_999);
    expect(next.answer('id-7000', true, 'page')).toBe(false);
    expect(next.answer('id-1', false, 'page')).toBe(true);
  }, 60_000);
});

import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { type ApprovalChange, type ApprovalQuestion, Approvals } from './approvals.ts';

const question: ApprovalQuestion = {
  turnId: 'turn-1',
  tool: 'door.open',
  sentence: 'Open the front door',
  input: { door: 'front' },
  risk: 'guarded',
  permissions: ['home'],
  source: 'voice',
  digest: 'a'.repeat(64),
};
const never = new AbortController().signal;

let clock: FakeClock;
let approvals: Approvals;

beforeEach(() => {
  clock = new FakeClock();
  let count = 0;
  approvals = new Approvals({ clock, newId: () => `approval-${++count}`, expiryMs: 60_000 });
});

async function approved() {
  const asked = approvals.ask(question, never);
  approvals.answer(approvals.pending()[0]?.id ?? '', true, 'page');
  return (await asked).permit;
}

describe('an approval', () => {
  it('is pending with its times until it is answered', async () => {
    const asked = approvals.ask(question, never);
    expect(approvals.pending()).toEqual([{ ...question, id: 'approval-1', askedAt: clock.now(), expiresAt: clock.now() + 60_000 }]);
    expect(approvals.answer('approval-1', false, 'cli')).toBe(true);
    expect(await asked).toEqual({ answer: { approvalId: 'approval-1', approved: false, by: 'cli' }, permit: undefined });
    expect(approvals.pending()).toEqual([]);
  });

  it('takes the first of two answers', async () => {
    const asked = approvals.ask(question, never);
    expect([approvals.answer('approval-1', false, 'voice'), approvals.answer('approval-1', true, 'page')]).toEqual([true, false]);
    expect((await asked).answer).toMatchObject({ approved: false, by: 'voice' });
  });

  it('ends by itself in time, and takes no answer after that', async () => {
    const asked = approvals.ask(question, never);
    await clock.advance(60_000);
    expect((await asked).answer).toMatchObject({ approved: false, by: 'expiry' });
    expect(approvals.answer('approval-1', true, 'page')).toBe(false);
  });

  it('is over when the wall clock jumped past its end, though no timer rang', async () => {
    let jump = 0;
    const late = new Approvals({
      clock: { now: () => clock.now() + jump, monotonic: () => clock.monotonic(), sleep: (ms, signal) => clock.sleep(ms, signal) },
      newId: () => 'x',
      expiryMs: 60_000,
    });
    const asked = late.ask(question, never);
    jump = 61_000;
    expect(late.answer('x', true, 'page')).toBe(false);
    expect((await asked).answer).toMatchObject({ approved: false, by: 'expiry' });
    expect(late.pending()).toEqual([]);
  });

  it('cannot be kept alive by setting the clock back', async () => {
    let back = 0;
    const turned = new Approvals({
      clock: { now: () => clock.now() - back, monotonic: () => clock.monotonic(), sleep: () => new Promise(() => undefined) },
      newId: () => 'x',
      expiryMs: 60_000,
    });
    const asked = turned.ask(question, never);
    await clock.advance(61_000);
    back = 3_600_000;
    expect(turned.answer('x', true, 'page')).toBe(false);
    expect((await asked).answer.by).toBe('expiry');
  });

  it('is cancelled with its turn, also with one that was over before', async () => {
    const turn = new AbortController();
    const asked = approvals.ask(question, turn.signal);
    turn.abort();
    expect((await asked).answer.by).toBe('cancel');
    expect((await approvals.ask(question, AbortSignal.abort())).answer.by).toBe('cancel');
    expect(approvals.pending()).toEqual([]);
  });

  it('tells everybody who listens, in order', async () => {
    const listening = new AbortController();
    const seen: ApprovalChange[] = [];
    const reading = (async () => {
      for await (const change of approvals.changes(listening.signal)) {
        seen.push(change);
        if (change.type === 'ended') listening.abort();
      }
    })();
    // Answered by the very one who is told first: the order must hold all the same.
    await approvals.ask(question, never, ({ id }) => approvals.answer(id, true, 'api'));
    await reading;
    expect(seen.map(({ type }) => type)).toEqual(['asked', 'ended']);
  });
});

describe('a question that cannot be put', () => {
  it('leaves nothing pending and is told as cancelled', async () => {
    const asking = approvals.ask(question, never, () => {
      throw new Error('page gone');
    });
    await expect(asking).rejects.toThrow('page gone');
    expect(approvals.pending()).toEqual([]);
    expect(approvals.answer('approval-1', true, 'page')).toBe(false);
  });
});

describe('a permit', () => {
  it('is good once', async () => {
    const permit = await approved();
    expect(approvals.redeem(permit, question.digest)).toBe(true);
    expect(approvals.redeem(permit, question.digest)).toBe(false);
  });

  it('is good for nothing but its digest', async () => {
    expect(approvals.redeem(await approved(), 'b'.repeat(64))).toBe(false);
  });

  it('expires', async () => {
    const permit = await approved();
    await clock.advance(60_001);
    expect(approvals.redeem(permit, question.digest)).toBe(false);
  });

  it('cannot be made up, altered or brought from elsewhere', async () => {
    const permit = await approved();
    if (permit === undefined) throw new Error('no permit');
    const later = permit.expiresAt + 1;
    expect(approvals.redeem({ ...permit, expiresAt: later }, question.digest)).toBe(false);
    expect(approvals.redeem({ ...permit, deadline: later }, question.digest)).toBe(false);
    expect(approvals.redeem({ ...permit, digest: 'b'.repeat(64) }, 'b'.repeat(64))).toBe(false);
    expect(approvals.redeem({ ...permit, signature: new Uint8Array(32) }, question.digest)).toBe(false);
    expect(approvals.redeem({ ...permit, signature: new Uint8Array(0) }, question.digest)).toBe(false);
    const other = new Approvals({ clock, newId: () => 'approval-1', expiryMs: 60_000 });
    expect(other.redeem(permit, question.digest)).toBe(false);
    expect(approvals.redeem(undefined, question.digest)).toBe(false);
    expect(approvals.redeem(permit, question.digest)).toBe(true);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { refusalWords } from './approval-words.ts';
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

describe('what needs more than a yes', () => {
  const strong = { ...question, strong: true };
  const ask = () => {
    approvals = new Approvals({ clock, newId: () => 'approval-1', expiryMs: 60_000, newCode: () => 'river tiger apple' });
    return approvals.ask(strong, never);
  };
  const say = (code?: string) => approvals.give({ approvalId: 'approval-1', approved: true, by: 'voice', said: true, code });

  it('takes no plain yes, spoken, typed or from a program, and waits on', async () => {
    void ask();
    expect(approvals.pending()).toMatchObject([{ code: 'river tiger apple' }]);
    expect(say()).toBe('code-needed');
    expect(approvals.give({ approvalId: 'approval-1', approved: true, by: 'page', said: true })).toBe('code-needed');
    expect(['cli', 'api'].map((by) => approvals.answer('approval-1', true, by as 'cli' | 'api'))).toEqual([false, false]);
    expect(approvals.pending()).toHaveLength(1);
  });

  it('takes the code, and a click', async () => {
    const asked = ask();
    expect(say('River-Tiger-Apple')).toBe('taken');
    expect((await asked).answer).toMatchObject({ approved: true, by: 'voice' });
    for (const by of ['page', 'notification'] as const) {
      const clicked = ask();
      approvals.answer('approval-1', true, by);
      expect((await clicked).answer).toMatchObject({ approved: true, by });
    }
  });

  it('ends with a no at the third wrong code, and the right one is too late', async () => {
    const asked = ask();
    expect([say('river tiger'), say('apple tiger river'), say('111'), say('River-Tiger-Apple')]).toEqual([
      'code-wrong',
      'code-wrong',
      'codes-spent',
      'unknown',
    ]);
    expect((await asked).answer).toMatchObject({ approved: false, by: 'wrong-code' });
  });

  it('takes a plain no', async () => {
    const asked = ask();
    expect(approvals.give({ approvalId: 'approval-1', approved: false, by: 'voice', said: true })).toBe('taken');
    expect((await asked).answer.approved).toBe(false);
  });
});

describe('where nobody is', () => {
  it('the answer is a no that nobody has said', async () => {
    const asked = approvals.ask(question, never);
    approvals.nobody('approval-1');
    const { by } = (await asked).answer;
    expect(refusalWords(by)).toBe('Nobody was there to approve it.');
    expect(approvals.days()).toMatchObject([{ asked: 1, refused: 1 }]);
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

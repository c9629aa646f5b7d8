import { beforeEach, describe, expect, it } from 'vitest';
import type { Taint } from '../contract/tool.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import type { Ahead } from './agreed-ahead.ts';
import { type ApprovalQuestion, Approvals } from './approvals.ts';

const question: ApprovalQuestion = {
  turnId: 'turn-1',
  tool: 'files.move',
  sentence: 'Move a file',
  input: {},
  risk: 'change',
  permissions: [],
  source: 'voice',
  digest: 'a'.repeat(64),
};
const ahead: Ahead = { turnId: 'turn-1', digest: question.digest, risk: 'change', taint: [], by: 'page' };
const web: Taint = { origin: 'web', name: 'example.org' };

let clock: FakeClock;
let approvals: Approvals;
beforeEach(() => {
  clock = new FakeClock();
  let count = 0;
  approvals = new Approvals({ clock, newId: () => `approval-${++count}`, expiryMs: 60_000 });
});

/** Is there a yes already, or does it wait for a person? */
async function isThere(asked: ApprovalQuestion): Promise<boolean> {
  const ending = new AbortController();
  const answer = approvals.ask(asked, ending.signal);
  await Promise.resolve();
  const waits = approvals.pending().length > 0;
  ending.abort(new Error('enough'));
  const { permit } = await answer;
  expect(approvals.redeem(permit, asked.digest)).toBe(!waits);
  return !waits;
}

describe('a yes that was given ahead', () => {
  it('counts once, for exactly that call', async () => {
    approvals.agreeAhead(ahead);
    expect(await isThere({ ...question, digest: 'b'.repeat(64) })).toBe(false);
    expect(await isThere(question)).toBe(true);
    expect(await isThere(question)).toBe(false);
  });

  it('counts as often as it was given', async () => {
    approvals.agreeAhead(ahead);
    approvals.agreeAhead(ahead);
    expect([await isThere(question), await isThere(question), await isThere(question)]).toEqual([true, true, false]);
  });

  it.each<[string, Partial<ApprovalQuestion>]>([
    ['in another turn', { turnId: 'turn-2' }],
    ['when the question is strong', { strong: true }],
    ['when the risk is another', { risk: 'guarded' }],
    ['when more of outside was read since', { taint: [web] }],
  ])('does not count %s', async (_when, more) => {
    approvals.agreeAhead(ahead);
    expect(await isThere({ ...question, ...more })).toBe(false);
  });

  it('counts when the person knew of all that was read', async () => {
    approvals.agreeAhead({ ...ahead, taint: [web, { origin: 'mail' }] });
    expect(await isThere({ ...question, taint: [web] })).toBe(true);
  });

  it('is spent by a question that it does not answer', async () => {
    approvals.agreeAhead(ahead);
    expect(await isThere({ ...question, strong: true })).toBe(false);
    expect(await isThere(question)).toBe(false);
  });

  it('can be taken back, and does not last', async () => {
    const takeBack = approvals.agreeAhead(ahead);
    takeBack();
    expect(await isThere(question)).toBe(false);
    approvals.agreeAhead(ahead);
    await clock.advance(15 * 60_000 + 1);
    expect(await isThere(question)).toBe(false);
  });

  it('is none for a call that was called off, or after the end', async () => {
    approvals.agreeAhead(ahead);
    const { answer, permit } = await approvals.ask(question, AbortSignal.abort(new Error('stopped')));
    expect(answer).toMatchObject({ approved: false, by: 'cancel' });
    expect(permit).toBeUndefined();
    approvals.agreeAhead(ahead);
    await approvals.close();
    expect(await isThere(question)).toBe(false);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { type ApprovalQuestion, Approvals } from '../../tools/approvals.ts';
import type { PolicyRule } from '../../tools/policy/policy-rule.ts';
import { approvalProcedures } from './approval-procedures.ts';

const PAGE = { source: 'page' } as const;
const API = { source: 'api' } as const;
const question: ApprovalQuestion = {
  turnId: 't',
  tool: 'home.call-service',
  sentence: 'Unlock the front door',
  input: { service: 'lock.unlock', entityIds: ['lock.front_door'] },
  risk: 'guarded',
  permissions: ['your home'],
  source: 'voice',
  digest: 'a'.repeat(64),
  repeat: {},
};

let approvals: Approvals;
let rules: PolicyRule[];
let answers: string[];
let kept: boolean;
let procedures: ReturnType<typeof approvalProcedures>;
let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
  approvals = new Approvals({ clock, newId: () => 'a1', expiryMs: 60_000, newCode: () => 'river tiger apple' });
  rules = [];
  answers = [];
  kept = true;
  procedures = approvalProcedures({
    approvals,
    rules: {
      async addRule(rule) {
        if (!kept) throw new Error('the disk is full.');
        rules.push(rule);
      },
    },
  });
});

const ask = (change: Partial<ApprovalQuestion> = {}): void =>
  void approvals
    .ask({ ...question, ...change }, new AbortController().signal)
    .then(({ answer }) => answers.push(`${answer.approved} by ${answer.by}`));

describe('an answer through the contract', () => {
  it('is told apart by who gives it', async () => {
    const given = [
      [PAGE, undefined, 'page'],
      [PAGE, 'notification', 'notification'],
      [API, undefined, 'api'],
      [API, 'cli', 'cli'],
      // A program cannot pass for a click on a page.
      [API, 'notification', 'api'],
      [PAGE, 'cli', 'page'],
    ] as const;
    for (const [caller, by] of given) {
      ask();
      expect(await procedures.answerApproval({ approvalId: 'a1', approved: true, by }, caller)).toEqual({ accepted: true });
      await clock.advance(0);
    }
    expect(answers).toEqual(given.map(([, , by]) => `true by ${by}`));
  });

  it('of a program needs the code where a yes is too little, and is told why', async () => {
    ask({ strong: true });
    expect(await procedures.answerApproval({ approvalId: 'a1', approved: true, by: 'notification' }, API)).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('code'),
    });
    expect(await procedures.answerApproval({ approvalId: 'a1', approved: true, code: 'river tiger apple' }, API)).toEqual({
      accepted: true,
    });
  });

  it('to nothing is refused in words', async () => {
    expect(await procedures.answerApproval({ approvalId: 'x', approved: true }, PAGE)).toMatchObject({
      accepted: false,
      reason: expect.any(String),
    });
  });
});

describe('always', () => {
  it('shows its rule without changing anything, then approves and keeps just that rule', async () => {
    ask();
    const shown = await procedures.proposeRule({ approvalId: 'a1' }, PAGE);
    expect(shown.text).toContain('lock.front_door');
    expect({ rules, answers }).toEqual({ rules: [], answers: [] });
    expect(await procedures.acceptRule({ approvalId: 'a1' }, PAGE)).toEqual({ accepted: true, saved: true });
    await clock.advance(0);
    expect(answers).toEqual(['true by page']);
    expect(rules).toMatchObject([{ effect: 'allow', input: { entityIds: { is: 'lock.front_door' } } }]);
  });

  it('is refused for what must always ask, and approves nothing', async () => {
    ask({ taint: [{ origin: 'web' }] });
    await expect(async () => procedures.acceptRule({ approvalId: 'a1' }, PAGE)).rejects.toThrow(/somebody else/u);
    expect(approvals.pending()).toHaveLength(1);
  });

  it('keeps no rule for a question that ran out', async () => {
    ask();
    await clock.advance(60_001);
    await expect(async () => procedures.acceptRule({ approvalId: 'a1' }, PAGE)).rejects.toThrow(/any more/u);
    expect(rules).toEqual([]);
  });

  it('says when the rule could not be kept', async () => {
    kept = false;
    ask();
    expect(await procedures.acceptRule({ approvalId: 'a1' }, PAGE)).toMatchObject({
      accepted: true,
      saved: false,
      reason: expect.stringContaining('the disk is full'),
    });
  });
});

it('the days are counted', async () => {
  ask();
  await procedures.answerApproval({ approvalId: 'a1', approved: false }, PAGE);
  expect(await procedures.approvalStats(undefined, PAGE)).toMatchObject({ days: [{ asked: 1, refused: 1 }] });
});

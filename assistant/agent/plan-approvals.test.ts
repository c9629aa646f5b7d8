import { beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../contract/turn-event.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { PlanApprovals, type PlanChange, readPlanReply } from './plan-approvals.ts';
import { planQuestion } from './plan-question.ts';

const planOf = (version = 1, count = 2): Plan => ({
  planId: 'p',
  version,
  title: 'Tidy up',
  steps: Array.from({ length: count }, (_, index) => ({
    stepId: `s${index}`,
    title: `Step ${index}`,
    tool: 'files.move',
    input: {},
    sentence: `Move file ${index}.`,
    risk: 'change',
    after: [],
    state: 'waiting',
  })),
});
const question = (version = 1, count = 2) => {
  const plan = planOf(version, count);
  return { plan, turnId: 't', source: 'voice' as const, asked: plan.steps.map(({ stepId }) => stepId) };
};

let clock: FakeClock;
let plans: PlanApprovals;
let turn: AbortController;
beforeEach(() => {
  clock = new FakeClock();
  plans = new PlanApprovals({ clock, expiryMs: 60_000 });
  turn = new AbortController();
});

describe('a plan that waits', () => {
  it('takes one answer, for the version that was shown, of its own steps only', async () => {
    const answer = plans.ask(question(2), turn.signal);
    expect(plans.pending()).toMatchObject([{ plan: { version: 2 }, expiresAt: clock.now() + 60_000 }]);
    expect(plans.answer('other', 2, 'all', 'page')).toBe(false);
    expect(plans.answer('p', 1, 'all', 'page')).toBe(false);
    expect(plans.answer('p', 2, ['s0', 'elsewhere'], 'page')).toBe(false);
    expect(plans.answer('p', 2, ['s1', 's1'], 'cli')).toBe(true);
    expect(plans.answer('p', 2, 'all', 'page')).toBe(false);
    expect(await answer).toEqual({ planId: 'p', version: 2, approved: ['s1'], by: 'cli' });
    expect(plans.pending()).toEqual([]);
  });

  it('expires, and takes no answer after that', async () => {
    const answer = plans.ask(question(), turn.signal);
    await clock.advance(60_001);
    expect(await answer).toMatchObject({ approved: [], by: 'expiry' });
    expect(plans.answer('p', 1, 'all', 'page')).toBe(false);
  });

  it('is called off with its turn, also one that is over already', async () => {
    const answer = plans.ask(question(), turn.signal);
    turn.abort(new Error('cancelled'));
    expect(await answer).toMatchObject({ approved: [], by: 'cancel' });
    expect(await plans.ask(question(), turn.signal)).toMatchObject({ approved: [], by: 'cancel' });
    expect(plans.pending()).toEqual([]);
  });

  it('gives way to its next version', async () => {
    const first = plans.ask(question(1), turn.signal);
    const second = plans.ask(question(2), turn.signal);
    expect(await first).toMatchObject({ by: 'cancel' });
    expect(plans.answer('p', 2, 'all', 'voice')).toBe(true);
    expect(await second).toMatchObject({ approved: ['s0', 's1'], by: 'voice' });
  });

  it('is told to whoever listens', async () => {
    const listening = new AbortController();
    const heard: PlanChange['type'][] = [];
    const following = (async () => {
      for await (const { type } of plans.changes(listening.signal)) {
        heard.push(type);
        if (type === 'ended') listening.abort(new Error('enough'));
      }
    })();
    await Promise.resolve();
    const answer = plans.ask(question(), turn.signal);
    plans.answer('p', 1, [], 'page');
    await answer;
    await following;
    expect(heard).toEqual(['asked', 'ended']);
  });
});

describe('what a person says to a plan', () => {
  it.each<[string, string[] | undefined]>([
    ['yes', ['s0', 's1', 's2']],
    ['go ahead', ['s0', 's1', 's2']],
    ['no', []],
    ['never mind', []],
    ['only the first', ['s0']],
    ['the first and the third', ['s0', 's2']],
    ['no to the second', ['s0', 's2']],
    ['yes to the first, no to the second', ['s0']],
    ['yes to the ninth', undefined],
    ['turn on the light', undefined],
    ['', undefined],
  ])('%s', (words, steps) => {
    expect(readPlanReply(words, question(1, 3))).toEqual(steps);
  });
});

describe('a plan aloud', () => {
  it('says what is done in the words of the gate, and asks', () => {
    expect(planQuestion(question())).toBe('My plan: Tidy up. one, Move file 0; two, Move file 1. Shall I?');
    expect(planQuestion({ ...question(2), asked: ['s1'] })).toBe('I had to change the plan. Move file 1. Shall I?');
    expect(planQuestion(question(1, 9))).toBe('My plan: Tidy up. It has 9 steps, which the page shows. Shall I?');
  });
});

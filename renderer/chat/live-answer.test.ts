import { describe, expect, it } from 'vitest';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { activityWords, footWords, moneyWords, toolWords } from './answer-words.ts';
import { chatView } from './chat-view.ts';
import { liveAnswer } from './live-answer.ts';
import { planWords, possibleTicks, waits, withBefore } from './plan-view.ts';

const turn = (...bodies: TurnEventBody[]) => ({
  turnId: 't',
  startedAt: 0,
  events: bodies.map((body, at) => ({ ...body, turnId: 't', at })),
});
const chosen = (model: string, continues?: boolean): TurnEventBody => ({
  type: 'model-chosen',
  provider: model,
  model,
  leavesHouse: model === 'cloud',
  because: '',
  ...(continues !== undefined && { continues }),
});
const step = (stepId: string, after: string[] = [], state: 'waiting' | 'done' = 'waiting') => ({
  stepId,
  title: stepId,
  tool: 'x',
  input: {},
  risk: 'change' as const,
  after,
  state,
});
const proposed = (version: number, ...steps: ReturnType<typeof step>[]): TurnEventBody => ({
  type: 'plan-proposed',
  plan: { planId: 'p', version, title: 'Plan', steps },
});
const answered = (approved: string[], by: 'person' | 'expiry' = 'person', version = 1): TurnEventBody => ({
  type: 'plan-answered',
  planId: 'p',
  version,
  approved,
  by,
});

describe('an answer told by its events', () => {
  it('joins what is written, and takes the rich form in the end', () => {
    expect(liveAnswer(turn({ type: 'reply-delta', text: 'It is **o' }, { type: 'reply-delta', text: 'n**.' })).text).toBe('It is **on**.');
    expect(liveAnswer(turn({ type: 'reply-ended', text: 'It is on.', rich: 'It is **on**.' })).text).toBe('It is **on**.');
  });

  it('follows each step to its end, and shows what waits for a yes', () => {
    const asked: TurnEventBody[] = [
      { type: 'tool-requested', requestId: 'r', tool: 'home', input: { a: 1 } },
      { type: 'approval-asked', requestId: 'r', approvalId: 'ap', sentence: 'Unlock', expiresAt: 9 },
    ];
    expect(liveAnswer(turn(...asked)).steps).toEqual([{ requestId: 'r', tool: 'home', input: { a: 1 }, approvalId: 'ap' }]);
    const denied = turn(...asked, { type: 'tool-ended', requestId: 'r', tool: 'home', outcome: 'denied', reason: 'You said no.' });
    expect(liveAnswer(denied).steps).toEqual([
      { requestId: 'r', tool: 'home', input: { a: 1 }, outcome: 'denied', reason: 'You said no.' },
    ]);
  });

  it('says in one line who broke off and who went on', () => {
    const failed: TurnEventBody = { type: 'model-failed', provider: 'cloud', model: 'cloud', reason: 'the line broke', retryable: true };
    expect(liveAnswer(turn(chosen('cloud'), failed)).switches).toEqual(['cloud did not answer: the line broke']);
    expect(liveAnswer(turn(chosen('cloud'), failed, chosen('home', true))).switches).toEqual(['cloud broke off, home went on.']);
    expect(liveAnswer(turn(chosen('cloud'), failed, chosen('home'))).switches).toEqual(['cloud did not answer, home did instead.']);
    expect(liveAnswer(turn(chosen('home'), chosen('home'))).switches).toEqual([]);
  });

  it('adds up what several calls of a model took, and remembers that something left the house', () => {
    const usage = { inputTokens: 10, outputTokens: 2, costMicros: 500 };
    const call: TurnEventBody = {
      type: 'model-ended',
      provider: 'cloud',
      model: 'cloud',
      usage,
      firstTokenMs: 80,
      ms: 100,
      finish: 'tool-calls',
    };
    const { model } = liveAnswer(turn(chosen('cloud'), call, { ...call, firstTokenMs: 30 }, chosen('home', true)));
    expect(model).toEqual({
      provider: 'home',
      model: 'home',
      leavesHouse: true,
      firstTokenMs: 80,
      usage: { inputTokens: 20, outputTokens: 4, costMicros: 1000 },
    });
  });

  it('tells stopped from failed', () => {
    expect(liveAnswer(turn({ type: 'turn-failed', failure: { code: 'cancelled' } }))).toMatchObject({ stopped: true });
    expect(liveAnswer(turn({ type: 'turn-failed', failure: { code: 'cancelled' } }))).not.toHaveProperty('failed');
    expect(liveAnswer(turn({ type: 'turn-failed', failure: { code: 'refused', detail: 'Nobody can answer.' } })).failed).toBe(
      'Nobody can answer.',
    );
  });

  it('says what it is doing, and nothing once words come', () => {
    const words = (...bodies: TurnEventBody[]) => {
      const items = chatView({
        thread: undefined,
        conversationId: 'c',
        turns: [turn({ type: 'turn-started', source: 'page', by: 'text', conversationId: 'c' }, ...bodies)],
        settled: new Set(),
        files: new Map(),
        typed: {},
      });
      const answer = items[1];
      return answer?.type === 'answer' ? activityWords(answer, toolWords) : 'no answer';
    };
    expect(words()).toBe('Thinking…');
    expect(words({ type: 'tool-requested', requestId: 'r', tool: 'home.call-service', input: {} })).toBe('Home: call service…');
    expect(words(proposed(1, step('a')))).toBe('Waiting for your word on the plan');
    expect(words({ type: 'reply-delta', text: 'x' })).toBeUndefined();
    expect(words({ type: 'turn-ended' })).toBeUndefined();
  });
});

describe('a plan', () => {
  const plan = (...bodies: TurnEventBody[]) => {
    const found = liveAnswer(turn(...bodies)).plans[0];
    if (found === undefined) throw new Error('There is no plan.');
    return found;
  };

  it('waits until it is answered, and leaves out what nobody agreed to', () => {
    expect(waits(plan(proposed(1, step('a'), step('b'))))).toBe(true);
    const some = plan(proposed(1, step('a'), step('b')), answered(['a']));
    expect(waits(some)).toBe(false);
    expect(some.steps.map(({ state }) => state)).toEqual(['waiting', 'skipped']);
    expect(planWords(plan(proposed(1, step('a')), answered([])))).toBe('You said no');
    expect(planWords(plan(proposed(1, step('a')), answered([], 'expiry')))).toBe('Nobody agreed in time');
  });

  it('goes on step by step', () => {
    const running = plan(proposed(1, step('a'), step('b')), answered(['a', 'b']), { type: 'plan-step-started', planId: 'p', stepId: 'b' });
    expect(planWords(running)).toBe('Step 2 of 2');
    const over = plan(
      proposed(1, step('a')),
      answered(['a']),
      { type: 'plan-step-ended', planId: 'p', stepId: 'a', outcome: 'accepted' },
      { type: 'plan-ended', planId: 'p', done: 1, failed: 0, left: 0 },
    );
    expect(planWords(over)).toBe('1 of 1 done');
  });

  it('is asked for anew when it was changed, and says why', () => {
    const repaired = plan(
      proposed(1, step('a'), step('b')),
      answered(['a', 'b']),
      { type: 'plan-step-ended', planId: 'p', stepId: 'b', outcome: 'failed', reason: 'It jams.' },
      proposed(2, step('a', [], 'done'), step('c')),
      // Late word on the version before.
      answered([], 'person', 1),
    );
    expect(waits(repaired)).toBe(true);
    expect(repaired.failedBefore).toEqual([{ title: 'b', reason: 'It jams.' }]);
  });

  it('ends with its turn', () => {
    expect(waits(plan(proposed(1, step('a')), { type: 'turn-ended' }))).toBe(false);
    expect(planWords(plan(proposed(1, step('a')), { type: 'turn-ended' }))).toBe('Never answered');
  });

  it('cannot be agreed to in parts that build on what is left out', () => {
    const steps = [step('c', ['b']), step('a', [], 'done'), step('b', ['a']), step('d')];
    expect([...possibleTicks(steps, new Set(['c', 'd']))]).toEqual(['d']);
    expect(possibleTicks(steps, new Set(['b', 'c']))).toEqual(new Set(['b', 'c']));
    expect(withBefore(steps, new Set(['d']), 'c')).toEqual(new Set(['d', 'c', 'b']));
  });
});

describe('the foot of an answer', () => {
  it('tells small sums with digits that say something', () => {
    expect(moneyWords(2140, 'EUR')).toMatch(/0[.,]0021/u);
    expect(moneyWords(1_250_000, 'EUR')).toMatch(/1[.,]25/u);
  });

  it('leaves out what was not used', () => {
    const usage = { inputTokens: 0, outputTokens: 0, costMicros: 0 };
    expect(footWords({ provider: 'p', model: 'm', usage }, 'EUR')).toEqual(['m']);
    expect(
      footWords({ provider: 'p', model: 'm', usage: { ...usage, inputTokens: 12, outputTokens: 3 }, firstTokenMs: 1234 }, 'EUR'),
    ).toEqual(['m', '12 read, 3 written', 'first word after 1.2 s']);
  });
});

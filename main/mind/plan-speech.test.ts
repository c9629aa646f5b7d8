import { beforeEach, describe, expect, it } from 'vitest';
import { PlanApprovals } from '../../assistant/agent/plan-approvals.ts';
import type { Source } from '../../contract/tool.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { PlanSpeech } from './plan-speech.ts';

let clock: FakeClock;
let plans: PlanApprovals;
let speech: PlanSpeech;
let told: string[];
let heard: 'heard' | 'cut' | 'nobody';
let listened: number;
const end = new AbortController();

beforeEach(() => {
  clock = new FakeClock();
  plans = new PlanApprovals({ clock, expiryMs: 60_000 });
  told = [];
  heard = 'heard';
  listened = 0;
  speech = new PlanSpeech({
    plans,
    clock,
    async tell(text) {
      told.push(text);
      return heard;
    },
    listenForAnswer: () => (listened += 1),
  });
  void speech.follow(end.signal);
});

const step = (stepId: string) => ({
  stepId,
  title: stepId,
  tool: 'files.move',
  input: {},
  risk: 'guarded' as const,
  after: [],
  state: 'waiting' as const,
});

async function ask(planId = 'plan') {
  const answered = plans.ask(
    {
      plan: { planId, version: 1, title: 'Tidy up', steps: [step('one'), step('two')] },
      turnId: 't',
      source: 'voice',
      asked: ['one', 'two'],
    },
    end.signal,
  );
  await clock.advance(0);
  return answered;
}

const say = (text: string, more: { source?: Source; echo?: boolean; otherAskedAt?: number } = {}) =>
  speech.take({ text, source: 'voice', echo: false, ...more });

/** The steps that were agreed to, once somebody has answered. */
async function answer(asked: ReturnType<typeof plans.ask>) {
  const { approved, by } = await asked;
  return { approved, by };
}

describe('a plan that is read out', () => {
  it('is agreed to by a yes, or in part, by whoever heard it to its end', async () => {
    const first = plans.ask(
      {
        plan: { planId: 'a', version: 1, title: 'Tidy', steps: [step('one'), step('two')] },
        turnId: 't',
        source: 'voice',
        asked: ['one', 'two'],
      },
      end.signal,
    );
    await clock.advance(0);
    expect(told[0]).toContain('My plan: Tidy');
    expect(listened).toBe(1);
    expect(say('yes')).toEqual({ text: 'All right.', aloud: false });
    expect(await answer(first)).toEqual({ approved: ['one', 'two'], by: 'voice' });

    const second = plans.ask(
      {
        plan: { planId: 'b', version: 1, title: 'Tidy', steps: [step('one'), step('two')] },
        turnId: 't',
        source: 'voice',
        asked: ['one', 'two'],
      },
      end.signal,
    );
    await clock.advance(0);
    expect(say('no')).toMatchObject({ aloud: false });
    expect((await second).approved).toEqual([]);
  });

  it('is not agreed to by a yes when somebody spoke over it, when it is long ago, or in the voice of JARVIS', async () => {
    heard = 'cut';
    void ask();
    await clock.advance(0);
    expect(say('yes')).toEqual({ text: 'Please look at the page for that plan.', aloud: true });
    expect(plans.pending()).toHaveLength(1);

    heard = 'heard';
    void ask('later');
    await clock.advance(0);
    expect(say('yes', { echo: true })).toEqual({ text: '', aloud: false });
    await clock.advance(40_000);
    expect(say('yes')).toMatchObject({ aloud: true });
    expect(plans.pending()).toHaveLength(2);
  });

  it('is refused by a no even when it was not heard, and answered in writing where it is the only one', async () => {
    heard = 'nobody';
    const asked = plans.ask(
      { plan: { planId: 'p', version: 1, title: 'Tidy', steps: [step('one')] }, turnId: 't', source: 'page', asked: ['one'] },
      end.signal,
    );
    await clock.advance(0);
    expect(say('no')).toMatchObject({ text: 'All right.' });
    expect(await answer(asked)).toEqual({ approved: [], by: 'voice' });

    const written = plans.ask(
      { plan: { planId: 'q', version: 1, title: 'Tidy', steps: [step('one')] }, turnId: 't', source: 'page', asked: ['one'] },
      end.signal,
    );
    await clock.advance(0);
    expect(say('yes', { source: 'api' })).toBeUndefined();
    expect(say('yes', { source: 'page' })).toMatchObject({ text: 'All right.' });
    expect(await answer(written)).toEqual({ approved: ['one'], by: 'page' });
  });

  it('leaves alone what is no answer, and a yes to something that was asked since', async () => {
    void ask();
    await clock.advance(0);
    expect(say('turn on the light')).toBeUndefined();
    expect(say('yes', { otherAskedAt: clock.now() + 1 })).toBeUndefined();
    expect(plans.pending()).toHaveLength(1);
  });
});

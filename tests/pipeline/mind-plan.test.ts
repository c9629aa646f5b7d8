import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AuditEntrySchema } from '../../contract/audit.ts';
import { startFakeHomeAssistant } from '../fakes/home-assistant/start-fake-home-assistant.ts';
import type { LlmServer } from '../fakes/llm-servers/llm-server.ts';
import type { ScriptedCall, ScriptedTurn } from '../fakes/llm-servers/scripted-turn.ts';
import { startOpenAiServer } from '../fakes/llm-servers/start-openai-server.ts';
import { type MindHost, startMindHost } from './mind-host.ts';
import { connectHome } from './running-host.ts';

/** Plans of a scripted model in a running JARVIS: shown, agreed to, repaired, broken off. */
const parts = new AsyncDisposableStack();
let server: LlmServer;
let host: MindHost;
beforeAll(async () => {
  server = parts.use(await startOpenAiServer());
  server.requireKey('key-of-the-test');
});
/** What a turn has read of outside stays with those after it: each part of this file has a host of its own. */
async function begin(): Promise<void> {
  host = parts.use(await startMindHost());
  await host.post('/secrets', { name: 'scripted key', value: 'key-of-the-test' });
  await host.save({
    providers: [{ id: 'scripted', type: 'openai-compatible', url: server.url, secret: 'scripted key', models: [{ id: 'script' }] }],
  });
}
afterAll(() => parts.disposeAsync());

/** What the model says in this test, in order; nothing of it is left for the next. */
let script: ScriptedTurn[] = [];
const play = (...turns: ScriptedTurn[]): unknown => script.push(...turns);
/** Place of the first request of this test. */
let first = 0;
beforeEach(() => {
  script = [];
  first = server.requests.length;
  server.playAlways(() => script.shift() ?? { text: 'The script is over.' });
});
const asked = (place: number) => {
  const request = server.requests[first + place];
  if (request === undefined) throw new Error(`nothing was asked for the ${place}th time`);
  return request.seen;
};
const call = (name: string, input: unknown = {}): ScriptedCall => ({ name, input });
/** What the model was told of its calls, before its request of this place. */
const resultsAt = (place: number): string[] => asked(place).messages.flatMap(({ role, text }) => (role === 'tool' ? [text] : []));

describe('a plan', () => {
  beforeAll(begin);
  const timer = (id: string, seconds: number, more: object = {}) => ({
    id,
    title: `Timer ${id}`,
    tool: 'timer_start',
    input: { seconds },
    ...more,
  });
  const plan = (...steps: object[]): ScriptedTurn => ({ toolCalls: [call('plan_propose', { title: 'Cook the roast', steps })] });
  const planEvents = (log: string): string =>
    log
      .split('\n')
      .filter((line) => /^(?: |plan-|approval-|tool-|reply-ended)/u.test(line))
      .join('\n');
  afterEach(() => host.turn('cancel all timers'));

  it('is shown, agreed to as a whole, and done', async () => {
    play(plan(timer('peel', 600), timer('roast', 3600, { after: ['peel'] })), { text: 'Both timers run.' });
    // What the gate asks by itself after words of outside were read is answered by the yes to the plan.
    const { log } = await host.turn('guide me through a sunday roast', {}, { approves: () => undefined });
    expect(planEvents(log)).toMatchInlineSnapshot(`
      "plan-proposed {"version":1,"title":"Cook the roast"}
        {"stepId":"peel","title":"Timer peel","tool":"timer.start","input":{"seconds":600},"sentence":"Start a timer of 600 seconds","risk":"change","after":[],"state":"waiting"}
        {"stepId":"roast","title":"Timer roast","tool":"timer.start","input":{"seconds":3600},"sentence":"Start a timer of 3600 seconds","risk":"change","after":["peel"],"state":"waiting"}
      plan-answered {"version":1,"approved":["peel","roast"],"by":"person"}
      plan-step-started {"stepId":"peel"}
      tool-requested {"tool":"timer.start","input":{"seconds":600}}
      tool-ended {"tool":"timer.start","outcome":"confirmed"}
      plan-step-ended {"stepId":"peel","outcome":"confirmed"}
      plan-step-started {"stepId":"roast"}
      tool-requested {"tool":"timer.start","input":{"seconds":3600}}
      tool-ended {"tool":"timer.start","outcome":"confirmed"}
      plan-step-ended {"stepId":"roast","outcome":"confirmed"}
      plan-ended {"done":2,"failed":0,"left":0}
      reply-ended {"text":"Both timers run."}"
    `);
    expect(resultsAt(1)[0]).toMatch(/^peel: done\.[\s\S]*roast: done\.[\s\S]*The plan is at its end\.$/u);
  });

  it('is done as far as a person agreed', async () => {
    play(plan(timer('a', 600), timer('b', 700), timer('c', 800, { after: ['b'] })), { text: 'One of them runs.' });
    const { log } = await host.turn('guide me through a sunday roast', {}, { agrees: () => ['a'] });
    expect(planEvents(log)).toMatchInlineSnapshot(`
      "plan-proposed {"version":1,"title":"Cook the roast"}
        {"stepId":"a","title":"Timer a","tool":"timer.start","input":{"seconds":600},"sentence":"Start a timer of 600 seconds","risk":"change","after":[],"state":"waiting"}
        {"stepId":"b","title":"Timer b","tool":"timer.start","input":{"seconds":700},"sentence":"Start a timer of 700 seconds","risk":"change","after":[],"state":"waiting"}
        {"stepId":"c","title":"Timer c","tool":"timer.start","input":{"seconds":800},"sentence":"Start a timer of 800 seconds","risk":"change","after":["b"],"state":"waiting"}
      plan-answered {"version":1,"approved":["a"],"by":"person"}
      plan-step-started {"stepId":"a"}
      tool-requested {"tool":"timer.start","input":{"seconds":600}}
      tool-ended {"tool":"timer.start","outcome":"confirmed"}
      plan-step-ended {"stepId":"a","outcome":"confirmed"}
      plan-ended {"done":1,"failed":0,"left":2}
      reply-ended {"text":"One of them runs."}"
    `);
  });

  it('is not done where a person says no', async () => {
    play(plan(timer('a', 600)), { text: 'As you wish.' });
    const { log } = await host.turn('guide me through a sunday roast', {}, { agrees: () => [] });
    expect(planEvents(log)).toMatchInlineSnapshot(`
      "plan-proposed {"version":1,"title":"Cook the roast"}
        {"stepId":"a","title":"Timer a","tool":"timer.start","input":{"seconds":600},"sentence":"Start a timer of 600 seconds","risk":"change","after":[],"state":"waiting"}
      plan-answered {"version":1,"approved":[],"by":"person"}
      plan-ended {"done":0,"failed":0,"left":1}
      reply-ended {"text":"As you wish."}"
    `);
    expect(resultsAt(1)[0]).toContain('The person does not want that');
  });

  it('takes no answer to another version of it', async () => {
    play(plan(timer('a', 600)), { text: 'As you wish.' });
    const turnId = await host.begin('guide me through a sunday roast');
    const asks = await host.until(() => host.eventsOf(turnId).find((event) => event.type === 'plan-proposed'));
    const planId = asks.type === 'plan-proposed' ? asks.plan.planId : '';
    expect(await host.post('/plans/answer', { planId, version: 2, approved: ['a'] })).toMatchObject({ accepted: false });
    expect(await host.post('/plans/answer', { planId, version: 1, approved: ['b'] })).toMatchObject({ accepted: false });
    expect(await host.post('/plans/answer', { planId, version: 1, approved: [] })).toEqual({ accepted: true });
    await host.follow(turnId);
  });

  it('is repaired where a step fails: what is done stays done, and the rest is asked again', async () => {
    const broken = {
      id: 'longer',
      title: 'Give it longer',
      tool: 'timer_change',
      input: { timerId: 'of nobody', bySeconds: 60 },
      after: ['a'],
    };
    play(plan(timer('a', 600), broken), plan(timer('b', 660)), { text: 'Now it is right.' });
    const { log } = await host.turn('guide me through a sunday roast');
    expect(planEvents(log)).toMatchInlineSnapshot(`
      "plan-proposed {"version":1,"title":"Cook the roast"}
        {"stepId":"a","title":"Timer a","tool":"timer.start","input":{"seconds":600},"sentence":"Start a timer of 600 seconds","risk":"change","after":[],"state":"waiting"}
        {"stepId":"longer","title":"Give it longer","tool":"timer.change","input":{"bySeconds":60,"timerId":"of nobody"},"sentence":"Change a timer by 60 seconds","risk":"change","after":["a"],"state":"waiting"}
      plan-answered {"version":1,"approved":["a","longer"],"by":"person"}
      plan-step-started {"stepId":"a"}
      tool-requested {"tool":"timer.start","input":{"seconds":600}}
      tool-ended {"tool":"timer.start","outcome":"confirmed"}
      plan-step-ended {"stepId":"a","outcome":"confirmed"}
      plan-step-started {"stepId":"longer"}
      tool-requested {"tool":"timer.change","input":{"timerId":"of nobody","bySeconds":60}}
      tool-ended {"tool":"timer.change","outcome":"rejected","reason":"That timer has ended already."}
      plan-step-ended {"stepId":"longer","outcome":"rejected","reason":"That timer has ended already."}
      plan-proposed {"version":2,"title":"Cook the roast"}
        {"stepId":"a","title":"Timer a","tool":"timer.start","input":{"seconds":600},"sentence":"Start a timer of 600 seconds","risk":"change","after":[],"state":"done"}
        {"stepId":"b","title":"Timer b","tool":"timer.start","input":{"seconds":660},"sentence":"Start a timer of 660 seconds","risk":"change","after":[],"state":"waiting"}
      plan-answered {"version":2,"approved":["b"],"by":"person"}
      plan-step-started {"stepId":"b"}
      tool-requested {"tool":"timer.start","input":{"seconds":660}}
      approval-asked {"sentence":"Start a timer of 660 seconds"}
      approval-answered {"approved":true,"by":"api"}
      tool-ended {"tool":"timer.start","outcome":"confirmed"}
      plan-step-ended {"stepId":"b","outcome":"confirmed"}
      plan-ended {"done":2,"failed":0,"left":0}
      reply-ended {"text":"Now it is right."}"
    `);
    expect(resultsAt(1)[0]).toMatch(/That timer has ended already\.[\s\S]*Hand in the rest as a changed plan/u);
  });

  it('that is not finished is told as such, whatever the model says', async () => {
    const broken = { id: 'longer', title: 'Give it longer', tool: 'timer_change', input: { timerId: 'of nobody', bySeconds: 60 } };
    play(plan(timer('a', 600), broken), { text: 'All is done, sir.' });
    const { reply } = await host.turn('guide me through a sunday roast');
    expect(reply).toContain('1 of 2 steps are done. Not done: Give it longer.');
  });
});

describe('a plan in the middle of which JARVIS is killed', () => {
  it('leaves a record of what was done and what was not, and a question without an answer', async () => {
    await using assistant = await startFakeHomeAssistant();
    await using before = await startMindHost();
    await connectHome(before, { url: assistant.url, token: assistant.token });
    const provider = {
      id: 'scripted',
      type: 'openai-compatible' as const,
      url: server.url,
      secret: 'scripted key',
      models: [{ id: 'script' }],
    };
    await before.post('/secrets', { name: 'scripted key', value: 'key-of-the-test' });
    await before.save({ providers: [provider] });
    assistant.misbehaviour.slow('light.turn_on', 600_000);
    const conversationId = await before.startConversation();
    const steps = [
      { id: 'timer', title: 'Set the timer', tool: 'timer_start', input: { seconds: 3600 } },
      { id: 'light', title: 'Light', tool: 'home_call-service', input: { service: 'light.turn_on', entityIds: ['light.bedroom_lamp'] } },
      { id: 'later', title: 'Second timer', tool: 'timer_start', input: { seconds: 7200 }, after: ['light'] },
    ];
    play({ toolCalls: [call('plan_propose', { title: 'Make it cosy', steps })] });
    const turnId = await before.begin('make the evening a cosy one for us', { conversationId });
    const asks = await before.until(() => before.eventsOf(turnId).find((event) => event.type === 'plan-proposed'));
    const planId = asks.type === 'plan-proposed' ? asks.plan.planId : '';
    await before.post('/plans/answer', { planId, version: 1, approved: ['timer', 'light', 'later'] });
    await before.until(() => assistant.misbehaviour.count('light.turn_on') > 0 || undefined);
    await before.kill();
    await using after = await startMindHost('', { data: before.data });
    const { entries } = z.object({ entries: z.array(AuditEntrySchema) }).parse(await after.post('/audit/search', { turnId, limit: 50 }));
    expect(
      entries
        .toReversed()
        .map(({ kind, tool, outcome, reason }) => [kind, tool, outcome, reason].filter((part) => part !== undefined).join(' ')),
    ).toMatchInlineSnapshot(`
      [
        "requested timer.start",
        "started timer.start",
        "ended timer.start confirmed",
        "requested home.call-service",
        "started home.call-service",
        "ended home.call-service failed JARVIS ended after this was begun: it may have been done.",
      ]
    `);
    expect(await after.post('/audit/verify')).toMatchObject({ ok: true, problems: [] });
    expect(await after.messages(conversationId)).toMatchObject([{ role: 'person', text: 'make the evening a cosy one for us' }]);
    expect(await after.post('/plans/answer', { planId, version: 1, approved: [] })).toMatchObject({ accepted: false });
  });
});

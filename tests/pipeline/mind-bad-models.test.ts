import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LlmServer } from '../fakes/llm-servers/llm-server.ts';
import type { ScriptedCall, ScriptedTurn, SeenRequest } from '../fakes/llm-servers/scripted-turn.ts';
import { startOpenAiServer } from '../fakes/llm-servers/start-openai-server.ts';
import { type MindHost, startMindHost } from './mind-host.ts';
import { unspeakable } from './sound-host.ts';

/** Models that do what they should not: each turn ends by itself, within bounds, with a sentence, and the home is as it was. */
const parts = new AsyncDisposableStack();
let server: LlmServer;
let host: MindHost;
beforeAll(async () => {
  server = parts.use(await startOpenAiServer());
  host = parts.use(await startMindHost());
});
afterAll(() => parts.disposeAsync());

const STEPS = 5;
let first = 0;
beforeEach(async () => {
  first = server.requests.length;
  // Settings that are others let a model that rests be asked again.
  await host.save({
    steps: STEPS,
    providers: [{ id: `bad-${first}`, type: 'openai-compatible', url: server.url, models: [{ id: 'script', contextLength: 32_768 }] }],
  });
});
const requests = (): readonly { seen: SeenRequest }[] => server.requests.slice(first);
const call = (name: string, input: unknown = {}): ScriptedCall => ({ name, input });
const devices = (): string =>
  JSON.stringify([...host.entities().values()].filter(({ domain }) => domain !== 'sensor').map(({ id, state }) => [id, state]));
const QUESTION = 'tell me a tale of a fox';
const always = (turn: ScriptedTurn | ((seen: SeenRequest) => ScriptedTurn)): void => server.playAlways(turn);

describe('a model', () => {
  it('that never stops is cut off, and told to have been', async () => {
    always({ trouble: { kind: 'endless' } });
    const { reply, rich, events } = await host.turn(QUESTION);
    expect(await server.requests[first]?.closed).toBe('given-up');
    expect((rich ?? reply).length).toBeLessThan(20_000);
    expect(reply).toMatch(/too long|repeat|broke off|could answer/iu);
    expect(events.filter(({ type }) => type === 'reply-ended')).toHaveLength(1);
  });

  it('that says the same word for ever is cut off', async () => {
    always({ steps: Array.from({ length: 20_000 }, () => ({ text: 'fox ' })) });
    const { reply } = await host.turn(QUESTION);
    expect(reply.length).toBeLessThan(20_000);
    expect(reply).not.toBe('');
  });

  it('that thinks for ever is left', async () => {
    always({
      steps: Array.from({ length: 4_000 }, () => ({ reasoning: 'Let me think about foxes in a new and different manner. '.repeat(4) })),
    });
    const { reply } = await host.turn(QUESTION);
    expect(reply).toMatch(/^(?:My language model found no words for that|No language model could answer)/u);
  });

  it('that says nothing is asked once more, and then it is said so', async () => {
    always({ text: [] });
    const { reply } = await host.turn(QUESTION);
    expect(reply).toBe('My language model found no words for that.');
    expect(requests().length).toBeLessThanOrEqual(3);
  });

  it('that sends one line of many megabytes does not fill the memory', async () => {
    always({ text: 'Once ', trouble: { kind: 'huge-line', bytes: 60_000_000 } });
    const { reply } = await host.turn(QUESTION);
    expect(reply).toMatch(/could answer/u);
    expect(host.running()).toBe(true);
  });

  it('that makes the same call again and again is ended', async () => {
    always({ toolCalls: [call('timer_change', { timerId: 'of nobody', bySeconds: 1 })] });
    const { events, reply } = await host.turn(QUESTION);
    expect(events.filter(({ type }) => type === 'tool-requested')).toHaveLength(1);
    expect(requests().length).toBeLessThanOrEqual(STEPS);
    expect(reply).toBe('My language model found no words for that. Not done: change a timer by 1 seconds.');
  });

  it('that makes sixty calls at once gets no more than a few of them', async () => {
    always((seen) =>
      seen.messages.some(({ role }) => role === 'tool')
        ? { text: 'Done what I could.' }
        : {
            toolCalls: Array.from({ length: 60 }, (_, place) => ({
              ...call('timer_change', { timerId: 'of nobody', bySeconds: place + 1 }),
              id: `c${place}`,
            })),
          },
    );
    const { events, reply } = await host.turn(QUESTION);
    expect(events.filter(({ type }) => type === 'tool-requested').length).toBeLessThanOrEqual(8);
    expect(requests()[1]?.seen.messages.filter(({ text }) => text.includes('Too many calls at once')).length).toBe(52);
    expect(reply).toMatch(/^Done what I could\. Not done: change a timer by 1 seconds; .* and 5 more\.$/u);
  });

  it('that makes more calls than its answer may be long gets none of them', async () => {
    always({
      toolCalls: Array.from({ length: 300 }, (_, place) => ({
        ...call('timer_change', { timerId: 'of nobody', bySeconds: place + 1 }),
        id: `c${place}`,
      })),
    });
    const { events, reply } = await host.turn(QUESTION);
    expect(events.filter(({ type }) => type === 'tool-requested')).toEqual([]);
    expect(reply).toBe('My language model found no words for that.');
  });

  it('that calls what does not exist, for ever, ends in words', async () => {
    always(() => ({ toolCalls: [call(`no_such_${server.requests.length}`), call(`nor_this_${server.requests.length}`)] }));
    const { events, reply } = await host.turn(QUESTION);
    expect(events.filter(({ type }) => type === 'tool-requested')).toEqual([]);
    expect(requests().length).toBeLessThanOrEqual(STEPS);
    expect(reply).toBe('My language model found no words for that.');
  });

  it.each([
    ['half of an object', '{"sentence": "turn on the kit'],
    ['a list', '["turn on the kitchen light"]'],
    ['no JSON at all', 'kitchen light on please'],
    ['what runs over every number', '{"sentence": 1e999}'],
    ['a prototype', '{"__proto__": {"sentence": "turn on the kitchen light"}}'],
  ])('that writes %s as input changes nothing, and is told why', async (_what, rawInput) => {
    const before = devices();
    always((seen) =>
      seen.messages.some(({ role }) => role === 'tool')
        ? { text: 'I could not do it.' }
        : { toolCalls: [{ name: 'say_command', rawInput }] },
    );
    const { reply } = await host.turn('brighten up the place where I cook');
    expect(devices()).toBe(before);
    expect(requests()[1]?.seen.messages.at(-1)?.text).toMatch(/^The input /u);
    expect(reply).toBe('I could not do it.');
  });

  it('that writes its call as text acts not, and the person does not have to read it', async () => {
    const before = devices();
    always({ text: '{"name": "say_command", "arguments": {"sentence": "turn on the kitchen light"}}' });
    const { reply } = await host.turn('brighten up the place where I cook');
    expect(devices()).toBe(before);
    expect(reply).toBe('My language model found no words for that.');
  });

  it('that says a refusal of the gate was a success is contradicted by what JARVIS itself has said', async () => {
    always((seen) =>
      seen.messages.some(({ role }) => role === 'tool')
        ? { text: 'I have unlocked it.' }
        : { toolCalls: [call('say_command', { sentence: 'unlock the front door' })] },
    );
    const { reply } = await host.turn('let my visitor come in', {}, { approves: () => false });
    expect(reply).toMatch(/^I have left the front door lock alone: You said no\./u);
  });

  it('that answers with marks no one can see or say is made fit to be shown', async () => {
    always({ text: ['Hello\u0007 \u202Eworld\u0000', ' and [link](javascript:alert(1))'] });
    const { reply, rich } = await host.turn(QUESTION);
    for (const text of [reply, rich ?? '']) expect(text).not.toMatch(unspeakable);
  });

  it('leaves a host that goes on as if nothing had been', async () => {
    always({ text: 'The fox sleeps.' });
    expect((await host.turn(QUESTION)).reply).toBe('The fox sleeps.');
    expect((await host.turn('turn on the kitchen light')).reply).toMatch(/kitchen light is on/iu);
    expect(host.printed()).not.toMatch(/^\s+at /mu);
    expect(await host.post('/audit/verify')).toMatchObject({ ok: true, problems: [] });
  });
});

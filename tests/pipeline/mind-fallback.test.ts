import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderSettings } from '../../contract/models.ts';
import type { MindChange } from '../../contract/models-interface.ts';
import type { LlmServer } from '../fakes/llm-servers/llm-server.ts';
import type { Trouble } from '../fakes/llm-servers/scripted-turn.ts';
import { startOllamaServer } from '../fakes/llm-servers/start-ollama-server.ts';
import { startOpenAiServer } from '../fakes/llm-servers/start-openai-server.ts';
import { type MindHost, startMindHost } from './mind-host.ts';

/** Two providers that a running JARVIS may ask: what is asked of whom, what is said, and what it cost. */
const parts = new AsyncDisposableStack();
let host: MindHost;
beforeAll(async () => {
  host = parts.use(await startMindHost());
});
afterAll(() => parts.disposeAsync());

/** Servers of one test. */
let servers = new AsyncDisposableStack();
afterEach(async () => {
  await servers.disposeAsync();
  servers = new AsyncDisposableStack();
});

const QUESTION = 'tell me a tale of a fox';
type Settings = Omit<Partial<ProviderSettings>, 'models'> & { models?: NonNullable<MindChange['providers']>[number]['models'] };

/** A fresh first and second provider, asked in this order. */
async function twoProviders(first: Settings = {}, second: Settings = {}, change: MindChange = {}): Promise<[LlmServer, LlmServer]> {
  const [one, two] = [servers.use(await startOpenAiServer()), servers.use(await startOpenAiServer())];
  await host.save({
    privacy: 'local-only',
    budget: {},
    ...change,
    order: ['one/script', 'two/script'],
    providers: [
      { id: 'one', type: 'openai-compatible', url: one.url, models: [{ id: 'script' }], ...first },
      { id: 'two', type: 'openai-compatible', url: two.url, models: [{ id: 'script' }], ...second },
    ],
  });
  return [one, two];
}

describe('a provider that fails before its first word', () => {
  const troubles: [string, Trouble][] = [
    ['answers 500', { kind: 'status', status: 500 }],
    ['answers 429', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }],
    ['answers 401', { kind: 'status', status: 401 }],
    ['streams garbage', { kind: 'garbage' }],
    ['streams what is no JSON', { kind: 'malformed' }],
    ['answers a web page', { kind: 'other-answer', contentType: 'text/html', body: '<html>Log in</html>' }],
    ['hangs up', { kind: 'cut' }],
    ['sends an error in the stream', { kind: 'error-event', message: 'boom' }],
  ];
  it.each(troubles)('and %s leaves the answer to the next', async (_what, trouble) => {
    const [one, two] = await twoProviders();
    one.playAlways({ trouble });
    two.play({ text: ['The fox ', 'sleeps.'] });
    const { reply, events } = await host.turn(QUESTION);
    expect(reply).toBe('The fox sleeps.');
    expect(one.requests).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'reply-ended')).toHaveLength(1);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'model-failed', provider: 'one', reason: expect.stringMatching(/\w.*\.$/u) }),
    );
    expect(events).toContainEqual(expect.objectContaining({ type: 'model-chosen', provider: 'two' }));
  });

  it('because of its key is asked again as soon as there is another key', async () => {
    await host.post('/secrets', { name: 'lab-key', value: 'not-the-right-key-1' });
    const [one] = await twoProviders({ secret: 'lab-key' }, { enabled: false });
    one.requireKey('the-right-key-22222');
    one.playAlways({ text: 'The fox sleeps.' });
    await host.turn(QUESTION);
    const state = async () => (await host.report()).providers.find(({ settings }) => settings.id === 'one')?.state;
    expect(await state()).toBe('no-key');
    await host.post('/secrets', { name: 'lab-key', value: 'the-right-key-22222' });
    expect(await state()).toBe('ready');
    expect((await host.turn(QUESTION)).reply).toBe('The fox sleeps.');
  });

  it('and is not there at all leaves it to the next', async () => {
    const [one, two] = await twoProviders();
    await one[Symbol.asyncDispose]();
    two.play({ text: 'The fox sleeps.' });
    expect((await host.turn(QUESTION)).reply).toBe('The fox sleeps.');
  });

  it('rests after three times, as the report says, and is not asked meanwhile', async () => {
    const [one, two] = await twoProviders();
    one.playAlways({ trouble: { kind: 'status', status: 500 } });
    two.playAlways({ text: 'The fox sleeps.' });
    for (let time = 1; time <= 4; time += 1) expect((await host.turn(QUESTION)).reply).toBe('The fox sleeps.');
    expect(one.requests).toHaveLength(3);
    const { providers, available } = await host.report();
    expect(available).toBe(true);
    expect(providers.find(({ settings }) => settings.id === 'one')).toMatchObject({
      state: 'resting',
      problem: expect.any(String),
      until: expect.any(Number),
    });
    expect(providers.find(({ settings }) => settings.id === 'two')).toMatchObject({ state: 'ready' });
  });

  it('and nobody else is there: it is said in words, and the turn ends', async () => {
    const [one, two] = await twoProviders();
    for (const server of [one, two])
      server.playAlways({ trouble: { kind: 'status', status: 500, message: 'secret internals at 10.0.0.1' } });
    const { reply, log } = await host.turn(QUESTION);
    expect(reply).toMatch(/^No language model could answer\./u);
    expect(log).toMatchInlineSnapshot(`
      "turn-started {"source":"api","by":"text"}
      transcript-ended {"text":"tell me a tale of a fox","confidence":1,"engine":"text"}
      step-started {"step":1,"of":8}
      model-chosen {"provider":"one","model":"script","leavesHouse":false,"because":"it comes first in your order, and nothing may leave the house"}
      model-failed {"provider":"one","model":"script","reason":"The model server failed.","retryable":true}
      model-chosen {"provider":"two","model":"script","leavesHouse":false,"because":"one/script could not, and it comes first in your order, and nothing may leave the house"}
      model-failed {"provider":"two","model":"script","reason":"The model server failed.","retryable":true}
      reply-delta {"text":"No language model could answer. one/script: The model server failed. two/script: The model server failed.","rich":true}
      reply-ended {"text":"No language model could answer. one/script: The model server failed. two/script: The model server failed."}
      turn-ended"
    `);
  });
});

describe('a provider that dies in the middle of its answer', () => {
  const troubles: [string, Trouble][] = [
    ['hangs up', { kind: 'cut' }],
    ['streams garbage', { kind: 'garbage' }],
    ['streams what is no JSON', { kind: 'malformed' }],
    ['sends an error in the stream', { kind: 'error-event', message: 'boom' }],
  ];
  it.each(troubles)('and %s is gone on with by the next, without a word twice', async (_what, trouble) => {
    const [one, two] = await twoProviders();
    // What lies in a socket that is destroyed is lost: it dies when its words have come.
    const heard = Promise.withResolvers<void>();
    one.play({ steps: [{ text: 'Once there was a fox ' }, { text: 'who lived in ' }, { until: heard.promise }], trouble });
    two.play({ text: ['who lived in ', 'a wood.'] });
    const turnId = await host.begin(QUESTION);
    await host.until(() => host.eventsOf(turnId).find((event) => event.type === 'reply-delta' && event.text.includes('who lived in')));
    heard.resolve();
    const { reply, events, log } = await host.follow(turnId);
    expect(reply).toBe('Once there was a fox who lived in a wood.');
    expect(events.flatMap((event) => (event.type === 'reply-delta' ? [event.text] : [])).join('')).toBe(reply);
    expect(events.filter(({ type }) => type === 'reply-ended')).toHaveLength(1);
    expect(events).toContainEqual(expect.objectContaining({ type: 'model-chosen', provider: 'two', continues: true }));
    expect(two.requests[0]?.seen.messages.slice(-2).map(({ role, text }) => `${role}: ${text.slice(0, 40)}`)).toEqual([
      'assistant: Once there was a fox who lived in ',
      'user: Your answer was cut off there. Write onl',
    ]);
    if (trouble.kind === 'cut')
      // Nobody told what the broken answer took, so it is estimated from a prompt that holds what was said before.
      expect(log.replace(/(?<="inputTokens":)\d{4}/u, 'estimated')).toMatchInlineSnapshot(`
      "turn-started {"source":"api","by":"text"}
      transcript-ended {"text":"tell me a tale of a fox","confidence":1,"engine":"text"}
      step-started {"step":1,"of":8}
      model-chosen {"provider":"one","model":"script","leavesHouse":false,"because":"it comes first in your order, and nothing may leave the house"}
      reply-delta {"text":"Once there was a fox who lived in ","rich":true}
      model-failed {"provider":"one","model":"script","reason":"The model server broke off the connection.","retryable":true}
      model-ended {"provider":"one","model":"script","usage":{"inputTokens":estimated,"outputTokens":10,"costMicros":0},"finish":"error"}
      model-chosen {"provider":"two","model":"script","leavesHouse":false,"because":"one/script could not, and it comes first in your order, and nothing may leave the house","continues":true}
      reply-delta {"text":"a wood.","rich":true}
      model-ended {"provider":"two","model":"script","usage":{"inputTokens":10,"outputTokens":5,"cachedInputTokens":0,"costMicros":0},"finish":"stop"}
      reply-ended {"text":"Once there was a fox who lived in a wood."}
      turn-ended"
    `);
  });

  it('after a call it was able to make does not make it twice', async () => {
    const [one, two] = await twoProviders();
    one.play({ text: 'I look. ', toolCalls: [{ name: 'system_information' }], trouble: { kind: 'cut' } });
    two.playAlways({ text: 'All is well.' });
    one.playAlways({ trouble: { kind: 'status', status: 500 } });
    const { events, reply } = await host.turn('how fares the computer you live in');
    expect(events.filter(({ type }) => type === 'tool-requested').length).toBeLessThanOrEqual(1);
    expect(reply).toMatch(/All is well\.$/u);
  });
});

describe('privacy', () => {
  it('local only: nothing is ever sent to who is outside, even where nobody else can answer', async () => {
    const [inside, outside] = await twoProviders({}, { leavesHouse: true });
    inside.playAlways({ trouble: { kind: 'status', status: 500 } });
    outside.playAlways({ text: 'I have heard it all.' });
    const { reply } = await host.turn(QUESTION);
    expect(reply).toMatch(/^No language model could answer\./u);
    await host.save({
      order: [],
      providers: [{ id: 'two', type: 'openai-compatible', url: outside.url, leavesHouse: true, models: [{ id: 'script' }] }],
    });
    // As if there were no model: the nearest thing that works, or a plain no.
    expect((await host.turn(QUESTION)).events).toContainEqual(
      expect.objectContaining({ type: 'turn-failed', failure: expect.objectContaining({ code: 'no-match' }) }),
    );
    expect(await host.report()).toMatchObject({ available: false });
    expect([outside.requests, outside.lookups]).toEqual([[], []]);
    await host.save({ privacy: 'may-leave' });
    expect(await host.turn(QUESTION)).toMatchObject({ reply: 'I have heard it all.' });
    expect(outside.requests).toHaveLength(1);
  });

  it('local only: an answer that broke off at home is not sent out to be gone on with', async () => {
    const [inside, outside] = await twoProviders({}, { leavesHouse: true });
    const heard = Promise.withResolvers<void>();
    inside.play({ steps: [{ text: 'Once there was ' }, { until: heard.promise }], trouble: { kind: 'cut' } });
    const turnId = await host.begin(QUESTION);
    await host.until(() => host.eventsOf(turnId).find(({ type }) => type === 'reply-delta'));
    heard.resolve();
    const { reply } = await host.follow(turnId);
    expect(reply).toMatch(/^Once there was\s+No language model could answer\./u);
    expect(outside.requests).toEqual([]);
  });

  it('a provider at home that names no models is asked for them, one outside is not', async () => {
    const ollama = servers.use(await startOllamaServer());
    const outside = servers.use(await startOllamaServer());
    ollama.playAlways({ text: 'The fox sleeps at home.' });
    await host.save({
      order: [],
      providers: [
        { id: 'home', type: 'ollama', url: ollama.url },
        { id: 'away', type: 'ollama', url: outside.url, leavesHouse: true },
      ],
    });
    await host.until(() => ollama.lookups.length > 0 || undefined);
    await expect.poll(async () => (await host.report()).available).toBe(true);
    expect(await host.turn(QUESTION)).toMatchObject({ reply: 'The fox sleeps at home.' });
    expect([outside.requests, outside.lookups]).toEqual([[], []]);
  });
});

describe('a budget', () => {
  const priced = [{ id: 'script', price: { input: 10, output: 30 } }];

  it('is counted by turn, and refuses in words when it is used up', async () => {
    const [one] = await twoProviders({ models: priced }, { enabled: false }, { budget: { perDay: 0.2 } });
    one.playAlways({ text: 'The fox sleeps.', usage: { input: 12_000, output: 1_000 } });
    const before = (await host.report()).spending.today.costMicros;
    const { events, reply } = await host.turn(QUESTION);
    expect(reply).toBe('The fox sleeps.');
    // 12,000 at 10 and 1,000 at 30 for a million
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'model-ended',
        usage: expect.objectContaining({ inputTokens: 12_000, outputTokens: 1_000, costMicros: 150_000 }),
      }),
    );
    expect((await host.report()).spending.today.costMicros - before).toBe(150_000);
    await host.turn(QUESTION);
    const refused = await host.turn(QUESTION);
    expect(refused.reply).toMatch(/^I cannot do that yet\..*(?:budget|0\.20 EUR)/iu);
    expect(refused.log).toMatchInlineSnapshot(`
      "turn-started {"source":"api","by":"text"}
      transcript-ended {"text":"tell me a tale of a fox","confidence":1,"engine":"text"}
      turn-failed {"failure":{"code":"no-match"}}
      reply-delta {"text":"I cannot do that yet. The budget of 0.20 EUR a day is used up; it is free again at midnight."}
      reply-ended {"text":"I cannot do that yet. The budget of 0.20 EUR a day is used up; it is free again at midnight."}
      turn-ended"
    `);
    expect(one.requests).toHaveLength(2);
    expect((await host.report()).providers.find(({ settings }) => settings.id === 'one')?.state).toBe('over-budget');
    // Who costs nothing goes on.
    const [, free] = await twoProviders({ models: priced }, {}, { budget: { perDay: 0.2 } });
    free.play({ text: 'For nothing, sir.' });
    expect((await host.turn(QUESTION)).reply).toBe('For nothing, sir.');
  });

  it('is remembered by the next run, what was under way when JARVIS was killed included', async () => {
    const server = servers.use(await startOpenAiServer());
    const settings: MindChange = {
      budget: { perDay: 0.3 },
      providers: [{ id: 'one', type: 'openai-compatible', url: server.url, models: [{ id: 'script', price: { input: 10, output: 30 } }] }],
    };
    await using before = await startMindHost();
    await before.save(settings);
    server.play({ text: 'The fox sleeps.', usage: { input: 12_000, output: 1_000 } });
    await before.turn(QUESTION);
    server.play({ steps: [{ text: 'Once ' }, { until: new Promise(() => undefined) }] });
    const turnId = await before.begin(QUESTION);
    await before.until(() => before.eventsOf(turnId).find(({ type }) => type === 'reply-delta'));
    await before.kill();
    await using after = await startMindHost('', { data: before.data });
    const { spending, settings: kept } = await after.report();
    expect(kept.budget.perDay).toBe(0.3);
    // What was asked counts, though nobody knows how it ended.
    expect(spending.today.costMicros).toBeGreaterThan(150_000);
    expect(spending.days[0]).toMatchObject({ provider: 'one', model: 'script', answers: 2 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LlmServer } from '../fakes/llm-servers/llm-server.ts';
import { startOpenAiServer } from '../fakes/llm-servers/start-openai-server.ts';
import { type MindHost, startMindHost } from './mind-host.ts';
import { openSpeakingPage, type SpeakingPage } from './mind-page.ts';

/** A running JARVIS with its real voice, a page that plays it, and a model that writes slowly. */
const parts = new AsyncDisposableStack();
let server: LlmServer;
let host: MindHost;
let page: SpeakingPage;
/** What the page answers; each test has its own. */
let react: Parameters<typeof openSpeakingPage>[1] = () => undefined;
beforeAll(async () => {
  server = parts.use(await startOpenAiServer());
  host = parts.use(await startMindHost('', { speaks: true }));
  await host.save({ providers: [{ id: 'scripted', type: 'openai-compatible', url: server.url, models: [{ id: 'script' }] }] });
  page = parts.use(await openSpeakingPage(host.address, (message, send) => react(message, send)));
});
afterAll(() => parts.disposeAsync());

describe('an answer that is spoken', () => {
  it('begins with its first sentence, while the model still writes', async () => {
    react = (message, send) => {
      if (message.type === 'speech-started') send({ type: 'playback-started', speechId: message.speechId });
      if (message.type === 'speech-ended') send({ type: 'playback-ended', speechId: message.speechId, heardMs: 3_000, interrupted: false });
    };
    const gate = Promise.withResolvers<void>();
    server.play({ steps: [{ text: 'The fox went to the wood. There' }, { until: gate.promise }, { text: ' it slept.' }] });
    const turnId = await host.begin('tell me a tale of a fox');
    await host.until(() => page.bytes() > 0 || undefined, 30_000);
    expect(host.eventsOf(turnId).some(({ type }) => type === 'reply-ended')).toBe(false);
    gate.resolve();
    const { reply, events } = await host.follow(turnId);
    expect(reply).toBe('The fox went to the wood. There it slept.');
    expect(events).toContainEqual(expect.objectContaining({ type: 'playback-ended', interrupted: false }));
    expect(page.got.filter(({ type }) => type === 'speech-started')).toHaveLength(1);
  });

  it('that is spoken over ends at the server, too, and what was heard of it is kept', async () => {
    react = (message, send) => {
      if (message.type === 'speech-started') send({ type: 'playback-started', speechId: message.speechId });
      if (message.type === 'speech-stopped') send({ type: 'playback-ended', speechId: message.speechId, heardMs: 900, interrupted: true });
    };
    const conversationId = await host.startConversation();
    const first = server.requests.length;
    const words = 'The fox went to the wood, and there it met a bear, who asked it for the way to the river. It';
    server.play({ steps: [{ text: words }, { until: new Promise(() => undefined) }] });
    const turnId = await host.begin('tell me another tale of a fox', { conversationId });
    await host.until(() => host.eventsOf(turnId).find(({ type }) => type === 'playback-started'), 30_000);
    page.send({ type: 'microphone-opened', pageId: 'page-of-the-test' });
    page.send({ type: 'talk-started' });
    const { events } = await host.follow(turnId);
    expect(events).toContainEqual(expect.objectContaining({ type: 'playback-ended', interrupted: true }));
    expect(await server.requests[first]?.closed).toBe('given-up');
    const answer = (await host.messages(conversationId)).at(-1);
    expect(answer).toMatchObject({ role: 'jarvis', stopped: true });
    expect(answer?.heard).toMatch(/^The fox/u);
    expect(answer?.heard?.length).toBeLessThan(words.length - 3);
  });
});

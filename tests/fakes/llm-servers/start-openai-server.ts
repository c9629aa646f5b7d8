import { type LlmServer, startLlmServer } from './llm-server.ts';
import { openAiChatWire } from './openai-chat-wire.ts';
import { openAiResponsesWire } from './openai-responses-wire.ts';

/**
 * OpenAI on loopback, for tests that need a model to say just this. It speaks both of its formats, so that providers of the types `openai` and
 * `openai-compatible` can talk to it.
 *
 *     await using server = await startOpenAiServer();
 *     const provider = openProvider({ id: 'scripted', type: 'openai-compatible', url: server.url, enabled: true, models: [] }, { key, clock });
 *     server.play({ text: ['Hel', 'lo'] });                                          // the first request gets this
 *     server.play({ toolCalls: [{ name: 'light', input: { on: true } }] });          // the second this
 *     server.play({ text: 'All', trouble: { kind: 'cut' } });                        // the third dies after a word
 *     server.play({ trouble: { kind: 'status', status: 429, headers: { 'retry-after': '2' } } });
 *     server.play({ steps: [{ text: 'One, ' }, { until: gate }, { text: 'two.' }] }); // waits for a promise of the test
 *     server.playAlways((seen) => ({ text: `You said ${seen.messages.at(-1)?.text}` }));
 *     server.requests[0]?.seen.system;                                               // what was asked, in plain words
 *     await (await server.request(3)).closed;                                        // 'answered', or 'given-up' by the other side
 *
 * All words are in scripted-turn.ts.
 */
export async function startOpenAiServer(): Promise<LlmServer> {
  const server = await startLlmServer([openAiResponsesWire, openAiChatWire]);
  server.serve('/v1/models', {
    object: 'list',
    data: ['gpt-4o', 'text-embedding-3-small', 'whisper-1'].map((id) => ({
      id,
      object: 'model',
      created: 1_715_367_049,
      owned_by: 'system',
    })),
  });
  return server;
}

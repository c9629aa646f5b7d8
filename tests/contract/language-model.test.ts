import type { ProviderSettings } from '../../contract/models.ts';
import { openProvider } from '../../models/providers/open-provider.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import type { LlmServer } from '../fakes/llm-servers/llm-server.ts';
import { openScriptedLocal } from '../fakes/llm-servers/open-scripted-local.ts';
import { startAnthropicServer } from '../fakes/llm-servers/start-anthropic-server.ts';
import { startCompatibleServer } from '../fakes/llm-servers/start-compatible-server.ts';
import { startGoogleServer } from '../fakes/llm-servers/start-google-server.ts';
import { startOllamaServer } from '../fakes/llm-servers/start-ollama-server.ts';
import { startOpenAiServer } from '../fakes/llm-servers/start-openai-server.ts';
import { describeLanguageModel, type OpenModel, SUITE_LIMITS } from './language-model-suite.ts';

const KEY = 'key-of-the-suite-0123456789';

function opening(type: ProviderSettings['type'], modelId: string, start: () => Promise<LlmServer>): () => Promise<OpenModel> {
  return async () => {
    const server = await start();
    const clock = new FakeClock();
    const settings: ProviderSettings = { id: 'suite', type, url: server.url, enabled: true, models: [] };
    const provider = openProvider(settings, { key: async () => KEY, clock, limits: SUITE_LIMITS });
    return {
      model: provider.languageModel(modelId),
      clock,
      play: server.play,
      asked: server.request,
      count: () => server.requests.length,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  };
}

// The Responses API knows no stop sequences.
describeLanguageModel('OpenAI', opening('openai', 'gpt-4o', startOpenAiServer), { key: KEY, stopSequences: false });
describeLanguageModel('An OpenAI-compatible server', opening('openai-compatible', 'qwen3-8b', startCompatibleServer), { key: KEY });
describeLanguageModel('Anthropic', opening('anthropic', 'claude-sonnet-4-5', startAnthropicServer), { key: KEY });
describeLanguageModel('Google', opening('google', 'gemini-2.5-flash', startGoogleServer), { key: KEY });
// Ollama filters nothing, does not tell what its cache held, and cannot be made to use a tool.
describeLanguageModel('Ollama', opening('ollama', 'llama3.2', startOllamaServer), {
  key: KEY,
  contentFilter: false,
  cachedTokens: false,
  toolChoice: 'none-alone',
});
// Ours has no wire and no key: the grammar of its engine lets no broken input through, and its failures are `ModelError`s, proved beside it.
describeLanguageModel('Our own adapter', async () => openScriptedLocal(), { contentFilter: false, brokenToolInput: false, troubles: [] });

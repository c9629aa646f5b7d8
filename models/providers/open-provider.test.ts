import { createServer } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ProviderSettings } from '../../contract/models.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import type { LlmServer } from '../../tests/fakes/llm-servers/llm-server.ts';
import { startAnthropicServer } from '../../tests/fakes/llm-servers/start-anthropic-server.ts';
import { startCompatibleServer } from '../../tests/fakes/llm-servers/start-compatible-server.ts';
import { startGoogleServer } from '../../tests/fakes/llm-servers/start-google-server.ts';
import { startOllamaServer } from '../../tests/fakes/llm-servers/start-ollama-server.ts';
import { startOpenAiServer } from '../../tests/fakes/llm-servers/start-openai-server.ts';
import { openProvider, type Provider, type ProviderOptions } from './open-provider.ts';

const live = new AbortController().signal;
const ask = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }] };

function open(
  type: ProviderSettings['type'],
  url: string | undefined,
  options: Partial<ProviderOptions & { models: ProviderSettings['models'] }> = {},
): Provider {
  const { models = [], ...rest } = options;
  const settings: ProviderSettings = { id: 'mine', type, title: 'Mine', enabled: true, models, ...(url === undefined ? {} : { url }) };
  return openProvider(settings, { key: async () => 'right-key-123456', clock: new FakeClock(), ...rest });
}

const SERVERS: readonly [Exclude<ProviderSettings['type'], 'local'>, () => Promise<LlmServer>][] = [
  ['openai', startOpenAiServer],
  ['openai-compatible', startCompatibleServer],
  ['anthropic', startAnthropicServer],
  ['google', startGoogleServer],
  ['ollama', startOllamaServer],
];

afterEach(() => vi.unstubAllEnvs());

describe('listing models', () => {
  it('asks OpenAI, and leaves out what is not for talking', async () => {
    await using server = await startOpenAiServer();
    expect(await open('openai', server.url).listModels(live)).toEqual([{ id: 'gpt-4o', tools: true, vision: true, quality: 50 }]);
  });

  it('asks llama.cpp, and believes its real context more than what the model was trained for', async () => {
    await using server = await startCompatibleServer();
    expect(await open('openai-compatible', server.url).listModels(live)).toMatchObject([
      { id: 'qwen3-8b-q4_k_m.gguf', contextLength: 16_384, vision: false },
    ]);
    server.serve('/props', { error: 'switched off' }, { status: 501 });
    expect(await open('openai-compatible', server.url).listModels(live)).toMatchObject([{ contextLength: 40_960 }]);
  });

  it('asks LM Studio and LiteLLM for what they add', async () => {
    await using server = await startCompatibleServer();
    server.serve('/v1/models', {
      data: [
        { id: 'seer', object: 'model' },
        { id: 'vectors', object: 'model' },
        { id: 'gate/gpt', object: 'model' },
      ],
    });
    server.serve('/api/v0/models', {
      data: [
        { id: 'seer', type: 'vlm', max_context_length: 32_768, loaded_context_length: 8192, capabilities: ['tool_use'] },
        { id: 'vectors', type: 'embeddings', max_context_length: 512 },
      ],
    });
    server.serve('/v1/model/info', {
      data: [
        {
          model_name: 'gate/gpt',
          model_info: { mode: 'chat', max_input_tokens: 128_000, supports_function_calling: false, supports_vision: true },
        },
      ],
    });
    expect(await open('openai-compatible', server.url).listModels(live)).toEqual([
      { id: 'seer', contextLength: 8192, tools: true, vision: true, quality: 50 },
      { id: 'gate/gpt', contextLength: 128_000, tools: false, vision: true, quality: 50 },
    ]);
  });

  it('takes what other servers write into the list itself, and no nonsense', async () => {
    await using server = await startCompatibleServer();
    server.serve('/v1/models', {
      data: [
        { id: 'vllm', max_model_len: 4096 },
        { id: 'router', context_length: 200_000, architecture: { input_modalities: ['text', 'image'] }, supported_parameters: ['tools'] },
        { id: 'mistral', max_context_length: 32_000, capabilities: { function_calling: true, vision: false, completion_chat: true } },
        { id: 'ocr', max_context_length: 32_000, capabilities: { completion_chat: false } },
        { id: 'odd', context_length: -5, meta: 'what', supported_parameters: 7, max_model_len: 1e99 },
      ],
    });
    expect(await open('openai-compatible', server.url).listModels(live)).toEqual([
      { id: 'vllm', contextLength: 4096, tools: true, vision: false, quality: 50 },
      { id: 'router', contextLength: 200_000, tools: true, vision: true, quality: 50 },
      { id: 'mistral', contextLength: 32_000, tools: true, vision: false, quality: 50 },
      { id: 'odd', tools: true, vision: false, quality: 50 },
    ]);
  });

  it('asks Ollama model by model, and plans with the context that it will ask for', async () => {
    await using server = await startOllamaServer();
    expect(await open('ollama', server.url).listModels(live)).toEqual([
      { id: 'llama3.2:latest', contextLength: 8192, tools: true, vision: false, quality: 50 },
    ]);
    expect(await open('ollama', server.url, { contextSize: 200_000 }).listModels(live)).toMatchObject([{ contextLength: 131_072 }]);
    server.serve('/api/show', { capabilities: ['completion', 'vision'], parameters: 'num_ctx    32768\nstop "a"', model_info: {} });
    expect(await open('ollama', server.url).listModels(live)).toMatchObject([{ contextLength: 32_768, tools: false, vision: true }]);
    server.serve('/api/show', { capabilities: ['embedding'] });
    expect(await open('ollama', server.url).listModels(live)).toEqual([]);
    server.serve('/api/show', { error: 'broken manifest' }, { status: 500 });
    expect(await open('ollama', server.url).listModels(live)).toMatchObject([{ id: 'llama3.2:latest', contextLength: 8192 }]);
  });

  it('asks Anthropic and Google, page by page', async () => {
    await using anthropic = await startAnthropicServer();
    expect(await open('anthropic', anthropic.url).listModels(live)).toEqual([
      { id: 'claude-sonnet-4-5', contextLength: 200_000, tools: true, vision: true, quality: 50 },
    ]);
    anthropic.serve('/v1/models?limit=1000', { data: [{ id: 'one' }], has_more: true, last_id: 'one' });
    anthropic.serve('/v1/models?limit=1000&after_id=one', { data: [{ id: 'two' }], has_more: false, last_id: 'two' });
    expect((await open('anthropic', anthropic.url).listModels(live)).map(({ id }) => id)).toEqual(['one', 'two']);
    expect(anthropic.lookups[0]?.headers['anthropic-version']).toBe('2023-06-01');
    await using google = await startGoogleServer();
    expect(await open('google', google.url).listModels(live)).toEqual([
      { id: 'gemini-2.5-flash', contextLength: 1_048_576, tools: true, vision: true, quality: 50 },
    ]);
    google.serve('/v1beta/models?pageSize=1000', { models: [], nextPageToken: 'again' });
    expect(await open('google', google.url).listModels(live)).toMatchObject([{ id: 'gemini-2.5-flash' }]);
  });

  it('does not turn pages for ever', async () => {
    await using server = await startGoogleServer();
    server.serve('/v1beta/models', { models: [], nextPageToken: 'again' });
    expect(await open('google', server.url).listModels(live)).toEqual([]);
    expect(server.lookups.length).toBe(20);
  });
});

describe('checking a provider', () => {
  for (const [type, start] of SERVERS) {
    it(`tells whether the key of ${type} is right`, async () => {
      await using server = await start();
      server.requireKey('right-key-123456');
      expect(await open(type, server.url).check(live)).toMatchObject({
        ok: true,
        models: [{}],
        sentence: 'Mine answers, and has one model.',
      });
      expect(await open(type, server.url, { key: async () => 'wrong-key-123456' }).check(live)).toMatchObject({
        ok: false,
        kind: 'key',
        sentence: 'Mine does not accept the key.',
      });
      expect(await open(type, server.url, { key: async () => undefined }).check(live)).toMatchObject({
        ok: false,
        kind: 'key',
        sentence: expect.stringContaining('none is set'),
      });
    });
  }

  it('says in words what is wrong with the address', async () => {
    const sentence = async (type: ProviderSettings['type'], url?: string) => (await open(type, url).check(live)).sentence;
    await using server = await startOllamaServer();
    const { url } = server;
    expect(await sentence('openai', url)).toContain('not one of that kind');
    server.serve('/v1/models', '<html>hello</html>', { contentType: 'text/html' });
    expect(await sentence('openai', url)).toContain('web page');
    server.serve('/v1/models', '{"models":7}');
    expect(await sentence('openai', url)).toContain('not one of that kind');
    expect(await sentence('openai', url.replace('http:', 'https:'))).toContain('http://');
    expect(await sentence('openai-compatible')).toContain('Nobody has said where Mine is');
    const gone = await startOllamaServer();
    await gone[Symbol.asyncDispose]();
    expect(await sentence('openai', gone.url)).toContain('Is it running?');
    expect(await sentence('openai', 'http://127.0.0.1:9')).toContain('not for the web');
  });

  it('knows an Ollama that is too old, and one without models', async () => {
    await using server = await startOllamaServer();
    for (const [version, ok] of [
      ['0.7.9', false],
      ['0.1.32', false],
      ['0.8.0', true],
      ['1.0.0-rc1', true],
      ['0.0.0', true],
      ['abc', true],
    ] as const) {
      server.serve('/api/version', { version });
      expect([version, (await open('ollama', server.url).check(live)).ok]).toEqual([version, ok]);
    }
    server.serve('/api/tags', { models: [] });
    expect(await open('ollama', server.url).check(live)).toMatchObject({
      ok: false,
      sentence: 'Mine answers, but has no model to talk with yet.',
    });
  });

  it('can be called off', async () => {
    const reason = new Error('enough');
    await expect(open('openai', 'http://127.0.0.1:9').check(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('keys', () => {
  it('are read anew for every request', async () => {
    await using server = await startOpenAiServer();
    const keys = ['key-1', 'key-2'];
    const model = open('openai-compatible', server.url, { key: async () => keys.shift() }).languageModel('m');
    server.playAlways({ text: 'a' });
    await model.doGenerate(ask);
    await model.doGenerate(ask);
    expect(server.requests.map(({ seen }) => seen.key)).toEqual(['key-1', 'key-2']);
  });

  it('are not taken from the environment, nor are addresses', async () => {
    for (const name of ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'OLLAMA_API_KEY'])
      vi.stubEnv(name, 'key-of-the-environment');
    for (const name of ['OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL']) vi.stubEnv(name, 'http://127.0.0.1:9');
    for (const [type, start] of SERVERS) {
      await using server = await start();
      server.play({ text: 'a' });
      await open(type, server.url, { key: async () => undefined })
        .languageModel('gpt-4o')
        .doGenerate(ask);
      const { headers } = await server.request(0);
      expect(JSON.stringify(headers)).not.toMatch(/environment|set-by-jarvis/u);
      expect([headers.authorization, headers['x-api-key'], headers['x-goog-api-key']]).toEqual([undefined, undefined, undefined]);
    }
  });

  it('do not follow to another address', async () => {
    await using elsewhere = await startOpenAiServer();
    const moved = createServer((_, response) => response.writeHead(307, { location: `${elsewhere.url}/v1/messages` }).end());
    await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
    const address = moved.address();
    const url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
    for (const [type] of SERVERS) {
      await expect(open(type, url).languageModel('m').doGenerate(ask)).rejects.toMatchObject({ kind: 'failed', retryable: false });
      expect(await open(type, url).check(live)).toMatchObject({ ok: false, sentence: expect.stringContaining('another address') });
    }
    expect([...elsewhere.requests, ...elsewhere.lookups]).toEqual([]);
    moved.closeAllConnections();
    moved.close();
  });

  it('with signs that no header can hold are refused without being repeated', async () => {
    const model = open('openai', 'http://127.0.0.1:9', { key: async () => 'secret\nwith a line' }).languageModel('m');
    const failure = await model.doGenerate(ask).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ kind: 'key' });
    expect(String(failure)).not.toContain('secret');
  });
});

describe('what each provider is told', () => {
  it('OpenAI: not to keep the answer', async () => {
    await using server = await startOpenAiServer();
    server.play({ text: 'a' });
    await open('openai', server.url).languageModel('gpt-5').doGenerate(ask);
    expect((await server.request(0)).body).toMatchObject({ store: false });
  });

  it('Ollama: how much to hold, how long to stay, and not to cut', async () => {
    await using server = await startOllamaServer();
    server.playAlways({ text: 'a' });
    const body = async (place: number) => (await server.request(place)).body;
    await open('ollama', server.url)
      .languageModel('m')
      .doGenerate({ ...ask, seed: 7, topK: 3, reasoning: 'none' });
    expect(await body(0)).toMatchObject({
      truncate: false,
      shift: false,
      keep_alive: '15m',
      think: false,
      options: { num_ctx: 8192, seed: 7, top_k: 3 },
    });
    const models = [{ id: 'm', contextLength: 32_768, tools: true, vision: false, quality: 50 }];
    await open('ollama', server.url, { models, keepMinutes: 0 }).languageModel('m').doGenerate(ask);
    expect(await body(1)).toMatchObject({ keep_alive: -1, options: { num_ctx: 32_768 } });
    expect(await body(1)).not.toHaveProperty('think');
  });

  it('Ollama: pictures as they are, and nothing of other files', async () => {
    await using server = await startOllamaServer();
    server.play({ text: 'A cat.' });
    const { warnings } = await open('ollama', server.url)
      .languageModel('m')
      .doGenerate({
        prompt: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is it?' },
              { type: 'file', mediaType: 'image/png', data: { type: 'data', data: Uint8Array.of(1, 2, 3) } },
              { type: 'file', mediaType: 'application/pdf', data: { type: 'data', data: 'JVBE' } },
            ],
          },
        ],
      });
    expect((await server.request(0)).body).toMatchObject({ messages: [{ role: 'user', content: 'What is it?', images: ['AQID'] }] });
    expect(warnings).toEqual([{ type: 'unsupported', feature: 'file of application/pdf' }]);
  });

  it('Ollama: only the tool that must be used, with a warning that it may not be', async () => {
    await using server = await startOllamaServer();
    server.play({ text: 'a' });
    const tool = (name: string) => ({ type: 'function' as const, name, inputSchema: { type: 'object' as const } });
    const { warnings } = await open('ollama', server.url)
      .languageModel('m')
      .doGenerate({ ...ask, tools: [tool('one'), tool('two')], toolChoice: { type: 'tool', toolName: 'two' } });
    expect((await server.request(0)).seen.tools.map(({ name }) => name)).toEqual(['two']);
    expect(warnings).toEqual([{ type: 'unsupported', feature: 'toolChoice' }]);
  });

  it('thinking stays apart from what is said', async () => {
    for (const [type, start] of SERVERS) {
      await using server = await start();
      server.play({ reasoning: 'Let me see. ', text: 'Yes.' });
      const { content } = await open(type, server.url).languageModel('m').doGenerate(ask);
      expect([type, content]).toMatchObject([
        type,
        [
          { type: 'reasoning', text: 'Let me see. ' },
          { type: 'text', text: 'Yes.' },
        ],
      ]);
    }
  });
});

describe('embeddings', () => {
  for (const [type, start] of SERVERS) {
    if (type === 'anthropic') continue;
    it(`come from ${type}, with its key`, async () => {
      await using server = await start();
      server.requireKey('right-key-123456');
      server.playEmbeddings([
        [1, 0.5],
        [0, 1],
      ]);
      const embed = (key: string) =>
        open(type, server.url, { key: async () => key })
          .embeddingModel?.('e')
          .doEmbed({ values: ['a', 'b'] });
      expect((await embed('right-key-123456'))?.embeddings).toEqual([
        [1, 0.5],
        [0, 1],
      ]);
      await expect(embed('wrong-key-123456')).rejects.toMatchObject({ name: 'ProviderFailure', kind: 'key' });
    });
  }

  it('are not to be had from Anthropic', () => expect(open('anthropic', undefined).embeddingModel).toBeUndefined());
});

describe('opening a provider', () => {
  it('asks nobody and reads no key', () => {
    const never = (): never => {
      throw new Error('not yet');
    };
    for (const [type] of SERVERS) open(type, 'http://127.0.0.1:9', { key: never, fetch: never }).languageModel('m');
  });

  it('is not for local models', () => expect(() => open('local', undefined)).toThrow(TypeError));
});

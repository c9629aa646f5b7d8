import { z } from 'zod';
import type { ProviderModel } from '../../contract/models.ts';
import type { AskProvider } from './ask-provider.ts';
import { knownModel } from './known-model.ts';
import { listCompatible } from './list-compatible.ts';
import { listOllama } from './list-ollama.ts';
import type { RemoteType } from './provider-address.ts';

export interface ListOptions {
  ask: AskProvider;
  /** Base address, as in `baseUrl`. */
  url: string;
  /** Tokens that Ollama is asked to hold where nothing else is said. */
  contextSize: number;
}

/** The models for conversation that a provider says it has; those for embeddings, sound and pictures alone are left out. No prices: those a person sets. */
export async function listModels(type: RemoteType, options: ListOptions, signal: AbortSignal): Promise<ProviderModel[]> {
  switch (type) {
    case 'ollama':
      return listOllama(options.ask, options.contextSize, signal);
    case 'openai-compatible':
      return listCompatible(options.ask, options.url, signal);
    case 'openai':
      return listOpenAi(options.ask, signal);
    case 'anthropic':
      return listAnthropic(options.ask, signal);
    case 'google':
      return listGoogle(options.ask, signal);
    default:
      return type satisfies never;
  }
}

/** OpenAI tells names alone. */
const NOT_FOR_CHAT =
  /embedding|whisper|tts|dall-e|moderation|image|audio|realtime|transcribe|sora|search|babbage|davinci|instruct|computer-use/u;

async function listOpenAi(ask: AskProvider, signal: AbortSignal): Promise<ProviderModel[]> {
  const { data } = await ask('/models', z.object({ data: z.array(z.object({ id: z.string() })) }), signal);
  return data
    .filter(({ id }) => !NOT_FOR_CHAT.test(id))
    .map(({ id }) => knownModel({ id, vision: /^(?:gpt-4o|gpt-4\.1|gpt-5)/u.test(id) }));
}

const Tokens = z.number().int().min(1).nullish().catch(undefined);

const AnthropicPageSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      max_input_tokens: Tokens,
      capabilities: z
        .object({ image_input: z.object({ supported: z.boolean() }).nullish() })
        .nullish()
        .catch(undefined),
    }),
  ),
  has_more: z.boolean().nullish(),
  last_id: z.string().nullish(),
});

const MOST_PAGES = 20;

async function listAnthropic(ask: AskProvider, signal: AbortSignal): Promise<ProviderModel[]> {
  const found: ProviderModel[] = [];
  let after = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { data, has_more: more, last_id: last } = await ask(`/models?limit=1000${after}`, AnthropicPageSchema, signal);
    for (const { id, max_input_tokens: contextLength, capabilities } of data) {
      found.push(knownModel({ id, contextLength, vision: capabilities?.image_input?.supported ?? true }));
    }
    if (more !== true || typeof last !== 'string') break;
    after = `&after_id=${encodeURIComponent(last)}`;
  }
  return found;
}

const GooglePageSchema = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        inputTokenLimit: Tokens,
        supportedGenerationMethods: z.array(z.string()).nullish(),
      }),
    )
    .default([]),
  nextPageToken: z.string().nullish(),
});

async function listGoogle(ask: AskProvider, signal: AbortSignal): Promise<ProviderModel[]> {
  const found: ProviderModel[] = [];
  let token = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { models, nextPageToken } = await ask(`/models?pageSize=1000${token}`, GooglePageSchema, signal);
    for (const { name, inputTokenLimit, supportedGenerationMethods } of models) {
      const id = name.replace(/^models\//u, '');
      if (supportedGenerationMethods?.includes('generateContent') !== true || /tts|image|embedding|aqa/u.test(id)) continue;
      const gemini = id.startsWith('gemini');
      found.push(knownModel({ id, contextLength: inputTokenLimit, vision: gemini, tools: gemini }));
    }
    if (typeof nextPageToken !== 'string' || nextPageToken === '') break;
    token = `&pageToken=${encodeURIComponent(nextPageToken)}`;
  }
  return found;
}

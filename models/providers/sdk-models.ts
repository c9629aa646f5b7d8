import type { EmbeddingModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { WebFetch } from './guarded-fetch.ts';
import type { RemoteType } from './provider-address.ts';
import type { StreamingModel } from './steady-model.ts';

export interface SdkOptions {
  id: string;
  url: string;
  modelId: string;
  fetch: WebFetch;
}

type SdkType = Exclude<RemoteType, 'ollama'>;

/**
 * The SDKs look into the environment where they are given no key, and would send what they find. The guarded fetch takes this out again and puts the right key
 * in, so that no SDK ever holds it.
 */
const PLACEHOLDER = 'set-by-jarvis';

/** The model of the provider's own SDK, loaded now. */
export async function sdkLanguageModel(type: SdkType, { id, url, modelId, fetch }: SdkOptions): Promise<StreamingModel> {
  const common = { apiKey: PLACEHOLDER, baseURL: url, fetch };
  switch (type) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      // The Responses API: with Chat Completions the models from GPT-5.4 on refuse tools unless their reasoning is off. Answers are not kept at OpenAI.
      return withOptions(createOpenAI(common).responses(modelId), 'openai', { store: false });
    }
    case 'openai-compatible': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      return createOpenAICompatible({ name: id, baseURL: url, fetch, includeUsage: true, supportsStructuredOutputs: true }).languageModel(
        modelId,
      );
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic(common).languageModel(modelId);
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google');
      return createGoogle(common).languageModel(modelId);
    }
    default:
      return type satisfies never;
  }
}

/** As `sdkLanguageModel`, for embeddings. */
export async function sdkEmbeddingModel(
  type: Exclude<SdkType, 'anthropic'>,
  { id, url, modelId, fetch }: SdkOptions,
): Promise<EmbeddingModelV4> {
  const common = { apiKey: PLACEHOLDER, baseURL: url, fetch };
  switch (type) {
    case 'openai':
      return (await import('@ai-sdk/openai')).createOpenAI(common).embeddingModel(modelId);
    case 'openai-compatible':
      return (await import('@ai-sdk/openai-compatible')).createOpenAICompatible({ name: id, baseURL: url, fetch }).embeddingModel(modelId);
    case 'google':
      return (await import('@ai-sdk/google')).createGoogle(common).embeddingModel(modelId);
    default:
      return type satisfies never;
  }
}

function withOptions(model: StreamingModel, name: string, fixed: { store: boolean }): StreamingModel {
  return {
    doStream: (call: LanguageModelV4CallOptions) =>
      model.doStream({ ...call, providerOptions: { ...call.providerOptions, [name]: { ...call.providerOptions?.[name], ...fixed } } }),
  };
}

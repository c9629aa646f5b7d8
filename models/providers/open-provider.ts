import { randomUUID } from 'node:crypto';
import type { EmbeddingModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import type { Clock } from '../../contract/clock.ts';
import type { ProviderModel, ProviderSettings } from '../../contract/models.ts';
import { askProvider } from './ask-provider.ts';
import { checkProvider, type ProviderCheck } from './check-provider.ts';
import { type AnswerLimits, guardedFetch, type WebFetch } from './guarded-fetch.ts';
import { leavesHouse } from './leaves-house.ts';
import { listModels } from './list-models.ts';
import { ollamaEmbedding } from './ollama-embedding.ts';
import { ollamaModel } from './ollama-model.ts';
import { ADDRESSES, baseUrl, titleOf } from './provider-address.ts';
import { ProviderFailure, providerFailure } from './provider-failure.ts';
import { sdkEmbeddingModel, sdkLanguageModel } from './sdk-models.ts';
import { type StreamingModel, steadyModel } from './steady-model.ts';

export interface Provider {
  readonly settings: ProviderSettings;
  /** For people. */
  readonly name: string;
  /** What is said to it leaves the house. */
  readonly leavesHouse: boolean;
  /** See `steadyModel` for how it behaves. */
  languageModel(modelId: string): LanguageModelV4;
  /** Absent where the provider has none. Rejects with a `ProviderFailure`. */
  embeddingModel?(modelId: string): EmbeddingModelV4;
  /** As the provider itself says. Rejects with a `ProviderFailure`, or the signal's reason. */
  listModels(signal: AbortSignal): Promise<ProviderModel[]>;
  check(signal: AbortSignal): Promise<ProviderCheck>;
}

export interface ProviderOptions {
  /** Read anew for every request, and neither kept nor told. */
  key(): Promise<string | undefined>;
  clock: Clock;
  fetch?: WebFetch;
  limits?: Partial<AnswerLimits>;
  /** Tokens that Ollama is asked to hold for a model whose settings say nothing. */
  contextSize?: number;
  /** Minutes that Ollama keeps a model after its last answer; 0 = for ever. */
  keepMinutes?: number;
  newId?(): string;
}

const MEBIBYTE = 1_048_576;
/** A model at home may have to be read from disk, and a long prompt to be worked through on a CPU, before its first word. */
const FIRST_BYTE_MS = { home: 300_000, away: 60_000 };
/** Models that think without a word are silent for long. */
const BETWEEN_BYTES_MS = 120_000;

/** A provider that is spoken to over HTTP. Opens nothing and loads nothing until it is asked. Throws a `TypeError` for `local`, whose models are our own. */
export function openProvider(settings: ProviderSettings, options: ProviderOptions): Provider {
  const { type } = settings;
  if (type === 'local') throw new TypeError('local models are not spoken to over HTTP');
  const { clock, contextSize = 8192, keepMinutes = 15, newId = randomUUID } = options;
  const name = titleOf(settings);
  const away = leavesHouse(settings);
  const limits: AnswerLimits = {
    firstByteMs: away ? FIRST_BYTE_MS.away : FIRST_BYTE_MS.home,
    betweenBytesMs: BETWEEN_BYTES_MS,
    maximumBytes: 32 * MEBIBYTE,
    maximumLineBytes: 4 * MEBIBYTE,
    ...options.limits,
  };
  const guarded = (answer: 'events' | 'lines' | 'json', model?: string) =>
    guardedFetch({
      fetch: options.fetch ?? globalThis.fetch,
      clock,
      limits,
      key: options.key,
      header: ADDRESSES[type].header,
      name,
      answer,
      ...(model === undefined ? {} : { model }),
    });
  const address = (): string => {
    const url = baseUrl(type, settings.url);
    if (url === undefined)
      throw new ProviderFailure({ kind: 'unreachable', retryable: false, sentence: 'Nobody has said where {name} is.' }, { name });
    return url;
  };
  const asking = (model?: string) =>
    askProvider(name, address(), guarded('json', model), type === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {});
  const list = async (signal: AbortSignal): Promise<ProviderModel[]> =>
    listModels(type, { ask: asking(), url: address(), contextSize }, signal);

  const load = async (modelId: string): Promise<StreamingModel> => {
    const url = address();
    if (type !== 'ollama') return sdkLanguageModel(type, { id: settings.id, url, modelId, fetch: guarded('events', modelId) });
    const known = settings.models.find(({ id }) => id === modelId);
    return ollamaModel({
      url,
      modelId,
      fetch: guarded('lines', modelId),
      contextSize: known?.contextLength ?? contextSize,
      keepMinutes,
      newId,
    });
  };

  const provider: Provider = {
    settings,
    name,
    leavesHouse: away,
    languageModel: (modelId) => steadyModel({ provider: settings.id, modelId, name, clock, load: () => load(modelId) }),
    listModels: list,
    check: async (signal) => {
      try {
        return await checkProvider({ type, name, ask: asking(), list }, signal);
      } catch (error) {
        if (error instanceof ProviderFailure) return { ok: false, kind: error.kind, sentence: error.sentence }; // no address
        throw error;
      }
    },
  };
  if (type === 'anthropic') return provider;
  const embeddingModel = (modelId: string): EmbeddingModelV4 => {
    if (type === 'ollama') return ollamaEmbedding(settings.id, modelId, asking(modelId), keepMinutes);
    const opened = () => sdkEmbeddingModel(type, { id: settings.id, url: address(), modelId, fetch: guarded('json', modelId) });
    return {
      specificationVersion: 'v4',
      provider: settings.id,
      modelId,
      // the smallest that all of them take
      maxEmbeddingsPerCall: 100,
      supportsParallelCalls: true,
      doEmbed: async (call) => {
        try {
          return await (await opened()).doEmbed(call);
        } catch (error) {
          call.abortSignal?.throwIfAborted();
          throw providerFailure(error, { name, model: modelId, now: clock.now() });
        }
      },
    };
  };
  return { ...provider, embeddingModel };
}

import { type EmbeddingModelV4, type LanguageModelV4, NoSuchModelError } from '@ai-sdk/provider';
import type { Clock } from '../../contract/clock.ts';
import type { InstalledModel, ProviderModel } from '../../contract/models.ts';
import type { ModelLink } from '../model-link.ts';
import type { ModelPool } from '../pool/model-pool.ts';
import { localEmbeddingModel } from './local-embedding-model.ts';
import { localLanguageModel } from './local-language-model.ts';

export interface LocalProviderOptions {
  pool: Pick<ModelPool, 'use' | 'expected' | 'status'>;
  link: ModelLink;
  /** Everything that is installed, as of now. */
  installed(): readonly InstalledModel[];
  /** 0–100; undefined: not known. */
  quality(model: InstalledModel): number | undefined;
  clock: Clock;
  newId(): string;
}

/** The models on this machine as a provider. */
export interface LocalProvider {
  /** Chat models that can be used now, with the context they are loaded with, or would be. */
  models(): ProviderModel[];
  /** Throws `NoSuchModelError` for what is not installed. Nothing is loaded before the first call of the model. */
  languageModel(modelId: string): LanguageModelV4;
  embeddingModel(modelId: string): EmbeddingModelV4;
}

const UNKNOWN_QUALITY = 50;

export function localProvider({ pool, link, installed, quality, clock, newId }: LocalProviderOptions): LocalProvider {
  const contextOf = (modelId: string): number | undefined =>
    pool.status().resident.find((each) => each.modelId === modelId && each.state === 'ready')?.contextSize ??
    pool.expected(modelId)?.contextSize;
  const isThere = (modelId: string, isKind: (model: InstalledModel) => boolean): boolean =>
    installed().some((model) => model.id === modelId && isKind(model));

  return {
    models: () =>
      installed()
        .filter((model) => isChat(model) && model.problem === undefined)
        .flatMap((model): ProviderModel[] => {
          const contextLength = contextOf(model.id);
          if (contextLength === undefined) return [];
          return [{ id: model.id, tools: model.tools ?? true, vision: false, contextLength, quality: quality(model) ?? UNKNOWN_QUALITY }];
        }),
    languageModel(modelId) {
      if (!isThere(modelId, isChat)) throw new NoSuchModelError({ modelId, modelType: 'languageModel' });
      return localLanguageModel({ modelId, pool, link, clock, newId });
    },
    embeddingModel(modelId) {
      if (!isThere(modelId, (model) => model.kind === 'embedding')) throw new NoSuchModelError({ modelId, modelType: 'embeddingModel' });
      return localEmbeddingModel({ modelId, pool, link });
    },
  };
}

const isChat = (model: InstalledModel): boolean => model.kind === 'chat';

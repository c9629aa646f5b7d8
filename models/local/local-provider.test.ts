import { NoSuchModelError } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { InstalledModel } from '../../contract/models.ts';
import { installedModel, type PoolStage, poolStage, settled } from '../../tests/fakes/pool-stage.ts';
import { type LocalProvider, localProvider } from './local-provider.ts';

const chat = installedModel('chat', 40);
const embedding = installedModel('embedding', 10, 'embedding');

function provider(models: InstalledModel[]): { provider: LocalProvider; stage: PoolStage } {
  const stage = poolStage(models);
  const { pool, link, clock } = stage;
  const quality = ({ id }: InstalledModel): number | undefined => (id === 'chat' ? 70 : undefined);
  return { stage, provider: localProvider({ pool, link, clock, quality, installed: () => models, newId: () => 'id' }) };
}

describe('the local provider', () => {
  it('offers chat models that can be used, with the context they would have', () => {
    const { provider: local } = provider([
      chat,
      { ...installedModel('plain', 40), tools: false },
      embedding,
      installedModel('huge', 4_000),
      { ...installedModel('gone', 40), problem: 'the file is gone' },
    ]);
    expect(local.models()).toEqual([
      { id: 'chat', tools: true, vision: false, contextLength: 8_000, quality: 70 },
      { id: 'plain', tools: false, vision: false, contextLength: 8_000, quality: 50 },
    ]);
  });

  it('tells the context that a model was really loaded with', async () => {
    const { provider: local, stage } = provider([chat]);
    stage.link.measured = { contextSize: 1_234 };
    await local.languageModel('chat').doGenerate({ prompt: [] });
    expect(local.models()).toMatchObject([{ contextLength: 1_234 }]);
  });

  it('loads nothing for a model that is only taken, and knows no others', () => {
    const { provider: local, stage } = provider([chat, embedding]);
    expect(local.languageModel('chat')).toMatchObject({ specificationVersion: 'v4', provider: 'local', modelId: 'chat' });
    expect(local.embeddingModel('embedding')).toMatchObject({ specificationVersion: 'v4', maxEmbeddingsPerCall: 256 });
    expect(stage.link.told).toEqual([]);
    expect(() => local.languageModel('embedding')).toThrow(NoSuchModelError);
    expect(() => local.embeddingModel('chat')).toThrow(NoSuchModelError);
    expect(() => local.languageModel('nothing')).toThrow(NoSuchModelError);
  });

  it('embeds, once more after a loss, and lets go of the model', async () => {
    const { provider: local, stage } = provider([embedding]);
    const model = local.embeddingModel('embedding');
    expect(await model.doEmbed({ values: ['even', 'odd'], dimensions: 8 })).toEqual({
      embeddings: [
        [1, 0],
        [0, 1],
      ],
      warnings: [{ type: 'unsupported', feature: 'dimensions' }],
    });
    stage.link.onEmbed = () => {
      stage.link.onEmbed = () => undefined;
      stage.link.crash();
    };
    expect((await model.doEmbed({ values: ['even'] })).embeddings).toHaveLength(1);
    await settled();
    expect(stage.link.told.filter((line) => line === 'load embedding')).toHaveLength(2);
    expect(stage.pool.status().resident).toMatchObject([{ busy: false }]);
    await expect(model.doEmbed({ values: ['x'], abortSignal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  });
});

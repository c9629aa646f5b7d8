import { describe, expect, test } from 'vitest';
import type { InstalledModel } from '../../contract/models.ts';
import { findInCatalogue } from '../catalogue/catalogue.ts';
import { fitsInto } from '../pool/load-plan.ts';
import { planLoad } from './plan-load.ts';

const GB = 1024 ** 3;

function installed(id: string): InstalledModel {
  const chosen = findInCatalogue(id);
  if (chosen === undefined) throw new Error(`${id} is not in the catalogue`);
  const { entry, file } = chosen;
  return {
    id,
    kind: entry.kind,
    title: entry.title,
    path: `/models/${file.name}`,
    bytes: file.bytes,
    source: 'downloaded',
    quantisation: file.quantisation,
    addedAt: 0,
    ...(entry.shape === undefined ? {} : { shape: entry.shape }),
  };
}

describe('a plan for loading', () => {
  test('an 8B goes wholly onto 11 GB with its usual context and batch', () => {
    const plan = planLoad(installed('llama-3.1-8b-instruct'), { gpuBytes: 10 * GB, memoryBytes: 20 * GB }, {});
    expect(plan).toMatchObject({ gpuLayers: 32, contextSize: 8192, batchSize: 512 });
  });

  test('a smaller batch where that is all that keeps it off the card', () => {
    const model = installed('llama-3.1-8b-instruct');
    const usual = planLoad(model, { gpuBytes: 10 * GB, memoryBytes: 20 * GB }, {});
    const plan = planLoad(model, { gpuBytes: usual.gpuBytes - 100 * 1024 ** 2, memoryBytes: 20 * GB }, {});
    expect(plan).toMatchObject({ gpuLayers: 32, batchSize: 256, contextSize: 8192 });
  });

  test('some layers where the card is short, the smaller context only where memory is', () => {
    const model = installed('qwen3-14b');
    const some = planLoad(model, { gpuBytes: 6 * GB, memoryBytes: 20 * GB }, {});
    expect(some.gpuLayers).toBeGreaterThan(10);
    expect(some).toMatchObject({ contextSize: 8192 });
    const short = planLoad(model, { gpuBytes: 0, memoryBytes: 9.8 * GB }, {});
    expect(short.gpuLayers).toBe(0);
    expect(short.contextSize).toBeLessThan(8192);
    expect(fitsInto(short, { gpuBytes: 0, memoryBytes: 9.8 * GB })).toBe(true);
  });

  test('limits hold', () => {
    const plan = planLoad(
      installed('qwen3-8b'),
      { gpuBytes: 40 * GB, memoryBytes: 40 * GB },
      { gpuLayers: 5, contextSize: 3000, batchSize: 64 },
    );
    expect(plan).toMatchObject({ gpuLayers: 5, contextSize: 3000, batchSize: 64 });
  });

  test('where nothing fits it is the smallest way, and more than there is', () => {
    const room = { gpuBytes: 0, memoryBytes: GB };
    const plan = planLoad(installed('llama-3.3-70b-instruct'), room, {});
    expect(plan).toMatchObject({ gpuLayers: 0, contextSize: 512 });
    expect(fitsInto(plan, room)).toBe(false);
  });

  test('an embedding model takes each text as one batch', () => {
    const plan = planLoad(installed('nomic-embed-text-v1.5'), { gpuBytes: 2 * GB, memoryBytes: 2 * GB }, {});
    expect(plan).toMatchObject({ contextSize: 2048, batchSize: 2048, gpuLayers: 12 });
  });

  test('without a shape it stays off the card', () => {
    const { shape: _, ...bare } = installed('qwen3-8b');
    expect(planLoad(bare, { gpuBytes: 40 * GB, memoryBytes: 40 * GB }, {})).toMatchObject({ gpuLayers: 0, gpuBytes: 0, contextSize: 8192 });
  });
});

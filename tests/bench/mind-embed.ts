import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { makeEmbeddingGguf } from '../fakes/make-gguf-embedding.ts';
import { startRawEngine } from './mind-raw-driver.ts';
import { haveEngine, installed, median, NO_ENGINE, openRig, THREADS } from './mind-rig.ts';
import type { Extent } from './recordings.ts';
import type { BenchSection, Figure } from './report.ts';

/** Of the form of the small embedding models that are usual; six layers, 384 numbers. */
const SHAPE = { dimension: 384, layers: 6, heads: 12, feedForward: 1536, contextLength: 512 } as const;

/** Embeddings a second, over the bare engine on the same file. */
export async function benchEmbed({ thorough }: Extent): Promise<BenchSection> {
  const title = 'Embeddings';
  if (!haveEngine) return { title, notes: [NO_ENGINE], figures: [] };
  const rounds = thorough ? 15 : 5;
  await using rig = await openRig();
  await using raw = await startRawEngine();
  const path = join(rig.folder, 'embedding.gguf');
  makeEmbeddingGguf(path, SHAPE);
  rig.add(await installed('embedding', path));
  const model = rig.local.embeddingModel('embedding');
  await raw.ask({ type: 'load', path, kind: 'embedding', contextSize: 512, batchSize: 512, threads: THREADS }, 'loaded');
  const figures: Figure[] = [];
  for (const { name, letters, count } of [
    { name: 'short texts (about 20 tokens)', letters: 24, count: 48 },
    { name: 'long texts (about 160 tokens)', letters: 190, count: 12 },
  ]) {
    const [bare, ours, added]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round <= rounds; round += 1) {
      const texts = Array.from({ length: count }, (_, index) =>
        `${round} ${index} ${'the kettle is on the stove '.repeat(8)}`.slice(0, letters),
      );
      const { ms } = await raw.ask({ type: 'embed', texts }, 'embedded');
      const began = performance.now();
      const { embeddings } = await model.doEmbed({ values: texts });
      const taken = performance.now() - began;
      if (embeddings.length !== count) throw new Error('not every text has its embedding');
      if (round === 0) continue;
      bare.push(count / (ms / 1000));
      ours.push(count / (taken / 1000));
      added.push((taken / ms - 1) * 100);
    }
    figures.push(
      { name: `${name}: the bare engine`, value: Math.round(median(bare)), unit: 'a second', detail: `${rounds} times ${count}` },
      {
        name: `${name}: embedding model of the AI SDK`,
        value: Math.round(median(ours)),
        unit: 'a second',
        detail: `takes ${Math.round(median(added) * 10) / 10} % longer`,
      },
    );
  }
  return { title, notes: [`bert of six layers and 384 numbers with random weights; CPU, ${THREADS} thread(s); medians`], figures };
}

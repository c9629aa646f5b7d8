import { join } from 'node:path';
import { IN_PROCESS } from '../../models/fit/fit-of.ts';
import { planLoad } from '../../models/fit/plan-load.ts';
import { type GgufShape, makeRandomGguf } from '../fakes/make-gguf.ts';
import { makeEmbeddingGguf } from '../fakes/make-gguf-embedding.ts';
import { haveEngine, installed, NO_ENGINE, openRig, request, THREADS } from './mind-rig.ts';
import { canMeasureProcesses, memoryOf } from './process-usage.ts';
import type { BenchSection, Figure } from './report.ts';

const MB = 1_000_000;

const CASES: readonly { name: string; shape: GgufShape; contextSize: number; embeds?: boolean }[] = [
  { name: '52 MB, 2,048 tokens', shape: { dimension: 512, layers: 5, heads: 8 }, contextSize: 2048 },
  { name: '52 MB, 16,384 tokens', shape: { dimension: 512, layers: 5, heads: 8 }, contextSize: 16_384 },
  { name: '300 MB, 2,048 tokens', shape: { dimension: 1024, layers: 7, heads: 16 }, contextSize: 2048 },
  { name: '300 MB, 8,192 tokens', shape: { dimension: 1024, layers: 7, heads: 16 }, contextSize: 8192 },
  { name: 'many thin layers, 8,192 tokens', shape: { dimension: 512, layers: 28, heads: 8, feedForward: 256 }, contextSize: 8192 },
  { name: 'embedding, 22 MB wide', shape: { dimension: 384, layers: 3, heads: 12, feedForward: 1536 }, contextSize: 512, embeds: true },
];

/** What was foretold of a model's memory, and what its process then held. */
export async function benchMemory(): Promise<BenchSection> {
  const title = 'Memory, foretold and taken';
  if (!haveEngine) return { title, notes: [NO_ENGINE], figures: [] };
  if (!canMeasureProcesses)
    return { title, notes: ['only Linux tells the memory of a process this way, so this was skipped'], figures: [] };
  await using rig = await openRig();
  const figures: Figure[] = [];
  const never = new AbortController().signal;
  for (const [index, { name, shape, contextSize, embeds = false }] of CASES.entries()) {
    const path = join(rig.folder, `memory-${index}.gguf`);
    if (embeds) makeEmbeddingGguf(path, { ...shape, contextLength: contextSize });
    else makeRandomGguf(path, { ...shape, contextLength: contextSize });
    const model = await installed(`memory-${index}`, path);
    const plan = planLoad(model, { gpuBytes: 0, memoryBytes: 64e9 }, { contextSize });
    // Each in a process of its own: what another one left behind must not be taken for its own.
    await rig.service.configure({ build: 'cpu', threads: THREADS });
    const { contextSize: tokens, batchSize, gpuLayers } = plan;
    const nothing = {
      path: join(rig.folder, 'nothing.gguf'),
      kind: 'chat',
      contextSize: 512,
      batchSize: 512,
      gpuLayers: 0,
      sequences: 1,
    } as const;
    await rig.service.load('nothing', nothing, () => undefined, never).catch(() => undefined);
    const before = (await memoryOf(rig.service.pid() ?? 0)).resident * 1024 * 1024;
    const kind = embeds ? 'embedding' : 'chat';
    const loaded = await rig.service.load(
      'm',
      { path, kind, contextSize: tokens, batchSize, gpuLayers, sequences: 1 },
      () => undefined,
      never,
    );
    // Buffers count when they are used: a prompt of more than one batch, or a text as long as is read.
    const long = 'It was a quiet evening in the house by the sea. '.repeat(40);
    if (embeds) await rig.service.embed('m', [long], never);
    else {
      const prompt = [{ role: 'user' as const, text: long.slice(0, 1400) }];
      for await (const _ of rig.service.generate('m', request({ prompt, maximumTokens: 2 }), never));
    }
    const { resident } = await memoryOf(rig.service.pid() ?? 0);
    const taken = resident * 1024 * 1024;
    const off = (said: number, real: number): string => `${said >= real ? '+' : ''}${Math.round((said / real - 1) * 100)} %`;
    const inMb = (bytes: number): string => `${Math.round(bytes / MB)} MB`;
    const alone = plan.memoryBytes - IN_PROCESS;
    figures.push(
      {
        name: `${name}: foretold, whole process`,
        value: off(plan.memoryBytes, taken),
        unit: '',
        detail: `${inMb(plan.memoryBytes)} foretold, ${inMb(taken)} taken`,
        target: 'never less',
      },
      {
        name: `${name}: foretold, the model alone`,
        value: off(alone, taken - before),
        unit: '',
        detail: `${inMb(alone)} foretold, ${inMb(taken - before)} taken, ${inMb(loaded.memoryBytes)} told at load`,
        target: '± 10 %',
      },
    );
  }
  return {
    title,
    notes: [
      'the plan that the model is loaded by; taken = resident memory of the process with the model, after a prompt longer than a batch, with what the process had before; the plan sets 200 MiB aside for that. alone = what came on top of it',
    ],
    figures,
  };
}

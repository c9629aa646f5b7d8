import { performance } from 'node:perf_hooks';
import { planLoad } from '../../models/fit/plan-load.ts';
import { startRawEngine } from './mind-raw-driver.ts';
import { addChatModel, haveEngine, type MindRig, median, NO_ENGINE, openRig, request, THREADS } from './mind-rig.ts';
import type { Extent } from './recordings.ts';
import { type BenchSection, type Figure, milliseconds } from './report.ts';

const never = new AbortController().signal;

/** Files into memory, and the engine's own time for the same file in the same round. */
export async function benchLoad({ thorough }: Extent): Promise<BenchSection> {
  const title = 'Loading';
  if (!haveEngine) return { title, notes: [NO_ENGINE], figures: [] };
  const rounds = thorough ? 15 : 5;
  await using rig = await openRig();
  await using raw = await startRawEngine();
  const figures: Figure[] = [];
  for (const megabytes of [50, 300] as const) {
    const model = await addChatModel(rig, `model-${megabytes}`, megabytes);
    const [bare, ours]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      const { ms } = await raw.ask(
        { type: 'load', path: model.path, kind: 'chat', contextSize: 4096, batchSize: 512, threads: THREADS },
        'loaded',
      );
      await raw.ask({ type: 'unload' }, 'unloaded');
      const began = performance.now();
      (await rig.pool.use(model.id, { signal: never })).release();
      const taken = performance.now() - began;
      await rig.pool.unload(model.id);
      // The first one starts the process and reads the file from the disk.
      if (round === 0) continue;
      bare.push(ms);
      ours.push(taken);
    }
    const added = median(ours.map((each, index) => each - (bare[index] ?? Number.NaN)));
    figures.push(
      { name: `${megabytes} MB: the bare engine`, ...milliseconds(median(bare)), detail: `${rounds} times` },
      { name: `${megabytes} MB: by the pool`, ...milliseconds(median(ours)), detail: `${Math.round(added * 10) / 10} ms more` },
    );
  }
  return {
    title,
    notes: ['from the page cache, with a context of 4,096 tokens; ours with the check of the header and the wire to the process; medians'],
    figures,
  };
}

/** One model out and another in, and back from a crash. */
export async function benchSwap({ thorough }: Extent): Promise<BenchSection> {
  const title = 'Swap and restart';
  if (!haveEngine) return { title, notes: [NO_ENGINE], figures: [] };
  const rounds = thorough ? 12 : 4;
  await using rig = await openRig();
  const one = await addChatModel(rig, 'one', 50);
  const other = await addChatModel(rig, 'other', 50, 2);
  const large = await addChatModel(rig, 'large', 300);
  const need = planLoad(large, { gpuBytes: 0, memoryBytes: 64e9 }, {}).memoryBytes;
  rig.setBudget(need);
  const figures: Figure[] = [];

  for (const [name, first, second] of [
    ['50 MB for another of 50 MB', one, other],
    ['300 MB and 50 MB, by turns', large, one],
  ] as const) {
    // The small ones would both fit beside each other into what the large one needs.
    rig.setBudget(first === large ? need : planLoad(one, { gpuBytes: 0, memoryBytes: 64e9 }, {}).memoryBytes);
    const [swaps, answers]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      for (const model of [first, second]) {
        const { swapMs, answerMs } = await answerAfterSwap(rig, model.id);
        if (round === 0) continue;
        swaps.push(swapMs);
        answers.push(answerMs);
      }
      if (rig.pool.status().resident.length !== 1) throw new Error('the budget did not hold one model alone');
    }
    figures.push(
      { name: `${name}: asked → loaded`, ...milliseconds(median(swaps)), detail: `${swaps.length} swaps` },
      { name: `${name}: asked → first answer`, ...milliseconds(median(answers)) },
    );
  }

  rig.setBudget(64e9);
  const back: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await answerAfterSwap(rig, one.id);
    const lost = new Promise<void>((resolve) => rig.service.onLost(() => resolve()));
    process.kill(rig.service.pid() ?? 0, 'SIGKILL');
    const began = performance.now();
    await lost;
    await answerAfterSwap(rig, one.id);
    back.push(performance.now() - began);
  }
  figures.push({ name: '50 MB: process killed → next answer', ...milliseconds(median(back)), detail: `${back.length} times` });
  return {
    title,
    notes: [
      `a budget that holds one model; answers of one token to a short question; CPU, ${THREADS} thread(s); from the page cache; medians`,
    ],
    figures,
  };
}

async function answerAfterSwap(rig: MindRig, modelId: string): Promise<{ swapMs: number; answerMs: number }> {
  const began = performance.now();
  using lease = await rig.pool.use(modelId, { signal: never });
  const swapMs = performance.now() - began;
  for await (const part of rig.service.generate(lease.handle, request({ maximumTokens: 1 }), never)) {
    if (part.type === 'end') return { swapMs, answerMs: performance.now() - began };
  }
  throw new Error('an answer without an end');
}

import { join } from 'node:path';
import type { RawDriver } from './mind-raw-driver.ts';
import { startRawEngine } from './mind-raw-driver.ts';
import { addChatModel, haveEngine, type MindRig, median, NO_ENGINE, openRig, request, type SHAPES, THREADS } from './mind-rig.ts';
import { openWays, type Taken, type Ways } from './mind-ways.ts';
import type { Extent } from './recordings.ts';
import type { BenchSection, Figure } from './report.ts';

const NAMES: Readonly<Record<keyof Ways, string>> = {
  loop: "llama.cpp's own limit (a bare loop)",
  chat: "the engine's own chat, bare",
  process: 'through our models process',
  model: 'through the language model of the AI SDK',
  router: 'through the router',
};
const TOKENS = { 50: 160, 300: 64 } as const;
const CONTEXT = { contextSize: 4096, batchSize: 512, threads: THREADS };

/** Loads the same file in the bare engine and in ours. */
export async function openBoth(rig: MindRig, raw: RawDriver, megabytes: keyof typeof SHAPES): Promise<Ways> {
  const id = `model-${megabytes}`;
  await addChatModel(rig, id, megabytes);
  await raw.ask({ type: 'load', path: join(rig.folder, `${id}.gguf`), kind: 'chat', ...CONTEXT }, 'loaded');
  return await openWays(rig, raw, id);
}

/** A seed with which the model says so many tokens before it thinks of an end, and begins no thought: ours then steers it, and the work is another. */
async function plainSeed(ways: Ways, tokens: number): Promise<number> {
  for (let seed = 1; seed < 400; seed += 1) {
    const whole = request({ seed, maximumTokens: tokens });
    const said = await ways.loop(whole);
    if (said.tokens === tokens && (await ways.chat(whole)).text === said.text) return seed;
  }
  throw new Error('the made model always ends too early');
}

/** What our layers add to every token, over the bare engine on the same file in the same minutes. */
export async function benchTokens({ thorough }: Extent): Promise<BenchSection> {
  const title = 'Tokens a second';
  if (!haveEngine) return { title, notes: [NO_ENGINE], figures: [] };
  const rounds = thorough ? 25 : 9;
  await using rig = await openRig();
  await using raw = await startRawEngine();
  const figures: Figure[] = [];
  let same = true;
  for (const megabytes of [50, 300] as const) {
    const ways = await openBoth(rig, raw, megabytes);
    const tokens = TOKENS[megabytes];
    const whole = request({ seed: await plainSeed(ways, tokens), maximumTokens: tokens });
    const single = { ...whole, maximumTokens: 1 };
    const names = Object.keys(NAMES).filter((name): name is keyof Ways => name in ways);
    const steps: Record<keyof Ways, { ms: number[]; cpuMs: number[] }> = {
      loop: { ms: [], cpuMs: [] },
      chat: { ms: [], cpuMs: [] },
      process: { ms: [], cpuMs: [] },
      model: { ms: [], cpuMs: [] },
      router: { ms: [], cpuMs: [] },
    };
    for (const name of names) await ways[name](whole);
    for (let round = 0; round < rounds; round += 1) {
      const texts = new Set<string>();
      // Nobody is always the first, or always the one after the other process.
      for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
        const first = await ways[name](single);
        const all = await ways[name](whole);
        texts.add(all.text);
        const perToken = (one: (taken: Taken) => number): number => (one(all) - one(first)) / (all.tokens - first.tokens);
        steps[name].ms.push(perToken(({ ms }) => ms));
        steps[name].cpuMs.push(perToken(({ cpuMs }) => cpuMs));
      }
      same &&= texts.size === 1;
    }
    const limit = steps.loop;
    for (const name of names) {
      const { ms, cpuMs } = steps[name];
      figures.push({
        name: `${megabytes} MB: ${NAMES[name]}`,
        value: Math.round(10_000 / median(ms)) / 10,
        unit: 'tokens/s',
        detail: `${microseconds(median(ms))} µs a token, ${microseconds(median(cpuMs))} of a processor`,
      });
    }
    for (const name of names.slice(1)) {
      const over = (mine: readonly number[], base: readonly number[]): number =>
        (median(mine.map((each, index) => each / base[index]!)) - 1) * 100;
      const added = median(steps[name].cpuMs.map((each, index) => each - limit.cpuMs[index]!));
      figures.push({
        name: `${megabytes} MB: ${NAMES[name]}, added a token`,
        value: percent(over(steps[name].cpuMs, limit.cpuMs)),
        unit: '% of processor time',
        detail: `${microseconds(added)} µs; by the clock ${percent(over(steps[name].ms, limit.ms))} %`,
        ...(name === 'chat' ? {} : { target: '≤ 2 %' }),
      });
    }
    await raw.ask({ type: 'unload' }, 'unloaded');
    await rig.pool.unload(`model-${megabytes}`);
  }
  const notes = [
    `models with random weights of 4 bytes each; node-llama-cpp ${raw.engine}, CPU, ${THREADS} thread(s); ${rounds} rounds, in each every way in turn, beginning with another; medians of what a round says against the bare loop of that round`,
    'a token = what an answer of many tokens takes longer than one of a single token with the same prompt, divided by the tokens between; processor time of all threads of the process, and of ours with it',
    same ? 'every way gave the same text, letter for letter' : 'NOT every way gave the same text: the figures compare different work',
  ];
  return { title, notes, figures };
}

const microseconds = (ms: number): number => Math.round(ms * 1000);
const percent = (value: number): number => Math.round(value * 100) / 100;

import type { ChatTurn, GenerateRequest } from '../../contract/models-message.ts';
import { startRawEngine } from './mind-raw-driver.ts';
import { haveEngine, median, NO_ENGINE, openRig, request, THREADS } from './mind-rig.ts';
import { openBoth } from './mind-tokens.ts';
import type { Ways } from './mind-ways.ts';
import type { Extent } from './recordings.ts';
import { type BenchSection, type Figure, milliseconds } from './report.ts';

const NAMES: Readonly<Record<keyof Ways, string>> = {
  loop: 'bare loop',
  chat: "engine's own chat, bare",
  process: 'our models process',
  model: 'language model',
  router: 'router',
};

const TOOLS: GenerateRequest['tools'] = ['light.set'].map((name) => ({
  name,
  description: `Changes ${name} in a room.`,
  input: {
    type: 'object',
    properties: { room: { type: 'string' }, level: { type: 'integer', minimum: 0, maximum: 100 } },
    required: ['room'],
    additionalProperties: false,
  },
}));

/** The models that are made have a token for each letter or two: about 500. */
const SYSTEM = 'You are the voice of a house. Be brief, be kind, never guess. '.repeat(7);

const asked = (prompt: readonly ChatTurn[]): GenerateRequest =>
  request({ prompt: [...prompt], tools: TOOLS, toolChoice: 'auto', maximumTokens: 1, temperature: 0 });

const QUESTIONS = {
  cold: asked([
    { role: 'system', text: SYSTEM },
    { role: 'user', text: 'Is the light in the hall on?' },
  ]),
  'warm: the same instructions and tools, another question': asked([
    { role: 'system', text: SYSTEM },
    { role: 'user', text: 'Shut the blinds, please.' },
  ]),
  'after a turn: the conversation goes on': asked([
    { role: 'system', text: SYSTEM },
    { role: 'user', text: 'Shut the blinds, please.' },
    { role: 'assistant', parts: [{ type: 'text', text: 'They are shut, sir.' }] },
    { role: 'user', text: 'And tomorrow?' },
  ]),
} as const;

/** What stands between a question and the first token of its answer. */
export async function benchFirstToken({ thorough }: Extent): Promise<BenchSection> {
  const title = 'First token';
  if (!haveEngine) return { title, notes: [NO_ENGINE], figures: [] };
  const rounds = thorough ? 15 : 5;
  await using rig = await openRig();
  await using raw = await startRawEngine();
  const figures: Figure[] = [];
  const sizes = new Set<number>();
  for (const megabytes of thorough ? ([50, 300] as const) : ([50] as const)) {
    const ways = await openBoth(rig, raw, megabytes);
    const names = Object.keys(NAMES).filter((name): name is keyof Ways => name in ways);
    const taken = new Map<string, { ms: number; cpuMs: number }[]>();
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
        for (const [question, each] of Object.entries(QUESTIONS)) {
          const { ms, cpuMs, inputTokens } = await ways[name](each, question === 'cold');
          sizes.add(inputTokens);
          const key = `${question}/${name}`;
          // The first round warms the code.
          if (round > 0) taken.set(key, [...(taken.get(key) ?? []), { ms, cpuMs }]);
        }
      }
    }
    for (const question of Object.keys(QUESTIONS)) {
      const limit = taken.get(`${question}/loop`) ?? [];
      for (const name of names) {
        const mine = taken.get(`${question}/${name}`) ?? [];
        const added = (of: 'ms' | 'cpuMs'): number =>
          tenths(median(mine.map((each, index) => each[of] - (limit[index]?.[of] ?? Number.NaN))));
        figures.push({
          name: `${megabytes} MB, ${question}: ${NAMES[name]}`,
          ...milliseconds(median(mine.map(({ ms }) => ms))),
          detail:
            name === 'loop' ? `${mine.length} times` : `${added('ms')} ms more than the bare loop, ${added('cpuMs')} ms of a processor`,
        });
      }
    }
    await raw.ask({ type: 'unload' }, 'unloaded');
    await rig.pool.unload(`model-${megabytes}`);
  }
  const notes = [
    `answers of one token, from the question to their end, as whoever asked saw it; prompts of ${[...sizes].sort((a, b) => a - b).join(', ')} tokens with a tool (a token is a letter or two here); CPU, ${THREADS} thread(s); medians of ${rounds}`,
    'the bare ways are timed in their own process and with the prompt in tokens already; ours render, tokenise, and cross to the process',
  ];
  return { title, notes, figures };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

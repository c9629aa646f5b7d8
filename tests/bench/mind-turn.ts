import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SettingsSchema } from '../../contract/settings.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import type { Host } from '../../main/host/host.ts';
import { openLog } from '../../main/host/log.ts';
import { mindSettingsPath } from '../../main/host/mind-settings-file.ts';
import { startHost } from '../../main/host/start-host.ts';
import { startCompatibleServer } from '../fakes/llm-servers/start-compatible-server.ts';
import { times } from './home-live.ts';
import { addChatModel, haveEngine, median, NO_ENGINE, openRig, request } from './mind-rig.ts';
import type { Extent } from './recordings.ts';
import { type BenchSection, type Figure, milliseconds, quantile } from './report.ts';

const WARM_RUNS = 10;
const PATIENCE_MS = 30_000;
const COMMAND = 'turn on the kitchen light';
const ANSWER = ['A pleasure ', 'to be of use, ', 'sir. ', 'The tide turns at ', 'half past four.'];

/** What agent loop and router add to a model that answers at once, and what a busy model does to a command. */
export async function benchTurn({ thorough }: Extent): Promise<BenchSection> {
  const runs = thorough ? 400 : 80;
  await using parts = new AsyncDisposableStack();
  const dataFolder = await mkdtemp(join(tmpdir(), 'jarvis-bench-turn-'));
  parts.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const server = parts.use(await startCompatibleServer());
  server.playAlways({ text: ANSWER });
  const provider = {
    id: 'scripted',
    type: 'openai-compatible',
    url: `${server.url}/v1`,
    models: [{ id: 'instant', contextLength: 32_768 }],
  };
  await writeFile(mindSettingsPath(dataFolder), JSON.stringify({ providers: [provider], order: ['scripted/instant'] }));
  const log = openLog({ level: 'error' });
  const host = await startHost({
    dataFolder,
    settings: SettingsSchema.parse({}),
    runId: randomUUID(),
    log,
    voice: false,
    gateway: undefined,
  });
  parts.defer(() => host.stop());

  const ask = asker(host);
  const bare: number[] = [];
  const [first, whole]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs + WARM_RUNS; run += 1) {
    const alone = await bareRequest(`${server.url}/v1/chat/completions`);
    const seen = await ask(`Tell me something about the sea, number ${run}, would you?`);
    if (run < WARM_RUNS) continue;
    bare.push(alone);
    first.push(timeOf(seen, 'reply-delta'));
    whole.push(timeOf(seen, 'reply-ended'));
  }
  const figures: Figure[] = [
    { name: 'the server by itself: asked → answered', ...milliseconds(median(bare)), detail: `${bare.length} times` },
    ...times('words in → first reply-delta', first, '≤ 20 ms'),
    ...times('words in → reply-ended', whole, '≤ 30 ms'),
  ];

  const idle: number[] = [];
  const idleTime: number[] = [];
  const busy: number[] = [];
  const busyTime: number[] = [];
  const commandsOf = async (command: number[], clock: number[], count: number): Promise<void> => {
    for (let run = 0; run < count; run += 1) {
      command.push(timeOf(await ask(COMMAND), 'tool-requested'));
      clock.push(timeOf(await ask('what time is it'), 'reply-ended'));
    }
  };
  await commandsOf([], [], 3);
  const notes = [
    'the host as it starts for one command, with the demo home and without voice; a server on this machine that plays the words of OpenAI and answers at once',
  ];
  if (haveEngine) {
    await using rig = await openRig();
    await addChatModel(rig, 'busy', 300);
    rig.setFirst('busy');
    (await rig.pool.use('busy', { signal: new AbortController().signal })).release();
    let tokens = 0;
    // By turns, so that both see the same machine.
    for (let block = 0; block < 6; block += 1) {
      await commandsOf(idle, idleTime, Math.ceil(runs / 12));
      const stop = new AbortController();
      const generating = keepGenerating(rig.router, stop.signal, (count) => {
        tokens += count;
      });
      await generating.begun;
      await commandsOf(busy, busyTime, Math.ceil(runs / 12));
      stop.abort(new Error('enough'));
      await generating.ended;
    }
    notes.push(
      `busy: a model of 300 MB answers without end through the same process that runs the host; it said ${tokens} pieces meanwhile`,
    );
    figures.push(
      { name: 'command, idle model: words in → tool-requested, p50', ...milliseconds(quantile(idle, 0.5)), detail: `${idle.length} times` },
      { name: 'command, idle model: words in → tool-requested, p99', ...milliseconds(quantile(idle, 0.99)) },
      { name: 'command, busy model: words in → tool-requested, p50', ...milliseconds(quantile(busy, 0.5)), target: 'as idle' },
      { name: 'command, busy model: words in → tool-requested, p99', ...milliseconds(quantile(busy, 0.99)), target: 'as idle' },
      { name: 'question of the phrasebook, idle: words in → reply-ended, p50', ...milliseconds(quantile(idleTime, 0.5)) },
      {
        name: 'question of the phrasebook, busy: words in → reply-ended, p50',
        ...milliseconds(quantile(busyTime, 0.5)),
        target: 'as idle',
      },
      {
        name: 'question of the phrasebook, busy: words in → reply-ended, p99',
        ...milliseconds(quantile(busyTime, 0.99)),
        target: 'as idle',
      },
    );
  } else notes.push(`a command beside a busy model: ${NO_ENGINE}`);
  return { title: 'A turn of the mind', notes, figures };
}

/** ms from the words to the first event of each kind; resolves when the turn has ended. One turn at a time. */
type Ask = (text: string) => Promise<Map<TurnEvent['type'], number>>;

function asker(host: Host): Ask {
  // Some events come before whoever asked knows the turn.
  let hear: (event: TurnEvent) => void = () => undefined;
  host.journal.tellFirst((event) => hear(event));
  return async (text) => {
    const seen = new Map<TurnEvent['type'], number>();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`"${text}" was not answered in ${PATIENCE_MS} ms`)), PATIENCE_MS);
    const began = performance.now();
    hear = (event) => {
      if (!seen.has(event.type)) seen.set(event.type, performance.now() - began);
      if (event.type === 'turn-failed') reject(new Error(`"${text}" failed: ${event.failure.code}`));
      if (event.type === 'turn-ended') resolve();
    };
    host.conversation.ask(text, { source: 'page', aloud: false });
    await promise.finally(() => clearTimeout(timer));
    return seen;
  };
}

function timeOf(seen: ReadonlyMap<TurnEvent['type'], number>, type: TurnEvent['type']): number {
  const at = seen.get(type);
  if (at === undefined) throw new Error(`a turn without ${type}: ${[...seen.keys()].join(', ')}`);
  return at;
}

/** What the same server takes to be asked and read by nobody but fetch. */
async function bareRequest(url: string): Promise<number> {
  const began = performance.now();
  const body = JSON.stringify({
    model: 'instant',
    stream: true,
    messages: [{ role: 'user', content: 'Tell me something about the sea.' }],
  });
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await response.text();
  return performance.now() - began;
}

function keepGenerating(
  router: Awaited<ReturnType<typeof openRig>>['router'],
  signal: AbortSignal,
  said: (pieces: number) => void,
): { begun: Promise<void>; ended: Promise<void> } {
  const begun = Promise.withResolvers<void>();
  const work = async (): Promise<void> => {
    const need = { privacy: 'local-only', tools: false, vision: false, tokens: 64 } as const;
    for (let seed = 1; !signal.aborted; seed += 1) {
      const { temperature = 1 } = request();
      const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Tell me of the sea.' }] }];
      const options = { prompt, temperature, topP: 1, topK: 40, seed, maxOutputTokens: 2_000, abortSignal: signal };
      for await (const part of router.answer(need, options, () => undefined)) {
        if (part.type !== 'text-delta') continue;
        said(1);
        begun.resolve();
      }
    }
  };
  const ended = work().catch((error: unknown) => {
    begun.reject(error);
    if (!signal.aborted) throw error;
  });
  return { begun: begun.promise, ended };
}

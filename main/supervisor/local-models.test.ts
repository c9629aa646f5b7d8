import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstalledModel, ModelKind } from '../../contract/models.ts';
import { localProvider } from '../../models/local/local-provider.ts';
import type { PlanLoad } from '../../models/pool/load-plan.ts';
import { ModelPool } from '../../models/pool/model-pool.ts';
import { makeRandomGguf, makeScriptedGguf } from '../../tests/fakes/make-gguf.ts';
import { makeEmbeddingGguf } from '../../tests/fakes/make-gguf-embedding.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { systemClock } from '../host/system-clock.ts';
import { forkLauncher } from './fork-launcher.ts';
import { createModelsService, type ModelsService } from './models-service.ts';

/** Everything of ours between the AI SDK and llama.cpp, for real. */

const isInstalled = (() => {
  try {
    createRequire(import.meta.url).resolve('node-llama-cpp');
    return true;
  } catch {
    return false;
  }
})();

const script = fileURLToPath(new URL('../../models/process/models-process.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'local-models-'));
const fileOf = (id: string): string => join(folder, `${id}.gguf`);
const installed = new Map<string, InstalledModel>();
const install = (id: string, bytes: number, kind: ModelKind = 'chat'): void =>
  void installed.set(id, { id, kind, title: id, path: fileOf(id), bytes, source: 'referenced', addedAt: 0 });

/** All in memory: each model takes what its file has. */
const planLoad: PlanLoad = (model, _, limits) => ({
  gpuLayers: 0,
  contextSize: Math.min(1_024, limits.contextSize ?? 1_024),
  batchSize: Math.min(128, limits.batchSize ?? 128),
  gpuBytes: 0,
  memoryBytes: model.bytes,
});

const signal = new AbortController().signal;
const ask = (text: string, more: Partial<LanguageModelV4CallOptions> = {}): LanguageModelV4CallOptions => ({
  prompt: [
    { role: 'system', content: 'You are brief.' },
    { role: 'user', content: [{ type: 'text', text }] },
  ],
  temperature: 0,
  ...more,
});
const LIGHTS = {
  type: 'function' as const,
  name: 'setLight',
  description: 'Sets a light.',
  inputSchema: {
    type: 'object' as const,
    properties: { entity: { type: 'string' as const, enum: ['kitchen', 'bedroom'] }, on: { type: 'boolean' as const } },
    required: ['entity', 'on'],
  },
};

const textOf = (parts: readonly LanguageModelV4StreamPart[]): string =>
  parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('');

describe.skipIf(!isInstalled)(
  'local models on the real engine (skipped where node-llama-cpp is not installed)',
  { timeout: 60_000 },
  () => {
    let service: ModelsService;
    let pool: ModelPool;
    let local: ReturnType<typeof localProvider>;
    let room = 2_000_000_000;
    const notices: string[] = [];

    beforeAll(async () => {
      makeScriptedGguf(fileOf('greeter'), { says: ['Good', ' evening', ',', ' sir.'] });
      makeScriptedGguf(fileOf('caller'), {
        call: { name: 'setLight', input: '{"entity":"kitchen","on":true}' },
        afterResult: ['Done.', ' The light is on.'],
      });
      makeScriptedGguf(fileOf('endless'), { says: ['on ', 'and '], endless: true });
      makeRandomGguf(fileOf('random'));
      makeEmbeddingGguf(fileOf('embedding'));
      for (const id of ['greeter', 'caller', 'endless', 'random']) install(id, 40_000_000);
      install('embedding', 10_000_000, 'embedding');
      install('absent', 1_000);
      let ids = 0;
      const newId = (): string => {
        ids += 1;
        return `id-${ids}`;
      };
      service = createModelsService({
        launch: forkLauncher({ script }),
        engine: { build: 'cpu', threads: 1 },
        clock: systemClock,
        newId,
        log: silentLog,
        onStatus: () => undefined,
        onEngine: () => undefined,
        memoryLimitBytes: 8_000_000_000,
      });
      pool = new ModelPool({
        link: service,
        find: (id) => installed.get(id),
        planLoad,
        budget: () => ({ gpuBytes: 0, memoryBytes: room }),
        idleUnloadMs: () => 0,
        clock: systemClock,
        newId,
        notice: (level, text) => notices.push(`${level}: ${text}`),
      });
      local = localProvider({
        pool,
        link: service,
        installed: () => [...installed.values()],
        quality: () => undefined,
        clock: systemClock,
        newId,
      });
    });

    afterAll(async () => {
      pool.stop();
      await service.stop();
      rmSync(folder, { recursive: true });
    });

    const stream = async (id: string, options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamPart[]> => {
      const parts: LanguageModelV4StreamPart[] = [];
      for await (const part of (await local.languageModel(id).doStream(options)).stream) parts.push(part);
      return parts;
    };

    it('starts no process before the first answer, then loads and streams', async () => {
      expect(service.pid()).toBeUndefined();
      const parts = await stream('greeter', ask('Good evening.'));
      expect(textOf(parts)).toBe('Good evening, sir.');
      expect(parts.map((part) => part.type).filter((type, index, all) => type !== all[index - 1])).toEqual([
        'stream-start',
        'response-metadata',
        'text-start',
        'text-delta',
        'text-end',
        'finish',
      ]);
      expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'stop' }, usage: { outputTokens: { total: 5 } } });
      const [resident] = pool.status().resident;
      expect(resident).toMatchObject({ modelId: 'greeter', state: 'ready', busy: false, gpuLayers: 0 });
      expect(resident?.memoryBytes).toBeGreaterThan(100_000);
      expect(resident?.loadMs).toBeGreaterThan(0);
      expect(pool.status().build).toBe('cpu');
      expect(local.models().find((model) => model.id === 'greeter')?.contextLength).toBe(resident?.contextSize);
    });

    it('tells how much of the prompt it had already evaluated', async () => {
      await local.languageModel('greeter').doGenerate(ask('Again.', { maxOutputTokens: 1 }));
      const { usage } = await local.languageModel('greeter').doGenerate(ask('Again.', { maxOutputTokens: 1 }));
      const { total, noCache, cacheRead } = usage.inputTokens;
      expect(cacheRead).toBeGreaterThan(0);
      expect((noCache ?? 0) + (cacheRead ?? 0)).toBe(total);
    });

    it('calls a tool, takes its result and goes on', async () => {
      const options = ask('Light, please.', { tools: [LIGHTS] });
      const parts = await stream('caller', options);
      const call = parts.find((part) => part.type === 'tool-call');
      expect(call).toMatchObject({ toolName: 'setLight', input: '{"entity":"kitchen","on":true}' });
      expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'tool-calls' } });
      const toolCallId = call?.type === 'tool-call' ? call.toolCallId : '';
      const answered = await local.languageModel('caller').doGenerate({
        ...options,
        prompt: [
          ...options.prompt,
          {
            role: 'assistant',
            content: [{ type: 'tool-call', toolCallId, toolName: 'setLight', input: { entity: 'kitchen', on: true } }],
          },
          {
            role: 'tool',
            content: [{ type: 'tool-result', toolCallId, toolName: 'setLight', output: { type: 'json', value: { outcome: 'confirmed' } } }],
          },
        ],
      });
      expect(answered.content).toEqual([{ type: 'text', text: 'Done. The light is on.' }]);
    });

    it('writes JSON by its schema, even with random weights', async () => {
      const schema = {
        type: 'object' as const,
        properties: { on: { type: 'boolean' as const }, room: { type: 'string' as const, enum: ['kitchen', 'hall'] } },
        required: ['on', 'room'],
      };
      const options = ask('?', { temperature: 1, seed: 3, responseFormat: { type: 'json', schema } });
      const { content } = await local.languageModel('random').doGenerate(options);
      expect(JSON.parse(content[0]?.type === 'text' ? content[0].text : '')).toEqual({
        on: expect.any(Boolean),
        room: expect.stringMatching(/^(kitchen|hall)$/u),
      });
    });

    it('stops an answer that would never end, and answers the next', async () => {
      const interruption = new AbortController();
      const { stream: endless } = await local.languageModel('endless').doStream(ask('Go on.', { abortSignal: interruption.signal }));
      let said = '';
      const reading = (async () => {
        for await (const part of endless) {
          if (part.type === 'text-delta') said += part.delta;
          if (said.length > 0) interruption.abort(new Error('enough'));
        }
      })();
      await expect(reading).rejects.toThrow('enough');
      expect(said).toMatch(/^(on and )*(on )?/u);
      expect(pool.status().resident.find((each) => each.modelId === 'endless')).toMatchObject({ busy: false });
      const { finishReason } = await local.languageModel('endless').doGenerate(ask('Go on.', { maxOutputTokens: 4 }));
      expect(finishReason.unified).toBe('length');
    });

    it('embeds beside the chat models', async () => {
      const { embeddings } = await local
        .embeddingModel('embedding')
        .doEmbed({ values: ['the kitchen lamp', 'a garden gate', 'the kitchen lamp'] });
      expect(Math.hypot(...(embeddings[0] ?? []))).toBeCloseTo(1, 4);
      expect(embeddings[2]).toEqual(embeddings[0]);
      expect(embeddings[1]).not.toEqual(embeddings[0]);
    });

    it('says what is wrong in words', async () => {
      await expect(local.languageModel('absent').doStream(ask('?'))).rejects.toMatchObject({ trouble: 'missing-file' });
      const tooLong = local.languageModel('greeter').doGenerate(ask('blah '.repeat(3_000)));
      await expect(tooLong).rejects.toMatchObject({ trouble: 'too-long' });
      expect(pool.status().resident.every((each) => !each.busy)).toBe(true);
    });

    it('swaps models where only one fits', async () => {
      for (const id of [...installed.keys()]) await pool.unload(id);
      expect(pool.status().resident).toEqual([]);
      room = 50_000_000;
      expect(textOf(await stream('greeter', ask('Good evening.')))).toBe('Good evening, sir.');
      const [greeter, endless] = await Promise.all([
        stream('greeter', ask('Good evening.')),
        stream('endless', ask('Go on.', { maxOutputTokens: 2 })),
      ]);
      expect(textOf(greeter)).toBe('Good evening, sir.');
      expect(textOf(endless)).toBe('on and ');
      expect(pool.status().resident.map((each) => each.modelId)).toEqual(['endless']);
      expect(pool.status().resident[0]?.swapMs).toBeGreaterThan(0);
      room = 2_000_000_000;
    });

    it('survives SIGKILL in the middle of an answer: the answer ends with an error, the next one works', async () => {
      pool.pin(['greeter']);
      await pool.preload('greeter', { signal });
      const { stream: endless } = await local.languageModel('endless').doStream(ask('Go on.'));
      const parts: LanguageModelV4StreamPart[] = [];
      const before = service.pid();
      for await (const part of endless) {
        if (part.type === 'text-delta' && textOf(parts) === '') process.kill(before ?? 0, 'SIGKILL');
        parts.push(part);
      }
      expect(parts.at(-1)).toMatchObject({ type: 'error', error: { trouble: 'process-lost' } });
      expect(parts.at(-2)).toMatchObject({ type: 'text-end' });
      expect(textOf(await stream('greeter', ask('Good evening.')))).toBe('Good evening, sir.');
      expect(service.pid()).not.toBe(before);
      expect(service.status()).toMatchObject({ state: 'running', restarts: 1 });
      expect(notices).toEqual([]);
      pool.pin([]);
    });

    it('answers all the same when the process is killed before the first word', async () => {
      await pool.unload('greeter');
      const before = service.pid();
      // The load is the first thing that the process says of it.
      const answer = local.languageModel('greeter').doGenerate(ask('Good evening.'));
      const watching = new AbortController();
      for await (const status of pool.changes.subscribe(watching.signal)) {
        if (!status.resident.some((each) => each.modelId === 'greeter')) continue;
        process.kill(before ?? 0, 'SIGKILL');
        watching.abort();
      }
      expect((await answer).content).toEqual([{ type: 'text', text: 'Good evening, sir.' }]);
      expect(service.pid()).not.toBe(before);
      expect(notices).toEqual([]);
    });
  },
);

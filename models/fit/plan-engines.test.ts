import { describe, expect, test } from 'vitest';
import { EnginePlanSchema, type Machine } from '../../contract/models.ts';
import { machine, PASCAL } from '../../tests/fakes/machines.ts';
import { CATALOGUE, findInCatalogue } from '../catalogue/catalogue.ts';
import { planEngines, type WantedModel } from './plan-engines.ts';
import { recommend } from './recommend.ts';

const GB = 1024 ** 3;

function wanted(id: string, contextSize = 8192): WantedModel {
  const chosen = findInCatalogue(id);
  if (chosen === undefined) throw new Error(`${id} is not in the catalogue`);
  const { entry, file } = chosen;
  return {
    kind: entry.kind,
    title: entry.title,
    bytes: file.bytes,
    quantisation: file.quantisation,
    contextSize,
    ...(entry.shape === undefined ? {} : { shape: entry.shape }),
  };
}

const voice = [
  { kind: 'stt', title: 'Whisper large v3 turbo', memoryBytes: 0.3 * GB, gpuBytes: 1.2 * GB },
  { kind: 'tts', title: 'Piper', memoryBytes: 0.2 * GB },
] as const;

const where = (on: Machine, ...models: WantedModel[]) =>
  Object.fromEntries(planEngines(models, on, voice).parts.map((part) => [part.kind, part.where]));

describe('one plan over everything', () => {
  test('voice, 8B and embeddings share 11 GB', () => {
    const plan = planEngines([wanted('bge-m3', 2048), wanted('llama-3.1-8b-instruct')], machine([PASCAL], 32), voice);
    expect(plan.parts.map((part) => `${part.kind} ${part.where}`)).toEqual(['chat gpu', 'embedding gpu', 'stt gpu', 'tts cpu']);
    expect(plan.gpuBytes).toBe(plan.parts.reduce((sum, part) => sum + part.gpuBytes, 0));
    expect(plan.gpuBytes).toBeLessThan(plan.gpuTotalBytes);
    expect(plan.sentence).toMatch(/^Together they take [\d.]+ GB of 11 GB on GeForce GTX 1080 Ti and [\d.]+ GB of 32 GB memory\.$/u);
    expect(EnginePlanSchema.parse(plan)).toEqual(plan);
  });

  test('a 14B gets what the voice leaves, the embeddings go to memory', () => {
    expect(where(machine([PASCAL], 32), wanted('qwen3-14b'), wanted('bge-m3', 2048))).toMatchObject({
      chat: 'partly',
      embedding: 'cpu',
      stt: 'gpu',
    });
  });

  test('without a card all of it is in memory, and what has no room is off and named', () => {
    const plan = planEngines([wanted('qwen3-32b'), wanted('bge-small-en-v1.5', 512)], machine([], 8), voice);
    expect(Object.fromEntries(plan.parts.map((part) => [part.kind, part.where]))).toEqual({
      chat: 'off',
      embedding: 'cpu',
      stt: 'cpu',
      tts: 'cpu',
    });
    expect(plan.sentence).toContain('there is no room for Qwen3 32B');
    expect(plan.memoryBytes).toBeLessThan(8 * GB);
  });

  test('nothing wanted is a plan as well', () => {
    expect(planEngines([], machine([], 8), [])).toMatchObject({ parts: [], gpuBytes: 0, sentence: 'Nothing wants memory.' });
  });
});

describe('what to take', () => {
  const best = (kind: Parameters<typeof recommend>[0], on: Machine) => recommend(kind, on, CATALOGUE);

  test('on 11 GB a chat model that is wholly on the card and pleasant', () => {
    const found = best('chat', machine([PASCAL], 32));
    expect(found?.fit).toMatchObject({ verdict: 'gpu' });
    expect(found?.fit?.tokensPerSecond).toBeGreaterThan(12);
    expect(found?.entry.quality).toBeGreaterThanOrEqual(62);
  });

  test('for talk with hands, so one that knows how to use tools', () => {
    for (const on of [machine([PASCAL], 32), machine([], 8), machine([], 64)]) expect(best('chat', on)?.entry.tools).toBe(true);
  });

  test('without a card a small one that is not a torment', () => {
    const found = best('chat', machine([], 8));
    expect(found?.fit?.tokensPerSecond).toBeGreaterThan(4);
    expect(found?.entry.shape?.parameters).toBeLessThan(9e9);
  });

  test('on two cores nothing that reads a prompt for minutes, however quick its words come then', () => {
    const two = machine([], 24);
    const found = best('chat', { ...two, cpu: { ...two.cpu, cores: 2 }, memory: { ...two.memory, bandwidth: 40e9 } });
    expect(found?.entry.shape?.activeParameters ?? found?.entry.shape?.parameters).toBeLessThan(2.5e9);
  });

  test('where no bandwidth is known, the smallest, not a guess', () => {
    const on = machine([], 8);
    const { bandwidth: _, ...memory } = on.memory;
    expect(best('chat', { ...on, memory })?.entry.id).toBe('qwen3-0.6b');
  });

  test('every other kind has one on a small machine', () => {
    for (const kind of ['embedding', 'stt', 'tts', 'wake', 'vad'] as const) expect(best(kind, machine([], 4))?.entry.kind).toBe(kind);
    expect(best('stt', machine([PASCAL], 32))?.entry.id).toBe('whisper-large-v3-turbo');
  });

  test('nothing where nothing fits', () => {
    expect(recommend('chat', machine([], 8), [])).toBeUndefined();
    expect(recommend('chat', machine([], 0.25), CATALOGUE)).toBeUndefined();
  });
});

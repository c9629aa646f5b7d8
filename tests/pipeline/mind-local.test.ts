import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstalledModelSchema, type ModelsReport, ModelsReportSchema } from '../../contract/models.ts';
import { makeScriptedGguf } from '../fakes/make-gguf.ts';
import { type MindHost, startMindHost } from './mind-host.ts';
import { modelsProcessOf } from './mind-process.ts';
import { makeWorkplace } from './run-jarvis.ts';

/** Models made by the test, imported into a running JARVIS and run by its real models process. */
const parts = new AsyncDisposableStack();
let host: MindHost;
let folder = '';
const ids: Record<string, string> = {};

beforeAll(async () => {
  const place = parts.use(await makeWorkplace());
  folder = place.folder;
  const contextLength = 32_768;
  const file = (name: string): string => join(place.folder, `${name}.gguf`);
  makeScriptedGguf(file('talker'), { says: ['Good', ' day', ' to you', '.'], contextLength });
  makeScriptedGguf(file('greeter'), { says: ['Good', ' evening', ',', ' sir.'], tools: true, contextLength, seed: 4 });
  makeScriptedGguf(file('caller'), {
    call: { name: 'say_command', input: '{"sentence":"turn on the kitchen light","read_answer":false}' },
    afterResult: ['It is ', 'bright ', 'now.'],
    tools: true,
    contextLength,
    seed: 2,
  });
  makeScriptedGguf(file('endless'), { says: ['on ', 'and ', 'further '], endless: true, tools: true, contextLength, seed: 3 });
  await writeFile(file('broken'), 'GGUF and nothing behind it');
  host = parts.use(await startMindHost('', { environment: { HOME: place.folder } }));
  await host.save({ contextSize: contextLength });
  bring = async (name) => {
    ids[name] = InstalledModelSchema.parse(await host.post('/models/import', { path: file(name), title: name })).id;
  };
}, 60_000);
let bring: (name: string) => Promise<void>;
afterAll(() => parts.disposeAsync());

const report = async (): Promise<ModelsReport> => ModelsReportSchema.parse(await host.get('/models'));
const resident = async (): Promise<string[]> =>
  (await report()).pool.resident.filter(({ state }) => state === 'ready').map(({ modelId }) => modelId);
const prefer = (name: string): Promise<unknown> => host.save({ order: [`local/${ids[name]}`] });

describe('a local model', () => {
  it('that is broken is not taken', async () => {
    const { status, answer } = await host.call('POST', '/models/import', { path: `${folder}/broken.gguf` });
    expect(status).toBe(409);
    expect(JSON.stringify(answer)).toMatch(/GGUF/u);
  });

  it('that was imported answers a turn and stays loaded; without tools it only talks', async () => {
    await bring('talker');
    const { reply, events, log } = await host.turn('how do you greet a guest at noon');
    expect(log.replaceAll(/"inputTokens":\d+/gu, '"inputTokens":0')).toMatchInlineSnapshot(`
      "turn-started {"source":"api","by":"text"}
      transcript-ended {"text":"how do you greet a guest at noon","confidence":1,"engine":"text"}
      step-started {"step":1,"of":8}
      model-chosen {"provider":"local","model":"talker","leavesHouse":false,"because":"it is the only one that can answer this, and nothing may leave the house"}
      reply-delta {"text":"Good day to you.","rich":true}
      model-ended {"provider":"local","model":"talker","usage":{"inputTokens":0,"outputTokens":5,"cachedInputTokens":0,"costMicros":0},"finish":"stop"}
      reply-ended {"text":"Good day to you."}
      turn-ended"
    `);
    expect(reply).toBe('Good day to you.');
    expect(events.filter(({ type }) => type === 'reply-delta').length).toBeGreaterThan(1);
    expect(await resident()).toEqual(['talker']);
  });

  it('is not read what it has read before', async () => {
    const { events } = await host.turn('and how in the morning');
    const ended = events.find((event) => event.type === 'model-ended');
    expect(ended?.type === 'model-ended' ? (ended.usage.cachedInputTokens ?? 0) : 0).toBeGreaterThan(500);
  });

  it('calls a tool, held to its schema, and answers with what came of it', async () => {
    for (const name of ['caller', 'greeter', 'endless']) await bring(name);
    await prefer('caller');
    const { events, reply } = await host.turn('it is rather gloomy where I cook');

    expect(events).toContainEqual(expect.objectContaining({ type: 'tool-ended', tool: 'home.call-service', outcome: 'confirmed' }));
    expect(reply).toMatch(/^The kitchen light is on/u);
    expect(reply).toContain('It is bright now.');
    expect(host.entities().get('light.kitchen_light')?.state).toBe('on');
    expect(await resident()).toContain(ids.caller);
  });

  it('goes when it is unloaded, and comes back by itself', async () => {
    await host.post('/models/unload', { id: ids.talker });
    expect(await resident()).not.toContain(ids.talker);
    await host.post('/models/load', { id: ids.greeter, pinned: true });
    expect((await report()).pool.resident.find(({ modelId }) => modelId === ids.greeter)).toMatchObject({ pinned: true, state: 'ready' });
    expect((await host.report()).settings.pinned).toEqual([ids.greeter]);
    expect((await host.call('POST', '/models/load', { id: 'nobody' })).status).toBe(409);
  });

  it('that never stops is stopped by a person at once', async () => {
    await prefer('endless');
    const turnId = await host.begin('tell me everything');
    await host.until(() => host.eventsOf(turnId).find(({ type }) => type === 'reply-delta'), 30_000);
    await host.post('/turns/stop', { turnId });
    const { events } = await host.follow(turnId);
    expect(events).toContainEqual(expect.objectContaining({ type: 'turn-failed', failure: { code: 'cancelled' } }));
  });

  it('whose process is killed in the middle of an answer leaves the host alone, and the turn ends', async () => {
    await prefer('endless');
    const turnId = await host.begin('tell me everything once more');
    await host.until(() => host.eventsOf(turnId).find(({ type }) => type === 'reply-delta'), 30_000);
    const before = await modelsProcessOf(host.pid);
    if (before === undefined) throw new Error('there is no models process');
    process.kill(before, 'SIGKILL');
    await prefer('greeter');
    const { reply, events } = await host.follow(turnId);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'model-failed', model: ids.endless, reason: expect.stringContaining('was lost') }),
    );
    expect(events).toContainEqual(expect.objectContaining({ type: 'model-chosen', model: ids.greeter, continues: true }));
    expect(reply).toMatch(/^on [\s\S]*Good evening, sir\.$/u);
    expect(host.running()).toBe(true);
    const next = await host.turn('how do you greet a guest at dusk');
    expect(next.reply).toBe('Good evening, sir.');
    expect(await modelsProcessOf(host.pid)).not.toBe(before);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../contract/models-message.ts';
import { makeRandomGguf, makeScriptedGguf } from '../../tests/fakes/make-gguf.ts';
import { makeEmbeddingGguf } from '../../tests/fakes/make-gguf-embedding.ts';
import { TOOL_TEMPLATE } from '../../tests/fakes/make-gguf-vocabulary.ts';
import { ModelsProcessDriver } from '../../tests/fakes/models-process-driver.ts';

const folder = mkdtempSync(join(tmpdir(), 'llama-engine-'));
const file = (name: string): string => join(folder, `${name}.gguf`);

const LIGHT = {
  name: 'setLight',
  description: 'Sets a light.',
  input: {
    type: 'object',
    properties: { entity: { type: 'string', enum: ['kitchen', 'bedroom'] }, on: { type: 'boolean' } },
    required: ['entity', 'on'],
  },
};
const DIM = {
  name: 'dim',
  description: 'Dims a light.',
  input: {
    type: 'object',
    properties: { level: { type: 'integer', minimum: 0, maximum: 100 }, room: { enum: ['kitchen', 'hall'] } },
    required: ['level'],
  },
};

describe('the engine, in its process', { timeout: 60_000 }, () => {
  let driver: ModelsProcessDriver;

  beforeAll(async () => {
    makeRandomGguf(file('random'));
    makeScriptedGguf(file('greeter'), { says: ['Good', ' evening', ',', ' sir.'] });
    makeScriptedGguf(file('caller'), {
      call: { name: 'setLight', input: '{"entity":"kitchen","on":true}' },
      afterResult: ['Done.', ' The light is on.'],
    });
    makeScriptedGguf(file('thinker'), { says: ['<think>', 'He wants', ' tea.', '</think>', 'Tea', ' it is.'] });
    makeScriptedGguf(file('linguist'), { says: ['It costs 5 ', new TextEncoder().encode('€🫖'), ' today'] });
    makeScriptedGguf(file('endless'), { says: ['on ', 'and '], endless: true });
    makeEmbeddingGguf(file('embedding'));
    driver = new ModelsProcessDriver(file);
    driver.send({ type: 'configure', build: 'cpu', threads: 1 });
    await driver.load('random');
    await driver.load('greeter');
  }, 60_000);

  afterAll(() => {
    driver.child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  describe('answering', () => {
    it('streams the text and tells what it took', async () => {
      const { id, end } = await driver.generate('greeter');
      expect(driver.of(id).filter(({ type }) => type === 'text').length).toBeGreaterThan(1);
      expect(end).toMatchObject({ type: 'generated', finish: 'stop', outputTokens: 5 });
    });

    it('evaluates only what is new of a conversation', async () => {
      const system = { role: 'system' as const, text: 'Be brief, be dry, be British, and never be servile. '.repeat(6) };
      const first = await driver.generate('random', { prompt: [system, { role: 'user', text: 'Tea?' }], maximumTokens: 1 });
      const second = await driver.generate('random', { prompt: [system, { role: 'user', text: 'Milk?' }], maximumTokens: 1 });
      const again = await driver.generate('random', { prompt: [system, { role: 'user', text: 'Milk?' }], maximumTokens: 1 });
      expect(first.end).toMatchObject({ type: 'generated' });
      if (first.end.type !== 'generated' || second.end.type !== 'generated' || again.end.type !== 'generated') return;
      expect(first.end.cachedTokens).toBeLessThan(20);
      expect(second.end.inputTokens - second.end.cachedTokens).toBeLessThan(30);
      expect(again.end.inputTokens - again.end.cachedTokens).toBe(1);
      expect(second.text).toBe(again.text);
    });

    it('gives the same text for the same seed, whether or not the prompt was there already', async () => {
      const request = { temperature: 1, seed: 7, maximumTokens: 12 };
      const first = await driver.generate('random', request);
      await driver.generate('random', { prompt: [{ role: 'user', text: 'Something else.' }], maximumTokens: 3 });
      const second = await driver.generate('random', request);
      const other = await driver.generate('random', { ...request, seed: 8 });
      expect(second.text).toBe(first.text);
      expect(other.text).not.toBe(first.text);
    });

    it('keeps the thoughts of the model to itself', async () => {
      await driver.load('thinker');
      expect(await driver.generate('thinker')).toMatchObject({ text: 'Tea it is.', end: { finish: 'stop' } });
      await driver.unload('thinker');
    });

    it('never sends half a character', async () => {
      await driver.load('linguist');
      const { id, text } = await driver.generate('linguist');
      expect(text).toBe('It costs 5 €🫖 today');
      for (const message of driver.of(id)) if (message.type === 'text') expect(message.text).not.toContain('\uFFFD');
      await driver.unload('linguist');
    });

    it('stops before a stop string that spans two tokens', async () => {
      expect(await driver.generate('greeter', { stop: ['ing,'] })).toMatchObject({ text: 'Good even', end: { finish: 'stop' } });
    });

    it('goes on with what was already said', async () => {
      const prompt: GenerateRequest['prompt'] = [
        { role: 'user', text: 'Good evening.' },
        { role: 'assistant', parts: [{ type: 'text', text: 'Good evening' }] },
      ];
      expect((await driver.generate('greeter', { prompt })).text).toBe(', sir.');
    });

    it('says how much too long a conversation is', async () => {
      const prompt: GenerateRequest['prompt'] = [{ role: 'user', text: 'blah '.repeat(2_000) }];
      const { end } = await driver.generate('greeter', { prompt });
      expect(end).toMatchObject({ type: 'failed', trouble: 'too-long', reason: expect.stringMatching(/\d{4,} tokens.* 2030 fit/u) });
    });

    it('bounds a model that never stops: by what was asked, and by its context', async () => {
      await driver.load('endless', { contextSize: 256 });
      const short = await driver.generate('endless', { maximumTokens: 6 });
      expect(short).toMatchObject({ text: 'on and on and on and ', end: { finish: 'length', outputTokens: 6 } });
      const long = await driver.generate('endless');
      expect(long.end).toMatchObject({ finish: 'length' });
      if (long.end.type === 'generated') expect(long.end.inputTokens + long.end.outputTokens).toBeLessThanOrEqual(256);
    });

    it('stops at once in the middle of an answer, and answers the next', async () => {
      const id = driver.start('endless', { maximumTokens: 100_000 });
      await driver.until(['text'], (message) => message.id === id);
      driver.send({ type: 'abort', id });
      const end = await driver.end(id);
      expect(end).toMatchObject({ type: 'generated', finish: 'aborted' });
      expect((await driver.generate('endless', { maximumTokens: 2 })).text).toBe('on and ');
    });

    it('answers those who wait in their order, and lets one leave the queue', async () => {
      const ids = [1, 2, 3].map(() => driver.start('endless', { maximumTokens: 20 }));
      driver.send({ type: 'abort', id: ids[1]! });
      const ends = await Promise.all(ids.map(async (id) => await driver.end(id)));
      expect(ends).toMatchObject([{ finish: 'length' }, { finish: 'aborted', outputTokens: 0 }, { finish: 'length' }]);
      const order = driver.received.flatMap((message) => (message.type === 'generated' && ids.includes(message.id) ? [message.id] : []));
      expect(order).toEqual([ids[1], ids[0], ids[2]]);
      await driver.unload('endless');
    });

    it('holds two conversations at once, each with its own memory of the prompt', async () => {
      await driver.load('pair', { path: file('random'), sequences: 2 });
      const ask = (text: string) => driver.generate('pair', { prompt: [{ role: 'user', text: text.repeat(20) }], maximumTokens: 4 });
      await Promise.all([ask('tea '), ask('milk ')]);
      const again = await Promise.all([ask('milk '), ask('tea ')]);
      for (const { end } of again) expect(end.type === 'generated' && end.inputTokens - end.cachedTokens).toBe(1);
      await driver.unload('pair');
    });

    it('ends what is under way when its model is unloaded', async () => {
      await driver.load('endless');
      const id = driver.start('endless', { maximumTokens: 100_000 });
      await driver.until(['text'], (message) => message.id === id);
      expect(await driver.unload('endless')).toMatchObject({ type: 'unloaded' });
      expect(await driver.end(id)).toMatchObject({ finish: 'aborted' });
    });
  });

  describe('calling tools', () => {
    it('reports the call, and speaks after its result', async () => {
      await driver.load('caller');
      const asked = await driver.generate('caller', { tools: [LIGHT] });
      expect(asked.calls).toEqual([{ name: 'setLight', input: { entity: 'kitchen', on: true } }]);
      expect(asked).toMatchObject({ text: '', end: { type: 'generated', finish: 'tool-calls' } });
      const answered = await driver.generate('caller', {
        tools: [LIGHT],
        prompt: [
          { role: 'system', text: 'You are brief.' },
          { role: 'user', text: 'Good evening.' },
          { role: 'assistant', parts: [{ type: 'tool-call', toolCallId: 'a', name: 'setLight', input: { entity: 'kitchen', on: true } }] },
          { role: 'tool', parts: [{ type: 'tool-result', toolCallId: 'a', name: 'setLight', text: '{"outcome":"confirmed"}' }] },
        ],
      });
      expect(answered).toMatchObject({ text: 'Done. The light is on.', calls: [], end: { finish: 'stop' } });
      // The system prompt and the tools were there from the first ask.
      if (answered.end.type === 'generated') expect(answered.end.cachedTokens).toBeGreaterThan(answered.end.inputTokens * 0.8);
    });

    it('makes any model call, held to the schema, when a call is required', async () => {
      for (const seed of [1, 2, 3, 4]) {
        const { calls, end } = await driver.generate('random', { tools: [LIGHT, DIM], toolChoice: 'required', temperature: 1, seed });
        expect(end).toMatchObject({ type: 'generated', finish: 'tool-calls' });
        const [call] = calls;
        if (call?.name === 'setLight')
          expect(call.input).toEqual({ entity: expect.stringMatching(/^(kitchen|bedroom)$/u), on: expect.any(Boolean) });
        else expectDim(call);
      }
    });

    it('makes it call the one that was named', async () => {
      const { calls } = await driver.generate('random', { tools: [LIGHT, DIM], toolChoice: { name: 'dim' } });
      expect(calls).toHaveLength(1);
      expectDim(calls[0]);
    });

    it('speaks the format of calls that the template of the file has, several in one answer', async () => {
      makeRandomGguf(file('native'), { template: TOOL_TEMPLATE });
      await driver.load('native');
      const request = { tools: [DIM], toolChoice: 'required' as const, temperature: 1, seed: 1, maximumTokens: 300 };
      const { calls, end } = await driver.generate('native', request);
      expect(calls.length).toBeGreaterThan(1);
      for (const call of calls) expectDim(call);
      expect(end).toMatchObject({ type: 'generated', finish: 'tool-calls' });
      const logs = driver.received.flatMap((message) => (message.type === 'log' ? [message.message] : []));
      expect(logs).toContain('chat template of the file, with its own format of tool calls');
      const prompt: GenerateRequest['prompt'] = [
        { role: 'user', text: 'Dim both.' },
        {
          role: 'assistant',
          parts: ['1', '2'].map((toolCallId) => ({ type: 'tool-call', toolCallId, name: 'dim', input: { level: 1 } })),
        },
        { role: 'tool', parts: ['2', '1'].map((toolCallId) => ({ type: 'tool-result', toolCallId, name: 'dim', text: 'done' })) },
      ];
      expect((await driver.generate('native', { ...request, prompt, toolChoice: 'auto', maximumTokens: 3 })).end).toMatchObject({
        type: 'generated',
        outputTokens: 3,
      });
      await driver.unload('native');
    });

    it('mends whole numbers that random weights drive beyond all bounds', async () => {
      const count = { name: 'count', description: '', input: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } };
      for (const seed of [1, 2, 3]) {
        const { calls } = await driver.generate('random', { tools: [count], toolChoice: 'required', temperature: 1, seed });
        expect(calls[0]?.input).toEqual({ n: expect.toSatisfy(Number.isSafeInteger) });
      }
    });

    it('does not call when it may not', async () => {
      const { calls, end } = await driver.generate('caller', { tools: [LIGHT], toolChoice: 'none', maximumTokens: 4 });
      expect(calls).toEqual([]);
      expect(end).toMatchObject({ type: 'generated' });
    });

    it('refuses a tool that is not there', async () => {
      const { end } = await driver.generate('caller', { tools: [LIGHT], toolChoice: { name: 'fly' } });
      expect(end).toMatchObject({ type: 'failed', reason: 'There is no tool fly.' });
    });
  });

  describe('writing JSON', () => {
    it('holds random weights to a schema, without what is optional', async () => {
      const schema = {
        type: 'object',
        properties: {
          on: { type: 'boolean' },
          level: { type: 'integer', minimum: 0, maximum: 100 },
          colour: { enum: ['red', 'blue'] },
          note: { type: 'null' },
        },
        required: ['on', 'level'],
      };
      const { text, end } = await driver.generate('random', { json: { schema }, temperature: 1, seed: 3, maximumTokens: 300 });
      expect(end).toMatchObject({ type: 'generated', finish: 'stop' });
      const value: unknown = JSON.parse(text);
      expect(value).toMatchObject({ on: expect.any(Boolean), level: expect.toSatisfy((level: number) => level >= 0 && level <= 100) });
      expect((value as { colour?: string }).colour ?? 'red').toMatch(/^(red|blue)$/u);
    });

    it('makes a grammar of a schema that leads back to itself', async () => {
      const schema = {
        $ref: '#/$defs/tree',
        $defs: {
          tree: {
            type: 'object',
            properties: { leaf: { type: 'boolean' }, branches: { type: 'array', items: { $ref: '#/$defs/tree' } } },
            required: ['leaf', 'branches'],
          },
        },
      };
      const { text, end } = await driver.generate('random', { json: { schema }, maximumTokens: 60 });
      expect(end).toMatchObject({ type: 'generated' });
      expect(text).toMatch(/^\{\s*"leaf": ?(true|false),/u);
    });

    it('writes some JSON where no schema says which', async () => {
      const { text } = await driver.generate('random', { json: {}, temperature: 1, seed: 5, maximumTokens: 40 });
      expect(text).toMatch(/^[[{]/u);
    });
  });

  describe('embedding', () => {
    it('gives one vector of length 1 for each text, equal for equal texts', async () => {
      expect(await driver.load('embedding', { kind: 'embedding' })).toMatchObject({ model: { dimensions: 64, contextSize: 512 } });
      const id = driver.id();
      driver.send({ type: 'embed', id, handle: 'embedding', texts: ['the kitchen lamp', 'a garden gate', 'the kitchen lamp', ''] });
      const embedded = await driver.end(id);
      if (embedded.type !== 'embedded') throw new Error(JSON.stringify(embedded));
      const [lamp, gate, same] = embedded.vectors;
      for (const vector of [lamp!, gate!]) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
      expect(embedded.vectors).toHaveLength(4);
      expect(same).toEqual(lamp);
      expect(gate).not.toEqual(lamp);
    });

    it('cuts a text that is too long, and says so without the text', async () => {
      const id = driver.id();
      driver.send({ type: 'embed', id, handle: 'embedding', texts: ['secret '.repeat(1_000)] });
      expect(await driver.end(id)).toMatchObject({ type: 'embedded' });
      const logs = driver.received.flatMap((message) => (message.type === 'log' ? [message.message] : []));
      expect(logs.some((message) => /a text of \d+ tokens was cut to 508/u.test(message))).toBe(true);
      expect(logs.join()).not.toContain('secret');
    });

    it('can be called off between texts', async () => {
      const id = driver.id();
      driver.send({
        type: 'embed',
        id,
        handle: 'embedding',
        texts: Array.from({ length: 256 }, (_, index) => `text ${index} `.repeat(60)),
      });
      driver.send({ type: 'abort', id });
      expect(await driver.end(id)).toMatchObject({ type: 'failed', trouble: 'aborted' });
    });

    it('counts tokens', async () => {
      const id = driver.id();
      driver.send({ type: 'count', id, handle: 'embedding', text: 'lamp' });
      expect(await driver.end(id)).toMatchObject({ type: 'counted', tokens: 4 });
    });

    it('does not answer with a model for embeddings, nor embed with one that answers', async () => {
      expect((await driver.generate('embedding')).end).toMatchObject({ type: 'failed', trouble: 'unsupported' });
      const id = driver.id();
      driver.send({ type: 'embed', id, handle: 'greeter', texts: ['a'] });
      expect(await driver.end(id)).toMatchObject({ type: 'failed', trouble: 'unsupported' });
    });
  });

  it('keeps what is said out of its log', () => {
    const logs = driver.received.flatMap((message) => (message.type === 'log' ? [message.message] : [])).join('\n');
    for (const words of ['Good evening', 'You are brief', 'Tea', 'blah']) expect(logs).not.toContain(words);
  });
});

function expectDim(call: { name: string; input: unknown } | undefined): void {
  expect(call?.name).toBe('dim');
  const input = call?.input as { level: number; room?: string };
  expect(input.level).toBeGreaterThanOrEqual(0);
  expect(input.level).toBeLessThanOrEqual(100);
  expect(Object.keys(input).filter((key) => key !== 'level' && key !== 'room')).toEqual([]);
  if ('room' in input) expect(input.room).toMatch(/^(kitchen|hall)$/u);
}

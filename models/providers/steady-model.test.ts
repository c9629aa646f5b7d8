import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { ProviderFailure } from './provider-failure.ts';
import { steadyModel } from './steady-model.ts';
import { readToolInput } from './tool-input.ts';

type Part = LanguageModelV4StreamPart;
const usage = {
  inputTokens: { total: 1, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: undefined, reasoning: undefined },
};
const finish = (unified: 'stop' | 'tool-calls' | 'interrupted' | 'error' | 'other', raw: string | undefined = unified): Part => ({
  type: 'finish',
  usage,
  finishReason: { unified, raw },
});
const call = (toolCallId: string, input: string): Part => ({ type: 'tool-call', toolCallId, toolName: 'light', input });
const prompt = { prompt: [] };

const of = (doStream: () => Promise<{ stream: ReadableStream<Part> }>) =>
  steadyModel({ provider: 'p', modelId: 'm', name: 'Mine', clock: new FakeClock(), load: async () => ({ doStream }) });

async function read(given: readonly Part[]): Promise<Part[]> {
  const { stream } = await of(async () => ({ stream: ReadableStream.from(given) })).doStream(prompt);
  const parts: Part[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}
const types = (parts: readonly Part[]) => parts.map(({ type }) => type);

describe('a steady model', () => {
  it('leaves out what says nothing, and ends what was begun', async () => {
    const parts = await read([
      { type: 'stream-start', warnings: [] },
      { type: 'stream-start', warnings: [] },
      { type: 'ping' },
      { type: 'text-start', id: 'a' },
      { type: 'text-delta', id: 'a', delta: '' },
      { type: 'text-end', id: 'a' },
      { type: 'text-delta', id: 'never begun', delta: 'x' },
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: '', providerMetadata: { anthropic: { signature: 's' } } },
      finish('stop'),
    ]);
    expect(types(parts)).toEqual([
      'stream-start',
      'text-start',
      'text-delta',
      'reasoning-start',
      'reasoning-delta',
      'text-end',
      'reasoning-end',
      'finish',
    ]);
  });

  it('gives nothing after the finish', async () => {
    expect(
      types(await read([finish('stop'), { type: 'text-delta', id: 'a', delta: 'late' }, { type: 'error', error: 'late' }, finish('stop')])),
    ).toEqual(['finish']);
  });

  it('does not take a finish without a reason for one', async () => {
    for (const last of [
      finish('interrupted'),
      finish('error'),
      { ...finish('other'), finishReason: { unified: 'other' as const, raw: undefined } },
    ]) {
      expect(await read([last])).toMatchObject([{ type: 'error', error: { kind: 'broken-answer' } }]);
    }
    expect(await read([])).toMatchObject([{ type: 'error', error: { kind: 'broken-answer' } }]);
    expect(types(await read([finish('other', 'pause_turn')]))).toEqual(['finish']);
  });

  it('corrects a reason that does not fit', async () => {
    expect(await read([call('1', '{}'), finish('stop')])).toMatchObject([{}, { finishReason: { unified: 'tool-calls', raw: 'stop' } }]);
    expect(await read([finish('tool-calls')])).toMatchObject([{ finishReason: { unified: 'stop' } }]);
  });

  it('makes ids different, and inputs JSON', async () => {
    const calls = await read([
      call('1', ''),
      call('1', '{"a":1}'),
      call('', '"{\\"b\\":2}"'),
      call('', 'null'),
      call('2', '[1]'),
      call('3', '{"a'),
      finish('stop'),
    ]);
    expect(calls.slice(0, 6)).toMatchObject([
      { toolCallId: '1', input: '{}' },
      { toolCallId: '1-2', input: '{"a":1}' },
      { toolCallId: 'call-2', input: '{"b":2}' },
      { toolCallId: 'call-3', input: '{}' },
      { input: '[1]', providerMetadata: { jarvis: { problem: 'The input of light is not a JSON object.' } } },
      { input: '{"a', providerMetadata: { jarvis: { problem: 'The input of light is not JSON.' } } },
    ]);
    expect(readToolInput({ toolName: 'light', input: '{"__proto__":{"x":1}}' })).toHaveProperty('input');
  });

  it('turns what is thrown, before or in the stream, into a failure', async () => {
    const fails = of(async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
    });
    await expect(fails.doStream(prompt)).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(fails.doGenerate(prompt)).rejects.toBeInstanceOf(ProviderFailure);
    const breaks = of(async () => ({
      stream: new ReadableStream<Part>({
        pull: (controller) => controller.error(new SyntaxError('what people said')),
      }),
    }));
    await expect(breaks.doGenerate(prompt)).rejects.toMatchObject({
      kind: 'broken-answer',
      message: 'Mine sent an answer that cannot be read.',
    });
  });

  it('is loaded once, at the first request', async () => {
    let loads = 0;
    const model = steadyModel({
      provider: 'p',
      modelId: 'm',
      name: 'Mine',
      clock: new FakeClock(),
      load: async () => {
        loads += 1;
        return { doStream: async () => ({ stream: ReadableStream.from([finish('stop')]) }) };
      },
    });
    expect(loads).toBe(0);
    await Promise.all([model.doGenerate(prompt), model.doGenerate(prompt)]);
    expect(loads).toBe(1);
  });
});

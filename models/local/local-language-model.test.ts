import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { fakeEnd } from '../../tests/fakes/fake-model-link.ts';
import { installedModel, type PoolStage, poolStage, settled } from '../../tests/fakes/pool-stage.ts';
import { ModelError } from '../model-link.ts';
import { localLanguageModel } from './local-language-model.ts';

const model = (stage: PoolStage, modelId = 'a') => {
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `answer-${ids}`;
  };
  return localLanguageModel({ modelId, pool: stage.pool, link: stage.link, clock: stage.clock, newId });
};
const stageOf = (...ids: string[]): PoolStage => poolStage((ids.length === 0 ? ['a'] : ids).map((id) => installedModel(id, 40)));
const hello: LanguageModelV4CallOptions = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello.' }] }] };

async function collect(stream: ReadableStream<LanguageModelV4StreamPart>): Promise<LanguageModelV4StreamPart[]> {
  const parts: LanguageModelV4StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

const usage = {
  inputTokens: { total: 7, noCache: 4, cacheRead: 3, cacheWrite: undefined },
  outputTokens: { total: 2, text: 2, reasoning: undefined },
};

describe('the stream of a local model', () => {
  it('comes in the order of the AI SDK: text, calls, text again, the end', async () => {
    const stage = stageOf();
    stage.link.answer = () => [
      { type: 'text', text: 'I ' },
      { type: 'text', text: '' },
      { type: 'text', text: 'look.' },
      { type: 'tool-call', toolCallId: 'c1', name: 'lights', input: '{"on":true}' },
      { type: 'text', text: 'Well.' },
      { ...fakeEnd, finish: 'tool-calls' },
    ];
    const { stream } = await model(stage).doStream(hello);
    expect(await collect(stream)).toEqual([
      { type: 'stream-start', warnings: [] },
      { type: 'response-metadata', id: 'answer-1', modelId: 'a', timestamp: new Date(stage.clock.now()) },
      { type: 'text-start', id: 'text-1' },
      { type: 'text-delta', id: 'text-1', delta: 'I ' },
      { type: 'text-delta', id: 'text-1', delta: 'look.' },
      { type: 'text-end', id: 'text-1' },
      { type: 'tool-input-start', id: 'c1', toolName: 'lights' },
      { type: 'tool-input-delta', id: 'c1', delta: '{"on":true}' },
      { type: 'tool-input-end', id: 'c1' },
      { type: 'tool-call', toolCallId: 'c1', toolName: 'lights', input: '{"on":true}' },
      { type: 'text-start', id: 'text-2' },
      { type: 'text-delta', id: 'text-2', delta: 'Well.' },
      { type: 'text-end', id: 'text-2' },
      {
        type: 'finish',
        finishReason: { unified: 'tool-calls', raw: 'tool-calls' },
        usage,
        providerMetadata: { local: { ms: 5, firstTokenMs: 1 } },
      },
    ]);
    expect(stage.pool.status().resident).toMatchObject([{ busy: false }]);
  });

  it('holds the model no longer than the engine works, though nobody reads', async () => {
    const stage = stageOf();
    const { stream } = await model(stage).doStream(hello);
    await settled();
    expect(stage.pool.status().resident).toMatchObject([{ busy: false }]);
    expect((await collect(stream)).at(-1)?.type).toBe('finish');
  });

  it('breaks with the reason of the signal when it is aborted, before and after the first word', async () => {
    const stage = stageOf();
    const interruption = new AbortController();
    const go = Promise.withResolvers<void>();
    stage.link.answer = () => [{ type: 'text', text: 'One' }, go.promise, fakeEnd];
    const { stream } = await model(stage).doStream({ ...hello, abortSignal: interruption.signal });
    const reading = collect(stream);
    reading.catch(() => undefined);
    await settled();
    interruption.abort(new Error('barge-in'));
    await expect(reading).rejects.toThrow('barge-in');
    expect(stage.link.told.at(-1)).toBe('abort a');
    expect(stage.pool.status().resident).toMatchObject([{ busy: false }]);

    const early = new AbortController();
    stage.link.answer = () => [go.promise, fakeEnd];
    const waiting = model(stage).doStream({ ...hello, abortSignal: early.signal });
    const generating = model(stage).doGenerate({ ...hello, abortSignal: early.signal });
    await settled();
    early.abort(new Error('never mind'));
    await expect(waiting).rejects.toThrow('never mind');
    await expect(generating).rejects.toThrow('never mind');
    expect(stage.pool.status().resident).toMatchObject([{ busy: false }]);
  });

  it('stops the engine when the reader leaves', async () => {
    const stage = stageOf();
    stage.link.answer = () => [{ type: 'text', text: 'One' }, new Promise(() => undefined), fakeEnd];
    const { stream } = await model(stage).doStream(hello);
    await stream.cancel();
    await settled();
    expect(stage.link.told.at(-1)).toBe('abort a');
    expect(stage.pool.status().resident).toMatchObject([{ busy: false }]);
  });

  it('begins once more on a new process when nothing was said yet', async () => {
    const stage = stageOf();
    let asks = 0;
    const silent = new Promise<void>(() => undefined);
    stage.link.answer = () => {
      asks += 1;
      return asks === 1 ? [silent] : [{ type: 'text', text: 'Yes.' }, fakeEnd];
    };
    const starting = model(stage).doStream(hello);
    await settled();
    stage.link.crash();
    const parts = await collect((await starting).stream);
    expect(parts.filter((part) => part.type === 'text-delta')).toMatchObject([{ delta: 'Yes.' }]);
    expect(parts.at(-1)?.type).toBe('finish');
    expect(stage.link.told).toEqual(['load a', 'loaded a', 'generate a', 'crash', 'load a', 'loaded a', 'generate a']);
    expect(stage.notices).toEqual([]);
  });

  it('ends with one error when the process is lost in the middle, so that another model can go on', async () => {
    const stage = stageOf();
    stage.link.answer = () => [{ type: 'text', text: 'The first' }, new Promise(() => undefined)];
    const { stream } = await model(stage).doStream(hello);
    const reading = collect(stream);
    await settled();
    stage.link.crash();
    const parts = await reading;
    expect(parts.slice(-3)).toMatchObject([
      { type: 'text-delta', delta: 'The first' },
      { type: 'text-end' },
      { type: 'error', error: { trouble: 'process-lost' } },
    ]);
    expect(stage.link.told.filter((line) => line === 'generate a')).toHaveLength(1);
  });

  it('does not try a third time, and leaves the model alone then', async () => {
    const stage = stageOf();
    stage.link.answer = () => [() => stage.link.crash(), fakeEnd];
    await expect(model(stage).doStream(hello)).rejects.toMatchObject({ trouble: 'process-lost' });
    expect(stage.link.told.filter((line) => line === 'generate a')).toHaveLength(2);
    await expect(model(stage).doStream(hello)).rejects.toThrow('A has crashed the engine twice in a row');
    expect(stage.link.told.filter((line) => line === 'load a')).toHaveLength(2);
    expect(stage.notices).toHaveLength(1);
  });

  it('takes an answer without an end, and one that the engine stopped by itself, for broken', async () => {
    const stage = stageOf();
    stage.link.answer = () => [{ type: 'text', text: 'One' }];
    const { stream } = await model(stage).doStream(hello);
    expect((await collect(stream)).at(-1)).toMatchObject({ type: 'error', error: { trouble: 'failed' } });
    await expect(model(stage).doGenerate(hello)).rejects.toMatchObject({ trouble: 'failed' });
    stage.link.answer = () => [
      { type: 'text', text: 'One' },
      { ...fakeEnd, finish: 'aborted' },
    ];
    const stopped = await model(stage).doStream(hello);
    expect((await collect(stopped.stream)).at(-1)).toMatchObject({ type: 'error', error: { trouble: 'aborted' } });
    stage.link.answer = () => [];
    await expect(model(stage).doStream(hello)).rejects.toMatchObject({ trouble: 'failed' });
    expect(stage.pool.status().resident).toMatchObject([{ busy: false }]);
  });

  it('rejects before the stream where the model cannot be loaded', async () => {
    const stage = stageOf();
    stage.link.onLoad = () => {
      throw new ModelError('no-engine', 'There is no engine.');
    };
    await expect(model(stage).doStream(hello)).rejects.toThrow('There is no engine.');
    await expect(model(stage).doGenerate(hello)).rejects.toThrow('There is no engine.');
  });
});

describe('an answer at once', () => {
  it('holds text and calls in their order', async () => {
    const stage = stageOf();
    stage.link.answer = () => [
      { type: 'text', text: 'I ' },
      { type: 'text', text: 'look.' },
      { type: 'tool-call', toolCallId: 'c1', name: 'lights', input: '{}' },
      { ...fakeEnd, finish: 'length' },
    ];
    expect(await model(stage).doGenerate(hello)).toEqual({
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool-call', toolCallId: 'c1', toolName: 'lights', input: '{}' },
      ],
      finishReason: { unified: 'length', raw: 'length' },
      usage,
      providerMetadata: { local: { ms: 5, firstTokenMs: 1 } },
      response: { id: 'answer-1', modelId: 'a', timestamp: new Date(stage.clock.now()) },
      warnings: [],
    });
    expect(stage.pool.status().resident).toMatchObject([{ busy: false }]);
  });

  it('is begun once more even after words, since nobody has seen them', async () => {
    const stage = stageOf();
    let asks = 0;
    stage.link.answer = () => {
      asks += 1;
      return asks === 1 ? [{ type: 'text', text: 'Half' }, () => stage.link.crash()] : [{ type: 'text', text: 'Whole.' }, fakeEnd];
    };
    expect((await model(stage).doGenerate(hello)).content).toEqual([{ type: 'text', text: 'Whole.' }]);
  });

  it('names the smaller model that answered in its place', async () => {
    const stage = poolStage([installedModel('a', 40), installedModel('b', 20)], {
      smaller: ({ id }) => (id === 'a' ? installedModel('b', 20) : undefined),
    });
    stage.link.onLoad = ({ path }) => {
      if (path.endsWith('a')) throw new ModelError('out-of-memory', 'Full.');
    };
    expect((await model(stage).doGenerate(hello)).response?.modelId).toBe('b');
  });
});

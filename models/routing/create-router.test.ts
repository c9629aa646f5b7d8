import { describe, expect, it } from 'vitest';
import { dies, failure, finishes, log, member, type Part, PROMPT, routerStage, said, TOLD, whole } from '../../tests/fakes/router-stage.ts';
import { answers, finish, type Script, scriptedModel, text } from '../../tests/fakes/scripted-language-model.ts';
import { ModelError } from '../model-link.ts';
import { NoModelError } from './model-router.ts';

describe('an answer', () => {
  it('comes from the first, and is told with what it took', async () => {
    const { ask, events } = await routerStage([{ ...member('a', answers('Yes, sir.', TOLD)), more: { price: { input: 1, output: 10 } } }]);
    const parts = await ask();
    expect(said(parts)).toBe('Yes, sir.');
    expect(parts.map(({ type }) => type)).toEqual(['stream-start', 'text-start', 'text-delta', 'text-delta', 'text-end', 'finish']);
    expect(log(events)).toEqual(['chosen a, leaves the house: it comes first in your order', 'ended a stop: 100 in, 20 out, 300 µ']);
  });

  it('of nobody is an error in words', async () => {
    const { ask } = await routerStage([]);
    await expect(ask()).rejects.toMatchObject({ reason: 'none', message: 'There is no language model here.' });
    await expect(ask({ privacy: 'local-only', tools: true })).rejects.toMatchObject({
      message: 'There is no language model in this house that can use tools.',
    });
  });

  it('never leaves the house when either side says so, not even when everybody at home has failed', async () => {
    const cloud = scriptedModel('cloud', answers('Hello.'));
    const { ask } = await routerStage([{ ...member('home', failure('failed')), leavesHouse: false }, { model: cloud }]);
    await expect(ask({ privacy: 'local-only' })).rejects.toMatchObject({ reason: 'all-failed' });
    const other = await routerStage([{ model: cloud }], { privacy: 'local-only' });
    await expect(other.ask()).rejects.toMatchObject({ reason: 'none' });
    expect(cloud.calls).toEqual([]);
  });

  it('is not given while the mind is switched off', async () => {
    const { ask, router } = await routerStage([member('a', answers('Yes.'))], { enabled: false });
    await expect(ask()).rejects.toBeInstanceOf(NoModelError);
    expect(router.available(whole({}))).toBe(false);
  });

  it('of a prompt that nobody can hold says so, and takes who can', async () => {
    const small = { ...member('small', answers('small')), more: { contextLength: 500 } };
    const alone = await routerStage([small]);
    await expect(alone.ask()).rejects.toMatchObject({
      reason: 'too-long',
      message: 'That is about 1,000 tokens, more than any model here can hold.',
    });
    const two = await routerStage([small, member('large', answers('large'))]);
    expect(said(await two.ask())).toBe('large');
    expect(two.router.contextLength({ privacy: 'may-leave', tools: false, vision: false })).toBe(500);
  });

  it('of a model that never told its length is taken for 8,192 tokens', async () => {
    const { router } = await routerStage([{ ...member('a', answers('x')), more: { contextLength: undefined } }]);
    expect(router.contextLength({ privacy: 'may-leave', tools: false, vision: false })).toBe(8192);
    expect(router.available(whole({ tokens: 8193 }))).toBe(false);
  });
});

describe('a model that fails before its first word', () => {
  it('is replaced by the next, who is asked the same', async () => {
    const second = scriptedModel('b', answers('Yes.', TOLD));
    const { ask, events } = await routerStage([member('a', failure('rate-limit', { retryAfterMs: 5000 })), { model: second }]);
    const parts = await ask();
    expect(said(parts)).toBe('Yes.');
    expect(second.calls[0]?.prompt).toEqual(PROMPT);
    expect(log(events)).toEqual([
      'chosen a, leaves the house: it comes first in your order',
      'failed a: Cloud has had too many requests for now.',
      'chosen b, leaves the house: a/a could not, and it comes first in your order',
      'ended b stop: 100 in, 20 out, 0 µ',
    ]);
  });

  it('is asked at most once for an answer', async () => {
    const all = [member('a', failure('failed')), member('b', failure('overloaded')), member('c', failure('refused'))];
    const { ask } = await routerStage(all);
    const error = await ask().catch((each: unknown) => each);
    expect(error).toMatchObject({ reason: 'all-failed' });
    expect(error).toMatchObject({
      message:
        'No language model could answer. a/a: Cloud failed. b/b: Cloud has too much to do just now. c/c: Cloud refused to answer that.',
    });
    expect(all.map(({ model }) => model.calls.length)).toEqual([1, 1, 1]);
  });

  it('of our own process is understood as well', async () => {
    const { ask, events } = await routerStage([
      { ...member('home', new ModelError('out-of-memory', 'There is too little memory for it.')), leavesHouse: false },
      member('b', answers('Yes.')),
    ]);
    expect(said(await ask())).toBe('Yes.');
    expect(log(events)[1]).toBe('failed home: There is too little memory for it.');
  });

  it('says the prompt is too long when all of them do', async () => {
    const { ask, router } = await routerStage([member('a', failure('too-long')), member('b', failure('too-long'))]);
    await expect(ask()).rejects.toMatchObject({ reason: 'too-long' });
    expect(router.available(whole({}))).toBe(true);
  });

  it('with nothing to say is replaced where there is another', async () => {
    const mute: Script = function* () {
      yield finish();
    };
    const two = await routerStage([member('mute', mute), member('b', answers('Yes.'))]);
    expect(said(await two.ask())).toBe('Yes.');
    const alone = await routerStage([member('mute', mute)]);
    expect(finishes(await alone.ask())).toEqual(['stop']);
  });
});

describe('a model that dies in the middle', () => {
  it('is gone on with by the next, which is given what was said', async () => {
    const second = scriptedModel('b', answers('on and the door is shut.', TOLD));
    const { ask, events } = await routerStage([member('a', dies('The light is ')), { model: second }]);
    const parts = await ask();
    expect(said(parts)).toBe('The light is on and the door is shut.');
    expect(parts.filter(({ type }) => type === 'text-start' || type === 'text-end' || type === 'finish').map(({ type }) => type)).toEqual([
      'text-start',
      'text-end',
      'finish',
    ]);
    expect(new Set(parts.flatMap((part) => ('id' in part ? [part.id] : []))).size).toBe(1);
    expect(second.calls[0]?.prompt.slice(1)).toMatchObject([
      { role: 'assistant', content: [{ type: 'text', text: 'The light is ' }] },
      { role: 'user' },
    ]);
    expect(log(events)).toEqual([
      'chosen a, leaves the house: it comes first in your order',
      'failed a: Cloud cannot be reached.',
      'ended a error: 9 in, 4 out, 0 µ',
      'chosen b, leaves the house, goes on: a/a could not, and it comes first in your order',
      'ended b stop: 100 in, 20 out, 0 µ',
    ]);
  });

  it.each<[string, Script]>([
    [
      'ends its text before it tells of the failure',
      function* () {
        yield* text(['The light is ']);
        yield { type: 'error', error: failure('broken-answer') };
      },
    ],
    [
      'just stops sending',
      function* () {
        yield* text(['The light is '], { open: true });
      },
    ],
    [
      'finishes with an error',
      function* () {
        yield* text(['The light is ']);
        yield finish('error');
      },
    ],
    [
      'is interrupted',
      function* () {
        yield* text(['The light is ']);
        yield finish('interrupted');
      },
    ],
  ])('and %s leaves one answer', async (_name, script) => {
    const { ask } = await routerStage([member('a', script), member('b', answers('light is on.'))]);
    const parts = await ask();
    expect(said(parts)).toBe('The light is on.');
    expect(finishes(parts)).toEqual(['stop']);
    expect(parts.filter(({ type }) => type === 'text-start')).toHaveLength(1);
  });

  it('is gone on with by a third when the second dies too', async () => {
    const third = scriptedModel('c', answers('four five.'));
    const { ask } = await routerStage([member('a', dies('one two ')), member('b', dies('two three ')), { model: third }]);
    expect(said(await ask())).toBe('one two three four five.');
    expect(third.calls[0]?.prompt[1]).toMatchObject({ content: [{ text: 'one two three ' }] });
  });

  it('loses tool calls that were begun, and nothing of them is seen', async () => {
    const calls: Script = function* () {
      yield* text(['I will look. ']);
      yield { type: 'tool-input-start', id: '1', toolName: 'look' };
      yield { type: 'tool-input-delta', id: '1', delta: '{"at":' };
      throw failure('unreachable');
    };
    const callsWell: Script = function* () {
      yield { type: 'tool-input-start', id: '2', toolName: 'look' };
      yield { type: 'tool-input-delta', id: '2', delta: '{"at":"x"}' };
      yield { type: 'tool-input-end', id: '2' };
      yield { type: 'tool-call', toolCallId: '2', toolName: 'look', input: '{"at":"x"}' };
      yield finish('tool-calls');
    };
    const { ask } = await routerStage([member('a', calls), member('b', callsWell)]);
    const parts = await ask();
    expect(parts.map((part) => ('id' in part ? `${part.type} ${part.id}` : part.type))).toEqual([
      'text-start part-1',
      'text-delta part-1',
      'text-end part-1',
      'tool-input-start 2',
      'tool-input-delta 2',
      'tool-input-end 2',
      'tool-call',
      'finish',
    ]);
  });

  it('keeps tool calls that were made whole: the answer ends with them, and nobody makes them again', async () => {
    const calls: Script = function* () {
      yield { type: 'tool-call', toolCallId: '1', toolName: 'look', input: '{}' };
      yield* text(['And then'], { open: true });
      throw failure('unreachable');
    };
    const second = scriptedModel('b', answers('never'));
    const { ask } = await routerStage([member('a', calls), { model: second }]);
    const parts = await ask();
    expect(parts.map(({ type }) => type)).toEqual(['tool-call', 'text-start', 'text-delta', 'text-end', 'finish']);
    expect(finishes(parts)).toEqual(['tool-calls']);
    expect(second.calls).toEqual([]);
  });

  it('ends its thoughts, and they are not taken for words', async () => {
    const thinks: Script = function* () {
      yield { type: 'reasoning-start', id: 'r' };
      yield { type: 'reasoning-delta', id: 'r', delta: 'Hm.' };
      throw failure('unreachable');
    };
    const second = scriptedModel('b', answers('Yes.'));
    const { ask } = await routerStage([member('a', thinks), { model: second }]);
    const parts = await ask();
    expect(parts.map(({ type }) => type).slice(0, 3)).toEqual(['reasoning-start', 'reasoning-delta', 'reasoning-end']);
    expect(second.calls[0]?.prompt).toEqual(PROMPT);
  });

  it('in an answer that must be JSON leaves nothing: the next begins anew', async () => {
    const second = scriptedModel('b', answers('{"on":true}'));
    const { ask } = await routerStage([member('a', dies('{"on":fal')), { model: second }]);
    const parts = await ask({}, { responseFormat: { type: 'json' } });
    expect(said(parts)).toBe('{"on":true}');
    expect(second.calls[0]?.prompt).toEqual(PROMPT);
    expect(parts[0]?.type).toBe('stream-start');
  });

  it('with nobody left is an error after what was said', async () => {
    const { router } = await routerStage([member('a', dies('The light is '))]);
    const parts: Part[] = [];
    const asked = (async () => {
      for await (const part of router.answer(whole({}), { prompt: PROMPT }, () => undefined)) parts.push(part);
    })();
    await expect(asked).rejects.toMatchObject({ reason: 'all-failed' });
    expect(said(parts)).toBe('The light is ');
    expect(finishes(parts)).toEqual([]);
  });
});

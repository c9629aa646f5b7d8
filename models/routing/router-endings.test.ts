import { describe, expect, it } from 'vitest';
import { dies, finishes, log, member, PROMPT, routerStage, said, whole } from '../../tests/fakes/router-stage.ts';
import { answers, type Script, scriptedModel, text } from '../../tests/fakes/scripted-language-model.ts';

describe('a model that does not come to an end', () => {
  it('is stopped when it repeats itself', async () => {
    const loops: Script = function* () {
      yield { type: 'text-start', id: '0' };
      for (;;) yield { type: 'text-delta', id: '0', delta: 'I am sorry, sir. ' };
    };
    const model = scriptedModel('a', loops);
    const { ask, events } = await routerStage([{ model }]);
    const parts = await ask();
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'length', raw: 'it repeated itself' } });
    expect(parts.at(-2)).toMatchObject({ type: 'text-end' });
    expect(said(parts).length).toBeLessThan(1000);
    expect(events.at(-1)).toMatchObject({ type: 'model-ended', finish: 'length' });
    expect(model.cancelled()).toBe(1);
  });

  it('is stopped when it says ever new things beyond what it was allowed', async () => {
    const rambles: Script = function* () {
      yield { type: 'text-start', id: '0' };
      for (let number = 1; ; number += 1) yield { type: 'text-delta', id: '0', delta: `${number * 7919} ` };
    };
    const { ask } = await routerStage([member('a', rambles)]);
    const parts = await ask({}, { maxOutputTokens: 100 });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'length', raw: 'it did not stop' } });
    expect(said(parts).length).toBeLessThan(1000);
    expect(finishes(await ask())).toEqual(['length']);
  });

  it('is stopped when its thoughts go round', async () => {
    const broods: Script = function* () {
      yield { type: 'reasoning-start', id: '0' };
      for (;;) yield { type: 'reasoning-delta', id: '0', delta: 'Wait, let me think again. ' };
    };
    const { ask } = await routerStage([member('a', broods)]);
    const parts = await ask();
    expect(parts.slice(-2).map(({ type }) => type)).toEqual(['reasoning-end', 'finish']);
  });

  const hangs = (words: string): Script =>
    async function* () {
      yield { type: 'stream-start', warnings: [] };
      if (words !== '') yield* text([words], { open: true });
      await new Promise(() => undefined);
    };

  it('is given up when it says nothing at all', async () => {
    const { ask, clock, events } = await routerStage([member('a', hangs('')), member('b', answers('Yes.'))]);
    const asked = ask();
    await clock.advance(59_000);
    expect(log(events)).toHaveLength(1);
    await clock.advance(2000);
    expect(said(await asked)).toBe('Yes.');
    expect(log(events)[1]).toBe('failed a: It said nothing for 60 seconds.');
  });

  it('is given up when it falls silent, and gone on with', async () => {
    const { ask, clock, events } = await routerStage([member('a', hangs('The light ')), member('b', answers('is on.'))]);
    const asked = ask();
    for (let second = 0; second < 61; second += 1) await clock.advance(1000);
    expect(said(await asked)).toBe('The light is on.');
    expect(log(events)[1]).toBe('failed a: It said nothing more for 30 seconds.');
  });

  it('may take longer in the house, where it has to be loaded first', async () => {
    const slow: Script = async function* () {
      await clock.sleep(5 * 60_000);
      yield* answers('Yes.')({ prompt: PROMPT });
    };
    const { ask, clock } = await routerStage([{ ...member('home', slow), leavesHouse: false }]);
    const asked = ask();
    await clock.advance(5 * 60_000);
    expect(said(await asked)).toBe('Yes.');
  });

  it('is not given up because whoever listens takes his time', async () => {
    const { router, clock, events } = await routerStage([member('a', answers('one two three'))]);
    let heard = '';
    for await (const part of router.answer(whole({}), { prompt: PROMPT }, (event) => events.push(event))) {
      if (part.type === 'text-delta') heard += part.delta;
      await clock.advance(10 * 60_000);
    }
    expect(heard).toBe('one two three');
  });
});

describe('a person who stops it', () => {
  it('gets the reason thrown, and what was said is counted', async () => {
    const stop = new AbortController();
    const { router, events } = await routerStage([member('a', dies('one two ', new Error('aborted')))]);
    const asked = (async () => {
      for await (const part of router.answer(whole({}), { prompt: PROMPT, abortSignal: stop.signal }, (event) => events.push(event)))
        if (part.type === 'text-delta') stop.abort(new Error('enough'));
    })();
    await expect(asked).rejects.toThrow('enough');
    expect(log(events).at(-1)).toBe('ended a aborted: 9 in, 2 out, 0 µ');
    expect(router.statuses()[0]).toMatchObject({ state: 'ready' });
  });

  it('does not wait for a model that does not listen', async () => {
    const deaf: Script = async function* () {
      yield* text(['one '], { open: true });
      await new Promise(() => undefined);
    };
    const model = scriptedModel('a', deaf);
    const stop = new AbortController();
    const { ask, clock } = await routerStage([{ model }, member('b', answers('never'))]);
    const asked = ask({}, { abortSignal: stop.signal });
    asked.catch(() => undefined);
    await clock.advance(10);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    expect(model.cancelled()).toBe(1);
    expect(model.calls[0]?.abortSignal?.aborted).toBe(true);
  });

  it('before it began asks nobody', async () => {
    const model = scriptedModel('a', answers('never'));
    const { ask } = await routerStage([{ model }]);
    await expect(ask({}, { abortSignal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(model.calls).toEqual([]);
  });

  it('by walking away ends the stream and is counted', async () => {
    const model = scriptedModel('a', answers('one two three four'));
    const { router, events } = await routerStage([{ model }]);
    for await (const part of router.answer(whole({}), { prompt: PROMPT }, (event) => events.push(event)))
      if (part.type === 'text-delta') break;
    expect(log(events).at(-1)).toBe('ended a aborted: 9 in, 2 out, 0 µ');
    expect(model.cancelled()).toBe(1);
  });
});

describe('"fast"', () => {
  it('learns who is fast', async () => {
    const timed = (ms: number): Script =>
      async function* () {
        await clock.sleep(ms);
        yield* answers('one two three four five six seven eight nine ten')({ prompt: PROMPT });
      };
    const { ask, clock, events } = await routerStage(
      [
        { ...member('slow', timed(20_000)), more: { quality: 10 } },
        { ...member('quick', timed(500)), more: { quality: 90 } },
      ],
      { prefer: 'fast', order: [] },
    );
    for (let index = 0; index < 3; index += 1) {
      const asked = ask();
      await clock.advance(20_000);
      await asked;
    }
    expect(events.flatMap((event) => (event.type === 'model-chosen' ? [event.provider] : []))).toEqual(['slow', 'quick', 'quick']);
  });
});

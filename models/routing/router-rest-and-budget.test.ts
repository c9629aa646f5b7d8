import { describe, expect, it } from 'vitest';
import { ProviderModelSchema } from '../../contract/models.ts';
import { dies, failure, member, PROMPT, routerStage, said, TOLD, whole } from '../../tests/fakes/router-stage.ts';
import { answers, finish, type Script, scriptedModel, text } from '../../tests/fakes/scripted-language-model.ts';

describe('who has failed', () => {
  it('rests after three failures in a row, is tried once after that, and is back when it answers', async () => {
    const flaky = scriptedModel('a', failure('overloaded'), failure('overloaded'), failure('overloaded'), answers('back'));
    const { ask, clock, router } = await routerStage([{ model: flaky }, member('b', answers('Yes.'))]);
    for (let index = 0; index < 5; index += 1) await ask();
    expect(flaky.calls).toHaveLength(3);
    expect(router.statuses()[0]).toMatchObject({
      state: 'resting',
      problem: 'Cloud has too much to do just now.',
      until: clock.now() + 30_000,
    });
    await clock.advance(30_000);
    expect(said(await ask())).toBe('back');
    expect(router.statuses()[0]).toMatchObject({ state: 'ready' });
    expect(router.statuses()[0]?.problem).toBeUndefined();
  });

  it('for its rate rests as long as the provider asks', async () => {
    const limited = scriptedModel('a', failure('rate-limit', { retryAfterMs: 5000 }), answers('back'));
    const { ask, clock } = await routerStage([{ model: limited }, member('b', answers('Yes.'))]);
    await ask();
    await clock.advance(4999);
    expect(said(await ask())).toBe('Yes.');
    await clock.advance(1);
    expect(said(await ask())).toBe('back');
  });

  it('for its key rests until the settings or the key change', async () => {
    const locked = scriptedModel('a', failure('key'), failure('key'), answers('back'));
    const { ask, clock, router, providers } = await routerStage([{ model: locked }, member('b', answers('Yes.'))]);
    await ask();
    await clock.advance(1e10);
    await ask();
    expect(locked.calls).toHaveLength(1);
    expect(router.statuses()[0]).toMatchObject({ state: 'no-key', problem: 'Cloud does not accept the key.' });
    providers[0]!.settings = { ...providers[0]!.settings, secret: 'another' };
    await ask();
    expect(locked.calls).toHaveLength(2);
    router.settingsChanged('a');
    expect(said(await ask())).toBe('back');
  });

  it('for its account takes all models of the provider along', async () => {
    const { ask, providers, router } = await routerStage([member('a', failure('quota')), member('b', answers('Yes.'))]);
    const [first] = providers;
    first!.models = [...first!.models, ProviderModelSchema.parse({ id: 'other' })];
    await ask();
    expect(router.statuses()[0]).toMatchObject({ state: 'resting', problem: 'The account at Cloud has nothing left to spend.' });
  });

  it('for one model leaves the others of the provider alone', async () => {
    const { ask, providers, router } = await routerStage([member('a', failure('rate-limit'))]);
    await expect(ask()).rejects.toThrow();
    expect(router.available(whole({}))).toBe(false);
    providers[0]!.models = [...providers[0]!.models, ProviderModelSchema.parse({ id: 'other' })];
    expect(router.available(whole({}))).toBe(true);
    expect(router.statuses()[0]).toMatchObject({ state: 'ready', problem: 'Cloud has had too many requests for now.' });
  });

  it('is not asked twice at once while it is on trial', async () => {
    let letGo = (): void => undefined;
    const slow: Script = async function* () {
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      yield* answers('back')({ prompt: PROMPT });
    };
    const trial = scriptedModel('a', failure('rate-limit', { retryAfterMs: 1000 }), slow);
    const { ask, clock } = await routerStage([{ model: trial }, member('b', answers('Yes.'))]);
    await ask();
    await clock.advance(1000);
    const first = ask();
    await clock.advance(0);
    expect(said(await ask())).toBe('Yes.');
    letGo();
    expect(said(await first)).toBe('back');
  });

  it('is tried again after a trial that a person stopped', async () => {
    const trial = scriptedModel('a', failure('rate-limit', { retryAfterMs: 1000 }), answers('one two'));
    const { ask, clock, router } = await routerStage([{ model: trial }, member('b', answers('Yes.'))]);
    await ask();
    await clock.advance(1000);
    const stop = new AbortController();
    const stopped = (async () => {
      for await (const part of router.answer(whole({}), { prompt: PROMPT, abortSignal: stop.signal }, () => undefined))
        if (part.type === 'text-delta') stop.abort(new Error('enough'));
    })();
    await expect(stopped).rejects.toThrow('enough');
    expect(said(await ask())).toBe('one two');
  });

  it('is said when nobody else is there', async () => {
    const { ask } = await routerStage([member('a', failure('rate-limit'))]);
    await expect(ask()).rejects.toThrow('Cloud has had too many requests');
    await expect(ask()).rejects.toMatchObject({
      reason: 'all-failed',
      message: 'No language model could answer. a/a: Cloud has had too many requests for now.',
    });
  });

  it('is told for every provider of the settings, also those that are not there', async () => {
    const { router } = await routerStage([member('a', answers('x'))], {
      providers: [
        { id: 'a', type: 'openai' },
        { id: 'z', type: 'anthropic', enabled: false },
        { id: 'y', type: 'ollama' },
      ],
    });
    expect(router.statuses().map(({ settings, state }) => `${settings.id} ${state}`)).toEqual(['a ready', 'z off', 'y no-models']);
  });
});

describe('the budget', () => {
  const price = { input: 1, output: 2 };

  it('is checked for whoever takes over, not only for the first', async () => {
    const dear = scriptedModel('dear', answers('never'));
    const { ask } = await routerStage(
      [
        { ...member('free', failure('failed')), more: {} },
        { model: dear, more: { price } },
      ],
      {
        budget: { perDay: 0 },
      },
    );
    await expect(ask()).rejects.toMatchObject({ reason: 'all-failed', message: expect.stringContaining('The budget of 0.00 EUR a day') });
    expect(dear.calls).toEqual([]);
  });

  it('refuses with which one and until when; who is at home goes on', async () => {
    const cloud = { ...member('cloud', answers('Yes.', { input: 100, output: 500 })), more: { price } };
    const { ask, router, events } = await routerStage([cloud], { budget: { perDay: 0.001 } });
    await ask({ tokens: 200 });
    await expect(ask()).rejects.toMatchObject({
      reason: 'over-budget',
      message: 'The budget of 0.00 EUR a day is used up; it is free again at midnight.',
    });
    expect(router.available(whole({}))).toBe(false);
    expect(router.statuses()[0]).toMatchObject({ state: 'over-budget', until: new Date(2026, 10, 22).getTime() });
    expect(events.filter(({ type }) => type === 'model-chosen')).toHaveLength(1);
    const both = await routerStage([cloud, { ...member('home', answers('At home.')), leavesHouse: false }], { budget: { perDay: 0 } });
    expect(said(await both.ask())).toBe('At home.');
  });

  it('makes an answer as short as what is left', async () => {
    const cloud = scriptedModel('cloud', answers('Yes.', TOLD));
    const { ask } = await routerStage([{ model: cloud }], { budget: { tokensPerDay: 1000 } });
    await ask();
    expect(cloud.calls[0]?.maxOutputTokens).toBe(991);
    await ask({}, { maxOutputTokens: 300 });
    expect(cloud.calls[1]?.maxOutputTokens).toBe(300);
  });

  it('counts what failed in the middle, what was stopped, and not what was turned away', async () => {
    const { ask, spending, router } = await routerStage([
      { ...member('a', dies('one two three ')), more: { price } },
      { ...member('b', failure('refused')), more: { price } },
      { ...member('c', answers('four five six seven')), more: { price } },
    ]);
    await ask();
    expect(spending.report().days.map(({ provider, outputTokens, answers: count }) => `${provider} ${outputTokens} ${count}`)).toEqual([
      'a 4 1',
      'c 6 1',
    ]);
    const parts = router.answer(whole({}), { prompt: PROMPT }, () => undefined)[Symbol.asyncIterator]();
    await parts.next();
    await parts.return?.();
    expect(spending.report().days.find(({ provider }) => provider === 'a')?.answers).toBe(2);
  });

  it('is written down before the provider is asked, and after', async () => {
    const seen: unknown[] = [];
    const looks: Script = function* (options) {
      seen.push(saved());
      yield* [...text(['Yes.']), finish('stop', TOLD)];
      void options;
    };
    const { ask, saved } = await routerStage([{ ...member('a', looks), more: { price } }]);
    await ask();
    expect(seen).toMatchObject([{ days: [], open: [{ provider: 'a', inputTokens: 9, costMicros: 9 }] }]);
    expect(saved()).toMatchObject({ days: [{ inputTokens: 100, outputTokens: 20, costMicros: 140 }], open: [] });
  });

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])('does not believe a provider that took %d tokens', async (output) => {
    const { ask, spending } = await routerStage([member('a', answers('one two', { input: 10, output }))]);
    await ask();
    expect(spending.report().today).toMatchObject({ inputTokens: 10, outputTokens: 2 });
  });
});

import { describe, expect, it } from 'vitest';
import { type Budget, BudgetSchema, ProviderModelSchema, ProviderSettingsSchema } from '../../contract/models.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import type { Route } from './choose-route.ts';
import { costMicros, openSpending, type SpendingStore } from './spending.ts';

const NOON = new Date(2026, 10, 21, 12).getTime();
const HOUR = 3_600_000;

const route = (more: { leavesHouse?: boolean; price?: object | undefined; id?: string } = {}): Route => {
  const { leavesHouse = true, id = 'cloud' } = more;
  const price = 'price' in more ? more.price : { input: 1, output: 2 };
  const model = ProviderModelSchema.parse({ id: 'big', price });
  const settings = ProviderSettingsSchema.parse({ id, type: 'openai' });
  const provider = {
    settings,
    leavesHouse,
    models: [model],
    languageModel: () => {
      throw new Error('nobody is asked here');
    },
  };
  return { provider, model, name: `${id}/big` };
};

class MemoryStore implements SpendingStore {
  text: string | undefined;
  saves = 0;
  isFull = false;
  async load(): Promise<unknown> {
    return this.text === undefined ? undefined : JSON.parse(this.text);
  }
  async save(value: unknown): Promise<void> {
    if (this.isFull) throw new Error('no space left on the disk');
    this.saves += 1;
    this.text = JSON.stringify(value);
  }
}

const open = async (budget: object = {}, store = new MemoryStore(), clock = new FakeClock(NOON)) => {
  const limits: Budget = BudgetSchema.parse(budget);
  const ledger = await openSpending({ store, clock, budget: () => limits });
  return { ledger, store, clock };
};
type Opened = Awaited<ReturnType<typeof open>>;
const spend = async ({ ledger }: Opened, inputTokens: number, outputTokens: number, of = route()) =>
  (await ledger.begin(of, inputTokens, outputTokens)).end({ inputTokens, outputTokens });

describe('what an answer costs', () => {
  it('is the price for a million tokens in millionths, cached ones cheaper, rounded up', () => {
    const price = { input: 3, output: 15, cachedInput: 0.3 };
    expect(costMicros(price, { inputTokens: 1000, outputTokens: 100 })).toBe(4500);
    expect(costMicros(price, { inputTokens: 1000, outputTokens: 100, cachedInputTokens: 900 })).toBe(2070);
    expect(costMicros({ input: 0.15, output: 0.6 }, { inputTokens: 1, outputTokens: 0 })).toBe(1);
    expect(costMicros({ input: 3, output: 15 }, { inputTokens: 10, outputTokens: 0, cachedInputTokens: 4 })).toBe(30);
    expect(costMicros(undefined, { inputTokens: 1e9, outputTokens: 1e9 })).toBe(0);
  });
});

describe('the budget', () => {
  it('of a day is used up, says so, and is free again at midnight', async () => {
    const opened = await open({ perDay: 0.01 });
    expect(opened.ledger.allowance(route(), 1000, 500)).toEqual({ mayAnswer: true, outputTokens: 4500 });
    await spend(opened, 5000, 2500);
    expect(opened.ledger.allowance(route(), 10)).toEqual({
      mayAnswer: false,
      reason: 'The budget of 0.01 EUR a day is used up; it is free again at midnight.',
      until: new Date(2026, 10, 22).getTime(),
    });
    await opened.clock.advance(12 * HOUR);
    expect(opened.ledger.allowance(route(), 10).mayAnswer).toBe(true);
  });

  it('of a month says when it is free again', async () => {
    const opened = await open({ perMonth: 0.01, currency: 'USD' });
    await spend(opened, 5000, 2500);
    expect(opened.ledger.allowance(route(), 10)).toMatchObject({
      reason: 'The budget of 0.01 USD a month is used up; it is free again on 1 December.',
    });
    await opened.clock.advance(9 * 24 * HOUR);
    expect(opened.ledger.allowance(route(), 10).mayAnswer).toBe(false);
    await opened.clock.advance(24 * HOUR);
    expect(opened.ledger.allowance(route(), 10).mayAnswer).toBe(true);
  });

  it('refuses what would go beyond it, and shortens what would not quite', async () => {
    const { ledger } = await open({ perDay: 0.01 });
    expect(ledger.allowance(route(), 9900, 500)).toMatchObject({
      mayAnswer: false,
      reason: 'Of the budget of 0.01 EUR a day only 0.01 EUR is left, not enough for this; it is free again at midnight.',
    });
    expect(ledger.allowance(route(), 8000, 4000)).toEqual({ mayAnswer: true, outputTokens: 1000 });
  });

  it('of tokens counts what leaves the house, priced or not, and nothing else', async () => {
    const opened = await open({ tokensPerDay: 10_000 });
    await spend(opened, 90_000, 10_000, route({ leavesHouse: false, price: undefined, id: 'local' }));
    expect(opened.ledger.allowance(route({ price: undefined }), 4000)).toEqual({ mayAnswer: true, outputTokens: 6000 });
    await spend(opened, 9000, 900, route({ price: undefined }));
    expect(opened.ledger.allowance(route(), 10, 500)).toMatchObject({
      mayAnswer: false,
      reason:
        'Of the 10,000 tokens a day that may leave the house only 100 are left, not enough for this; they are free again at midnight.',
    });
    expect(opened.ledger.allowance(route({ leavesHouse: false }), 1e6).mayAnswer).toBe(true);
  });

  it('of money lets through what has no price', async () => {
    const opened = await open({ perDay: 0 });
    expect(opened.ledger.allowance(route(), 1).mayAnswer).toBe(false);
    expect(opened.ledger.allowance(route({ price: undefined }), 1).mayAnswer).toBe(true);
    expect(opened.ledger.allowance(route({ price: { input: 0, output: 0 } }), 1).mayAnswer).toBe(true);
  });

  it('is not overrun by answers side by side', async () => {
    const { ledger } = await open({ perDay: 0.01, tokensPerDay: 1_000_000 });
    await ledger.begin(route(), 4000, 1000);
    expect(ledger.allowance(route(), 1000)).toEqual({ mayAnswer: true, outputTokens: 1500 });
    const second = await ledger.begin(route(), 1000, 1500);
    expect(ledger.allowance(route(), 1).mayAnswer).toBe(false);
    second.drop();
    expect(ledger.allowance(route(), 1000).mayAnswer).toBe(true);
  });
});

describe('what was spent', () => {
  it('is told by day and model, newest first', async () => {
    const opened = await open({ perDay: 5 });
    await spend(opened, 100, 50);
    await opened.clock.advance(24 * HOUR);
    await spend(opened, 10, 5);
    await spend(opened, 10, 5);
    expect(opened.ledger.report()).toEqual({
      budget: { currency: 'EUR', perDay: 5 },
      today: { inputTokens: 20, outputTokens: 10, cachedInputTokens: 0, costMicros: 40 },
      month: { inputTokens: 120, outputTokens: 60, cachedInputTokens: 0, costMicros: 240 },
      days: [
        { day: '2026-11-22', provider: 'cloud', model: 'big', inputTokens: 20, outputTokens: 10, costMicros: 40, answers: 2 },
        { day: '2026-11-21', provider: 'cloud', model: 'big', inputTokens: 100, outputTokens: 50, costMicros: 200, answers: 1 },
      ],
    });
  });

  it('survives: it is on disk when the answer has ended', async () => {
    const opened = await open({ perDay: 0.01 });
    await spend(opened, 5000, 2500);
    const again = await open({ perDay: 0.01 }, opened.store, opened.clock);
    expect(again.ledger.report()).toEqual(opened.ledger.report());
    expect(again.ledger.allowance(route(), 1).mayAnswer).toBe(false);
  });

  it('survives an end in the middle of an answer: what was asked is counted', async () => {
    const opened = await open();
    await opened.ledger.begin(route(), 7000, 1000);
    const again = await open({}, opened.store, opened.clock);
    expect(again.ledger.report().today).toMatchObject({ inputTokens: 7000, outputTokens: 0, costMicros: 7000 });
    await spend(again, 1, 1);
    const third = await open({}, opened.store, opened.clock);
    expect(third.ledger.report().today.inputTokens).toBe(7001);
  });

  it('is forgotten only after more than a year', async () => {
    const opened = await open();
    await spend(opened, 1, 1);
    await opened.clock.advance(399 * 24 * HOUR);
    await spend(opened, 1, 1);
    expect(opened.ledger.report().days).toHaveLength(2);
    await opened.clock.advance(10 * 24 * HOUR);
    await spend(opened, 1, 1);
    expect(opened.ledger.report().days).toHaveLength(2);
  });

  it('is kept in few writes when many answers end together', async () => {
    const opened = await open();
    const all = await Promise.all(Array.from({ length: 50 }, () => opened.ledger.begin(route(), 10, 10)));
    await Promise.all(all.map((each) => each.end({ inputTokens: 10, outputTokens: 10 })));
    expect(opened.store.saves).toBeLessThan(10);
    const again = await open({}, opened.store, opened.clock);
    expect(again.ledger.report().today.inputTokens).toBe(500);
  });
});

describe('a disk that refuses', () => {
  it('stops what has a budget, in words, and nothing else', async () => {
    const opened = await open({ perDay: 1 });
    opened.store.isFull = true;
    await expect(opened.ledger.begin(route(), 10, 10)).rejects.toThrow('What was spent cannot be written down: no space left on the disk');
    expect(opened.ledger.problem()).toContain('no space left');
    await spend(opened, 10, 10, route({ leavesHouse: false, price: undefined }));
    opened.store.isFull = false;
    await spend(opened, 10, 10);
    expect(opened.ledger.problem()).toBeUndefined();
  });

  it('makes nobody forget: what could not be written is written with the next', async () => {
    const opened = await open({ perDay: 1 });
    const answer = await opened.ledger.begin(route(), 10, 10);
    opened.store.isFull = true;
    await answer.end({ inputTokens: 100, outputTokens: 10 });
    opened.store.isFull = false;
    await spend(opened, 1, 1);
    const again = await open({ perDay: 1 }, opened.store, opened.clock);
    expect(again.ledger.report().today.inputTokens).toBe(101);
  });

  it('without a budget does not keep anybody from answering', async () => {
    const opened = await open();
    opened.store.isFull = true;
    await spend(opened, 10, 10);
    expect(opened.ledger.report().today.inputTokens).toBe(10);
  });
});

describe('a store that holds something else', () => {
  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['another version', '{"version":2,"days":[],"open":[]}'],
    ['wrong types', '{"version":1,"days":[{"day":"today"}],"open":[]}'],
    ['half a day', '{"version":1,"days":[{"day":"2026-11-21","provider":"a","model":"b"}],"open":[]}'],
    ['no JSON', '{"version":1,'],
  ])('%s is said, left alone, and stops what has a budget', async (_name, text) => {
    const store = new MemoryStore();
    store.text = text;
    const opened = await open({ perDay: 1 }, store);
    expect(opened.ledger.problem()).toBeDefined();
    expect(opened.ledger.allowance(route(), 1)).toMatchObject({ mayAnswer: false, reason: opened.ledger.problem() });
    expect(opened.ledger.allowance(route({ leavesHouse: false, price: undefined }), 1).mayAnswer).toBe(true);
    await expect(opened.ledger.begin(route(), 1, 1)).rejects.toThrow();
    await spend(opened, 10, 10, route({ leavesHouse: false, price: undefined }));
    expect(store).toMatchObject({ text, saves: 0 });
  });
});

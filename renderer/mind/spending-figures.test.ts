import { expect, it } from 'vitest';
import type { UsageDay } from '../../contract/models.ts';
import { dayOf, spendingFigures } from './spending-figures.ts';

const used = (day: string, model: string, costMicros: number, inputTokens = 100): UsageDay => ({
  day,
  provider: 'cloud',
  model,
  answers: 1,
  inputTokens,
  outputTokens: 50,
  costMicros,
});

it('stacks the models of each of thirty days, the dearest model first', () => {
  const { by, bars, models } = spendingFigures(
    [
      used('2026-11-21', 'small', 100),
      used('2026-11-21', 'large', 300),
      used('2026-11-01', 'large', 200),
      used('2026-10-20', 'large', 9e6),
    ],
    '2026-11-21',
  );
  expect(by).toBe('money');
  expect(bars).toHaveLength(30);
  expect(bars[0]?.day).toBe('2026-10-23');
  expect(bars.at(-1)).toMatchObject({ costMicros: 400, tokens: 300, answers: 2, label: '21' });
  expect(bars.at(-1)?.pieces.map(({ model, share }) => [model, share])).toEqual([
    ['cloud/large', 0.75],
    ['cloud/small', 0.25],
  ]);
  expect(bars.find(({ day }) => day === '2026-11-01')?.pieces[0]?.share).toBe(0.5);
  expect(models.map(({ model, costMicros }) => [model, costMicros])).toEqual([
    ['cloud/large', 500],
    ['cloud/small', 100],
  ]);
});

it('counts tokens where nothing has cost anything, and has no bar where nothing was asked', () => {
  const figures = spendingFigures([used('2026-11-20', 'own', 0, 50)], '2026-11-21');
  expect(figures.by).toBe('tokens');
  expect(figures.bars.at(-2)?.pieces).toEqual([{ model: 'cloud/own', colour: 0, share: 1 }]);
  expect(figures.bars.at(-1)?.pieces).toEqual([]);
  expect(spendingFigures([], '2026-11-21')).toMatchObject({ models: [] });
});

it('gives the sixth model and all after it one colour', () => {
  const many = Array.from({ length: 9 }, (_, index) => used('2026-11-21', `m${index}`, 1000 - index));
  expect(spendingFigures(many, '2026-11-21').models.map(({ colour }) => colour)).toEqual([0, 1, 2, 3, 4, 5, 5, 5, 5]);
});

it('goes by the calendar of this machine', () => {
  expect(dayOf(new Date(2026, 0, 5, 23, 59).getTime())).toBe('2026-01-05');
});

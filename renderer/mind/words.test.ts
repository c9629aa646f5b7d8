import { expect, it } from 'vitest';
import { moneyWords, tokenWords } from './money-words.ts';
import { numberIn } from './number-in.ts';
import { TRAITS, traitWords } from './persona-words.ts';
import { providerState } from './provider-words.ts';

it('says money without rounding small sums away', () => {
  expect([0, 1_234_567, 57_000, 800, 20].map((micros) => moneyWords(micros, 'EUR'))).toEqual([
    '€0.00',
    '€1.23',
    '€0.057',
    '€0.0008',
    'under €0.0001',
  ]);
  expect(moneyWords(1_500_000, 'not a currency')).toBe('1.50 not a currency');
  expect([950, 12_400, 3_400_000].map(tokenWords)).toEqual(['950', '12k', '3.4 million']);
});

it('reads amounts as people write them, and nothing else', () => {
  expect(['', ' 1,50 ', '3', '200 000', '0'].map(numberIn)).toEqual([undefined, 1.5, 3, 200_000, 0]);
  expect(['-1', '1.2.3', 'x', '1e9', 'Infinity', '٣', '1,000,000'].map(numberIn)).toEqual(Array(7).fill('wrong'));
});

it('has words for every place of a slider', () => {
  const [formality] = TRAITS;
  expect([0, 19, 20, 60, 100].map((value) => traitWords(formality.steps, value))).toEqual([
    'easy-going',
    'easy-going',
    'relaxed',
    'formal',
    'very formal',
  ]);
});

it('says how a provider stands', () => {
  expect(providerState({ state: 'no-key' })).toEqual({ text: 'No key', tone: 'bad' });
  expect(providerState({ state: 'resting' }).text).toBe('Rests');
  expect(providerState({ state: 'resting', until: 0 }).text).toMatch(/^Rests until \d/u);
});

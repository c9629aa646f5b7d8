import { expect, it } from 'vitest';
import { residentModel } from '../../tests/fakes/fake-models-parts.ts';
import { smallModelsReport } from '../../tests/fakes/small-models-report.ts';
import { memoryBars } from './memory-bar.ts';

const GB = 1024 ** 3;
const report = smallModelsReport();
const loaded = (more = {}) => smallModelsReport({ pool: { ...report.pool, resident: [residentModel(more)] } });

it('shows what is loaded instead of what would be, the voice, other programs, and how far models may go', () => {
  const [card, memory] = memoryBars(loaded());
  expect(card).toMatchObject({ title: 'GeForce GTX 1080 Ti', totalBytes: 11 * GB, budget: 10 / 11 });
  expect(card?.models.map(({ title, use }) => [title, use])).toEqual([['Llama 3.1 8B', 'now']]);
  expect(memory?.models.map(({ use }) => use)).toEqual(['now', 'planned']);
  expect(memory?.rest.map(({ title }) => title)).toEqual(['Phrase recogniser', 'espeak-ng', 'Other programs']);
});

it('shows what would be loaded while nothing is', () => {
  const [card] = memoryBars(report);
  expect(card?.models.map(({ title, use }) => [title, use])).toEqual([['Qwen3 8B', 'planned']]);
  expect(card?.rest).toEqual([{ key: 'other others', title: 'Other programs', bytes: GB, use: 'other', share: 1 / 11 }]);
});

it('has no bar for a card that is not there, and counts nothing twice', () => {
  const none = { ...report, machine: { ...report.machine, cards: [] }, plan: { ...report.plan, gpuTotalBytes: 0 } };
  expect(memoryBars(none).map(({ title }) => title)).toEqual(['Memory']);
  expect(memoryBars(loaded({ memoryBytes: 30 * GB }))[1]?.rest.some(({ use }) => use === 'other')).toBe(false);
});

it('draws no limit where models may take everything', () => {
  const free = { ...report, pool: { ...report.pool, memoryBudgetBytes: 40 * GB } };
  expect(memoryBars(free)[1]?.budget).toBeUndefined();
});

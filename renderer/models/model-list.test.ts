import { expect, it } from 'vitest';
import type { ListedModel } from '../../contract/models.ts';
import { download, installedModel, LLAMA, residentModel } from '../../tests/fakes/fake-models-parts.ts';
import { smallModelsReport } from '../../tests/fakes/small-models-report.ts';
import { findModels, type ModelFilter, outline, pullId, share, timeLeft, withLive } from './model-list.ts';

const all: ModelFilter = { kind: 'all', fits: false, installed: false, text: '' };
const ids = (models: readonly ListedModel[]): string[] => models.map(({ id }) => id);
const find = (models: readonly ListedModel[], id: string): ListedModel => {
  const model = models.find((each) => each.id === id);
  if (!model) throw new Error(`There is no ${id}.`);
  return model;
};

it('shows what the host has told since: downloads, engine, and what is loaded', () => {
  const report = smallModelsReport({ downloads: [download()] });
  const running = withLive(report, { ...report, downloads: [download()] });
  const live = {
    downloads: [download({ state: 'done' })],
    pack: { ...report.pack, state: 'broken' as const },
    pool: { ...report.pool, resident: [residentModel()] },
  };
  const now = withLive(running, live);
  expect(find(running.models, 'qwen3-8b-q4_k_m').download?.state).toBe('running');
  expect(find(now.models, 'qwen3-8b-q4_k_m').download).toBeUndefined();
  expect(find(now.models, LLAMA.id).resident?.state).toBe('ready');
  expect(now.pack.state).toBe('broken');
  expect(withLive(now, { ...live, pool: report.pool }).models.filter(({ resident }) => resident)).toEqual([]);
  expect(withLive(report, undefined)).toBe(report);
});

it('asks for the report again when something begins or ends, and not for each step of a progress', () => {
  const loading = (progress: number) => ({ ...smallModelsReport().pool, resident: [residentModel({ state: 'loading', progress })] });
  const report = smallModelsReport({ downloads: [download()], pool: loading(0.2) });
  expect(outline({ ...report, downloads: [download({ doneBytes: 3e9 })], pool: loading(0.4) })).toBe(outline(report));
  expect(outline({ ...report, downloads: [download({ state: 'paused' })] })).not.toBe(outline(report));
  expect(outline({ ...report, pool: { ...report.pool, resident: [] } })).not.toBe(outline(report));
  expect(outline({ ...report, pack: { ...report.pack, state: 'fetching' } })).not.toBe(outline(report));
});

it('finds models by kind, by what runs here, by what is here, and by every word', () => {
  const report = smallModelsReport();
  const own = { ...installedModel('own', { title: 'My own merge' }), quantisation: '-', recommended: false };
  const models: ListedModel[] = [{ ...own, installed: own }, ...report.models];
  expect(findModels(models, all)).toEqual(models);
  expect(ids(findModels(models, { ...all, installed: true }))).toEqual(['own', LLAMA.id]);
  expect(ids(findModels(models, { ...all, kind: 'embedding' }))).toEqual(['qwen3-embedding-0.6b-q4_k_m']);
  expect(ids(findModels(models, { ...all, fits: true }))).not.toContain('llama-3.3-70b-instruct-q4_k_m');
  expect(ids(findModels(models, { ...all, fits: true }))).toContain('silero-vad-v5');
  expect(ids(findModels(models, { ...all, text: '  META  70b ' }))).toEqual(['llama-3.3-70b-instruct-q4_k_m']);
  expect(findModels(models, { ...all, text: 'no such thing' })).toEqual([]);
});

it('asks for a model under the name that the list knows', () => {
  const { models } = smallModelsReport();
  expect(pullId(find(models, LLAMA.id))).toBe('llama-3.1-8b-instruct:Q4_K_M');
  expect(pullId(find(models, 'silero-vad-v5'))).toBe('silero-vad-v5');
});

it('says how far a download is and how long it takes, and neither where nobody knows', () => {
  expect(share({ doneBytes: 25, totalBytes: 100 })).toBe(0.25);
  expect(share({ doneBytes: 25 })).toBeUndefined();
  expect(share({ doneBytes: 120, totalBytes: 100 })).toBe(1);
  expect(timeLeft(download({ doneBytes: 20, totalBytes: 100, bytesPerSecond: 4 }))).toBe(20_000);
  expect(timeLeft(download({ bytesPerSecond: 0 }))).toBeUndefined();
  expect(timeLeft(download({ state: 'paused' }))).toBeUndefined();
});

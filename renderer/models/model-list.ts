import type { Download, InstalledModel, ListedModel, ModelKind, ModelsReport } from '../../contract/models.ts';
import type { PageState } from '../state/page-state.ts';

export interface ModelFilter {
  kind: ModelKind | 'all';
  /** Only what runs on this machine at all. */
  fits: boolean;
  /** Only what is here. */
  installed: boolean;
  text: string;
}

export const isOpen = ({ state }: Download): boolean => state !== 'done' && state !== 'cancelled';

/** Only these are loaded and unloaded by hand; the engines of the voice look after their own. */
export const isLoadable = ({ kind }: Pick<InstalledModel, 'kind'>): boolean => kind === 'chat' || kind === 'vision' || kind === 'embedding';

/** What the host has told since the report was asked for. */
export function withLive(report: ModelsReport, live: PageState['models']): ModelsReport {
  if (live === undefined) return report;
  const models = report.models.map((model): ListedModel => {
    const { download: _, resident: __, ...rest } = model;
    const id = model.installed?.id ?? model.id;
    const download = live.downloads.findLast((each) => each.modelId === id && isOpen(each));
    const resident = live.pool.resident.find(({ modelId }) => modelId === id);
    return { ...rest, ...(download !== undefined && { download }), ...(resident !== undefined && { resident }) };
  });
  return { ...report, models, downloads: live.downloads, pack: live.pack, pool: live.pool };
}

/** All but what moves by itself while something is fetched or loaded. Another one: the report has to be asked for again. */
export function outline({ downloads, pack, pool }: Pick<ModelsReport, 'downloads' | 'pack' | 'pool'>): string {
  return JSON.stringify([
    downloads.map(({ id, state }) => [id, state]),
    pack.build,
    pack.state,
    pool.resident.map(({ modelId, state, pinned, contextSize }) => [modelId, state, pinned, contextSize]),
  ]);
}

/** Models that pass, in the order they came in; every word has to be found in title, publisher, purpose, quantisation, licence or language. */
export function findModels(models: readonly ListedModel[], { kind, fits, installed, text }: ModelFilter): ListedModel[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  return models.filter((model) => {
    if (kind !== 'all' && model.kind !== kind) return false;
    if (fits && model.fit?.verdict === 'no') return false;
    if (installed && model.installed === undefined) return false;
    if (words.length === 0) return true;
    const { entry } = model;
    const where = [
      model.id,
      model.title,
      model.quantisation,
      entry?.publisher,
      entry?.goodFor,
      entry?.licence.name,
      ...(entry?.languages ?? []),
    ]
      .join('\n')
      .toLowerCase();
    return words.every((word) => where.includes(word));
  });
}

/** What the host is asked for. */
export const pullId = ({ id, entry, quantisation }: ListedModel): string =>
  entry === undefined ? id : quantisation === '-' ? entry.id : `${entry.id}:${quantisation}`;

/** 0–1; undefined while nobody knows how long it is. */
export function share({ doneBytes, totalBytes }: Pick<Download, 'doneBytes' | 'totalBytes'>): number | undefined {
  return totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, doneBytes / totalBytes);
}

/** ms until it is there; undefined while nobody can say. */
export function timeLeft({ state, doneBytes, totalBytes, bytesPerSecond }: Download): number | undefined {
  if (state !== 'running' || totalBytes === undefined || bytesPerSecond === undefined || bytesPerSecond <= 0) return undefined;
  return (Math.max(0, totalBytes - doneBytes) / bytesPerSecond) * 1000;
}

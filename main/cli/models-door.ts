import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { jarvisInterface } from '../../contract/interface.ts';
import {
  type Download,
  DownloadSchema,
  type EngineBuild,
  type EnginePack,
  type InstalledModel,
  type ModelsReport,
  type ResidentModel,
} from '../../contract/models.ts';
import type { FoundModel, ModelBench } from '../../contract/models-interface.ts';
import { openDataFolder } from '../../store/data-folder.ts';
import { takeInstanceLock } from '../../store/instance-lock.ts';
import { jsonFile } from '../../store/json-file.ts';
import { thisHardware } from '../../tools/system/this-hardware.ts';
import { openLog } from '../host/log.ts';
import { openMindSettings } from '../host/mind-settings-file.ts';
import { findRunningHost, type RunningHost } from '../host/running-host.ts';
import { readSettings } from '../host/settings-file.ts';
import { systemClock } from '../host/system-clock.ts';
import { MODELS_PROCESS, Models } from '../mind/open-models.ts';
import { forkLauncher } from '../supervisor/fork-launcher.ts';
import { callRunning } from './mind-call.ts';
import { CommandError, complain } from './output.ts';

export interface ModelsProgress {
  downloads: readonly Download[];
  pack: EnginePack;
  resident: readonly ResidentModel[];
}

/** Local models, of the JARVIS that runs, or of this command alone. */
export interface ModelsDoor extends AsyncDisposable {
  /** A JARVIS runs, so what is loaded stays and what is fetched goes on. */
  readonly isRunning: boolean;
  /** @param contextSize tokens */
  report(contextSize?: number): Promise<ModelsReport>;
  pull(wanted: string, acceptLicence: boolean): Promise<Download>;
  steer(what: 'pause' | 'resume' | 'cancel', downloadId: string): Promise<void>;
  found(): Promise<FoundModel[]>;
  import(path: string, title: string | undefined): Promise<InstalledModel>;
  remove(id: string): Promise<{ deleted: boolean }>;
  /** `keep`: stays loaded. */
  load(id: string, keep: boolean, signal: AbortSignal): Promise<{ loadMs: number }>;
  unload(id: string): Promise<void>;
  bench(id: string, signal: AbortSignal): Promise<ModelBench>;
  fetchEngine(build: EngineBuild | undefined): Promise<EnginePack>;
  removeEngine(build: EngineBuild): Promise<void>;
  /** How it is now, then at every change, until the signal aborts. */
  progress(signal: AbortSignal): AsyncIterable<ModelsProgress>;
}

/** `look`: nothing is changed, and another command may be at work meanwhile. `act`: nothing is fetched. */
type Wish = 'look' | 'act' | 'fetch';

export async function openModels(wish: Wish): Promise<ModelsDoor> {
  const running = await findRunningHost();
  return running === undefined ? openAlone(wish) : ofRunning(running);
}

function ofRunning(running: RunningHost): ModelsDoor {
  const { models, pullModel, pauseDownload, resumeDownload, cancelDownload, foundModels, importModel, removeModel } = jarvisInterface;
  const { loadModel, unloadModel, benchModel, fetchEngine, removeEngine } = jarvisInterface;
  const steering = { pause: pauseDownload, resume: resumeDownload, cancel: cancelDownload };
  const report = (contextSize?: number): Promise<ModelsReport> =>
    callRunning(running, models, contextSize === undefined ? {} : { contextSize });
  return {
    isRunning: true,
    report,
    pull: (id, acceptLicence) => callRunning(running, pullModel, { id, acceptLicence }),
    async steer(what, id) {
      await callRunning(running, steering[what], { id });
    },
    found: () => callRunning(running, foundModels),
    import: (path, title) => callRunning(running, importModel, { path, ...(title === undefined ? {} : { title }) }),
    remove: (id) => callRunning(running, removeModel, { id }),
    load: (id, keep) => callRunning(running, loadModel, { id, ...(keep ? { pinned: true } : {}) }),
    async unload(id) {
      await callRunning(running, unloadModel, { id });
    },
    bench: (id) => callRunning(running, benchModel, { id }),
    fetchEngine: (build) => callRunning(running, fetchEngine, build === undefined ? {} : { build }),
    async removeEngine(build) {
      await callRunning(running, removeEngine, { build });
    },
    async *progress(signal) {
      for await (const event of running.events(signal)) {
        if (event.type === 'snapshot') {
          const { downloads, pack, pool } = await report();
          yield { downloads, pack, resident: pool.resident };
        } else if (event.type === 'models-changed') yield { downloads: event.downloads, pack: event.pack, resident: event.pool.resident };
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Only one command at a time changes models where no JARVIS runs: two would write the same lists. */
async function openAlone(wish: Wish): Promise<ModelsDoor> {
  await using parts = new AsyncDisposableStack();
  const dataFolder = await openDataFolder();
  const settings = await readSettings(dataFolder);
  if (wish !== 'look') {
    const lock = await takeInstanceLock(dataFolder, { pid: process.pid, address: '', now: systemClock.now(), name: 'models-command' });
    if (!lock.taken)
      throw new CommandError(`Another jarvis command is busy with the models (process ${lock.holder.pid}). Try again when it has ended.`);
    parts.defer(() => lock.release());
  }
  const mind = await openMindSettings(dataFolder);
  const models = parts.use(
    new Models({
      dataFolder,
      settings: settings.models,
      // What stays loaded does so in the JARVIS that runs, not in one command.
      mind: () => ({ ...mind.now(), pinned: [] }),
      hardware: thisHardware(systemClock),
      clock: systemClock,
      newId: () => randomUUID(),
      log: openLog({ level: 'error' }),
      notice: (_, text) => complain(text),
      onStatus: () => undefined,
      launch: forkLauncher({ script: MODELS_PROCESS }),
      environment: process.env,
    }),
  );
  // What another command is fetching just now must not be gone on with.
  await models.open({ fetches: wish === 'fetch' });
  const kept = wish === 'fetch' ? undefined : await downloadsIn(dataFolder);
  const owned = parts.move();
  return {
    isRunning: false,
    async report(contextSize) {
      const report = await models.report(contextSize);
      return kept === undefined ? report : withDownloads(report, kept);
    },
    pull: (id, acceptLicence) => models.pull(id, acceptLicence),
    async steer(what, id) {
      await models.steer(what, id);
    },
    found: () => models.found(),
    import: (path, title) => models.import(path, title),
    remove: (id) => models.remove(id),
    async load(id, keep, signal) {
      const { modelId, loadMs } = await models.load(id, () => undefined, signal);
      if (keep) await mind.change((before) => ({ ...before, pinned: [...new Set([...before.pinned, modelId])] }));
      return { loadMs };
    },
    async unload(id) {
      const modelId = models.known(id);
      if (mind.now().pinned.includes(modelId))
        await mind.change((before) => ({ ...before, pinned: before.pinned.filter((each) => each !== modelId) }));
    },
    bench: (id, signal) => models.bench(id, signal),
    fetchEngine: (build) => models.fetchEngine(build),
    removeEngine: (build) => models.engine.remove(build),
    async *progress(signal) {
      const now = async (): Promise<ModelsProgress> => ({
        downloads: models.downloads.list(),
        pack: await models.engine.pack(),
        resident: models.pool.status().resident,
      });
      const changes = models.changes.subscribe(signal);
      let next = changes.next();
      yield await now();
      while ((await next).done !== true) {
        next = changes.next();
        yield await now();
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const KeptSchema = z.array(
  z
    .object({ download: DownloadSchema })
    .transform(({ download }) => download)
    .or(z.unknown().transform(() => undefined)),
);

/** What another command, or an earlier JARVIS, has on its list. */
async function downloadsIn(dataFolder: string): Promise<Download[]> {
  const rows = KeptSchema.catch([]).parse(await jsonFile(join(dataFolder, 'downloads.json')).load());
  return rows.filter((row) => row !== undefined);
}

function withDownloads(report: ModelsReport, downloads: Download[]): ModelsReport {
  const unfinished = downloads.filter(({ state }) => state !== 'done' && state !== 'cancelled');
  return {
    ...report,
    downloads,
    models: report.models.map((model) => {
      const download = unfinished.findLast(({ modelId }) => modelId === (model.installed?.id ?? model.id));
      return download === undefined ? model : { ...model, download };
    }),
  };
}

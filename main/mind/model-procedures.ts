import type { JarvisApi } from '../gateway/router.ts';
import type { HardwareMonitor } from '../host/hardware-monitor.ts';
import type { OpenMind } from './open-mind.ts';
import type { Models } from './open-models.ts';

export interface ModelProcedureParts {
  models: Models;
  mind: OpenMind;
  hardware: HardwareMonitor;
  /** Aborts when the host ends. */
  ending: AbortSignal;
}

type ModelProcedures = Pick<
  JarvisApi,
  | 'models'
  | 'pullModel'
  | 'pauseDownload'
  | 'resumeDownload'
  | 'cancelDownload'
  | 'foundModels'
  | 'importModel'
  | 'removeModel'
  | 'loadModel'
  | 'unloadModel'
  | 'benchModel'
  | 'fetchEngine'
  | 'removeEngine'
  | 'mind'
  | 'saveMind'
  | 'checkProvider'
  | 'hardware'
>;

/** ms after the last look for which the machine is looked at closely. */
const WATCHED_MS = 10_000;

/** Models, providers and hardware, as the page and other programs ask for them. */
export function modelProcedures({ models, mind, hardware, ending }: ModelProcedureParts): ModelProcedures {
  let watching: { end: Disposable; timer: NodeJS.Timeout } | undefined;
  ending.addEventListener('abort', () => {
    clearTimeout(watching?.timer);
    watching?.end[Symbol.dispose]();
  });
  /** Whoever asks has a look open, and will ask again. */
  const watch = (): void => {
    clearTimeout(watching?.timer);
    const end = watching?.end ?? hardware.watch();
    const timer = setTimeout(() => {
      end[Symbol.dispose]();
      watching = undefined;
    }, WATCHED_MS);
    timer.unref();
    watching = { end, timer };
  };
  return {
    models: (question) => models.report(question?.contextSize),
    pullModel: ({ id, acceptLicence }) => models.pull(id, acceptLicence ?? false),
    pauseDownload: ({ id }) => models.steer('pause', id),
    resumeDownload: ({ id }) => models.steer('resume', id),
    cancelDownload: ({ id }) => models.steer('cancel', id),
    foundModels: () => models.found(),
    importModel: ({ path, title }) => models.import(path, title),
    removeModel: ({ id }) => models.remove(id),
    async loadModel({ id, pinned }) {
      const { modelId, loadMs } = await models.load(id, () => undefined, ending);
      const { pinned: before } = mind.report().settings;
      if (pinned === true && !before.includes(modelId)) await mind.save({ pinned: [...before, modelId] });
      if (pinned === false && before.includes(modelId)) await mind.save({ pinned: before.filter((each) => each !== modelId) });
      return { loadMs };
    },
    async unloadModel({ id }) {
      const modelId = models.known(id);
      const { pinned } = mind.report().settings;
      if (pinned.includes(modelId)) await mind.save({ pinned: pinned.filter((each) => each !== modelId) });
      await models.unload(modelId);
      return {};
    },
    benchModel: ({ id }) => models.bench(id, ending),
    fetchEngine: (wish) => models.fetchEngine(wish?.build),
    async removeEngine({ build }) {
      await models.engine.remove(build);
      return { deleted: true };
    },
    mind: () => mind.report(),
    saveMind: (change) => mind.save(change),
    checkProvider: ({ settings, key }) => mind.providers.check(settings, key),
    hardware(question) {
      watch();
      const report = hardware.report();
      const since = (report.now?.at ?? 0) - (question?.history ?? 600_000);
      return { ...report, history: report.history.filter(({ at }) => at >= since) };
    },
  };
}

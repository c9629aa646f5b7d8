import { implement, ORPCError } from '@orpc/server';
import type { HardwareReport } from '../../contract/hardware.ts';
import { jarvisInterface } from '../../contract/interface.ts';
import {
  type MindSettings,
  MindSettingsSchema,
  type ModelsReport,
  type ProviderModel,
  type ProviderStatus,
  type Spending,
} from '../../contract/models.ts';
import type { FoundModel, MindReport, ModelBench } from '../../contract/models-interface.ts';

const nothing = { inputTokens: 0, outputTokens: 0, costMicros: 0 };

/** A small machine with nothing installed. */
export const bareModels: ModelsReport = {
  machine: {
    platform: 'linux',
    arch: 'x64',
    cpu: { name: 'Small processor', cores: 2 },
    memory: { totalBytes: 8e9, freeBytes: 5e9 },
    cards: [],
    vulkan: false,
  },
  build: { build: 'cpu', because: 'There is no graphics card here.', forced: false, others: [] },
  pack: { build: 'cpu', version: '3.22.1', state: 'absent' },
  models: [],
  plan: { parts: [], gpuBytes: 0, gpuTotalBytes: 0, memoryBytes: 0, memoryTotalBytes: 8e9, sentence: 'Nothing is loaded.' },
  pool: { gpuBudgetBytes: 0, memoryBudgetBytes: 4e9, resident: [] },
  downloads: [],
  folder: '/data/models',
};

/** What the fake host says about models, providers and hardware: a test sets it, and reads what was asked. */
export class FakeHostModels {
  report: ModelsReport = bareModels;
  found: FoundModel[] = [];
  settings: MindSettings = MindSettingsSchema.parse({});
  providers: ProviderStatus[] = [];
  spending: Spending = { budget: { currency: 'EUR' }, today: nothing, month: nothing, days: [] };
  mindProblem: string | undefined;
  available = false;
  check: { ok: boolean; sentence: string; models?: ProviderModel[] } = { ok: true, sentence: 'It answers.' };
  hardware: HardwareReport = { history: [], problems: [] };
  bench: ModelBench | undefined;
  /** Set: this procedure is refused with this sentence. */
  readonly refused = new Map<string, string>();
  /** Context sizes for which the models were asked for, and how often the machine was looked at. */
  readonly contexts: (number | undefined)[] = [];
  looks = 0;
  /** Made for each question about the models; absent: `report`. */
  reportFor: ((contextSize: number | undefined) => ModelsReport) | undefined;
  /** Set: whatever is pulled is refused with this sentence. */
  pullTrouble: string | undefined;
  /** Name of the procedure and its input, in order. */
  readonly asked: { procedure: string; input: unknown }[] = [];
}

export function modelHandlers(models: FakeHostModels) {
  const contract = implement(jarvisInterface);
  const refuse = (procedure: string): void => {
    const sentence = models.refused.get(procedure);
    if (sentence !== undefined) throw new ORPCError('BAD_REQUEST', { message: sentence });
  };
  const note = (procedure: string, input: unknown): void => {
    models.asked.push({ procedure, input });
    refuse(procedure);
  };
  const mind = (): MindReport => ({
    settings: models.settings,
    providers: models.providers,
    spending: models.spending,
    available: models.available,
    ...(models.mindProblem === undefined ? {} : { problem: models.mindProblem }),
  });
  const done = (procedure: string) => (input: unknown) => {
    note(procedure, input);
    return {};
  };
  return {
    models: contract.models.handler(({ input }) => {
      refuse('models');
      models.contexts.push(input?.contextSize);
      return models.reportFor?.(input?.contextSize) ?? models.report;
    }),
    pullModel: contract.pullModel.handler(({ input }) => {
      note('pullModel', input);
      if (models.pullTrouble !== undefined) throw new ORPCError('BAD_REQUEST', { message: models.pullTrouble });
      const download = models.report.downloads[0];
      if (download === undefined) throw new ORPCError('BAD_REQUEST', { message: `There is no model called ${input.id}.` });
      return download;
    }),
    pauseDownload: contract.pauseDownload.handler(({ input }) => done('pauseDownload')(input)),
    resumeDownload: contract.resumeDownload.handler(({ input }) => done('resumeDownload')(input)),
    cancelDownload: contract.cancelDownload.handler(({ input }) => done('cancelDownload')(input)),
    foundModels: contract.foundModels.handler(() => models.found),
    importModel: contract.importModel.handler(({ input }) => {
      note('importModel', input);
      const installed = models.report.models.find(({ installed: each }) => each?.path === input.path)?.installed;
      if (installed === undefined) throw new ORPCError('BAD_REQUEST', { message: `${input.path} is no model file.` });
      return installed;
    }),
    removeModel: contract.removeModel.handler(({ input }) => {
      note('removeModel', input);
      const model = models.report.models.find(({ id, installed }) => (installed?.id ?? id) === input.id);
      return { deleted: model?.installed?.source !== 'referenced' };
    }),
    loadModel: contract.loadModel.handler(({ input }) => {
      note('loadModel', input);
      return { loadMs: 1200 };
    }),
    unloadModel: contract.unloadModel.handler(({ input }) => done('unloadModel')(input)),
    benchModel: contract.benchModel.handler(({ input }) => {
      note('benchModel', input);
      if (models.bench === undefined) throw new ORPCError('BAD_REQUEST', { message: 'There is no engine.' });
      return models.bench;
    }),
    fetchEngine: contract.fetchEngine.handler(({ input }) => {
      note('fetchEngine', input);
      return models.report.pack;
    }),
    removeEngine: contract.removeEngine.handler(({ input }) => {
      note('removeEngine', input);
      return { deleted: true };
    }),
    mind: contract.mind.handler(() => {
      refuse('mind');
      return mind();
    }),
    saveMind: contract.saveMind.handler(({ input }) => {
      note('saveMind', input);
      models.settings = MindSettingsSchema.parse({ ...models.settings, ...input });
      return mind();
    }),
    checkProvider: contract.checkProvider.handler(({ input }) => {
      note('checkProvider', input.settings);
      return { models: [], ...models.check };
    }),
    hardware: contract.hardware.handler(({ input }) => {
      refuse('hardware');
      models.looks += 1;
      const since = (models.hardware.now?.at ?? 0) - (input?.history ?? 600_000);
      return { ...models.hardware, history: models.hardware.history.filter(({ at }) => at >= since) };
    }),
  };
}

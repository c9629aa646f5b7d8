import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InstalledModel, MindSettingsSchema, ProviderSettingsSchema } from '../../contract/models.ts';
import type { ChatTurn, GenerateRequest } from '../../contract/models-message.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { MODELS_PROCESS } from '../../main/mind/open-models.ts';
import { forkLauncher } from '../../main/supervisor/fork-launcher.ts';
import { createModelsService, type ModelsService } from '../../main/supervisor/models-service.ts';
import { fromGguf } from '../../models/catalogue/catalogue.ts';
import { planLoad } from '../../models/fit/plan-load.ts';
import { readGgufFile } from '../../models/gguf/read-gguf.ts';
import { type LocalProvider, localProvider } from '../../models/local/local-provider.ts';
import { ModelPool } from '../../models/pool/model-pool.ts';
import { createRouter, type Router } from '../../models/routing/create-router.ts';
import { openSpending } from '../../models/routing/spending.ts';
import { jsonFile } from '../../store/json-file.ts';
import { makeRandomGguf } from '../fakes/make-gguf.ts';
import { silentLog } from '../fakes/silent-log.ts';

/** Not there on a machine that has not fetched the engine. */
export const haveEngine = ((): boolean => {
  try {
    import.meta.resolve('node-llama-cpp');
    return true;
  } catch {
    return false;
  }
})();

/** For the notes of a section that could not measure without it. */
export const NO_ENGINE = 'node-llama-cpp is not installed, so this was skipped';

/** As JARVIS takes: they spin while they wait for each other. */
export const THREADS = Math.max(1, availableParallelism() - 1);

/** Shapes whose files have about so many MB, at 4 bytes a weight. */
export const SHAPES = {
  50: { dimension: 512, layers: 5, heads: 8, contextLength: 4096 },
  300: { dimension: 1024, layers: 7, heads: 16, contextLength: 4096 },
} as const;

/** Everything from the file on the disk to the router, put together as JARVIS does, in a folder of its own. */
export interface MindRig extends AsyncDisposable {
  folder: string;
  service: ModelsService;
  pool: ModelPool;
  local: LocalProvider;
  router: Router;
  add(model: InstalledModel): void;
  /** Bytes of memory that the pool may use from now on. */
  setBudget(memoryBytes: number): void;
  /** The router's first choice from now on. */
  setFirst(modelId: string): void;
}

export async function openRig(): Promise<MindRig> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-bench-mind-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const [clock, newId] = [systemClock, () => randomUUID()];
  const models = new Map<string, InstalledModel>();
  let memoryBytes = 64e9;
  const service = parts.use(
    createModelsService({
      launch: forkLauncher({ script: MODELS_PROCESS }),
      engine: { build: 'cpu', threads: THREADS },
      clock,
      newId,
      log: silentLog,
      onStatus: () => undefined,
      onEngine: () => undefined,
      memoryLimitBytes: 64e9,
      // Its process is ended on purpose here, several times in a row.
      supervision: { backoffMs: [0] },
    }),
  );
  const pool = parts.use(
    new ModelPool({
      link: service,
      find: (id) => models.get(id),
      planLoad,
      budget: () => ({ gpuBytes: 0, memoryBytes }),
      idleUnloadMs: () => 0,
      clock,
      newId,
      notice: () => undefined,
    }),
  );
  const local = localProvider({ pool, link: service, installed: () => [...models.values()], quality: () => 50, clock, newId });
  let settings = MindSettingsSchema.parse({});
  const own = ProviderSettingsSchema.parse({ id: 'local', type: 'local' });
  const spending = await openSpending({ store: jsonFile(join(folder, 'spending.json')), clock, budget: () => settings.budget });
  const router = createRouter({
    settings: () => settings,
    providers: () => [{ settings: own, leavesHouse: false, models: local.models(), languageModel: (id) => local.languageModel(id) }],
    clock,
    spending,
  });
  const owned = parts.move();
  return {
    folder,
    service,
    pool,
    local,
    router,
    add: (model) => void models.set(model.id, model),
    setBudget: (bytes) => {
      memoryBytes = bytes;
    },
    setFirst: (modelId) => {
      settings = MindSettingsSchema.parse({ order: [`local/${modelId}`] });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The model of a file, as the library would have it. */
export async function installed(id: string, path: string): Promise<InstalledModel> {
  const { kind, title, quantisation, shape, tools } = fromGguf(path, await readGgufFile(path));
  return {
    id,
    kind,
    title,
    path,
    bytes: (await stat(path)).size,
    source: 'downloaded',
    addedAt: 0,
    ...(quantisation === undefined ? {} : { quantisation }),
    ...(shape === undefined ? {} : { shape }),
    ...(tools === undefined ? {} : { tools }),
  };
}

/** A chat model of about so many MB, made and known to the rig. */
export async function addChatModel(rig: MindRig, id: string, megabytes: keyof typeof SHAPES, seed = 1): Promise<InstalledModel> {
  const path = join(rig.folder, `${id}.gguf`);
  makeRandomGguf(path, { ...SHAPES[megabytes], seed });
  // The template knows no tools; the engine's own way of calls does.
  const model = { ...(await installed(id, path)), tools: true };
  rig.add(model);
  return model;
}

const SHORT: readonly ChatTurn[] = [
  { role: 'system', text: 'You are brief.' },
  { role: 'user', text: 'Good evening. Tell me of the house.' },
];

/** `seed` makes the same tokens in every way that the engine is asked. */
export function request(more: Partial<GenerateRequest> = {}): GenerateRequest {
  return { prompt: [...SHORT], tools: [], toolChoice: 'none', temperature: 1, topP: 1, topK: 40, seed: 1, ...more };
}

/** ms of a processor that a process has used in all its threads, in steps of nanoseconds. */
export async function threadsMs(pid: number): Promise<number> {
  const folder = `/proc/${pid}/task`;
  let sum = 0;
  for (const thread of await readdir(folder)) {
    const text = await readFile(join(folder, thread, 'schedstat'), 'utf8').catch(() => '0');
    sum += Number(text.split(' ')[0]);
  }
  return sum / 1e6;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

import { statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { freemem, homedir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Broadcast } from '../../contract/broadcast.ts';
import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { ServiceStatus } from '../../contract/interface.ts';
import type {
  BuildChoice,
  Download,
  EngineBuild,
  EnginePack,
  EnginePlan,
  InstalledModel,
  Machine,
  MindSettings,
  ModelsReport,
} from '../../contract/models.ts';
import type { FoundModel, ModelBench } from '../../contract/models-interface.ts';
import type { Settings } from '../../contract/settings.ts';
import { CATALOGUE, findInCatalogue, fromGguf } from '../../models/catalogue/catalogue.ts';
import { DownloadManager } from '../../models/download/download-manager.ts';
import { readMirror } from '../../models/download/mirror.ts';
import { chooseBuild } from '../../models/engine/choose-build.ts';
import { EnginePacks } from '../../models/engine/engine-packs.ts';
import { findCudaLibraries } from '../../models/engine/find-cuda-libraries.ts';
import { findNpm } from '../../models/engine/run-npm.ts';
import { planEngines, type WantedModel } from '../../models/fit/plan-engines.ts';
import { planLoad } from '../../models/fit/plan-load.ts';
import { recommend } from '../../models/fit/recommend.ts';
import { gpuBudget, memoryBudget, usableCard } from '../../models/fit/usable-card.ts';
import { readGgufFile } from '../../models/gguf/read-gguf.ts';
import { ModelLibrary } from '../../models/library/model-library.ts';
import { programFolders } from '../../models/library/program-folders.ts';
import { type LocalProvider, localProvider } from '../../models/local/local-provider.ts';
import { ModelError } from '../../models/model-link.ts';
import type { ModelMemory } from '../../models/pool/load-plan.ts';
import { ModelPool } from '../../models/pool/model-pool.ts';
import type { Pressure } from '../../models/pool/pressure.ts';
import { jsonFile } from '../../store/json-file.ts';
import type { Hardware } from '../../tools/system/this-hardware.ts';
import type { Log } from '../host/log.ts';
import type { ChildLauncher } from '../supervisor/child.ts';
import { createModelsService, type EngineChoice } from '../supervisor/models-service.ts';
import { benchModel } from './bench-model.ts';
import { listModels } from './list-models.ts';
import { lockIn } from './lock-in.ts';
import { downloadFor } from './pull-model.ts';

export interface ModelsOptions {
  dataFolder: string;
  settings: Settings['models'];
  mind(): Pick<MindSettings, 'contextSize' | 'pinned' | 'idleUnloadMinutes'>;
  hardware: Pick<Hardware, 'readMachine'>;
  clock: Clock;
  newId(): string;
  log: Log;
  /** A sentence for people, once. */
  notice(level: 'info' | 'warning' | 'error', text: string): void;
  onStatus(status: ServiceStatus): void;
  /** How the models process is started; plain Node forks it. */
  launch: ChildLauncher;
  environment: Readonly<Record<string, string | undefined>>;
  fetch?: typeof fetch;
}

/** What the voice process holds: its engines are small, and it comes first. */
const VOICE = [
  { kind: 'stt', title: 'Phrase recogniser', memoryBytes: 60_000_000 },
  { kind: 'wake', title: 'Wake word', memoryBytes: 10_000_000 },
  { kind: 'tts', title: 'espeak-ng', memoryBytes: 20_000_000 },
] as const;

export const MODELS_PROCESS = fileURLToPath(new URL('../../models/process/models-process.ts', import.meta.url));

/** Everything about local models: what there is, what fits, what is fetched, loaded and asked. Opens nothing native before a model is asked for. */
export class Models implements AsyncDisposable {
  /** Told whenever downloads, engine, library or loaded models have changed. */
  readonly changes = new Broadcast<{ type: 'models-changed' }>();
  readonly folder: string;
  readonly library: ModelLibrary;
  readonly downloads: DownloadManager;
  readonly packs: EnginePacks;
  readonly pool: ModelPool;
  readonly local: LocalProvider;
  readonly #options: ModelsOptions;
  readonly #service: ReturnType<typeof createModelsService>;
  readonly #ending = new AbortController();
  /** As last read; until then what the system says of its memory alone. */
  #machine: Machine;
  #choice: BuildChoice;
  #pack: EnginePack | undefined;
  #fetching: AbortController | undefined;

  constructor(options: ModelsOptions) {
    const { dataFolder, settings, clock, newId, environment } = options;
    this.#options = options;
    this.folder = settings.folder ?? join(dataFolder, 'models');
    this.#machine = {
      platform: platformOf(process.platform),
      arch: process.arch,
      cpu: { name: 'unknown', cores: 1 },
      memory: { totalBytes: totalmem(), freeBytes: freemem() },
      cards: [],
      vulkan: false,
    };
    this.#choice = chooseBuild(this.#machine, this.#forced());
    this.packs = new EnginePacks({
      folder: join(dataFolder, 'engines'),
      platform: this.#machine.platform,
      arch: process.arch,
      clock,
      newId,
      npm: () => findNpm(process.execPath, environment),
      tell: (pack) => {
        this.#pack = pack;
        this.#changed();
      },
    });
    this.#service = createModelsService({
      launch: options.launch,
      engine: { build: this.#choice.build },
      clock,
      newId,
      log: options.log,
      onStatus: options.onStatus,
      onEngine: () => this.#changed(),
      // Weights are mapped from files: what is resident may be all of the machine's memory, and the pool keeps to its budget.
      memoryLimitBytes: totalmem(),
    });
    const inspect = async (path: string) => {
      const { kind, title, quantisation, licence, tools, shape, problem } = fromGguf(path, await readGgufFile(path));
      if (problem !== undefined) throw new Error(`${problem}.`);
      return { kind, title, quantisation, licence, tools, shape };
    };
    this.library = new ModelLibrary({
      folder: this.folder,
      store: jsonFile(join(dataFolder, 'models.json')),
      clock,
      inspect,
      programs: programFolders(homedir(), environment),
      inUse: (model) => this.#whyInUse(model),
      lock: lockIn(dataFolder),
    });
    this.downloads = new DownloadManager({
      folder: this.folder,
      store: jsonFile(join(dataFolder, 'downloads.json')),
      clock,
      newId,
      fetch: options.fetch ?? fetch,
      freeBytes,
      mirror: readMirror(environment.JARVIS_MODELS_MIRROR),
      lock: lockIn(dataFolder),
      arrived: async (file, { path, sha256 }) => {
        const chosen = findInCatalogue(file.name);
        const inside = /\.gguf$/iu.test(file.name) ? await inspect(path) : {};
        // The eyes of a vision model and the like come with their model and are none themselves.
        if (chosen?.entry.files.some(({ alongside }) => alongside?.includes(file.name) === true)) return;
        await this.library.addDownloaded({
          ...inside,
          id: file.modelId,
          kind: file.kind,
          title: chosen?.entry.title ?? file.title,
          path,
          sha256,
          ...(chosen === undefined
            ? {}
            : {
                catalogueId: chosen.entry.id,
                quantisation: chosen.file.quantisation,
                licence: chosen.entry.licence.name,
                tools: chosen.entry.tools,
                shape: chosen.entry.shape,
              }),
        });
      },
    });
    this.pool = new ModelPool({
      link: this.#service,
      find: (id) => this.library.find(id),
      planLoad: (model, available, limits) =>
        planLoad(model, available, model.kind === 'embedding' ? limits : { contextSize: options.mind().contextSize, ...limits }),
      budget: (held) => this.#budget(held),
      smaller: (model) => this.#smaller(model),
      idleUnloadMs: () => options.mind().idleUnloadMinutes * 60_000,
      clock,
      newId,
      notice: options.notice,
    });
    this.local = localProvider({
      pool: this.pool,
      link: this.#service,
      installed: () => this.library.list(),
      quality: (model) => CATALOGUE.find(({ id }) => id === model.catalogueId)?.quality,
      clock,
      newId,
    });
  }

  /** Reads what is installed and goes on with what was being fetched. Rejects when a list cannot be read. */
  async open({ fetches }: { /** False: another JARVIS may be fetching. */ fetches: boolean }): Promise<void> {
    if (fetches) await this.packs.tidy();
    await Promise.all([this.library.open(), fetches ? this.downloads.open() : undefined]);
    await this.#readMachine();
    await this.#useEngine();
    this.#follow(this.pool.changes.subscribe(this.#ending.signal));
    this.#follow(this.downloads.changes(this.#ending.signal));
    this.#follow(this.library.changes(this.#ending.signal));
    this.pool.pin(this.#options.mind().pinned);
    if (fetches)
      this.downloads.collect().catch((error: unknown) => this.#options.log.warn({ error: String(error) }, 'old partial downloads stay'));
  }

  /** Settings of the mind are others now. */
  settingsChanged(): void {
    this.pool.pin(this.#options.mind().pinned);
  }

  get build(): BuildChoice {
    return this.#choice;
  }

  /** The engine can be started: its pack is here, or it lies with JARVIS itself. */
  get hasEngine(): boolean {
    return this.#pack?.state === 'installed' || hasOwnEngine();
  }

  engineStatus(): ServiceStatus {
    return this.#service.status();
  }

  pid(): number | undefined {
    return this.#service.pid();
  }

  setPressure(pressure: Pressure): void {
    this.pool.setPressure(pressure);
  }

  /** What JARVIS has, may have and could do with it. `contextSize` in tokens. */
  async report(contextSize = this.#options.mind().contextSize): Promise<ModelsReport> {
    const machine = await this.#readMachine();
    const pool = this.pool.status();
    const downloads = this.downloads.list();
    const free = await freeBytes(this.folder).catch(() => undefined);
    const seen = this.#asBuilt(machine);
    return {
      machine,
      build: this.#choice,
      pack: await this.pack(),
      models: listModels({ machine: seen, contextSize, installed: this.library.list(), downloads, resident: pool.resident }),
      plan: this.#plan(seen, contextSize),
      pool,
      downloads,
      folder: this.folder,
      ...(free === undefined ? {} : { freeBytes: free }),
    };
  }

  async pack(): Promise<EnginePack> {
    if (this.#pack?.state === 'fetching') return this.#pack;
    const pack = await this.packs.state(this.#choice.build);
    this.#pack = pack;
    if (pack.state !== 'installed' && hasOwnEngine() && this.#choice.build === 'cpu') return { ...pack, state: 'installed' };
    return pack;
  }

  /** Resolves when it is on the list of downloads. The engine is fetched beside it where there is none. */
  async pull(wanted: string, acceptLicence: boolean): Promise<Download> {
    const { file, alongside } = await downloadFor(wanted, acceptLicence, this.#ending.signal);
    const { download } = await inWords(() => this.downloads.start(file));
    for (const each of alongside) await inWords(() => this.downloads.start(each));
    if ((file.kind === 'chat' || file.kind === 'embedding' || file.kind === 'vision') && !this.hasEngine && this.#fetching === undefined) {
      this.fetchEngine().catch((error: unknown) =>
        this.#options.notice('warning', `The engine for local models could not be fetched: ${wordsOf(error)}`),
      );
    }
    return download;
  }

  /** Waits until it rests; the signal stops the waiting alone. */
  async found(): Promise<FoundModel[]> {
    const found = await inWords(() => this.library.scan());
    return found
      .filter(({ problem }) => problem === undefined)
      .map(({ path, title, bytes, program, installedId }) => ({
        path,
        title,
        bytes,
        from: program === 'Ollama' ? 'ollama' : 'lm-studio',
        ...(installedId === undefined ? {} : { installedAs: installedId }),
      }));
  }

  import(path: string, title: string | undefined): Promise<InstalledModel> {
    return inWords(() => this.library.addReference(path, title === undefined ? {} : { title }));
  }

  async remove(id: string): Promise<{ deleted: boolean }> {
    const removed = await inWords(() => this.library.remove(id));
    return { deleted: removed.source === 'downloaded' };
  }

  /** `modelId`: the installed one that was meant. */
  async load(id: string, progress: (done: number) => void, signal: AbortSignal): Promise<{ modelId: string; loadMs: number }> {
    const began = this.#options.clock.monotonic();
    const modelId = this.known(id);
    await inWords(() => this.pool.preload(modelId, { progress, signal }));
    return { modelId, loadMs: this.#options.clock.monotonic() - began };
  }

  async steer(what: 'pause' | 'resume' | 'cancel', downloadId: string): Promise<Record<string, never>> {
    await inWords<unknown>(() => this.downloads[what](downloadId));
    return {};
  }

  async unload(id: string): Promise<void> {
    await inWords(() => this.pool.unload(this.known(id)));
  }

  bench(id: string, signal: AbortSignal): Promise<ModelBench> {
    const { clock, newId } = this.#options;
    return inWords(() => benchModel(this.known(id), { pool: this.pool, link: this.#service, clock, newId }, signal));
  }

  /** Fetches the native engine; the one for this machine where none is named. */
  async fetchEngine(build: EngineBuild = this.#choice.build): Promise<EnginePack> {
    const fetching = new AbortController();
    this.#fetching = fetching;
    try {
      const pack = await inWords(() => this.packs.install(build, AbortSignal.any([this.#ending.signal, fetching.signal])));
      await this.#useEngine();
      return pack;
    } finally {
      this.#fetching = undefined;
    }
  }

  async removeEngine(build: EngineBuild): Promise<void> {
    await inWords(() => this.packs.remove(build));
    await this.#useEngine();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new Error('stopped'));
    this.pool.stop();
    await Promise.allSettled([this.downloads[Symbol.asyncDispose](), this.#service.stop()]);
  }

  /** Id of the installed model that is meant. Throws in words. */
  known(id: string): string {
    if (this.library.find(id) !== undefined) return id;
    const chosen = findInCatalogue(id);
    const there = this.library.list().find(({ catalogueId }) => catalogueId === chosen?.entry.id && chosen !== undefined);
    if (there !== undefined) return there.id;
    throw new JarvisError(
      'refused',
      chosen === undefined ? `There is no model called ${id.slice(0, 80)} here.` : `${chosen.entry.title} is not fetched yet.`,
    );
  }

  #forced(): EngineBuild | undefined {
    const { build } = this.#options.settings;
    return build === 'auto' ? undefined : build;
  }

  async #readMachine(): Promise<Machine> {
    const machine = await this.#options.hardware.readMachine();
    this.#machine = machine;
    const libraries = machine.cards.some(({ vendor }) => vendor === 'nvidia')
      ? await findCudaLibraries(machine.platform, this.#options.environment).catch(() => undefined)
      : undefined;
    this.#choice = chooseBuild(machine, this.#forced(), libraries);
    return machine;
  }

  /** Takes the pack of the chosen build, else a lesser one that is here, else what lies with JARVIS itself. */
  async #useEngine(): Promise<void> {
    const wished = [this.#choice.build, ...this.#choice.others];
    for (const build of wished) {
      const pack = await this.packs.state(build);
      if (pack.state !== 'installed' || pack.path === undefined) continue;
      this.#pack = pack;
      await this.#configure({ build, engineFolder: pack.path });
      return;
    }
    this.#pack = await this.packs.state(this.#choice.build);
    await this.#configure({ build: hasOwnEngine() ? 'cpu' : this.#choice.build });
  }

  #engine: EngineChoice | undefined;

  async #configure(engine: EngineChoice): Promise<void> {
    const same = this.#engine?.build === engine.build && this.#engine.engineFolder === engine.engineFolder;
    this.#engine = engine;
    if (!same) await this.#service.configure(engine);
    this.#changed();
  }

  /** The machine as the engine in use sees it: the CPU build knows no card. */
  #asBuilt(machine: Machine): Machine {
    return (this.#engine?.build ?? this.#choice.build) === 'cpu' ? { ...machine, cards: [] } : machine;
  }

  #budget(held: ModelMemory): ModelMemory {
    const { settings } = this.#options;
    const machine = this.#asBuilt(this.#machine);
    const card = usableCard(machine);
    const gpuFree =
      card === undefined || card.shared
        ? Number.POSITIVE_INFINITY
        : machine.cards.reduce((sum, each) => sum + (each.freeBytes ?? each.memoryBytes), 0);
    const gpu = Math.min(gpuBudget(card), gpuFree + held.gpuBytes, settings.gpuBytes ?? Number.POSITIVE_INFINITY);
    const memory = Math.min(memoryBudget(machine), settings.memoryBytes ?? Number.POSITIVE_INFINITY);
    return { gpuBytes: Math.max(0, gpu), memoryBytes: Math.max(0, memory) };
  }

  #smaller(model: InstalledModel): InstalledModel | undefined {
    return this.library
      .list()
      .filter((each) => each.kind === model.kind && each.problem === undefined && each.bytes < model.bytes)
      .sort((one, other) => other.bytes - one.bytes)[0];
  }

  #whyInUse(model: InstalledModel): string | undefined {
    if (this.downloads.isFetching(model.path)) return `${model.title} is being fetched; cancel that first.`;
    const resident = this.pool.status().resident.find(({ modelId }) => modelId === model.id);
    return resident === undefined ? undefined : `${model.title} is loaded; unload it first.`;
  }

  /** What would be resident together: the best chat model that is here, or the one to take; the same of embeddings; and the voice. */
  #plan(machine: Machine, contextSize: number): EnginePlan {
    const wanted = (['chat', 'embedding'] as const).flatMap((kind): WantedModel[] => {
      const here = this.library
        .list()
        .filter((model) => model.kind === kind && model.problem === undefined)
        .sort((one, other) => other.bytes - one.bytes)[0];
      const size = kind === 'embedding' ? 2048 : contextSize;
      if (here !== undefined)
        return [
          {
            kind,
            title: here.title,
            bytes: here.bytes,
            quantisation: here.quantisation ?? '-',
            contextSize: size,
            ...(here.shape === undefined ? {} : { shape: here.shape }),
          },
        ];
      const best = recommend(kind, machine, CATALOGUE, size);
      if (best === undefined) return [];
      const { entry, file } = best;
      return [
        {
          kind,
          title: entry.title,
          bytes: file.bytes,
          quantisation: file.quantisation,
          contextSize: size,
          ...(entry.shape === undefined ? {} : { shape: entry.shape }),
        },
      ];
    });
    return planEngines(wanted, machine, VOICE);
  }

  #follow(changes: AsyncIterable<unknown>): void {
    const run = async (): Promise<void> => {
      for await (const _ of changes) this.#changed();
    };
    run().catch((error: unknown) => this.#options.log.error({ error: String(error) }, 'following the models stopped'));
  }

  #changed(): void {
    this.changes.publish({ type: 'models-changed' });
  }
}

/** Failures of the parts are sentences for people already. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JarvisError) throw error;
    if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) throw error;
    throw new JarvisError(error instanceof ModelError && error.trouble === 'aborted' ? 'cancelled' : 'refused', wordsOf(error), {
      cause: error,
    });
  }
}

function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}

async function freeBytes(folder: string): Promise<number> {
  for (let path = folder; ; path = join(path, '..')) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error) {
      if (path === join(path, '..')) throw error;
    }
  }
}

/** Installed beside JARVIS, as it is where JARVIS is developed. */
function hasOwnEngine(): boolean {
  try {
    createRequire(import.meta.url).resolve('node-llama-cpp/package.json');
    return true;
  } catch {
    return false;
  }
}

const platformOf = (platform: NodeJS.Platform): Machine['platform'] =>
  platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other';

import { homedir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Broadcast } from '../../contract/broadcast.ts';
import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { ServiceStatus } from '../../contract/interface.ts';
import type { Download, EngineBuild, EnginePack, InstalledModel, MindSettings, ModelsReport } from '../../contract/models.ts';
import type { FoundModel, ModelBench } from '../../contract/models-interface.ts';
import type { Settings } from '../../contract/settings.ts';
import { CATALOGUE, findInCatalogue, fromGguf } from '../../models/catalogue/catalogue.ts';
import { DownloadManager } from '../../models/download/download-manager.ts';
import { readMirror } from '../../models/download/mirror.ts';
import { planLoad } from '../../models/fit/plan-load.ts';
import { readGgufFile } from '../../models/gguf/read-gguf.ts';
import { ModelLibrary } from '../../models/library/model-library.ts';
import { programFolders } from '../../models/library/program-folders.ts';
import { type LocalProvider, localProvider } from '../../models/local/local-provider.ts';
import { ModelPool } from '../../models/pool/model-pool.ts';
import type { Pressure } from '../../models/pool/pressure.ts';
import { jsonFile } from '../../store/json-file.ts';
import type { Hardware } from '../../tools/system/this-hardware.ts';
import type { Log } from '../host/log.ts';
import type { ChildLauncher } from '../supervisor/child.ts';
import { createModelsService } from '../supervisor/models-service.ts';
import { benchModel } from './bench-model.ts';
import { EngineInUse } from './engine-in-use.ts';
import { freeBytes } from './free-bytes.ts';
import { inWords, wordsOf } from './in-words.ts';
import { listModels } from './list-models.ts';
import { lockIn } from './lock-in.ts';
import { modelBudget, planModels } from './plan-models.ts';
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

export const MODELS_PROCESS = fileURLToPath(new URL('../../models/process/models-process.ts', import.meta.url));

/** Everything about local models: what there is, what fits, what is fetched, loaded and asked. Opens nothing native before a model is asked for. */
export class Models implements AsyncDisposable {
  /** Told whenever downloads, engine, library or loaded models have changed. */
  readonly changes = new Broadcast<{ type: 'models-changed' }>();
  readonly folder: string;
  readonly library: ModelLibrary;
  readonly downloads: DownloadManager;
  readonly engine: EngineInUse;
  readonly pool: ModelPool;
  readonly local: LocalProvider;
  readonly #options: ModelsOptions;
  readonly #service: ReturnType<typeof createModelsService>;
  readonly #ending = new AbortController();

  constructor(options: ModelsOptions) {
    const { dataFolder, settings, clock, newId, environment } = options;
    this.#options = options;
    this.folder = settings.folder ?? join(dataFolder, 'models');
    this.#service = createModelsService({
      launch: options.launch,
      engine: { build: 'cpu' },
      clock,
      newId,
      log: options.log,
      onStatus: options.onStatus,
      onEngine: () => this.#changed(),
      // Weights are mapped from files: what is resident may be all of the machine's memory, and the pool keeps to its budget.
      memoryLimitBytes: totalmem(),
    });
    this.engine = new EngineInUse({
      dataFolder,
      build: settings.build,
      readMachine: () => options.hardware.readMachine(),
      heldGpuBytes: () => this.pool.status().resident.reduce((sum, { gpuBytes }) => sum + gpuBytes, 0),
      configure: (engine) => this.#service.configure(engine),
      changed: () => this.#changed(),
      clock,
      newId,
      environment,
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
      budget: () => modelBudget(this.engine.seen, settings),
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
    if (fetches) await this.engine.packs.tidy();
    await (fetches ? Promise.all([this.library.open(), this.downloads.open()]) : this.library.look());
    await this.engine.open();
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

  /** The engine can be started. */
  get hasEngine(): boolean {
    return this.engine.isThere;
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
    const { machine, chosen } = await this.engine.readMachine();
    const pool = this.pool.status();
    const downloads = this.downloads.list();
    const installed = this.library.list();
    const free = await freeBytes(this.folder).catch(() => undefined);
    return {
      machine,
      build: this.engine.choice,
      pack: await this.engine.pack(),
      models: listModels({ machine: chosen, contextSize, installed, downloads, resident: pool.resident }),
      plan: planModels(installed, chosen, contextSize),
      pool,
      downloads,
      folder: this.folder,
      ...(free === undefined ? {} : { freeBytes: free }),
    };
  }

  /** Resolves when it is on the list of downloads. The engine is fetched beside it where there is none. */
  async pull(wanted: string, acceptLicence: boolean): Promise<Download> {
    const { file, alongside } = await downloadFor(wanted, acceptLicence, this.#ending.signal);
    const { download } = await inWords(() => this.downloads.start(file));
    for (const each of alongside) await inWords(() => this.downloads.start(each));
    if ((file.kind === 'chat' || file.kind === 'embedding' || file.kind === 'vision') && !this.engine.isThere && !this.engine.isFetching) {
      this.engine
        .fetch(undefined, this.#ending.signal)
        .catch((error: unknown) => this.#options.notice('warning', `The engine for local models could not be fetched: ${wordsOf(error)}`));
    }
    return download;
  }

  /** Of LM Studio and Ollama, those that could be used. */
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
  fetchEngine(build: EngineBuild | undefined): Promise<EnginePack> {
    return this.engine.fetch(build, this.#ending.signal);
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

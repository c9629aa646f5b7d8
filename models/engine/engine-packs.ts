import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { type EngineBuild, EngineBuildSchema, type EnginePack, type Machine } from '../../contract/models.ts';
import { EnginePackError } from './engine-pack-error.ts';
import { npmTrouble } from './npm-trouble.ts';
import { ENGINE_VERSION, type PackPlan, packPlan } from './pack-plan.ts';
import { buildsFor } from './platform-packages.ts';
import { type Npm, runNpm } from './run-npm.ts';

export interface EnginePacksOptions {
  /** `<data>/engines`; made when something is fetched. */
  folder: string;
  platform: Machine['platform'];
  arch: string;
  clock: Clock;
  /** Undefined where the machine has none. */
  npm(): Promise<Npm | undefined>;
  /** A name that was never given before. */
  newId(): string;
  /** Called with every step of a fetch, at most twice a second, and with its end. */
  tell(pack: EnginePack): void;
}

/** Written last into a whole pack; without it a folder is none. */
const MARKER = 'pack.json';
const MarkerSchema = z.object({
  version: z.string(),
  build: EngineBuildSchema,
  bytes: z.number().int().min(0),
  /** What the engine cannot start without; its size tells whether a power cut has emptied it. */
  files: z.array(z.object({ path: z.string(), bytes: z.number().int().min(0) })).min(1),
});
/** Folders that are being filled, or emptied. */
const PARTIAL = '.partial';
const STEP_MS = 500;
/** Room to spare on the disk while npm unpacks. */
const SPARE = 1.2;

const FLAGS = [
  '--ignore-scripts',
  '--omit=dev',
  '--global=false',
  '--workspaces=false',
  '--install-strategy=hoisted',
  '--package-lock=true',
  '--audit=false',
  '--fund=false',
  '--update-notifier=false',
  '--progress=false',
  '--loglevel=error',
];

/**
 * Native builds of the language model engine on disk, each in `llama-cpp-<version>-<build>` with its own `node_modules`. A pack is whole or not
 * there: it is filled elsewhere, and its folder gets its name when all of it is checked. Rejects with `EnginePackError`.
 */
export class EnginePacks {
  readonly #options: EnginePacksOptions;
  readonly #running = new Map<EngineBuild, EnginePack>();

  constructor(options: EnginePacksOptions) {
    this.#options = options;
  }

  /** Of every build that is made for this system, the best first. */
  list(): Promise<EnginePack[]> {
    return Promise.all(buildsFor(this.#options.platform, this.#options.arch).map((build) => this.state(build)));
  }

  async state(build: EngineBuild): Promise<EnginePack> {
    const running = this.#running.get(build);
    if (running !== undefined) return running;
    const plan = packPlan(build, this.#options.platform, this.#options.arch);
    const pack = { build, version: ENGINE_VERSION };
    if (plan === undefined) return { ...pack, state: 'absent', problem: 'This build is not made for this system.' };
    const folder = this.#folderOf(build);
    const marker = await readMarker(folder);
    if (marker === undefined) return { ...pack, state: 'absent', ...(plan.bytes === undefined ? {} : { bytes: plan.bytes }) };
    const problem = marker === 'unreadable' ? 'Its list of files cannot be read; fetch it again.' : await damage(folder, marker.files);
    if (problem !== undefined) return { ...pack, state: 'broken', path: folder, problem };
    return { ...pack, state: 'installed', path: folder, ...(marker === 'unreadable' ? {} : { bytes: marker.bytes }) };
  }

  /**
   * Fetches a build from the npm registry of the person; a whole one is kept as it is, a broken one replaced. Aborted, it throws the signal's reason and
   * leaves nothing.
   */
  async install(build: EngineBuild, signal: AbortSignal): Promise<EnginePack> {
    const { platform, arch, folder } = this.#options;
    const plan = packPlan(build, platform, arch);
    if (plan === undefined) throw new EnginePackError('no-such-build', `There is no ${build} build of the engine for ${platform} ${arch}`);
    if (this.#running.has(build)) throw new EnginePackError('busy', 'This build is being fetched already');
    this.#step(plan, 0);
    try {
      const before = await this.#stateOnDisk(build);
      if (before.state !== 'installed') await this.#fetch(plan, folder, signal);
    } catch (error) {
      this.#running.delete(build);
      const problem = error instanceof EnginePackError ? error.message : signal.aborted ? 'The fetch was stopped.' : undefined;
      this.#options.tell({ build, version: plan.version, state: 'absent', ...(problem === undefined ? {} : { problem }) });
      throw error;
    }
    this.#running.delete(build);
    const pack = await this.state(build);
    this.#options.tell(pack);
    return pack;
  }

  /** Also of what is broken. Nothing happens where nothing is. */
  async remove(build: EngineBuild): Promise<void> {
    if (this.#running.has(build)) throw new EnginePackError('busy', 'This build is being fetched; stop that first');
    const folder = this.#folderOf(build);
    await this.#throwAway(folder);
    this.#options.tell(await this.state(build));
  }

  /** Takes away what killed fetches have left. For the start, when nobody fetches. */
  async tidy(): Promise<void> {
    const { folder } = this.#options;
    for (const name of await readdir(folder).catch(() => [])) {
      if (name.endsWith(PARTIAL)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  #folderOf(build: EngineBuild): string {
    return join(this.#options.folder, `llama-cpp-${ENGINE_VERSION}-${build}`);
  }

  async #stateOnDisk(build: EngineBuild): Promise<EnginePack> {
    const running = this.#running.get(build);
    this.#running.delete(build);
    try {
      return await this.state(build);
    } finally {
      if (running !== undefined) this.#running.set(build, running);
    }
  }

  async #fetch(plan: PackPlan, folder: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const npm = await this.#options.npm();
    if (npm === undefined) {
      throw new EnginePackError(
        'no-npm',
        'The engine is fetched with npm, which is not on this machine; install Node.js with npm, or set another provider',
      );
    }
    const stage = join(folder, `${plan.build}-${this.#options.newId()}${PARTIAL}`);
    try {
      await mkdir(stage, { recursive: true });
      await enoughRoom(folder, plan.bytes);
      await writeFile(join(stage, 'package.json'), plan.manifest);
      await writeFile(join(stage, 'package-lock.json'), plan.lock);
      await this.#runNpm(npm, plan, stage, signal);
      await finish(plan, stage);
      signal.throwIfAborted();
      await this.#throwAway(this.#folderOf(plan.build));
      await rename(stage, this.#folderOf(plan.build));
    } catch (error) {
      await rm(stage, { recursive: true, force: true });
      throw inWords(error);
    }
  }

  async #runNpm(npm: Npm, plan: PackPlan, stage: string, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const watching = this.#watch(plan, stage, over.signal);
    try {
      const { code, output } = await runNpm(npm, stage, [plan.pinned ? 'ci' : 'install', '--prefix', stage, ...FLAGS], signal);
      if (code !== 0) throw npmTrouble(output);
    } finally {
      over.abort();
      await watching;
    }
  }

  /** npm says nothing of bytes while it works; what lies in the folder does. */
  async #watch(plan: PackPlan, stage: string, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const ended = await this.#options.clock.sleep(STEP_MS, over).then(
        () => false,
        () => true,
      );
      if (ended) return;
      const done = await bytesBelow(join(stage, 'node_modules'));
      this.#step(plan, plan.bytes === undefined ? done : Math.min(done, plan.bytes));
    }
  }

  #step(plan: PackPlan, doneBytes: number): void {
    const { build, version, bytes } = plan;
    const pack: EnginePack = { build, version, state: 'fetching', doneBytes, ...(bytes === undefined ? {} : { bytes }) };
    this.#running.set(build, pack);
    this.#options.tell(pack);
  }

  /** The name is free at once; a system that keeps open files from going says so before anything is lost. */
  async #throwAway(folder: string): Promise<void> {
    if (!(await exists(folder))) return;
    const gone = `${folder}-${this.#options.newId()}${PARTIAL}`;
    try {
      await rename(folder, gone);
    } catch (error) {
      throw new EnginePackError('busy', 'The engine is in use and cannot be taken away now', { cause: error });
    }
    await rm(gone, { recursive: true, force: true });
  }
}

/** Checks what was fetched, takes away what nobody needs, and writes the marker. */
async function finish(plan: PackPlan, stage: string): Promise<void> {
  for (const path of plan.unwanted) await rm(join(stage, path), { force: true });
  const needed = [`node_modules/node-llama-cpp/package.json`, `node_modules/node-llama-cpp/dist/index.js`];
  for (const name of plan.platforms) {
    const all = await filesBelow(stage, `node_modules/${name}`);
    if (!all.some((path) => /\/bins\/.*\.(node|so|dll|dylib)$/u.test(path))) {
      throw new EnginePackError('wrong-content', `What was fetched of ${name} holds no engine; nothing of it was kept`);
    }
    needed.push(...all);
  }
  const files: { path: string; bytes: number }[] = [];
  for (const path of needed) {
    const found = await stat(join(stage, path)).catch(() => undefined);
    if (found === undefined) throw new EnginePackError('wrong-content', `${path} is missing in what was fetched; nothing of it was kept`);
    files.push({ path, bytes: found.size });
  }
  const marker = { version: plan.version, build: plan.build, bytes: await bytesBelow(stage), files };
  const handle = await open(join(stage, MARKER), 'w');
  try {
    await handle.writeFile(JSON.stringify(marker));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readMarker(folder: string): Promise<z.infer<typeof MarkerSchema> | 'unreadable' | undefined> {
  const text = await readFile(join(folder, MARKER), 'utf8').catch(() => undefined);
  if (text === undefined) return (await exists(folder)) ? 'unreadable' : undefined;
  try {
    return MarkerSchema.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

async function damage(folder: string, files: readonly { path: string; bytes: number }[]): Promise<string | undefined> {
  for (const { path, bytes } of files) {
    const found = await stat(join(folder, path)).catch(() => undefined);
    if (found?.size !== bytes) return `${path} is ${found === undefined ? 'gone' : 'damaged'}; fetch the engine again.`;
  }
  return undefined;
}

async function enoughRoom(folder: string, bytes: number | undefined): Promise<void> {
  if (bytes === undefined) return;
  const disk = await statfs(folder).catch(() => undefined);
  const free = disk === undefined ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize;
  const megabytes = (number: number): string => `${Math.ceil(number / 1e6)} MB`;
  if (free < bytes * SPARE)
    throw new EnginePackError(
      'disk-full',
      `The engine needs ${megabytes(bytes * SPARE)}, but only ${megabytes(free)} of the disk are free`,
    );
}

function inWords(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new EnginePackError('disk-full', 'The disk is full; nothing of the engine was kept', { cause: error });
  }
  return error;
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map((entry) => (entry.isDirectory() ? filesBelow(root, `${folder}/${entry.name}`) : [`${folder}/${entry.name}`])),
  );
  return found.flat();
}

async function bytesBelow(folder: string): Promise<number> {
  let sum = 0;
  for (const path of await filesBelow(folder, '.')) sum += (await stat(join(folder, path)).catch(() => undefined))?.size ?? 0;
  return sum;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

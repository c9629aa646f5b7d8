import { findPackageJSON } from 'node:module';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import type { BuildChoice, EngineBuild, EnginePack, Machine } from '../../contract/models.ts';
import type { Settings } from '../../contract/settings.ts';
import { chooseBuild } from '../../models/engine/choose-build.ts';
import { EnginePacks } from '../../models/engine/engine-packs.ts';
import { findCudaLibraries } from '../../models/engine/find-cuda-libraries.ts';
import { findNpm } from '../../models/engine/run-npm.ts';
import type { EngineChoice } from '../supervisor/models-service.ts';
import { inWords } from './in-words.ts';
import type { MachineReading } from './plan-models.ts';

export interface EngineInUseOptions {
  /** `<data>/engines` is made in it when something is fetched. */
  dataFolder: string;
  /** `auto`, or what the person forces. */
  build: Settings['models']['build'];
  readMachine(): Promise<Machine>;
  /** Bytes of the cards that our own models hold now. */
  heldGpuBytes(): number;
  /** The models process is to take this one from now on. */
  configure(engine: EngineChoice): Promise<void>;
  changed(): void;
  clock: Clock;
  newId(): string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** The native engine: which build this machine should use, which one is here, and fetching it. */
export class EngineInUse {
  readonly packs: EnginePacks;
  readonly #options: EngineInUseOptions;
  /** As last read; until then what the system says of its memory alone. */
  #machine: Machine;
  #heldGpuBytes = 0;
  #choice: BuildChoice;
  #pack: EnginePack | undefined;
  #engine: EngineChoice | undefined;
  #fetching = 0;

  constructor(options: EngineInUseOptions) {
    const { dataFolder, clock, newId, environment } = options;
    this.#options = options;
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
        if (pack.build === this.#choice.build) this.#pack = pack;
        options.changed();
      },
    });
  }

  get choice(): BuildChoice {
    return this.#choice;
  }

  /** The machine as the engine in use sees it, when it was read last: the CPU build knows no card. */
  get seen(): MachineReading {
    return { machine: withBuild(this.#machine, this.#engine?.build ?? this.#choice.build), heldGpuBytes: this.#heldGpuBytes };
  }

  /** It can be started: its pack is here, or it lies with JARVIS itself. */
  get isThere(): boolean {
    return this.#engine?.engineFolder !== undefined || hasOwnEngine();
  }

  get isFetching(): boolean {
    return this.#fetching > 0;
  }

  /** Reads the machine anew and takes the best build that is here. */
  async open(): Promise<void> {
    await this.readMachine();
    await this.#use();
  }

  /** `chosen`: as it would be seen by the build that is chosen for it. */
  async readMachine(): Promise<{ machine: Machine; chosen: Machine }> {
    const { readMachine, environment } = this.#options;
    const heldGpuBytes = this.#options.heldGpuBytes();
    const machine = await readMachine();
    const hasNvidia = machine.cards.some(({ vendor }) => vendor === 'nvidia');
    const libraries = hasNvidia ? await findCudaLibraries(machine.platform, environment) : undefined;
    this.#machine = machine;
    this.#heldGpuBytes = heldGpuBytes;
    this.#choice = chooseBuild(machine, this.#forced(), libraries);
    return { machine, chosen: withBuild(machine, this.#choice.build) };
  }

  /** Of the build that is chosen. */
  async pack(): Promise<EnginePack> {
    if (this.#pack?.state === 'fetching') return this.#pack;
    const { build } = this.#choice;
    const pack = await this.packs.state(build);
    return pack.state !== 'installed' && build === 'cpu' && hasOwnEngine() ? { ...pack, state: 'installed' } : pack;
  }

  /** Fetches a build, the chosen one where none is named. Rejects in words, or with the signal's reason. */
  async fetch(build: EngineBuild | undefined, signal: AbortSignal): Promise<EnginePack> {
    this.#fetching += 1;
    try {
      const pack = await inWords(() => this.packs.install(build ?? this.#choice.build, signal));
      await this.#use();
      return pack;
    } finally {
      this.#fetching -= 1;
    }
  }

  async remove(build: EngineBuild): Promise<void> {
    await inWords(() => this.packs.remove(build));
    await this.#use();
  }

  /** Takes the pack of the chosen build, else a lesser one that is here, else what lies with JARVIS itself. */
  async #use(): Promise<void> {
    for (const build of [this.#choice.build, ...this.#choice.others]) {
      const pack = await this.packs.state(build);
      if (pack.state === 'installed' && pack.path !== undefined) return this.#configure({ build, engineFolder: pack.path });
    }
    await this.#configure({ build: hasOwnEngine() ? 'cpu' : this.#choice.build });
  }

  async #configure(engine: EngineChoice): Promise<void> {
    const isSame = this.#engine?.build === engine.build && this.#engine.engineFolder === engine.engineFolder;
    this.#engine = engine;
    if (!isSame) await this.#options.configure(engine);
    this.#options.changed();
  }

  #forced(): EngineBuild | undefined {
    const { build } = this.#options;
    return build === 'auto' ? undefined : build;
  }
}

const withBuild = (machine: Machine, build: EngineBuild): Machine => (build === 'cpu' ? { ...machine, cards: [] } : machine);

/** Installed beside JARVIS, as it is where JARVIS is developed. */
function hasOwnEngine(): boolean {
  try {
    return findPackageJSON('node-llama-cpp', import.meta.url) !== undefined;
  } catch {
    return false;
  }
}

const platformOf = (platform: NodeJS.Platform): Machine['platform'] =>
  platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other';

import type { Clock } from '../../contract/clock.ts';
import type { GraphicsCard, Machine } from '../../contract/models.ts';
import { askAmdCards } from './amd-cards.ts';
import { cardBandwidth } from './card-bandwidth.ts';
import type { HardwareSource, SystemInformation } from './hardware-source.ts';
import { newestCuda, nvidiaReader } from './nvidia-cards.ts';
import { within } from './within.ts';
import { withoutUndefined } from './without-undefined.ts';

/** Reads the machine as it decides what fits. What does not change is asked once; free memory each time. Never rejects: what cannot be read is absent. */
export function machineReader(
  source: HardwareSource,
  clock: Clock,
  copyBandwidth: () => number | undefined = () => measureCopy(clock),
): () => Promise<Machine> {
  const nvidia = nvidiaReader(source.ask);
  let bandwidth: Promise<number | undefined> | undefined;
  let cuda: Promise<string | undefined> | undefined;
  let vulkan: Promise<boolean> | undefined;
  let others: Promise<GraphicsCard[]> | undefined;

  return async () => {
    const [processor] = source.cpus();
    const name = processor?.model.trim() ?? 'unknown';
    const total = source.totalMemory();
    const system = await source.system();
    const [memory, seen, amd] = await Promise.all([
      within(system.mem(), clock, PART_MS).catch(() => undefined),
      nvidia(),
      source.platform === 'linux' ? askAmdCards(source.ask) : { cards: [] },
    ]);
    const [driver] = seen.cards.flatMap((card) => card.driver ?? []);
    if (seen.cards.length > 0) cuda ??= askCuda(source, driver);
    const newest = await cuda;
    const cards: GraphicsCard[] = [
      ...seen.cards.map((card): GraphicsCard => {
        // Boards whose card has no memory of its own tell none.
        const isIntegrated = card.totalBytes === undefined && /GB10|Orin|Thor|Xavier|Tegra/iu.test(card.name);
        return {
          name: card.name,
          vendor: 'nvidia',
          memoryBytes: Math.round(card.totalBytes ?? (isIntegrated ? total : 0)),
          ...withoutUndefined({
            freeBytes: card.freeBytes,
            bandwidth: cardBandwidth(card.name),
            computeCapability: card.computeCapability,
            driver: card.driver,
            cuda: newest,
            integrated: isIntegrated ? true : undefined,
          }),
        };
      }),
      ...amd.cards.map(
        (card): GraphicsCard => ({
          name: card.name,
          vendor: 'amd',
          memoryBytes: Math.round(card.totalBytes ?? 0),
          ...withoutUndefined({
            freeBytes:
              card.totalBytes === undefined || card.usedBytes === undefined ? undefined : Math.max(0, card.totalBytes - card.usedBytes),
            bandwidth: cardBandwidth(card.name),
          }),
        }),
      ),
    ];
    // Where NVIDIA's program is installed, `systeminformation` would run it too, and hold everything up when it hangs.
    if (seen.isAbsent === true) others ??= within(otherCards(source, system, name, total), clock, PART_MS).catch(() => []);
    for (const card of (await others) ?? [])
      if (!cards.some(({ vendor }) => vendor === card.vendor && vendor !== 'intel')) cards.push(card);
    bandwidth ??= memoryBandwidth(source, system, name, clock, copyBandwidth);
    vulkan ??= hasVulkan(source);
    const told = await bandwidth;
    return {
      platform: source.platform === 'linux' || source.platform === 'darwin' || source.platform === 'win32' ? source.platform : 'other',
      arch: source.arch,
      cpu: { name, cores: source.cpus().length },
      memory: { totalBytes: total, freeBytes: memory?.available ?? 0, ...(told === undefined ? {} : { bandwidth: told }) },
      cards,
      vulkan: await vulkan,
    };
  };
}

async function askCuda(source: HardwareSource, driver: string | undefined): Promise<string | undefined> {
  const answer = await source.ask('nvidia-smi', []);
  return newestCuda(answer.state === 'answered' ? answer.stdout : '', driver);
}

/** ms that any one part may take. */
const PART_MS = 8000;

/** Drawn by the machine's own management or by a virtual machine: nobody computes on these. */
const NO_CARD = /aspeed|matrox|cirrus|qxl|virtio|vmware|virtualbox|bochs|hyper-v|basic (?:display|render)|red hat|parallels|microsoft/iu;
/** Of all memory, what Apple lets the graphics use. */
const APPLE_SHARE = 0.75;

/** Cards that neither `nvidia-smi` nor `rocm-smi` tells of. */
async function otherCards(source: HardwareSource, system: SystemInformation, processor: string, total: number): Promise<GraphicsCard[]> {
  if (source.platform === 'darwin' && source.arch === 'arm64')
    return [
      {
        name: processor,
        vendor: 'apple',
        memoryBytes: Math.round(total * APPLE_SHARE),
        integrated: true,
        ...withoutUndefined({ bandwidth: cardBandwidth(processor) }),
      },
    ];
  const { controllers } = await system.graphics();
  return controllers.flatMap(({ vendor, model, vram, vramDynamic, bus }): GraphicsCard[] => {
    const name = (model || vendor).trim().slice(0, 100);
    if (name === '' || NO_CARD.test(`${vendor} ${model}`)) return [];
    const maker = /nvidia/iu.test(`${vendor} ${model}`)
      ? 'nvidia'
      : /amd|ati\b|advanced micro|radeon/iu.test(`${vendor} ${model}`)
        ? 'amd'
        : /intel/iu.test(`${vendor} ${model}`)
          ? 'intel'
          : 'other';
    // MiB; a card in the processor tells the little that the firmware gives it.
    const bytes = typeof vram === 'number' && vram > 0 && vram < 1_000_000 ? vram * 1024 * 1024 : 0;
    const isIntegrated =
      vramDynamic === true || (maker === 'intel' && !/\barc\b/iu.test(name)) || /onboard|built-in/iu.test(bus) || bytes < 1024 ** 3;
    return [
      {
        name,
        vendor: maker,
        memoryBytes: bytes,
        ...(isIntegrated ? { integrated: true } : {}),
        ...withoutUndefined({ bandwidth: cardBandwidth(name) }),
      },
    ];
  });
}

/** By the chip, by the kind and number of memory modules where the machine tells them, else by a copy. */
async function memoryBandwidth(
  source: HardwareSource,
  system: SystemInformation,
  processor: string,
  clock: Clock,
  copy: () => number | undefined,
): Promise<number | undefined> {
  const shared = cardBandwidth(processor);
  if (shared !== undefined && source.platform === 'darwin') return shared;
  const modules = await within(system.memLayout(), clock, PART_MS).catch(() => []);
  return modulesBandwidth(modules) ?? copy();
}

/** Bytes of one module's line. */
const LINE_BYTES = 8;
/** What the processors of most homes have, however many modules are in. */
const MOST_CHANNELS = 2;

export function modulesBandwidth(modules: readonly { size: number; type: string; clockSpeed: number | null }[]): number | undefined {
  const real = modules.filter(
    ({ size, type, clockSpeed }) => size > 0 && /DDR/iu.test(type) && clockSpeed !== null && clockSpeed >= 200 && clockSpeed <= 20_000,
  );
  const speeds = real.map(({ clockSpeed }) => clockSpeed ?? 0);
  if (speeds.length === 0) return undefined;
  return Math.min(...speeds) * 1e6 * LINE_BYTES * Math.min(real.length, MOST_CHANNELS);
}

const COPY_BYTES = 48 * 1024 * 1024;
const COPIES = 3;

/**
 * Bytes per second that one core moves, reading and writing, in a copy larger than any cache: the best of three. Takes some 50 ms and 96 MiB for that time.
 * All cores together may reach twice that, so it is rather too low.
 */
export function measureCopy(clock: Clock): number | undefined {
  const from = Buffer.alloc(COPY_BYTES, 1);
  const to = Buffer.alloc(COPY_BYTES, 2);
  let best = Number.POSITIVE_INFINITY;
  for (let index = 0; index < COPIES; index += 1) {
    const began = clock.monotonic();
    from.copy(to);
    best = Math.min(best, clock.monotonic() - began);
  }
  return best > 0 && Number.isFinite(best) ? Math.round((2 * COPY_BYTES * 1000) / best) : undefined;
}

/** Folders in which the Vulkan loader lies. */
const LOADERS: Partial<Record<NodeJS.Platform, { folders: readonly string[]; file: RegExp }>> = {
  linux: {
    folders: [
      '/usr/lib/x86_64-linux-gnu',
      '/usr/lib/aarch64-linux-gnu',
      '/lib/x86_64-linux-gnu',
      '/lib/aarch64-linux-gnu',
      '/usr/lib64',
      '/lib64',
      '/usr/lib',
      '/usr/local/lib',
      '/run/opengl-driver/lib',
    ],
    file: /^libvulkan\.so\.1/u,
  },
  darwin: { folders: ['/usr/local/lib', '/opt/homebrew/lib'], file: /^lib(?:vulkan\.1|MoltenVK)\.dylib$/u },
  win32: { folders: ['C:\\Windows\\System32'], file: /^vulkan-1\.dll$/iu },
};

async function hasVulkan(source: HardwareSource): Promise<boolean> {
  const loader = LOADERS[source.platform];
  if (loader === undefined) return false;
  const lists = await Promise.all(loader.folders.map((folder) => source.listFolder(folder).catch(() => [])));
  return lists.some((names) => names.some((name) => loader.file.test(name)));
}

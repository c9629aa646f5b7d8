import type { Clock } from '../../contract/clock.ts';
import type { HardwareSample } from '../../contract/hardware.ts';
import { askAmdCards } from './amd-cards.ts';
import { frugally } from './ask-program.ts';
import type { HardwareSource } from './hardware-source.ts';
import { nvidiaReader } from './nvidia-cards.ts';
import { within } from './within.ts';
import { withoutUndefined } from './without-undefined.ts';

export interface HardwareSampler {
  /** One look. Takes a few seconds at most, whatever hangs; what could not be read is absent. Never rejects. */
  sample(): Promise<HardwareSample>;
  /** Why something could not be read the last time, in words. */
  problems(): string[];
}

/** ms that any one part of a look may take. */
const PART_MS = 4000;
/** ms between two looks at what changes slowly, or costs a program outside Linux. */
const MOUNTS_MS = 5 * 60_000;
const SLOW_MS = 15_000;

/** File systems that are no disks of a person; asking a server that is gone would hang. */
const NO_DISK =
  /^(?:tmpfs|devtmpfs|overlay|squashfs|efivarfs|ramfs|proc|sysfs|cgroup2?|autofs|nfs4?|cifs|smb\w*|afpfs|webdav|9p|fuse\..*)$/iu;
const MOST_DISKS = 8;

/** @param children ids of processes that JARVIS has started and that count as it */
export function hardwareSampler(source: HardwareSource, clock: Clock, children: () => readonly number[] = () => []): HardwareSampler {
  const ask = frugally(source.ask, clock);
  const nvidia = nvidiaReader(ask);
  const isLinux = source.platform === 'linux';
  let problems: string[] = [];

  const load = cpuLoad(source);
  const temperature = isLinux
    ? linuxTemperature(source)
    : seldom(clock, SLOW_MS, async () => {
        const { main, max } = await (await source.system()).cpuTemperature();
        return plausible(main ?? undefined) ?? plausible(max ?? undefined);
      });
  const mounts = seldom(clock, MOUNTS_MS, async () => {
    const seen = new Set<string>();
    const all = await (await source.system()).fsSize();
    return all
      .filter(({ fs, type, size }) => size > 0 && !NO_DISK.test(type) && !seen.has(fs) && seen.add(fs) !== undefined)
      .slice(0, MOST_DISKS)
      .map(({ mount }) => mount);
  });
  const network = networkRate(source, clock);

  return {
    problems: () => problems,
    async sample() {
      const found: string[] = [];
      const part = async <Value>(name: string, read: () => Promise<Value>): Promise<Value | undefined> => {
        try {
          return await within(read(), clock, PART_MS);
        } catch {
          found.push(`${name} could not be read.`);
          return undefined;
        }
      };
      const [memory, heat, disks, moved, resident, nvidiaCards, amdCards] = await Promise.all([
        part('The memory', async () => (await source.system()).mem()),
        part('The temperature of the processor', temperature),
        part('The disks', async () => {
          const list = (await mounts()) ?? [];
          const sizes = await Promise.all(list.map(async (mount) => ({ mount, ...(await source.space(mount).catch(() => undefined)) })));
          return sizes.flatMap(({ mount, totalBytes, usedBytes }) =>
            totalBytes === undefined || usedBytes === undefined ? [] : [{ mount, totalBytes, usedBytes }],
          );
        }),
        part('The network', network),
        part('The memory of JARVIS', () => residentOf(source, ask, children())),
        part('The NVIDIA cards', nvidia),
        part('The AMD cards', () => askAmdCards(ask)),
      ]);
      for (const { problem } of [nvidiaCards ?? {}, amdCards ?? {}] as { problem?: string }[])
        if (problem !== undefined) found.push(problem);
      problems = found;
      const total = memory?.total ?? source.totalMemory();
      return {
        at: clock.now(),
        cpu: withoutUndefined({ load: load(), temperature: heat, clock: clockOf(source) }),
        memory: withoutUndefined({
          totalBytes: total,
          usedBytes: Math.max(0, total - (memory?.available ?? total)),
          swapUsedBytes: memory?.swapused,
        }),
        cards: [
          ...(nvidiaCards?.cards ?? []).map(({ freeBytes: _free, driver: _driver, computeCapability: _capability, ...card }) => card),
          ...(amdCards?.cards ?? []),
        ],
        disks: disks ?? [],
        ...(moved === undefined ? {} : { network: moved }),
        ...(resident === undefined ? {} : { jarvis: { memoryBytes: resident } }),
      };
    },
  };
}

/** Share of the time since the last call in which the processors worked; since their start at the first. */
function cpuLoad(source: HardwareSource): () => number {
  let before = { busy: 0, all: 0 };
  let last = 0;
  return () => {
    const now = { busy: 0, all: 0 };
    for (const { times } of source.cpus())
      for (const [kind, ms] of Object.entries(times)) {
        now.all += ms;
        if (kind !== 'idle') now.busy += ms;
      }
    const all = now.all - before.all;
    // Two looks in the same tick of the kernel: nothing new is known.
    if (all > 0) last = Math.min(1, Math.max(0, (now.busy - before.busy) / all));
    before = now;
    return last;
  };
}

function clockOf(source: HardwareSource): number | undefined {
  const speeds = source
    .cpus()
    .map(({ speed }) => speed)
    .filter((speed) => speed > 0);
  return speeds.length === 0 ? undefined : Math.round(speeds.reduce((total, each) => total + each, 0) / speeds.length);
}

/** Sensors of a processor by the names that Linux' drivers give them, the whole package first. */
const SENSORS = ['coretemp', 'k10temp', 'zenpower', 'cpu_thermal', 'soc_thermal', 'acpitz'];

/** Reads the sensor's file itself: `systeminformation` would start a shell and a dozen programs for it. */
function linuxTemperature(source: HardwareSource): () => Promise<number | undefined> {
  let sensor: Promise<string | undefined> | undefined;
  const find = async (): Promise<string | undefined> => {
    const found: { path: string; place: number }[] = [];
    for (const [folder, name, value] of [
      ['/sys/class/hwmon', 'name', 'temp1_input'],
      ['/sys/class/thermal', 'type', 'temp'],
    ] as const)
      for (const each of await source.listFolder(folder).catch(() => [])) {
        const kind = (await source.readText(`${folder}/${each}/${name}`).catch(() => '')).trim();
        const place = SENSORS.findIndex(
          (sensorName) => kind === sensorName || (sensorName === 'cpu_thermal' && /^(?:x86_pkg_temp|cpu.*thermal)$/u.test(kind)),
        );
        if (place !== -1) found.push({ path: `${folder}/${each}/${value}`, place });
      }
    return found.sort((left, right) => left.place - right.place)[0]?.path;
  };
  return async () => {
    sensor ??= find();
    const path = await sensor;
    if (path === undefined) return undefined;
    return plausible(Number(await source.readText(path)) / 1000);
  };
}

const plausible = (degrees: number | undefined): number | undefined =>
  degrees !== undefined && Number.isFinite(degrees) && degrees > 0 && degrees < 150 ? degrees : undefined;

/** Bytes per second since the last call. */
function networkRate(source: HardwareSource, clock: Clock): () => Promise<{ received: number; sent: number } | undefined> {
  const totals =
    source.platform === 'linux'
      ? async () => readNetworkBytes(await source.readText('/proc/net/dev'))
      : seldom(clock, SLOW_MS, async () => {
          const all = await (await source.system()).networkStats('*');
          return all.reduce((sum, { rx_bytes, tx_bytes }) => ({ received: sum.received + rx_bytes, sent: sum.sent + tx_bytes }), {
            received: 0,
            sent: 0,
          });
        });
  let before: { at: number; received: number; sent: number } | undefined;
  let rate: { received: number; sent: number } | undefined;
  return async () => {
    const now = await totals();
    const at = clock.monotonic();
    if (now === undefined) return undefined;
    // The figures are those of the last call until there are newer ones.
    if (
      before !== undefined &&
      now.received === before.received &&
      now.sent === before.sent &&
      at - before.at < SLOW_MS &&
      source.platform !== 'linux'
    )
      return rate;
    const seconds = before === undefined ? 0 : (at - before.at) / 1000;
    // A counter that begins anew is no traffic.
    if (before !== undefined && seconds > 0)
      rate = { received: Math.max(0, (now.received - before.received) / seconds), sent: Math.max(0, (now.sent - before.sent) / seconds) };
    before = { at, ...now };
    return rate;
  };
}

/** Of `/proc/net/dev`, all but loopback and what only passes on (bridges, virtual pairs). */
export function readNetworkBytes(text: string): { received: number; sent: number } {
  const sum = { received: 0, sent: 0 };
  for (const line of text.split('\n')) {
    const [name, figures] = line.split(':', 2);
    const values = (figures ?? '').trim().split(/\s+/u).map(Number);
    if (name === undefined || values.length < 9 || /^(?:lo|docker\d|br-|veth|virbr|vnet|tun|tap)/u.test(name.trim())) continue;
    const [received = Number.NaN, sent = Number.NaN] = [values[0], values[8]];
    if (Number.isFinite(received) && Number.isFinite(sent)) {
      sum.received += received;
      sum.sent += sent;
    }
  }
  return sum;
}

/** Bytes of memory of this process and its children; undefined where children cannot be asked. */
async function residentOf(source: HardwareSource, ask: HardwareSource['ask'], children: readonly number[]): Promise<number | undefined> {
  const own = source.residentBytes();
  if (children.length === 0) return own;
  if (source.platform === 'linux') {
    const each = await Promise.all(
      children.map(async (pid) => {
        const status = await source.readText(`/proc/${pid}/status`).catch(() => ''); // it has ended
        return Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1] ?? 0) * 1024;
      }),
    );
    return each.reduce((sum, bytes) => sum + bytes, own);
  }
  if (source.platform === 'win32') return undefined;
  const answer = await ask('ps', ['-o', 'rss=', '-p', children.join(',')]);
  if (answer.state !== 'answered') return undefined;
  return answer.stdout.split('\n').reduce((sum, line) => sum + (/^\s*\d+\s*$/u.test(line) ? Number(line) * 1024 : 0), own);
}

/** What was read last, until it is that old. A reading that fails is not repeated sooner. */
function seldom<Value>(clock: Clock, ms: number, read: () => Promise<Value>): () => Promise<Value | undefined> {
  let last: Value | undefined;
  let until = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock.monotonic() < until) return last;
    until = clock.monotonic() + ms;
    last = undefined;
    last = await read();
    return last;
  };
}

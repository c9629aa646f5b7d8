import { execFile } from 'node:child_process';
import { cpus, hostname, release, type, uptime } from 'node:os';
import { promisify } from 'node:util';
import { NVIDIA_ARGS, readGraphicsCards } from './graphics-cards.ts';
import type { Fact, SystemFacts, SystemSource } from './system-facts.ts';

const run = promisify(execFile);
/** Loaded when somebody asks: most runs never do. */
const system = async () => (await import('systeminformation')).default;
/** ms for a program of the system to answer. */
const ANSWER_MS = 5000;

/** File systems that are no disks of a person. */
const NO_DISK = /^(?:tmpfs|devtmpfs|overlay|squashfs|efivarfs|ramfs|proc|sysfs|cgroup2?|autofs|fuse\.(?:portal|snapfuse|gvfsd-fuse))$/iu;

/** What this machine says of itself. A part that cannot be read is absent, the others are not. */
export const thisSystem: SystemSource = {
  async facts(wanted, signal) {
    const facts: SystemFacts = { computer: { name: hostname(), system: `${type()} ${release()}`, uptime: Math.round(uptime()) } };
    await Promise.all(
      wanted.map(async (fact) => {
        try {
          Object.assign(facts, await READERS[fact](signal));
        } catch (error) {
          // The rest is worth telling without it.
          if (signal.aborted) throw error;
        }
      }),
    );
    return facts;
  },
  async processes() {
    const { list } = await (await system()).processes();
    return list.map(({ name, pid, memRss, cpu }) => ({ name, pid, memory: memRss * 1024, processor: cpu }));
  },
};

const positive = (value: number | null | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;

const READERS: Record<Fact, (signal: AbortSignal) => Promise<Partial<SystemFacts>>> = {
  async processor() {
    const [load, heat] = await Promise.all([(await system()).currentLoad(), (await system()).cpuTemperature()]);
    const all = cpus();
    const temperature = positive(heat.main) ?? positive(heat.max);
    return {
      processor: {
        name: all[0]?.model.trim() ?? 'unknown',
        cores: all.length,
        load: Math.round(load.currentLoad),
        ...(temperature === undefined ? {} : { temperature: Math.round(temperature) }),
      },
    };
  },
  async memory() {
    const { total, available } = await (await system()).mem();
    return { memory: { total, available, used: total - available } };
  },
  async disks() {
    const all = await (await system()).fsSize();
    const seen = new Set<string>();
    const disks = all.filter(({ fs, type: kind, size }) => size > 0 && !NO_DISK.test(kind) && !seen.has(fs) && seen.add(fs) !== undefined);
    return { disks: disks.map(({ mount, size, used, available }) => ({ mount, size, used, available })) };
  },
  async network() {
    const [found, stats] = await Promise.all([(await system()).networkInterfaces(), (await system()).networkStats('*')]);
    const list = Array.isArray(found) ? found : [found];
    const rate = new Map(stats.map((each) => [each.iface, each]));
    return {
      network: list
        .filter(({ internal, ip4, ip6 }) => !internal && (ip4 !== '' || ip6 !== ''))
        .map(({ iface, ip4, ip6, operstate }) => {
          const moved = rate.get(iface);
          return {
            name: iface,
            address: ip4 || ip6,
            up: operstate !== 'down',
            ...(moved === undefined ? {} : { received: moved.rx_bytes, sent: moved.tx_bytes }),
          };
        }),
    };
  },
  async battery() {
    const { hasBattery, percent, isCharging, acConnected, timeRemaining } = await (await system()).battery();
    if (!hasBattery) return {};
    const minutesLeft = isCharging ? undefined : positive(timeRemaining);
    return { battery: { percent, charging: isCharging, plugged: acConnected, ...(minutesLeft === undefined ? {} : { minutesLeft }) } };
  },
  async graphics(signal) {
    const { stdout } = await run('nvidia-smi', [...NVIDIA_ARGS], { signal, timeout: ANSWER_MS, windowsHide: true, maxBuffer: 100_000 });
    return { graphics: readGraphicsCards(stdout) };
  },
};

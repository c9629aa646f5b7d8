import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HardwareSampleSchema } from '../../contract/hardware.ts';
import { MachineSchema } from '../../contract/models.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { askProgram, frugally, type ProgramAnswer } from './ask-program.ts';
import { type HardwareSource, thisSource } from './hardware-source.ts';
import { machineReader, measureCopy, modulesBandwidth } from './read-machine.ts';
import { hardwareSampler, readNetworkBytes } from './sample-hardware.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const said = (stdout: string, more: { code?: number; stderr?: string } = {}): ProgramAnswer => ({
  state: 'answered',
  code: more.code ?? 0,
  stdout,
  stderr: more.stderr ?? '',
});

const PASCAL = 'NVIDIA GeForce GTX 1080 Ti, 11264, 4096, 7168, 37, 84, 212.50, 250.00, 65, 1582, 550.120, 6.1, 0x0000000000000020\n';

/** A machine that is not there. */
function source(
  more: Partial<HardwareSource> & { programs?: Record<string, ProgramAnswer>; files?: Record<string, string> } = {},
): HardwareSource {
  const { programs = {}, files = {}, ...rest } = more;
  return {
    platform: 'linux',
    arch: 'x64',
    ask: async (program) => programs[program] ?? { state: 'absent' },
    readText: async (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`no ${path}`);
      return text;
    },
    listFolder: async (path) => [
      ...new Set(
        Object.keys(files)
          .filter((file) => file.startsWith(`${path}/`))
          .map((file) => file.slice(path.length + 1).split('/')[0] ?? ''),
      ),
    ],
    cpus: () => [{ model: 'Some Processor', speed: 3000, times: { user: 100, idle: 300 } }],
    totalMemory: () => 32 * GIB,
    space: async () => ({ totalBytes: 100, usedBytes: 40 }),
    residentBytes: () => 1000,
    system: async () => ({
      mem: async () => ({ total: 32 * GIB, available: 20 * GIB, swapused: 5 }),
      cpuTemperature: async () => ({ main: 55, max: 60 }),
      fsSize: async () => [
        { fs: '/dev/sda1', type: 'ext4', size: 100, mount: '/' },
        { fs: 'server:/music', type: 'nfs4', size: 100, mount: '/music' },
        { fs: 'tmpfs', type: 'tmpfs', size: 100, mount: '/tmp' },
      ],
      networkStats: async () => [{ iface: 'en0', rx_bytes: 100, tx_bytes: 10 }],
      memLayout: async () => [],
      graphics: async () => ({ controllers: [] }),
    }),
    ...rest,
  };
}

describe('programs', () => {
  it('that are absent are remembered, slow ones asked seldom, hanging ones left alone for longer each time', async () => {
    const clock = new FakeClock();
    let asked = 0;
    let answer: ProgramAnswer = { state: 'absent' };
    let takes = 0;
    const ask = frugally(async () => {
      asked += 1;
      if (takes > 0) await clock.sleep(takes);
      return answer;
    }, clock);
    const go = async (): Promise<void> => {
      const going = ask('nvidia-smi', ['x']);
      await clock.advance(takes);
      await going;
    };
    await go();
    await go();
    expect(asked).toBe(1);
    await clock.advance(3_600_000);
    answer = said('');
    takes = 600;
    await go();
    await go();
    expect(asked).toBe(2);
    await clock.advance(5400);
    answer = { state: 'late' };
    takes = 0;
    await go();
    expect(asked).toBe(3);
    await clock.advance(60_000);
    await go();
    await clock.advance(60_000);
    await go();
    expect(asked).toBe(4);
    await clock.advance(60_000);
    await go();
    expect(asked).toBe(5);
  });

  it('are not asked twice at once', async () => {
    const clock = new FakeClock();
    let asked = 0;
    const ask = frugally(async () => {
      asked += 1;
      await clock.sleep(10);
      return said('x');
    }, clock);
    const both = Promise.all([ask('a', []), ask('a', [])]);
    await clock.advance(10);
    await both;
    expect(asked).toBe(1);
  });

  it.skipIf(process.platform === 'win32')(
    'that hang are killed, that are not there are absent (skipped on Windows, which has no sleep)',
    async () => {
      const began = performance.now();
      expect(await askProgram(100)('sleep', ['30'])).toEqual({ state: 'late' });
      expect(performance.now() - began).toBeLessThan(5000);
      expect(await askProgram(1000)('no-such-program-anywhere', [])).toEqual({ state: 'absent' });
      expect(await askProgram(5000)('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
        state: 'answered',
        code: 3,
        stdout: 'out\n',
        stderr: 'err\n',
      });
    },
  );
});

describe('one look at the hardware', () => {
  it('tells loads, heat, memory, cards, disks and traffic', async () => {
    const clock = new FakeClock();
    let busy = 100;
    const files: Record<string, string> = {
      '/sys/class/hwmon/hwmon0/name': 'nvme\n',
      '/sys/class/hwmon/hwmon1/name': 'k10temp\n',
      '/sys/class/hwmon/hwmon1/temp1_input': '61500\n',
      '/proc/net/dev': 'Inter-| Receive\n face |bytes\n    lo: 9 0 0 0 0 0 0 0 9 0\n  eth0: 1000 0 0 0 0 0 0 0 500 0\n',
      '/proc/77/status': 'Name:\tjarvis\nVmRSS:\t  2048 kB\n',
    };
    const machine = source({
      programs: { 'nvidia-smi': said(PASCAL) },
      files,
      cpus: () => [{ model: 'x', speed: 3200, times: { user: busy, idle: 1000 - busy } }],
    });
    const { sample, problems } = hardwareSampler(machine, clock, () => [77, 78]);
    await sample();
    busy = 200;
    const before = machine.cpus();
    machine.cpus = () => [{ ...before[0]!, times: { user: 250, idle: 1250 } }];
    files['/proc/net/dev'] = 'eth0: 5000 0 0 0 0 0 0 0 700 0\n';
    await clock.advance(2000);
    const look = HardwareSampleSchema.parse(await sample());
    expect(look).toEqual({
      at: clock.now(),
      cpu: { load: 0.3, temperature: 61.5, clock: 3200 },
      memory: { totalBytes: 32 * GIB, usedBytes: 12 * GIB, swapUsedBytes: 5 },
      cards: [expect.objectContaining({ name: 'NVIDIA GeForce GTX 1080 Ti', temperature: 84, load: 0.37, throttled: true })],
      disks: [{ mount: '/', totalBytes: 100, usedBytes: 40 }],
      network: { received: 2000, sent: 100 },
      jarvis: { memoryBytes: 1000 + 2048 * 1024 },
    });
    expect(problems()).toEqual([]);
  });

  it('goes on without what hangs, and says so', async () => {
    const clock = new FakeClock();
    const never = new Promise<never>(() => undefined);
    const machine = source({ ask: () => never });
    const whole = await machine.system();
    machine.system = async () => ({ ...whole, mem: () => never, fsSize: () => never });
    const { sample, problems } = hardwareSampler(machine, clock);
    const looking = sample();
    for (let second = 0; second < 6; second += 1) await clock.advance(1000);
    const look = HardwareSampleSchema.parse(await looking);
    expect(look).toMatchObject({ memory: { totalBytes: 32 * GIB }, cards: [], disks: [] });
    expect(problems()).toEqual(
      expect.arrayContaining(['The memory could not be read.', 'The disks could not be read.', 'The NVIDIA cards could not be read.']),
    );
  });

  it('reads traffic from whatever text there is', () => {
    for (const text of ['', 'x', 'eth0:', 'eth0: a b c d e f g h i j', ':::', '\u0000'])
      expect(readNetworkBytes(text)).toEqual({ received: 0, sent: 0 });
  });
});

describe('the machine', () => {
  const clock = new FakeClock();
  const read = (machine: HardwareSource) => machineReader(machine, clock, () => 12e9)();

  it('is told with what decides which models fit', async () => {
    const page = '| NVIDIA-SMI 550.120   Driver Version: 550.120   CUDA Version: 12.4 |';
    const machine = source({
      ask: async (program, args) => (program !== 'nvidia-smi' ? { state: 'absent' } : args.length === 0 ? said(page) : said(PASCAL)),
      files: { '/usr/lib/x86_64-linux-gnu/libvulkan.so.1.3.275': '' },
    });
    expect(MachineSchema.parse(await read(machine))).toEqual({
      platform: 'linux',
      arch: 'x64',
      cpu: { name: 'Some Processor', cores: 1 },
      memory: { totalBytes: 32 * GIB, freeBytes: 20 * GIB, bandwidth: 12e9 },
      cards: [
        {
          name: 'NVIDIA GeForce GTX 1080 Ti',
          vendor: 'nvidia',
          memoryBytes: 11264 * MIB,
          freeBytes: 7168 * MIB,
          bandwidth: 484e9,
          computeCapability: '6.1',
          driver: '550.120',
          cuda: '12.4',
        },
      ],
      vulkan: true,
    });
  });

  it('has the cards that only the system knows, but none of a virtual machine', async () => {
    const machine = source();
    const whole = await machine.system();
    machine.system = async () => ({
      ...whole,
      graphics: async () => ({
        controllers: [
          { vendor: 'Red Hat, Inc.', model: 'Virtio 1.0 GPU', vram: null, vramDynamic: false, bus: '' },
          { vendor: 'Intel Corporation', model: 'UHD Graphics 630', vram: 256, vramDynamic: false, bus: 'Onboard' },
          { vendor: 'Intel Corporation', model: 'Intel Arc A770', vram: 16384, vramDynamic: false, bus: 'PCI' },
        ],
      }),
    });
    expect((await read(machine)).cards).toEqual([
      { name: 'UHD Graphics 630', vendor: 'intel', memoryBytes: 256 * MIB, integrated: true },
      { name: 'Intel Arc A770', vendor: 'intel', memoryBytes: 16 * GIB, bandwidth: 560e9 },
    ]);
  });

  it('of Apple shares its memory', async () => {
    const machine = source({ platform: 'darwin', arch: 'arm64', cpus: () => [{ model: 'Apple M2 Max', speed: 0, times: {} }] });
    expect(await read(machine)).toMatchObject({
      memory: { bandwidth: 400e9 },
      cards: [{ vendor: 'apple', memoryBytes: 24 * GIB, integrated: true, bandwidth: 400e9 }],
    });
  });

  it('with nothing that answers is still told', async () => {
    const machine = source({ platform: 'freebsd', cpus: () => [] });
    machine.system = async () => ({
      mem: () => Promise.reject(new Error('no')),
      cpuTemperature: () => Promise.reject(new Error('no')),
      fsSize: () => Promise.reject(new Error('no')),
      networkStats: () => Promise.reject(new Error('no')),
      memLayout: () => Promise.reject(new Error('no')),
      graphics: () => Promise.reject(new Error('no')),
    });
    expect(MachineSchema.parse(await read(machine))).toMatchObject({
      platform: 'other',
      cards: [],
      vulkan: false,
      cpu: { name: 'unknown' },
    });
  });

  it('knows the speed of its memory by the modules where they are told', () => {
    const module = (clockSpeed: number | null, type = 'DDR4', size = 8 * GIB) => ({ size, type, clockSpeed, bank: '' });
    expect(modulesBandwidth([module(3200), module(3200)])).toBe(51.2e9);
    expect(modulesBandwidth([module(3200)])).toBe(25.6e9);
    expect(modulesBandwidth([module(3200), module(2666), module(3200), module(3200)])).toBe(2666e6 * 16);
    expect(modulesBandwidth([module(null), module(0), module(3200, 'Unknown'), module(3200, 'DDR4', 0)])).toBeUndefined();
    expect(modulesBandwidth([])).toBeUndefined();
  });
});

describe('this very machine', () => {
  const clock = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms: number, signal?: AbortSignal) => wait(ms, undefined, signal === undefined ? {} : { signal }),
  };

  it('is read, and so is what it does', async () => {
    const machine = MachineSchema.parse(await machineReader(thisSource, clock)());
    expect(machine.memory.totalBytes).toBeGreaterThan(machine.memory.freeBytes);
    expect(machine.memory.bandwidth).toBeGreaterThan(1e8);
    const { sample } = hardwareSampler(thisSource, clock);
    const look = HardwareSampleSchema.parse(await sample());
    expect(look.memory.usedBytes).toBeGreaterThan(0);
    expect(look.jarvis?.memoryBytes).toBeGreaterThan(10_000_000);
  }, 30_000);

  it('copies memory at a speed that can be', () => {
    const bandwidth = measureCopy(clock) ?? 0;
    expect(bandwidth).toBeGreaterThan(1e8);
    expect(bandwidth).toBeLessThan(1e12);
  });
});

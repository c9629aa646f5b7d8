import { describe, expect, it } from 'vitest';
import type { HardwareSample } from '../../contract/hardware.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { type HardwareMonitorOptions, startHardwareMonitor } from './hardware-monitor.ts';

const GIB = 1024 ** 3;

function stage(more: Partial<HardwareMonitorOptions> = {}) {
  const clock = new FakeClock();
  const end = new AbortController();
  const told: string[] = [];
  const machine = { temperatures: [50], free: 0.5, looks: 0, error: undefined as Error | undefined };
  const sample = async (): Promise<HardwareSample> => {
    machine.looks += 1;
    if (machine.error !== undefined) throw machine.error;
    return {
      at: clock.now(),
      cpu: { load: 0.1 },
      memory: { totalBytes: 100 * GIB, usedBytes: (1 - machine.free) * 100 * GIB },
      cards: machine.temperatures.map((temperature) => ({ name: 'GTX 1080 Ti', temperature })),
      disks: [],
    };
  };
  const monitor = startHardwareMonitor(
    {
      sample,
      problems: () => [],
      clock,
      pressed: (pressure) => told.push(pressure.kind === 'hot-card' ? `hot at ${pressure.temperature}` : 'short'),
      relieved: (kind) => told.push(`${kind} over`),
      ...more,
    },
    end.signal,
  );
  return { clock, end, told, machine, monitor };
}

describe('the hardware monitor', () => {
  it('looks twice a minute when nobody watches, and every two seconds while somebody does', async () => {
    const { clock, machine, monitor } = stage();
    await clock.advance(5 * 60_000);
    expect(machine.looks).toBe(11);
    machine.looks = 0;
    const watched = monitor.watch();
    await clock.advance(60_000);
    expect(machine.looks).toBe(31);
    watched[Symbol.dispose]();
    machine.looks = 0;
    await clock.advance(60_000);
    expect(machine.looks).toBeLessThanOrEqual(3);
  });

  it('tells those who watch of each look, the first at once', async () => {
    const { clock, monitor } = stage();
    await clock.advance(1000);
    let heard = 0;
    using _watched = monitor.watch(() => {
      heard += 1;
    });
    await clock.advance(0);
    expect(heard).toBe(1);
    await clock.advance(4000);
    expect(heard).toBe(3);
  });

  it('remembers ten minutes as they were, and a day by the minute', async () => {
    const { clock, monitor } = stage();
    const watched = monitor.watch();
    await clock.advance(30 * 60_000);
    watched[Symbol.dispose]();
    const { history, now } = monitor.report();
    const fine = history.filter(({ at }) => clock.now() - at <= 10 * 60_000);
    expect(fine.length).toBeGreaterThanOrEqual(300);
    expect(history.length - fine.length).toBeLessThanOrEqual(21);
    expect(history.length - fine.length).toBeGreaterThanOrEqual(19);
    expect(history.at(-1)).toEqual(now);
    expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).toSorted((left, right) => left - right));
    await clock.advance(26 * 60 * 60_000);
    expect(monitor.report().history.length).toBeLessThan(1800);
    expect(clock.now() - monitor.report().history[0]!.at).toBeLessThanOrEqual(24 * 60 * 60_000);
  });

  it('says once that a card is hot, and once that it is not any more', async () => {
    const { clock, told, machine } = stage();
    for (const temperature of [82, 83, 88, 80, 83, 76, 74, 80, 83]) {
      machine.temperatures = [temperature];
      await clock.advance(30_000);
    }
    expect(told).toEqual(['hot at 83', 'hot-card over', 'hot at 83']);
  });

  it('says so of each card, also of two alike', async () => {
    const { clock, told, machine } = stage();
    machine.temperatures = [90, 91];
    await clock.advance(30_000);
    expect(told).toEqual(['hot at 90', 'hot at 91']);
  });

  it('says once that memory is short', async () => {
    const { clock, told, machine } = stage();
    for (const free of [0.07, 0.05, 0.08, 0.05, 0.11, 0.2, 0.05]) {
      machine.free = free;
      await clock.advance(30_000);
    }
    expect(told).toEqual(['short', 'short-memory over', 'short']);
  });

  it('takes the limits it is given', async () => {
    const { clock, told, machine } = stage({ limits: { hot: 60, cool: 55 } });
    machine.temperatures = [60];
    await clock.advance(30_000);
    expect(told).toEqual(['hot at 60']);
  });

  it('goes on after a look that failed, and says so meanwhile', async () => {
    const { clock, machine, monitor } = stage();
    machine.error = new Error('the driver hangs');
    await clock.advance(30_000);
    expect(monitor.report().problems).toEqual(['The machine could not be read: the driver hangs']);
    machine.error = undefined;
    await clock.advance(30_000);
    expect(monitor.report().problems).toEqual([]);
  });

  it('survives a clock that is set back', async () => {
    let shift = 0;
    const clock = new FakeClock();
    const end = new AbortController();
    const monitor = startHardwareMonitor(
      {
        sample: async () => ({ at: clock.now() + shift, cpu: { load: 0 }, memory: { totalBytes: 1, usedBytes: 0 }, cards: [], disks: [] }),
        problems: () => [],
        clock,
        pressed: () => undefined,
        relieved: () => undefined,
      },
      end.signal,
    );
    await clock.advance(60_000);
    shift = -3_600_000;
    await clock.advance(60_000);
    const times = monitor.report().history.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect(times.length).toBeGreaterThan(0);
  });

  it('ends with its signal', async () => {
    const { clock, end, machine } = stage();
    await clock.advance(1000);
    end.abort();
    await clock.advance(10 * 60_000);
    expect(machine.looks).toBe(1);
  });
});

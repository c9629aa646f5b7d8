import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StatePoint } from '../contract/home.ts';
import { entityOf, FakeBridge } from '../tests/fakes/fake-bridge.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { MergedHome } from './merged-home.ts';
import { type RecorderStore, StateRecorder } from './state-recorder.ts';
import { StateSeries } from './state-series.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A file, as the host would keep it. */
class FakeFile implements RecorderStore {
  text = '';
  broken = false;
  load = async () => this.text;
  append = async (lines: string) => {
    if (this.broken) throw new Error('disk full');
    this.text += lines;
  };
  replace = async (lines: string) => {
    this.text = lines;
  };
}

async function start(file: FakeFile, clock: FakeClock, state: string, lastChanged = clock.now()) {
  const recorder = new StateRecorder({ clock, store: file });
  await recorder.load();
  const bridge = new FakeBridge({ name: 'mqtt' }, [
    entityOf('cover.garage', {
      name: 'Garage door',
      identity: 'mqtt cover 1',
      state: 'unknown',
      available: false,
      lastChanged: clock.now(),
    }),
  ]);
  const home = new MergedHome([bridge], { recorder });
  const stop = new AbortController();
  const running = recorder.run(home, stop.signal, () => undefined);
  bridge.set('cover.garage', { available: true });
  bridge.set('cover.garage', { state, lastChanged });
  await clock.advance(1);
  return {
    bridge,
    home,
    recorder,
    since: () => home.entity('cover.garage')?.lastChanged,
    end: async () => {
      stop.abort();
      await running;
    },
  };
}

describe('since when', () => {
  it('is known past a restart, though the broker repeats the old state as new', async () => {
    const clock = new FakeClock();
    const file = new FakeFile();
    const opened = clock.now();
    const first = await start(file, clock, 'open');
    expect(first.since()).toBe(opened);
    await first.end();
    await clock.advance(3 * hour);
    const second = await start(file, clock, 'open');
    expect(second.since()).toBe(opened);
    expect(second.home.snapshot().entities[0]?.lastChanged).toBe(opened);
    await second.end();
    await clock.advance(hour);
    const third = await start(file, clock, 'open');
    expect(third.since()).toBe(opened);
    await third.end();
  });

  it('is the start when the state is another one than before', async () => {
    const clock = new FakeClock();
    const file = new FakeFile();
    await (await start(file, clock, 'open')).end();
    await clock.advance(hour);
    const now = clock.now();
    const second = await start(file, clock, 'closed');
    expect(second.since()).toBe(now);
    await second.end();
  });

  it('is what the bridge says where the bridge remembers further back than JARVIS was away', async () => {
    const clock = new FakeClock();
    const file = new FakeFile();
    await (await start(file, clock, 'open')).end();
    await clock.advance(3 * hour);
    const closedAndOpened = clock.now() - hour;
    const second = await start(file, clock, 'open', closedAndOpened);
    expect(second.since()).toBe(closedAndOpened);
    await second.end();
  });

  it('begins anew with every change that is seen, also back to the same state', async () => {
    const clock = new FakeClock();
    const { bridge, since, end } = await start(new FakeFile(), clock, 'open');
    await clock.advance(hour);
    bridge.set('cover.garage', { state: 'open', lastChanged: clock.now() });
    expect(since()).toBe(clock.now());
    await end();
  });

  it('goes on over an absence of the device', async () => {
    const clock = new FakeClock();
    const opened = clock.now();
    const { bridge, home, since, end } = await start(new FakeFile(), clock, 'open');
    await clock.advance(hour);
    bridge.set('cover.garage', { available: false });
    expect(home.entity('cover.garage')?.available).toBe(false);
    await clock.advance(hour);
    bridge.set('cover.garage', { available: true, lastChanged: clock.now() });
    expect(since()).toBe(opened);
    await end();
  });

  it('goes on when another bridge takes over', async () => {
    const clock = new FakeClock();
    const recorder = new StateRecorder({ clock });
    const opened = clock.now() - 5 * hour;
    const shared = { identity: 'mqtt cover 1', state: 'open' };
    const assistant = new FakeBridge({ name: 'home-assistant' }, [entityOf('cover.garage', { ...shared, lastChanged: opened })]);
    const broker = new FakeBridge({ name: 'mqtt' }, [entityOf('cover.g', { ...shared, lastChanged: clock.now() })]);
    const home = new MergedHome([assistant, broker], { recorder });
    expect(home.entity('cover.garage')?.lastChanged).toBe(opened);
    assistant.state = 'disconnected';
    expect(home.entity('cover.garage')).toMatchObject({ available: true, lastChanged: opened });
  });
});

describe('the past of a home that does not remember', () => {
  it('is asked for through the home, under any id of the entity', async () => {
    const clock = new FakeClock();
    const { bridge, home, end } = await start(new FakeFile(), clock, 'closed');
    const from = clock.now();
    await clock.advance(hour);
    bridge.set('cover.garage', { state: 'open', lastChanged: clock.now() });
    await clock.advance(hour);
    const found = await home.records.history?.(['cover.garage', 'cover.nowhere'], from, clock.now(), new AbortController().signal);
    expect([...(found ?? [])]).toEqual([
      [
        'cover.garage',
        [
          { state: 'closed', at: from },
          { state: 'open', at: from + hour },
        ],
      ],
    ]);
    await end();
  });

  it('survives a restart, with the time of absence as it was', async () => {
    const clock = new FakeClock();
    const file = new FakeFile();
    const begun = clock.now();
    await (await start(file, clock, 'open')).end();
    await clock.advance(hour);
    const { recorder, home, end } = await start(file, clock, 'open');
    const entity = home.entity('cover.garage');
    const states = recorder.history(entity ? [entity] : [], begun, clock.now()).get('cover.garage');
    expect(states?.map(({ state }) => state)).toContain('open');
    expect(states?.[0]?.at).toBe(begun);
    await end();
  });

  it('keeps the measured warmth of a thermostat', () => {
    const clock = new FakeClock();
    const recorder = new StateRecorder({ clock });
    const thermostat = entityOf('climate.hall', { state: 'heat', attributes: { current_temperature: 19, hvac_modes: ['heat'] } });
    recorder.note(thermostat);
    expect(recorder.history([thermostat], 0, clock.now())).toEqual(
      new Map([['climate.hall', [{ state: 'heat', at: clock.now(), attributes: { current_temperature: 19 } }]]]),
    );
  });

  it('reads what it can of a file that was torn or tampered with', async () => {
    const file = new FakeFile();
    file.text = `["light.a",1,"on",1]\nnonsense\n["light.a","x","off",2]\n[1,2]\n\n{"a":1}\n["light.b",5,"on",5]\n["light.c",7,"o`;
    const recorder = new StateRecorder({ clock: new FakeClock(10), store: file });
    await recorder.load();
    expect(recorder.size).toBe(2);
  });

  it('tells a failing disk, keeps what it knows, and writes it later', async () => {
    const clock = new FakeClock();
    const file = new FakeFile();
    file.broken = true;
    const recorder = new StateRecorder({ clock, store: file });
    recorder.note(entityOf('light.a', { state: 'on' }));
    await expect(recorder.write()).rejects.toThrow('disk full');
    file.broken = false;
    await recorder.write();
    expect(file.text).toContain('light.a');
    await recorder.write();
    expect(file.text.trim().split('\n')).toHaveLength(1);
  });
});

describe('the memory of states', () => {
  it('never holds more than it may, and always the newest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.tuple(fc.nat(90_000), fc.oneof(fc.float({ noNaN: true }).map(String), fc.constantFrom('on', 'off', 'unavailable'))), {
          maxLength: 200,
        }),
        (limit, steps) => {
          const series = new StateSeries();
          let at = 0;
          for (const [later, state] of steps) {
            at += later;
            series.add({ state, at }, limit);
            expect(series.length).toBeLessThanOrEqual(limit);
            expect(series.last?.state).toBe(state);
          }
          const points = series.since(0);
          for (const [index, point] of points.entries()) expect(point.at).toBeGreaterThanOrEqual(points[index - 1]?.at ?? 0);
        },
      ),
    );
  });

  it('thins a restless sensor, but never its highest and lowest', () => {
    const series = new StateSeries();
    const day = 24 * hour;
    let count = 0;
    for (let at = 0; at < day; at += 5000) {
      count += 1;
      const value = at === 6 * hour ? 99 : at === 12 * hour ? -20 : 20 + ((count * 7) % 11) / 10;
      series.add({ state: String(value), at }, 500);
    }
    const states = series.since(0).map(({ state }) => Number(state));
    expect(states.length).toBeLessThanOrEqual(500);
    expect(Math.max(...states)).toBe(99);
    expect(Math.min(...states)).toBe(-20);
    expect(series.since(0)[0]?.at).toBe(0);
    // old hours are told more roughly, but none is missing
    const hours = new Set(series.since(0).map(({ at }) => Math.floor(at / (3 * hour))));
    expect(hours.size).toBe(8);
  });

  it('gives the state at the beginning of a span', () => {
    const series = new StateSeries();
    for (const [state, at] of [
      ['a', 10],
      ['b', 20],
      ['c', 30],
    ] as const)
      series.add({ state, at }, 10);
    const seen = (points: StatePoint[]) => points.map(({ state, at }) => `${state}${at}`);
    expect(seen(series.between(25, 40))).toEqual(['b25', 'c30']);
    expect(seen(series.between(0, 15))).toEqual(['a10']);
    expect(seen(series.between(0, 5))).toEqual([]);
    expect(series.forgetBefore(25)).toBe(1);
    expect(seen(series.between(0, 40))).toEqual(['b20', 'c30']);
  });

  it('stays within its whole size in a large home', () => {
    const clock = new FakeClock();
    const recorder = new StateRecorder({ clock, points: 1000, pointsPerEntity: 50 });
    for (let round = 0; round < 20; round += 1)
      for (let index = 0; index < 200; index += 1)
        recorder.note(entityOf(`sensor.s${index}`, { state: `word ${round}`, lastChanged: clock.now() }));
    expect(recorder.size).toBeLessThanOrEqual(1000);
    expect(recorder.size).toBeGreaterThan(100);
  });
});

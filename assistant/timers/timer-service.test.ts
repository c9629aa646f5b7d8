import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import type { Timer } from './timer.ts';
import type { TimerStore } from './timer-service.ts';
import { TimerService } from './timer-service.ts';

function memoryStore(): TimerStore & { stored: unknown } {
  return {
    stored: undefined,
    async load() {
      return this.stored;
    },
    async save(timers) {
      this.stored = structuredClone(timers);
    },
  };
}

async function service(
  store = memoryStore(),
  clock = new FakeClock(),
): Promise<{ timers: TimerService; clock: FakeClock; store: typeof store }> {
  let count = 0;
  const timers = new TimerService(store, clock, () => `timer-${++count}`);
  await timers.load();
  return { timers, clock, store };
}

describe('timers', () => {
  it('ring when their time has come, in order', async () => {
    const { timers, clock } = await service();
    const ending = new AbortController();
    const rung: string[] = [];
    const ringing = (async () => {
      for await (const timer of timers.rings(ending.signal)) {
        rung.push(timer.name ?? '');
        if (rung.length === 2) ending.abort();
      }
    })();
    await timers.start({ seconds: 60, name: 'pizza' });
    await timers.start({ seconds: 30, name: 'tea' });
    await clock.advance(61_000);
    await ringing;
    expect(rung).toEqual(['tea', 'pizza']);
    expect(timers.list()).toEqual([]);
  });

  it('survive a restart and ring late rather than never', async () => {
    const before = await service();
    await before.timers.start({ seconds: 60, name: 'pizza' });
    const after = await service(before.store, before.clock);
    expect(after.timers.list().map((timer) => timer.name)).toEqual(['pizza']);
    await before.clock.advance(3_600_000);
    const ending = new AbortController();
    const { value } = await after.timers.rings(ending.signal).next();
    expect((value as Timer).name).toBe('pizza');
    ending.abort();
  });

  it('keep what a delayed command meant past a restart', async () => {
    const matches = [{ intent: 'HassTurnOff', slots: { name: 'Hall' }, targets: ['light.hall'], confidence: 1, when: { forSeconds: 60 } }];
    const before = await service();
    await before.timers.start({ seconds: 60, command: 'turn off the hall light', matches });
    const after = await service({ ...before.store, stored: JSON.parse(JSON.stringify(before.store.stored)) });
    expect(after.timers.list()[0]).toMatchObject({ command: 'turn off the hall light', matches });
  });

  it('do not run while paused and go on with what was left', async () => {
    const { timers, clock } = await service();
    const { id } = await timers.start({ seconds: 60 });
    await clock.advance(20_000);
    await timers.pause(id);
    await clock.advance(600_000);
    const resumed = await timers.resume(id);
    expect((resumed?.endsAt ?? 0) - clock.now()).toBe(40_000);
  });

  it('are kept when the store fails: nothing is promised that is not on disk', async () => {
    const { timers } = await service({
      stored: undefined,
      load: async () => undefined,
      save: async () => {
        throw new Error('disk full');
      },
    });
    await expect(timers.start({ seconds: 60 })).rejects.toThrow('disk full');
    expect(timers.list()).toEqual([]);
  });

  it('refuse a store that holds something else', async () => {
    await expect(service({ ...memoryStore(), load: async () => [{ id: 1 }] })).rejects.toThrow();
  });
});

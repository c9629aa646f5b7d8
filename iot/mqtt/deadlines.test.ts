import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { Deadlines } from './deadlines.ts';

describe('deadlines', () => {
  it('come in their time, may be moved and taken back, and end with their signal', async () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const ending = new AbortController();
    const running = deadlines.run(ending.signal);
    const done: string[] = [];
    const set = (key: string, ms: number): void => deadlines.set(key, ms, () => done.push(`${key}@${clock.monotonic()}`));
    set('late', 3000);
    await clock.advance(100);
    set('early', 500);
    set('gone', 700);
    set('moved', 800);
    deadlines.clear('gone');
    await clock.advance(400);
    set('moved', 2000);
    await clock.advance(1000);
    expect(done).toEqual(['early@600']);
    await clock.advance(5000);
    expect(done).toEqual(['early@600', 'moved@2500', 'late@3000']);
    set('never', 1000);
    ending.abort();
    await running;
    await clock.advance(2000);
    expect(done).toHaveLength(3);
  });

  it('serves ten thousand movings of one deadline with a handful of sleeps', async () => {
    const clock = new FakeClock();
    let sleeps = 0;
    const counting = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (ms: number, signal?: AbortSignal) => {
        sleeps += 1;
        return clock.sleep(ms, signal);
      },
    };
    const deadlines = new Deadlines(counting);
    const ending = new AbortController();
    const running = deadlines.run(ending.signal);
    let fired = 0;
    for (let count = 0; count < 10_000; count += 1)
      deadlines.set('one', 60_000, () => {
        fired += 1;
      });
    await clock.advance(60_000);
    expect([fired, sleeps < 10]).toEqual([1, true]);
    ending.abort();
    await running;
  });
});

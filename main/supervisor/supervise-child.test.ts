import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ServiceStatus } from '../../contract/interface.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import type { Child, ChildExit } from './child.ts';
import { type SupervisedChild, superviseChild } from './supervise-child.ts';

/** A child that does what the test says. */
class FakeChild implements Child {
  readonly pid: number | undefined = 1;
  answers = true;
  pings = 0;
  #listen: (message: unknown) => void = () => undefined;
  #exit: (exit: ChildExit) => void = () => undefined;

  send(): void {
    this.pings += 1;
    if (this.answers) this.#listen('pong');
  }
  onMessage(listen: (message: unknown) => void): void {
    this.#listen = listen;
  }
  onExit(listen: (exit: ChildExit) => void): void {
    this.#exit = listen;
  }
  onOutput(): void {
    // Prints nothing.
  }
  end(): void {
    this.exit({ code: 0, signal: null });
  }
  kill(): void {
    this.exit({ code: null, signal: 'SIGKILL' });
  }
  exit(exit: ChildExit): void {
    this.#exit(exit);
  }
}

function supervise(children: FakeChild[], prepare: (child: FakeChild) => void = () => undefined) {
  const clock = new FakeClock();
  const statuses: ServiceStatus[] = [];
  const supervised: SupervisedChild<{ ping: number }> = superviseChild<{ ping: number }, string>({
    name: 'fake',
    launch: {
      launch() {
        const child = new FakeChild();
        prepare(child);
        children.push(child);
        return child;
      },
    },
    parse: (message) => z.string().parse(message),
    ping: (ping) => ({ ping }),
    pong: (message) => (message === 'pong' ? { residentBytes: 1 } : undefined),
    memoryLimitBytes: 10,
    clock,
    log: silentLog,
    onStarted: () => undefined,
    onMessage: () => undefined,
    onEnded: () => undefined,
    onStatus: (status) => statuses.push(status),
  });
  return { clock, statuses, supervised };
}

describe('supervision', () => {
  it('restarts at once the first time, then ever more slowly, and never gives up', async () => {
    const children: FakeChild[] = [];
    const { clock, statuses, supervised } = supervise(children);
    await clock.advance(0);
    const starts: number[] = [];
    for (let crash = 0; crash < 9; crash += 1) {
      const before = clock.monotonic();
      const count = children.length;
      children.at(-1)?.exit({ code: 1, signal: null });
      await clock.advance(0);
      while (children.length === count) await clock.advance(100);
      starts.push(clock.monotonic() - before);
    }
    expect(starts).toEqual([0, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 30_000, 30_000]);
    expect(statuses.filter(({ state }) => state === 'failed').at(-1)?.detail).toBe('it ended with code 1; next try in 30 s');
    await supervised.stop();
  });

  it('counts from anew after a long good run', async () => {
    const children: FakeChild[] = [];
    const { clock, supervised } = supervise(children);
    await clock.advance(0);
    for (const _ of [1, 2, 3]) {
      children.at(-1)?.exit({ code: 1, signal: null });
      await clock.advance(61_000);
    }
    const count = children.length;
    children.at(-1)?.exit({ code: 1, signal: null });
    await clock.advance(0);
    expect(children.length).toBe(count + 1);
    await supervised.stop();
  });

  it('ends a child that stops answering within four seconds', async () => {
    const children: FakeChild[] = [];
    const { clock, statuses, supervised } = supervise(children);
    await clock.advance(2_000);
    expect(statuses.at(-1)?.state).toBe('running');
    const [first] = children;
    if (first !== undefined) first.answers = false;
    await clock.advance(4_000);
    expect(children.length).toBe(2);
    expect(statuses.at(-1)).toMatchObject({ state: 'running', restarts: 1 });
    await supervised.stop();
  });

  it('ends a child that never says a word, but gives it time to load', async () => {
    const children: FakeChild[] = [];
    const { clock, supervised } = supervise(children, (child) => {
      child.answers = false;
    });
    await clock.advance(19_000);
    expect(children.length).toBe(1);
    await clock.advance(3_000);
    expect(children.length).toBe(2);
    await supervised.stop();
  });

  it('goes on trying when the program cannot be started at all', async () => {
    const children: FakeChild[] = [];
    const { clock, statuses, supervised } = supervise(children);
    await clock.advance(0);
    children.at(-1)?.exit({ code: null, signal: null, error: new Error('no such file') });
    await clock.advance(0);
    expect(statuses.find(({ state }) => state === 'restarting')?.detail).toBe('it could not be started: no such file');
    expect(children.length).toBe(2);
    await supervised.stop();
    expect(supervised.send({ ping: 1 })).toBe(false);
    expect(statuses.at(-1)?.state).toBe('stopped');
  });
});

import { expect, it } from 'vitest';
import { Broadcast } from '../../contract/broadcast.ts';
import type { InterfaceEvent } from '../../contract/interface.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { tellModels } from './tell-models.ts';

function stage(pack: () => Promise<{ build: 'cpu'; version: string; state: 'installed' }>) {
  const clock = new FakeClock();
  const changes = new Broadcast<{ type: 'models-changed' }>();
  const told: InterfaceEvent[] = [];
  const end = new AbortController();
  const telling = tellModels(
    {
      changes,
      engine: { pack },
      downloads: { list: () => [] },
      pool: { status: () => ({ gpuBudgetBytes: 0, memoryBudgetBytes: 0, resident: [] }) },
    },
    (event) => told.push(event),
    clock,
    end.signal,
  );
  return { clock, changes, told, end, telling };
}

it('tells a flood of changes in few words, and the last of them', async () => {
  const { clock, changes, told, end, telling } = stage(async () => ({ build: 'cpu', version: '1', state: 'installed' }));
  await clock.advance(0);
  // Twelve thousand are more than a reader may fall behind.
  for (let change = 0; change < 12_000; change += 1) {
    changes.publish({ type: 'models-changed' });
    await clock.advance(change % 10 === 0 ? 1 : 0);
  }
  await clock.advance(1_000);
  expect(told.length).toBeGreaterThan(3);
  expect(told.length).toBeLessThan(20);
  const before = told.length;
  changes.publish({ type: 'models-changed' });
  await clock.advance(1_000);
  expect(told).toHaveLength(before + 1);
  end.abort();
  await telling.catch(() => undefined);
});

it('says so when it cannot tell any more', async () => {
  const { clock, changes, telling } = stage(() => Promise.reject(new Error('the disk is gone')));
  const ended = expect(telling).rejects.toThrow('the disk is gone');
  await clock.advance(0);
  changes.publish({ type: 'models-changed' });
  await clock.advance(1_000);
  await ended;
});

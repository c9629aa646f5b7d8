import { describe, expect, it } from 'vitest';
import type { Entity, HomeChange } from '../contract/home.ts';
import { ChangeQueue } from './change-queue.ts';

const entity = (id: string, state: string): Entity => ({
  id,
  name: id,
  aliases: [],
  domain: 'light',
  state,
  attributes: {},
  available: true,
  lastChanged: 0,
});
const changed = (id: string, state: string): HomeChange => ({ type: 'entity-changed', entity: entity(id, state) });

/** Takes what waits, then ends the queue. */
async function drain(queue: ChangeQueue): Promise<string[]> {
  const told: string[] = [];
  const left = queue.size;
  if (left === 0) return told;
  for await (const change of queue) {
    told.push('entity' in change ? `${change.type} ${change.entity.id} ${change.entity.state}` : change.type);
    if (told.length === left) break;
  }
  return told;
}

describe('a change queue', () => {
  it('keeps one change per entity, the latest, in the order of the first', async () => {
    const queue = new ChangeQueue(new AbortController().signal);
    for (let round = 0; round < 1000; round += 1) {
      queue.push(changed('light.a', `${round}`));
      queue.push(changed('light.b', `${round}`));
    }
    expect(queue.size).toBe(2);
    expect(await drain(queue)).toEqual(['entity-changed light.a 999', 'entity-changed light.b 999']);
  });

  it('still calls an entity new when it changed before anybody looked', async () => {
    const queue = new ChangeQueue(new AbortController().signal);
    queue.push({ type: 'entity-added', entity: entity('light.a', 'off') });
    queue.push(changed('light.a', 'on'));
    expect(await drain(queue)).toEqual(['entity-added light.a on']);
  });

  it('says that the structure changed after all that changed it', async () => {
    const queue = new ChangeQueue(new AbortController().signal);
    queue.push({ type: 'structure-changed' });
    queue.push({ type: 'entity-added', entity: entity('light.a', 'off') });
    queue.push({ type: 'structure-changed' });
    expect(await drain(queue)).toEqual(['entity-added light.a off', 'structure-changed']);
  });

  it('lets go once, when the consumer leaves or the signal aborts', async () => {
    let released = 0;
    const stop = new AbortController();
    const queue = new ChangeQueue(stop.signal, () => {
      released += 1;
    });
    queue.push(changed('light.a', 'on'));
    await drain(queue);
    stop.abort();
    expect(released).toBe(1);
    queue.push(changed('light.a', 'off'));
    expect(queue.size).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { effectScope, watchEffect } from 'vue';
import { bigHome, fakeHome } from '../../tests/fakes/fake-home.ts';
import { HomeStore } from './home-store.ts';

function opened(home = fakeHome()) {
  const frames: (() => void)[] = [];
  const store = new HomeStore((show) => frames.push(show));
  store.replace(home);
  const lamp = store.entity('light.kitchen');
  if (!lamp) throw new Error('The fake home has lost its kitchen light.');
  return { store, frames, lamp, draw: () => frames.splice(0).map((show) => show()) };
}

describe('the home on the page', () => {
  it('shows the changes of one frame together, and of several changes of one device the last', () => {
    const { store, frames, lamp, draw } = opened();
    const before = store.changes.value;
    for (const state of ['on', 'off', 'on']) store.change({ ...lamp, state });
    expect(frames).toHaveLength(1);
    expect(store.entity(lamp.id)?.state).toBe('off');
    draw();
    expect(store.entity(lamp.id)?.state).toBe('on');
    expect(store.changes.value).toBe(before + 1);
    store.change({ ...lamp, state: 'off' });
    expect(frames).toHaveLength(1);
  });

  it('tells of a change only those who look at that device', () => {
    const { store, lamp, draw } = opened();
    const seen: string[] = [];
    const scope = effectScope();
    scope.run(() => {
      watchEffect(() => seen.push(`lamp ${store.entity(lamp.id)?.state}`), { flush: 'sync' });
      watchEffect(() => seen.push(`office ${store.entity('light.office')?.state}`), { flush: 'sync' });
      watchEffect(() => seen.push(`groups ${store.structure.value}`), { flush: 'sync' });
    });
    seen.length = 0;
    store.change({ ...lamp, state: 'on' });
    draw();
    expect(seen).toEqual(['lamp on']);
    seen.length = 0;
    store.change({ ...lamp, state: 'on', name: 'Ceiling light' });
    draw();
    expect(seen).toEqual(['lamp on', expect.stringMatching(/^groups/u)]);
    scope.stop();
  });

  it('counts each room as if it had counted all devices anew', () => {
    const { store, draw } = opened();
    const changes = [
      { id: 'light.kitchen', state: 'on' },
      { id: 'light.office', available: false },
      { id: 'lock.front_door', state: 'unlocked' },
      { id: 'light.living_room', hidden: true },
      { id: 'fan.office', area: 'kitchen' },
      { id: 'light.kitchen', state: 'off' },
      { id: 'vacuum.robot', attributes: { battery_level: 5 } },
    ];
    for (const { id, ...change } of changes) {
      const entity = store.peek(id);
      if (entity) store.change({ ...entity, ...change });
      draw();
    }
    const fresh = new HomeStore(() => undefined);
    fresh.replace({ floors: store.floors.value, areas: store.areas.value, entities: [...store.all('structure')] });
    for (const area of [...store.areas.value.map(({ id }) => id), '']) expect(store.tally(area)).toEqual(fresh.tally(area));
    expect(store.total.value).toEqual(fresh.total.value);
    expect(store.total.value).toMatchObject({ hidden: 1, low: 1, open: 2, away: 2 });
  });

  it('forgets what is gone, and what waited for a frame when the whole home comes anew', () => {
    const { store, lamp, draw } = opened();
    store.change({ ...lamp, state: 'on' });
    const { floors, areas, entities } = fakeHome();
    store.replace({ floors, areas, entities: entities.filter(({ id }) => id !== 'light.office') });
    draw();
    expect(store.entity(lamp.id)?.state).toBe('off');
    expect(store.entity('light.office')).toBeUndefined();
    expect(store.size).toBe(entities.length - 1);
  });

  it('costs the same in a home of ten thousand: nobody else is told', () => {
    const { store, draw } = opened({ ...bigHome(10_000), entities: [...bigHome(10_000).entities, ...fakeHome().entities] });
    let told = 0;
    const scope = effectScope();
    scope.run(() => {
      for (let index = 0; index < 120; index += 1)
        watchEffect(
          () => {
            store.entity(`light.lamp_${index}`);
            told += 1;
          },
          { flush: 'sync' },
        );
    });
    told = 0;
    const lamp = store.peek('light.lamp_7');
    if (lamp) store.change({ ...lamp, state: 'off' });
    draw();
    expect(told).toBe(1);
    scope.stop();
  });
});

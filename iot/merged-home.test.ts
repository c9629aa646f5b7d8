import { describe, expect, it } from 'vitest';
import type { HomeChange } from '../contract/home.ts';
import { HomeFileSchema } from '../contract/home-file.ts';
import { systemClock } from '../main/host/system-clock.ts';
import { createFileHome } from './file-home.ts';
import { MergedHome } from './merged-home.ts';

const bridge = (file: unknown) => createFileHome(HomeFileSchema.parse(file), { clock: systemClock });
const live = new AbortController();

async function twoBridges() {
  const home = new MergedHome([
    bridge({
      floors: [{ id: 'ground', name: 'Ground' }],
      areas: [{ id: 'hall', name: 'Hall', floor: 'ground' }],
      entities: [{ id: 'light.hall', name: 'Hall light', area: 'hall' }],
    }),
    bridge({
      areas: [{ id: 'hall', name: 'The other hall' }],
      entities: [
        { id: 'light.hall', name: 'Shadowed' },
        { id: 'cover.garage', name: 'Garage door', device_class: 'garage' },
        { id: 'light.gone', name: 'Attic light', unavailable: true },
      ],
    }),
  ]);
  await home.connect(live.signal);
  return home;
}

describe('a merged home', () => {
  it('is one home over all bridges; the first bridge has an id that two claim', async () => {
    const home = await twoBridges();
    expect(home.snapshot().entities.map(({ id, name }) => [id, name])).toEqual([
      ['light.hall', 'Hall light'],
      ['cover.garage', 'Garage door'],
      ['light.gone', 'Attic light'],
    ]);
    expect(home.area('hall')?.name).toBe('Hall');
    expect(home.floor('ground')?.name).toBe('Ground');
    expect(home.entity('cover.garage')?.state).toBe('closed');
    expect(home.entity('cover.nowhere')).toBeUndefined();
    expect(home.bridges()).toMatchObject([{ state: 'connected' }, { state: 'connected' }]);
  });

  it('sends each part of a call to the bridge that has it, and rejects what cannot be, in the order asked', async () => {
    const home = await twoBridges();
    const outcomes = await home.act(
      { service: 'homeassistant.toggle', entityIds: ['cover.garage', 'light.nowhere', 'light.gone', 'light.hall'], data: {} },
      live.signal,
    );
    expect(outcomes).toMatchObject([
      { entityId: 'cover.garage', outcome: 'confirmed', state: 'open' },
      { entityId: 'light.nowhere', outcome: 'rejected', reason: 'There is no such device: light.nowhere.' },
      { entityId: 'light.gone', outcome: 'rejected', reason: 'The attic light is not answering.' },
      { entityId: 'light.hall', outcome: 'confirmed', state: 'on' },
    ]);
  });

  it('asks no bridge that is not connected', async () => {
    const home = new MergedHome([bridge({ entities: [{ id: 'light.hall', name: 'Hall light' }] })]);
    expect(await home.act({ service: 'light.turn_on', entityIds: ['light.hall'], data: {} }, live.signal)).toMatchObject([
      { outcome: 'rejected', reason: 'I cannot reach the home just now.' },
    ]);
  });

  it('merges the changes of all bridges for every consumer', async () => {
    const home = await twoBridges();
    const stop = new AbortController();
    const consumers = [home.changes(stop.signal), home.changes(stop.signal)];
    const version = home.structureVersion;
    await home.act({ service: 'homeassistant.toggle', entityIds: ['cover.garage', 'light.hall'], data: {} }, live.signal);
    for (const consumer of consumers) {
      const told: HomeChange[] = [];
      for await (const change of consumer) {
        told.push(change);
        if (told.length === 2) break;
      }
      expect(told.map((change) => 'entity' in change && change.entity.id).sort()).toEqual(['cover.garage', 'light.hall']);
    }
    stop.abort();
    expect(home.structureVersion).toBe(version);
  });
});

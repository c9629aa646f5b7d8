import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entity, HomeAction, HomeChange } from '../../contract/home.ts';
import type { HomeBridge } from '../../iot/home-bridge.ts';

/** A connected bridge to a home that has the entities of `suiteHome`, all fresh. */
export interface OpenBridge {
  bridge: HomeBridge;
  close(): Promise<void>;
}

/** Resolves with the entity once it satisfies `wanted`. */
export async function seen(bridge: HomeBridge, entityId: string, wanted: (entity: Entity) => boolean): Promise<Entity> {
  const stop = new AbortController();
  const changes = bridge.changes(stop.signal);
  const now = bridge.entity(entityId);
  if (now && wanted(now)) {
    stop.abort();
    return now;
  }
  for await (const change of changes) {
    if (change.type !== 'entity-changed' && change.type !== 'entity-added') continue;
    if (change.entity.id === entityId && wanted(change.entity)) {
      stop.abort();
      return change.entity;
    }
  }
  throw new Error(`${entityId} was never seen so`);
}

/** What every way into the home must do, whatever stands behind it. */
export function describeHomeBridge(name: string, open: () => Promise<OpenBridge>): void {
  describe(`${name} as a home bridge`, () => {
    let opened: OpenBridge;
    let bridge: HomeBridge;
    const live = new AbortController();
    const act = (service: string, entityIds: string[], data: HomeAction['data'] = {}) =>
      bridge.act({ service, entityIds, data }, live.signal);

    beforeEach(async () => {
      opened = await open();
      bridge = opened.bridge;
    });
    afterEach(() => opened.close());

    it('gives a whole picture once it is connected', () => {
      const { floors, areas, entities } = bridge.snapshot();
      expect(bridge.status.state).toBe('connected');
      expect(floors.map(({ id }) => id)).toContain('ground_floor');
      expect(areas.find(({ id }) => id === 'kitchen')).toMatchObject({ name: 'Kitchen', floor: 'ground_floor' });
      const areaIds = new Set(areas.map(({ id }) => id));
      for (const { area } of entities) if (area !== undefined) expect(areaIds).toContain(area);
      expect(bridge.entity('light.hall_light')).toMatchObject({
        name: 'Hall light',
        domain: 'light',
        area: 'hall',
        state: 'off',
        available: true,
      });
      expect(entities).toContain(bridge.entity('light.hall_light'));
      expect(bridge.entity('light.nowhere')).toBeUndefined();
    });

    it('confirms a light that was seen to go on, and tells every consumer', async () => {
      const stop = new AbortController();
      const consumers = [bridge.changes(stop.signal), bridge.changes(stop.signal)];
      expect(await act('light.turn_on', ['light.hall_light'])).toEqual([
        { entityId: 'light.hall_light', outcome: 'confirmed', state: 'on' },
      ]);
      expect(bridge.entity('light.hall_light')?.state).toBe('on');
      for (const consumer of consumers) {
        const told: HomeChange[] = [];
        for await (const change of consumer) {
          told.push(change);
          if (change.type === 'entity-changed' && change.entity.id === 'light.hall_light' && change.entity.state === 'on') break;
        }
        expect(told.length).toBeGreaterThan(0);
      }
      stop.abort();
    });

    it('sets brightness, colour and warmth, and shows them in the attributes', async () => {
      expect((await act('light.turn_on', ['light.living_room_lamp'], { brightness_pct: 40, color_name: 'blue' }))[0]?.outcome).toBe(
        'confirmed',
      );
      expect(bridge.entity('light.living_room_lamp')?.attributes).toMatchObject({ brightness: 102, rgb_color: [0, 0, 255] });
      expect((await act('light.turn_on', ['light.living_room_lamp'], { color_temp_kelvin: 3000 }))[0]?.outcome).toBe('confirmed');
      const attributes = bridge.entity('light.living_room_lamp')?.attributes;
      expect(Math.abs(Number(attributes?.color_temp_kelvin) - 3000)).toBeLessThan(30);
      expect(attributes?.rgb_color).toBeUndefined();
    });

    it('toggles back and forth', async () => {
      await act('light.toggle', ['light.hall_light']);
      expect(bridge.entity('light.hall_light')?.state).toBe('on');
      await act('homeassistant.toggle', ['light.hall_light']);
      expect(bridge.entity('light.hall_light')?.state).toBe('off');
    });

    it.each([
      ['a device that does not exist', 'light.turn_on', 'light.nowhere', {}, /no such device/],
      ['a service of another domain', 'lock.unlock', 'light.hall_light', {}, /cannot do unlock/],
      ['a service that nobody has', 'light.explode', 'light.hall_light', {}, /cannot do explode/],
      ['a brightness past 100 percent', 'light.turn_on', 'light.living_room_lamp', { brightness_pct: 140 }, /0 to 100/],
      ['a brightness that is no number', 'light.turn_on', 'light.living_room_lamp', { brightness_pct: 'full' }, /brightness_pct/],
      ['data that the service does not know', 'light.turn_on', 'light.living_room_lamp', { colour: 'red' }, /knows no colour/],
      ['a colour that nobody knows', 'light.turn_on', 'light.living_room_lamp', { color_name: 'bleen' }, /do not know the colour bleen/],
      ['a colour on a lamp that has none', 'light.turn_on', 'light.kitchen_light', { color_name: 'red' }, /cannot change its colour/],
      ['dimming a lamp that cannot', 'light.turn_on', 'light.hall_light', { brightness_pct: 40 }, /cannot be dimmed/],
      ['a temperature out of range', 'climate.set_temperature', 'climate.hall_thermostat', { temperature: 60 }, /7 to 30/],
      ['a position past the end', 'cover.set_cover_position', 'cover.bedroom_blinds', { position: 120 }, /0 \(closed\) to 100/],
      ['operating a sensor', 'homeassistant.turn_on', 'sensor.living_room_temperature', {}, /cannot do turn on/],
    ])('refuses %s and changes nothing', async (_what, service, entityId, data, reason) => {
      const before = bridge.entity(entityId);
      const [outcome] = await act(service, [entityId], data);
      expect(outcome).toMatchObject({ entityId, outcome: 'rejected', reason: expect.stringMatching(reason) });
      expect(bridge.entity(entityId)?.state).toBe(before?.state);
    });

    it('does what it can of a mixed call, one outcome for each', async () => {
      const outcomes = await act('light.turn_on', ['light.hall_light', 'light.nowhere', 'light.hall_light', 'light.kitchen_light']);
      expect(outcomes.map(({ entityId, outcome }) => [entityId, outcome])).toEqual([
        ['light.hall_light', 'confirmed'],
        ['light.nowhere', 'rejected'],
        ['light.kitchen_light', 'confirmed'],
      ]);
    });

    it('opens blinds to the end and to a place between', async () => {
      expect(await act('cover.open_cover', ['cover.bedroom_blinds'])).toMatchObject([{ outcome: 'confirmed', state: 'open' }]);
      expect(bridge.entity('cover.bedroom_blinds')?.attributes.current_position).toBe(100);
      expect(await act('cover.set_cover_position', ['cover.bedroom_blinds'], { position: 40 })).toMatchObject([{ outcome: 'confirmed' }]);
      expect(bridge.entity('cover.bedroom_blinds')?.attributes.current_position).toBe(40);
    });

    it('unlocks, heats and blows', async () => {
      expect(await act('lock.unlock', ['lock.front_door_lock'])).toMatchObject([{ outcome: 'confirmed', state: 'unlocked' }]);
      expect(await act('climate.set_temperature', ['climate.hall_thermostat'], { temperature: 22.5 })).toMatchObject([
        { outcome: 'confirmed' },
      ]);
      expect(bridge.entity('climate.hall_thermostat')?.attributes.temperature).toBe(22.5);
      expect(await act('fan.set_percentage', ['fan.office_fan'], { percentage: 40 })).toMatchObject([
        { outcome: 'confirmed', state: 'on' },
      ]);
    });

    it('gives a slow consumer the last state, and no more than one change per entity', async () => {
      const stop = new AbortController();
      const slow = bridge.changes(stop.signal);
      for (let round = 0; round < 5; round += 1) await act('light.toggle', ['light.hall_light']);
      const states: string[] = [];
      for await (const change of slow) {
        if (change.type !== 'entity-changed' || change.entity.id !== 'light.hall_light') continue;
        states.push(change.entity.state);
        break;
      }
      stop.abort();
      expect(states).toEqual(['on']);
    });

    it('ends its changes when the signal aborts', async () => {
      const stop = new AbortController();
      const ended = (async () => {
        for await (const _change of bridge.changes(stop.signal));
        return 'ended';
      })();
      stop.abort();
      expect(await ended).toBe('ended');
    });

    it('does nothing for a call that was cancelled before it began', async () => {
      const cancelled = await bridge.act({ service: 'light.turn_on', entityIds: ['light.hall_light'], data: {} }, AbortSignal.abort());
      expect(cancelled).toMatchObject([{ outcome: 'rejected' }]);
      expect(bridge.entity('light.hall_light')?.state).toBe('off');
    });
  });
}

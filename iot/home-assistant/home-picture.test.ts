import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/host/system-clock.ts';
import type { FakeHomeAssistant } from '../../tests/fakes/home-assistant/fake-home-assistant.ts';
import { type FakeHomeAssistantOptions, startFakeHomeAssistant } from '../../tests/fakes/home-assistant/start-fake-home-assistant.ts';
import { recordingLog } from '../../tests/fakes/recording-log.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { EntityTable } from '../entity-table.ts';
import { createHomeAssistantBridge } from './home-assistant-bridge.ts';
import { HomePicture } from './home-picture.ts';
import { Registries } from './registries.ts';
import type { CommandChannel } from './session.ts';

const ending: AbortController[] = [];
const fakes: FakeHomeAssistant[] = [];
let lines: string[] = [];
afterEach(async () => {
  for (const each of ending.splice(0)) each.abort();
  for (const each of fakes.splice(0)) await each[Symbol.asyncDispose]();
  lines = [];
});

async function start(furnish: (fake: FakeHomeAssistant) => void = () => undefined, options: FakeHomeAssistantOptions = { house: 'empty' }) {
  const fake = await startFakeHomeAssistant(options);
  fakes.push(fake);
  furnish(fake);
  return fake;
}

async function connect(fake: FakeHomeAssistant) {
  const log = recordingLog((line) => lines.push(line));
  const bridge = createHomeAssistantBridge({ url: fake.url, token: async () => fake.token, clock: systemClock, log });
  const stop = new AbortController();
  ending.push(stop);
  await bridge.connect(stop.signal);
  return { bridge, stop };
}

const area = (id: string, name: string, more: { floor_id?: string; aliases?: string[]; labels?: string[] } = {}) => ({
  area_id: id,
  name,
  aliases: [],
  floor_id: null,
  labels: [],
  icon: null,
  ...more,
});
const device = (id: string, name: string, more: { name_by_user?: string; area_id?: string; labels?: string[] } = {}) => ({
  id,
  name,
  name_by_user: null,
  area_id: null,
  labels: [],
  manufacturer: null,
  model: null,
  identifiers: [],
  connections: [],
  ...more,
});

/** A lamp in a room on a floor, part of a device that stands in the room. */
function furnishHall(fake: FakeHomeAssistant): void {
  const { registries } = fake.house;
  registries.floors.create({ floor_id: 'ground', name: 'Ground floor', aliases: ['downstairs'], level: 0, icon: null });
  registries.labels.create({ label_id: 'party', name: 'Party', color: null, icon: null, description: null });
  registries.areas.create(area('hall', 'Hall', { floor_id: 'ground', aliases: ['entrance'], labels: ['party'] }));
  registries.areas.create(area('study', 'Study'));
  registries.devices.create(device('bridge-1', 'Hue lamp', { area_id: 'hall', name_by_user: 'Chandelier', labels: ['party'] }));
  fake.add('light.lamp', { name: 'Lamp', state: 'on', device: 'bridge-1', aliases: ['big light'], attributes: { brightness: 120 } });
  fake.add('light.desk', { name: 'Desk', state: 'off', area: 'study', device: 'bridge-1' });
}

describe('the picture of a home', () => {
  it('has places, names, aliases, labels and devices as Home Assistant has them', async () => {
    const { bridge } = await connect(await start(furnishHall));
    const { floors, areas } = bridge.snapshot();
    expect(floors).toEqual([{ id: 'ground', name: 'Ground floor', aliases: ['downstairs'], level: 0 }]);
    expect(areas).toEqual([
      { id: 'hall', name: 'Hall', aliases: ['entrance'], floor: 'ground', labels: ['Party'] },
      { id: 'study', name: 'Study', aliases: [] },
    ]);
    expect(bridge.entity('light.lamp')).toEqual({
      id: 'light.lamp',
      name: 'Lamp',
      aliases: ['big light'],
      domain: 'light',
      area: 'hall',
      state: 'on',
      attributes: { brightness: 120 },
      available: true,
      lastChanged: expect.any(Number),
      exposed: true,
      labels: ['Party'],
      device: 'Chandelier',
    });
    expect(bridge.entity('light.desk')).toMatchObject({ area: 'study', state: 'off' });
    expect(bridge.status).toEqual({ name: 'home-assistant', title: expect.stringMatching(/^Home Assistant at http:/), state: 'connected' });
  });

  it('calls an entity as the person does', async () => {
    const { bridge } = await connect(
      await start((fake) => {
        fake.house.registries.devices.create(device('d', 'Heat pump'));
        fake.add('sensor.a', { name: 'Supply', state: '35', device: 'd' });
        fake.add('sensor.b', { name: 'Return', state: '30', device: 'd' });
        fake.add('sensor.c', { name: 'x', state: '30', registered: false, attributes: { friendly_name: '  From YAML ' } });
        fake.updateEntity('sensor.a', { has_entity_name: true });
        fake.updateEntity('sensor.b', { name: 'Cold side' });
      }),
    );
    expect(bridge.entity('sensor.a')?.name).toBe('Heat pump Supply');
    expect(bridge.entity('sensor.b')?.name).toBe('Cold side');
    expect(bridge.entity('sensor.c')?.name).toBe('x');
  });

  it('exposes what the person exposes, and hides what is hidden', async () => {
    const { bridge } = await connect(
      await start((fake) => {
        fake.add('light.yes', { name: 'Yes', state: 'on', exposed: true });
        fake.add('light.no', { name: 'No', state: 'on', exposed: false });
        fake.add('sensor.signal', { name: 'Signal', state: '-40', category: 'diagnostic' });
        fake.add('sensor.battery', { name: 'Battery', state: '80', category: 'diagnostic', exposed: true });
        fake.add('light.hidden', { name: 'Hidden', state: 'on', hidden: true });
        fake.add('lock.undecided', { name: 'Undecided', state: 'locked' });
        fake.add('number.undecided', { name: 'Undecided setting', state: '3', category: 'config' });
        fake.add('update.undecided', { name: 'Undecided update', state: 'off' });
        for (const id of ['lock.undecided', 'number.undecided', 'update.undecided']) fake.updateEntity(id, { options: {} });
      }),
    );
    const exposed = Object.fromEntries(bridge.snapshot().entities.map(({ id, exposed, hidden }) => [id, hidden ? 'hidden' : exposed]));
    expect(exposed).toEqual({
      'light.yes': true,
      'light.no': false,
      'sensor.signal': false,
      'sensor.battery': true,
      'light.hidden': 'hidden',
      'lock.undecided': true,
      'number.undecided': false,
      'update.undecided': false,
    });
  });

  it('gives entities that came by MQTT the identity by which the MQTT bridge knows them', async () => {
    const { bridge } = await connect(
      await start((fake) => {
        fake.add('light.zigbee', { name: 'Zigbee', state: 'on' });
        fake.add('light.hue', { name: 'Hue', state: 'on' });
        fake.updateEntity('light.zigbee', { platform: 'mqtt', unique_id: '0x00158d0001_light' });
      }),
    );
    expect(bridge.entity('light.zigbee')?.identity).toBe('mqtt light 0x00158d0001_light');
    expect(bridge.entity('light.hue')?.identity).toBeUndefined();
  });

  it('tells the unit where Home Assistant leaves it to its settings', async () => {
    const { bridge } = await connect(
      await start((fake) => {
        fake.add('climate.hall', { name: 'Hall', state: 'heat', attributes: { temperature: 21, current_temperature: null } });
        fake.add('sensor.t', { name: 'T', state: '21', attributes: { unit_of_measurement: '°C' } });
      }),
    );
    expect(bridge.entity('climate.hall')?.attributes).toEqual({ temperature: 21, temperature_unit: '°C' });
    expect(bridge.entity('sensor.t')?.attributes.temperature_unit).toBeUndefined();
  });

  it('keeps the last state of a device that does not answer', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    fake.setAvailable('light.lamp', false);
    await expect.poll(() => bridge.entity('light.lamp')?.available).toBe(false);
    expect(bridge.entity('light.lamp')).toMatchObject({ state: 'on', attributes: { brightness: 120 } });
    fake.setAvailable('light.lamp', true);
    await expect.poll(() => bridge.entity('light.lamp')?.available).toBe(true);
  });

  it('takes attributes away that are gone', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    const entity = fake.entity('light.lamp');
    entity.attributes = { friendly_name: 'Lamp', effect: 'rainbow' };
    fake.house.write(entity);
    await expect.poll(() => bridge.entity('light.lamp')?.attributes).toEqual({ effect: 'rainbow' });
  });
});

describe('a picture that is not whole yet', () => {
  const channel: CommandChannel = {
    request: () => Promise.reject(new Error('nobody is asked here')),
    subscribe: () => Promise.reject(new Error('nobody is asked here')),
    sendBinary: () => undefined,
    over: new AbortController().signal,
  };

  it('takes nothing out, as most of it is only late', () => {
    const table = new EntityTable();
    const picture = new HomePicture(table, silentLog);
    const registries = new Registries(channel, { clock: systemClock, log: silentLog }, () => undefined);
    const added = { s: 'on', a: { friendly_name: 'Lamp' }, lc: 1 };
    picture.begin();
    picture.replaceWith({ a: { 'light.early': added, 'light.late': added, 'light.gone': added } });
    picture.show({ registries, temperatureUnit: undefined });
    picture.settle();
    const before = table.structureVersion;

    picture.lose();
    picture.begin();
    picture.replaceWith({ a: { 'light.early': added, 'light.gone': added } });
    picture.show({ registries, temperatureUnit: undefined });
    picture.apply({ r: ['light.early'] });
    expect(table.all().map(({ id, available }) => [id, available])).toEqual([
      ['light.early', false],
      ['light.late', false],
      ['light.gone', true],
    ]);
    picture.apply({ a: { 'light.early': added, 'light.late': added } });
    expect(table.all().every(({ available }) => available)).toBe(true);
    expect(table.structureVersion).toBe(before);
    picture.apply({ r: ['light.gone'] });
    expect(table.get('light.gone')).toBeDefined();
    picture.settle();
    expect(table.all().map(({ id }) => id)).toEqual(['light.early', 'light.late']);
  });
});

describe('a home that changes', () => {
  it('shows new names, aliases, places and exposure at once', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    const before = bridge.structureVersion;
    fake.updateEntity('light.lamp', { name: 'Grand lamp', area_id: 'study', aliases: ['grandpa'], labels: ['party'], hidden_by: 'user' });
    await expect
      .poll(() => bridge.entity('light.lamp'))
      .toMatchObject({ name: 'Grand lamp', area: 'study', aliases: ['grandpa'], hidden: true });
    expect(bridge.structureVersion).toBeGreaterThan(before);
    fake.expose('light.desk', false);
    await expect.poll(() => bridge.entity('light.desk')?.exposed).toBe(false);
  });

  it('follows areas, floors, labels and devices', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    const { registries } = fake.house;
    fake.updateArea('hall', { name: 'Grand hall' });
    registries.floors.update('ground', { name: 'Street level' });
    registries.labels.update('party', { name: 'Dancing' });
    await expect.poll(() => bridge.snapshot().areas[0]).toMatchObject({ name: 'Grand hall', labels: ['Dancing'] });
    await expect.poll(() => bridge.snapshot().floors[0]?.name).toBe('Street level');
    await expect.poll(() => bridge.entity('light.lamp')?.labels).toEqual(['Dancing']);
    registries.devices.update('bridge-1', { area_id: 'study' });
    await expect.poll(() => bridge.entity('light.lamp')?.area).toBe('study');
    registries.areas.remove('study');
    await expect.poll(() => bridge.entity('light.lamp')?.area).toBeUndefined();
  });

  it('gains, loses and renames entities', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    fake.add('switch.new', { name: 'New', state: 'off', area: 'hall', aliases: ['newcomer'] });
    await expect.poll(() => bridge.entity('switch.new')).toMatchObject({ area: 'hall', aliases: ['newcomer'] });
    fake.remove('light.desk');
    await expect.poll(() => bridge.entity('light.desk')).toBeUndefined();
    fake.renameEntityId('light.lamp', 'light.chandelier');
    await expect.poll(() => bridge.entity('light.chandelier')).toMatchObject({ name: 'Lamp', area: 'hall', aliases: ['big light'] });
    expect(bridge.entity('light.lamp')).toBeUndefined();
  });

  it('reads the registries again once for many changes', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    fake.misbehaviour.forget();
    for (let round = 0; round < 40; round += 1) fake.updateArea('hall', { name: `Hall ${round}` });
    await expect.poll(() => bridge.snapshot().areas[0]?.name).toBe('Hall 39');
    expect(fake.misbehaviour.count('config/area_registry/list')).toBeLessThanOrEqual(2);
    expect(fake.misbehaviour.count('config/entity_registry/list')).toBe(0);
  });

  it('does not count states as structure', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    const before = bridge.structureVersion;
    fake.setState('light.lamp', 'off');
    await expect.poll(() => bridge.entity('light.lamp')?.state).toBe('off');
    expect(bridge.structureVersion).toBe(before);
  });
});

describe('a Home Assistant that tells less', () => {
  it('because the user is no administrator', async () => {
    const { bridge } = await connect(await start(furnishHall, { house: 'empty', admin: false }));
    expect(bridge.entity('light.lamp')).toMatchObject({ name: 'Lamp', area: 'hall', exposed: true });
    expect(lines.join('\n')).toMatch(/does not tell which entities are exposed \(unauthorized\)/);
  });

  it('because it is old', async () => {
    const fake = await start(furnishHall, { house: 'empty', version: '2023.12.4' });
    const { bridge } = await connect(fake);
    expect(bridge.snapshot().floors).toEqual([]);
    expect(bridge.snapshot().areas.map(({ name }) => name)).toEqual(['Hall', 'Study']);
    expect(bridge.snapshot().areas.every(({ floor }) => floor === undefined)).toBe(true);
    expect(bridge.entity('light.lamp')).toMatchObject({ name: 'Lamp', area: 'hall', device: 'Chandelier' });
  });
});

describe('ten thousand entities', () => {
  it('are there after a few messages, and one change is one change', async () => {
    const fake = await start((each) => each.fill(10_000));
    const { bridge, stop } = await connect(fake);
    expect(bridge.snapshot().entities).toHaveLength(10_000);
    expect(bridge.snapshot().entities.every(({ area }) => area !== undefined)).toBe(true);
    expect(fake.misbehaviour.log.length).toBeLessThan(40);
    const [first] = bridge.snapshot().entities;
    const told = bridge.changes(stop.signal);
    fake.setState(first?.id ?? '', 'on');
    for await (const change of told) {
      expect(change).toMatchObject({ type: 'entity-changed', entity: { id: first?.id, state: 'on' } });
      break;
    }
  });
});

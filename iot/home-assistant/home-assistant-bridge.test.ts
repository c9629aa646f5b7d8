import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../contract/clock.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import type { FakeHomeAssistant } from '../../tests/fakes/home-assistant/fake-home-assistant.ts';
import { type FakeHomeAssistantOptions, startFakeHomeAssistant } from '../../tests/fakes/home-assistant/start-fake-home-assistant.ts';
import { recordingLog } from '../../tests/fakes/recording-log.ts';
import { createHomeAssistantBridge, type HomeAssistantBridge } from './home-assistant-bridge.ts';

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

/** Twenty times as fast. */
const hurriedClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) };

function bridgeTo(
  fake: FakeHomeAssistant,
  token: () => Promise<string> = async () => fake.token,
  clock = systemClock,
): HomeAssistantBridge {
  return createHomeAssistantBridge({ url: fake.url, token, clock, log: recordingLog((line) => lines.push(line)) });
}

async function connect(fake: FakeHomeAssistant, clock?: Clock) {
  const bridge = bridgeTo(fake, undefined, clock);
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

describe('a Home Assistant that restarts', () => {
  it('keeps its entities meanwhile, and nothing is lost or doubled', async () => {
    const fake = await start((each) => {
      furnishHall(each);
      each.add('sensor.yaml', { name: 'From YAML', state: '5', registered: false });
    });
    const { bridge, stop } = await connect(fake);
    const before = bridge.structureVersion;
    const ids = bridge.snapshot().entities.map(({ id }) => id);
    const told = bridge.changes(stop.signal);
    const restarting = fake.restart({ downMs: 300, startingMs: 400 });
    await expect.poll(() => bridge.status.state).toBe('disconnected');
    expect(bridge.status.detail).toMatch(/connection to Home Assistant at .* was lost/);
    expect(bridge.snapshot().entities.map(({ id, available }) => [id, available])).toEqual(ids.map((id) => [id, false]));
    expect(bridge.entity('light.lamp')).toMatchObject({ state: 'on', area: 'hall' });
    await restarting;
    await expect.poll(() => bridge.status.state, { timeout: 5000 }).toBe('connected');
    expect(bridge.status.detail).toBeUndefined();
    await expect.poll(() => bridge.snapshot().entities.every(({ available }) => available)).toBe(true);
    expect(bridge.snapshot().entities.map(({ id }) => id)).toEqual(ids);
    expect(bridge.structureVersion).toBe(before);
    const kinds = new Set<string>();
    for await (const change of told) {
      kinds.add(change.type);
      if (change.type === 'entity-changed' && change.entity.id === ids.at(-1)) break;
    }
    expect(kinds).not.toContain('entity-removed');
    expect(kinds).not.toContain('entity-added');
  });

  it('shows after it what changed while it was away', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    const restarting = fake.restart({ downMs: 100, startingMs: 50 });
    fake.entity('light.lamp').state = 'off';
    fake.house.entities.delete('light.desk');
    fake.house.states.forget('light.desk');
    fake.house.registries.entities.remove('light.desk');
    fake.updateArea('hall', { name: 'Corridor' });
    await restarting;
    await expect.poll(() => bridge.entity('light.lamp'), { timeout: 5000 }).toMatchObject({ state: 'off', available: true });
    await expect.poll(() => bridge.entity('light.desk')).toBeUndefined();
    expect(bridge.snapshot().areas[0]?.name).toBe('Corridor');
  });

  it('is awaited while it starts', async () => {
    const fake = await start(furnishHall);
    fake.house.coreState = 'STARTING';
    fake.house.beginAgain();
    const bridge = bridgeTo(fake);
    const stop = new AbortController();
    ending.push(stop);
    let whole = false;
    const connecting = bridge.connect(stop.signal).then(() => {
      whole = true;
    });
    await expect.poll(() => bridge.status.detail).toBe('Home Assistant is still starting.');
    expect(whole).toBe(false);
    for (const entity of fake.house.entities.values()) fake.house.write(entity);
    fake.house.coreState = 'RUNNING';
    await connecting;
    expect(bridge.status.state).toBe('connected');
    expect(bridge.entity('light.lamp')).toMatchObject({ state: 'on', available: true });
  });

  it('is found again after the network was cut', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    fake.loseConnection();
    await expect.poll(() => bridge.status.state).toBe('disconnected');
    await expect.poll(() => bridge.status.state, { timeout: 5000 }).toBe('connected');
    fake.setState('light.lamp', 'off');
    await expect.poll(() => bridge.entity('light.lamp')?.state).toBe('off');
    expect(fake.connectionCount).toBe(1);
  });

  it('is given up when it takes everything and says nothing', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake, hurriedClock);
    fake.misbehaviour.frozen = true;
    await expect.poll(() => bridge.status.detail, { timeout: 5000 }).toMatch(/has stopped answering|lets nobody in yet/);
    expect(bridge.entity('light.lamp')?.available).toBe(false);
    fake.misbehaviour.frozen = false;
    await expect.poll(() => bridge.status.state, { timeout: 5000 }).toBe('connected');
  });
});

describe('a Home Assistant that does not let us in', () => {
  it('is asked once with a token that it does not accept, and never again', async () => {
    const fake = await start(furnishHall);
    let asked = 0;
    const bridge = bridgeTo(fake, async () => {
      asked += 1;
      return 'wrong';
    });
    const stop = new AbortController();
    ending.push(stop);
    bridge.connect(stop.signal).catch(() => undefined);
    await expect.poll(() => bridge.status.state).toBe('refused');
    expect(bridge.status.detail).toMatch(/does not accept the token/);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(asked).toBe(1);
  });

  it('says so when the token is revoked while connected', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    fake.revokeToken();
    await expect.poll(() => bridge.status.state, { timeout: 5000 }).toBe('refused');
    expect(bridge.status.detail).toMatch(/revoked/);
    expect(bridge.entity('light.lamp')).toMatchObject({ state: 'on', available: false });
    expect(lines.join('\n')).not.toContain(fake.token);
  });

  it('can be tried again with another token', async () => {
    const fake = await start(furnishHall);
    let token = 'wrong';
    const bridge = bridgeTo(fake, async () => token);
    const first = new AbortController();
    const stop = new AbortController();
    ending.push(first, stop);
    bridge.connect(first.signal).catch(() => undefined);
    await expect.poll(() => bridge.status.state).toBe('refused');
    token = fake.token;
    await bridge.connect(stop.signal);
    expect(bridge.status.state).toBe('connected');
  });

  it('is waited for while it is switched off', async () => {
    const fake = await start(furnishHall);
    const { port } = fake;
    await fake[Symbol.asyncDispose]();
    const bridge = bridgeTo(fake);
    const stop = new AbortController();
    ending.push(stop);
    const connecting = bridge.connect(stop.signal);
    await expect.poll(() => bridge.status.state).toBe('disconnected');
    expect(bridge.status.detail).toMatch(/nobody answers/);
    await fake.listen(port);
    await connecting;
    expect(bridge.entity('light.lamp')?.state).toBe('on');
  });

  it('leaves nothing running when the signal aborts', async () => {
    const fake = await start(furnishHall);
    const { bridge, stop } = await connect(fake);
    stop.abort();
    await expect.poll(() => fake.connectionCount).toBe(0);
    expect(bridge.status.state).toBe('disconnected');
    expect(lines.filter((line) => line.includes('not connected'))).toEqual([]);
  });
});

describe('a Home Assistant that talks nonsense', () => {
  it('loses one broken entity, with one line in the log, and the rest lives', async () => {
    const fake = await start(furnishHall);
    fake.garble('light.desk');
    const { bridge } = await connect(fake);
    expect(bridge.entity('light.desk')).toBeUndefined();
    expect(bridge.entity('light.lamp')?.state).toBe('on');
    fake.garble('light.desk');
    fake.setState('light.lamp', 'off');
    await expect.poll(() => bridge.entity('light.lamp')?.state).toBe('off');
    expect(lines.filter((line) => line.includes('light.desk'))).toHaveLength(1);
  });

  it.each(['{"id":', '<html></html>', 'null', '[null]', '7', '"x"', '[[]]', '{}', '{"type":"event"}', '{"id":{"a":1},"type":"result"}'])(
    'survives %s',
    async (frame) => {
      const fake = await start(furnishHall);
      const { bridge } = await connect(fake);
      fake.sendRaw(frame);
      fake.setState('light.lamp', 'off');
      await expect.poll(() => bridge.entity('light.lamp')?.state).toBe('off');
      expect(bridge.status.state).toBe('connected');
    },
  );

  it('is read anew after an event that cannot be understood', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake, hurriedClock);
    const subscription = fake.misbehaviour.log.find(({ type }) => type === 'subscribe_entities')?.id;
    fake.dropEvents('light.lamp');
    fake.setState('light.lamp', 'off');
    fake.sendRaw(JSON.stringify({ id: subscription, type: 'event', event: { c: [1, 2, 3] } }));
    await expect.poll(() => bridge.entity('light.lamp')?.state).toBe('off');
  });

  it('may have entities named like parts of objects', async () => {
    const fake = await start(furnishHall);
    fake.add('sensor.constructor', { name: 'constructor', state: 'toString', attributes: { hasOwnProperty: 1 } });
    fake.add('sensor.__proto__', { name: '__proto__', state: '1' });
    const { bridge } = await connect(fake);
    expect(bridge.entity('sensor.constructor')?.attributes.hasOwnProperty).toBe(1);
    expect(bridge.entity('sensor.__proto__')?.name).toBe('__proto__');
    expect(bridge.entity('constructor')).toBeUndefined();
  });

  it('may have ids that are none', async () => {
    const fake = await start(furnishHall);
    const { bridge } = await connect(fake);
    const subscription = fake.misbehaviour.log.find(({ type }) => type === 'subscribe_entities')?.id;
    const a = {
      __proto__x: { s: '1', a: {} },
      'Light.Upper': { s: '1', a: {} },
      'light.': { s: '1', a: {} },
      [`light.${'x'.repeat(5000)}`]: { s: '1' },
    };
    fake.sendRaw(JSON.stringify({ id: subscription, type: 'event', event: { a: { ...a, 'light.good': { s: 'on', a: {}, lc: 1 } } } }));
    await expect.poll(() => bridge.entity('light.good')?.state).toBe('on');
    expect(
      bridge
        .snapshot()
        .entities.map(({ id }) => id)
        .sort(),
    ).toEqual(['light.desk', 'light.good', 'light.lamp']);
  });
});

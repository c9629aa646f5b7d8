import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { HomeFile } from '../../contract/home-file.ts';
import { HomeFileSchema } from '../../contract/home-file.ts';
import { startDemoDevices } from '../../iot/demo/demo-devices.ts';
import { startDemoHome } from '../../iot/demo/start-demo-home.ts';
import { createFileHome } from '../../iot/file-home.ts';
import { createHomeAssistantBridge } from '../../iot/home-assistant/home-assistant-bridge.ts';
import type { HomeBridge } from '../../iot/home-bridge.ts';
import { MergedHome } from '../../iot/merged-home.ts';
import { createMqttBridge } from '../../iot/mqtt/mqtt-bridge.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { FakeBridge } from '../fakes/fake-bridge.ts';
import { startFakeHomeAssistant } from '../fakes/home-assistant/start-fake-home-assistant.ts';
import { silentLog } from '../fakes/silent-log.ts';
import { describeHomeBridge } from './home-bridge-suite.ts';

const file: HomeFile = HomeFileSchema.parse({
  floors: [{ id: 'ground_floor', name: 'Ground floor' }],
  areas: ['Kitchen', 'Living room', 'Hall', 'Bedroom', 'Office'].map((name) => ({
    id: name.toLowerCase().replace(' ', '_'),
    name,
    floor: 'ground_floor',
  })),
  entities: [
    { id: 'light.hall_light', name: 'Hall light', area: 'hall', attributes: { supported_color_modes: ['onoff'] } },
    { id: 'light.kitchen_light', name: 'Kitchen light', area: 'kitchen', attributes: { supported_color_modes: ['color_temp'] } },
    {
      id: 'light.living_room_lamp',
      name: 'Living room lamp',
      area: 'living_room',
      attributes: { supported_color_modes: ['rgb', 'color_temp'] },
    },
    { id: 'cover.bedroom_blinds', name: 'Bedroom blinds', area: 'bedroom', attributes: { current_position: 0 } },
    { id: 'lock.front_door_lock', name: 'Front door lock', area: 'hall' },
    {
      id: 'climate.hall_thermostat',
      name: 'Hall thermostat',
      area: 'hall',
      state: 'heat',
      attributes: { min_temp: 7, max_temp: 30, temperature: 20 },
    },
    { id: 'fan.office_fan', name: 'Office fan', area: 'office' },
    { id: 'sensor.living_room_temperature', name: 'Living room temperature', area: 'living_room', state: 21.4 },
  ],
});
/** Simulated hours are not waited for. */
const demo = { clock: systemClock, random: Math.random, log: silentLog, speed: 25 };

describeHomeBridge('a home file', async () => {
  const bridge = createFileHome(file, { clock: systemClock });
  await bridge.connect(new AbortController().signal);
  return { bridge, close: async () => undefined };
});

const knownEntities = async () => {
  const bridge = createFileHome(file, { clock: systemClock });
  await bridge.connect(new AbortController().signal);
  return bridge.snapshot();
};

describeHomeBridge('the bridge in the hands of the tests', async () => {
  const { entities, floors, areas } = await knownEntities();
  return { bridge: new FakeBridge({ name: 'fake', floors, areas }, entities), close: async () => undefined };
});

describeHomeBridge('a home of several bridges, half of its devices seen twice and one bridge away', async () => {
  const { entities, floors, areas } = await knownEntities();
  const twice = entities.map((entity) => ({ ...entity, identity: `mqtt ${entity.id}` }));
  const away = new FakeBridge({ name: 'away', areas, floors, state: 'disconnected' }, twice.slice(0, 4));
  const elsewhere = twice.map((entity, index) => (index < 4 ? { ...entity, id: `${entity.domain}.seen_${index}` } : entity));
  const home = new MergedHome([away, new FakeBridge({ name: 'here', areas, floors }, elsewhere)]);
  const bridge: HomeBridge = {
    name: 'merged',
    status: { name: 'merged', state: 'connected' },
    get structureVersion() {
      return home.structureVersion;
    },
    connect: async () => undefined,
    snapshot: () => home.snapshot(),
    entity: (entityId) => home.entity(entityId),
    changes: (signal) => home.changes(signal),
    act: (action, signal) => home.act(action, signal),
  };
  return { bridge, close: async () => undefined };
});

describeHomeBridge('MQTT with the embedded broker', async () => {
  const home = await startDemoHome(demo);
  const ending = new AbortController();
  const bridge = createMqttBridge({ url: home.url, clientId: 'suite', clock: systemClock, log: silentLog });
  await bridge.connect(ending.signal);
  return {
    bridge,
    close: async () => {
      ending.abort();
      await home[Symbol.asyncDispose]();
    },
  };
});

describeHomeBridge('Home Assistant', async () => {
  const fake = await startFakeHomeAssistant({ house: 'empty' });
  const { registries } = fake.house;
  registries.floors.create({ floor_id: 'ground_floor', name: 'Ground floor', aliases: [], level: 0, icon: null });
  for (const { id, name } of file.areas)
    registries.areas.create({ area_id: id, name, aliases: [], floor_id: 'ground_floor', labels: [], icon: null });
  const white = { min_color_temp_kelvin: 2000, max_color_temp_kelvin: 6500 };
  const light = (id: string, name: string, area: string, modes: string[], more = {}) =>
    fake.add(id, { name, area, state: 'off', features: 32, attributes: { supported_color_modes: modes, ...more } });
  light('light.hall_light', 'Hall light', 'hall', ['onoff']);
  light('light.kitchen_light', 'Kitchen light', 'kitchen', ['color_temp'], white);
  light('light.living_room_lamp', 'Living room lamp', 'living_room', ['hs', 'color_temp'], white);
  fake.add('cover.bedroom_blinds', {
    name: 'Bedroom blinds',
    area: 'bedroom',
    state: 'closed',
    features: 15,
    attributes: { current_position: 0 },
  });
  fake.add('lock.front_door_lock', { name: 'Front door lock', area: 'hall', state: 'locked', features: 0 });
  fake.add('climate.hall_thermostat', {
    name: 'Hall thermostat',
    area: 'hall',
    state: 'heat',
    features: 385,
    attributes: { min_temp: 7, max_temp: 30, temperature: 20, hvac_modes: ['off', 'heat'] },
    memory: { target: 20, current: 19 },
  });
  fake.add('fan.office_fan', {
    name: 'Office fan',
    area: 'office',
    state: 'off',
    features: 49,
    attributes: { percentage: 0, percentage_step: 1 },
  });
  fake.add('sensor.living_room_temperature', { name: 'Living room temperature', area: 'living_room', state: '21.4' });
  const ending = new AbortController();
  const bridge = createHomeAssistantBridge({ url: fake.url, token: async () => fake.token, clock: systemClock, log: silentLog });
  await bridge.connect(ending.signal);
  return {
    bridge,
    close: async () => {
      ending.abort();
      await fake[Symbol.asyncDispose]();
    },
  };
});

const mosquitto = ['mosquitto', '/usr/sbin/mosquitto'].find((program) => spawnSync(program, ['-h']).error === undefined);

describe.skipIf(mosquitto === undefined)('mosquitto', () => {
  let url = '';
  let stop = async (): Promise<void> => undefined;

  beforeAll(async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    probe.close();
    const folder = await mkdtemp(join(tmpdir(), 'jarvis-mosquitto-'));
    const config = join(folder, 'mosquitto.conf');
    await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\n`);
    const broker = spawn(mosquitto ?? 'mosquitto', ['-c', config], { stdio: 'ignore' });
    url = `mqtt://127.0.0.1:${port}`;
    stop = async () => {
      const gone = once(broker, 'exit');
      broker.kill();
      await gone;
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => stop());

  let count = 0;
  describeHomeBridge('MQTT with mosquitto', async () => {
    count += 1;
    const devices = startDemoDevices({ ...demo, url, clientId: `devices-${count}` });
    await devices.announced;
    const ending = new AbortController();
    const bridge = createMqttBridge({ url, clientId: `suite-${count}`, clock: systemClock, log: silentLog });
    await bridge.connect(ending.signal);
    return {
      bridge,
      close: async () => {
        ending.abort();
        await devices[Symbol.asyncDispose]();
      },
    };
  });
});

if (mosquitto === undefined) it.skip('mosquitto is not installed: the suite did not run against it', () => undefined);

import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/host/system-clock.ts';
import { seen } from '../../tests/contract/home-bridge-suite.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { type DemoHome, startDemoHome } from '../demo/start-demo-home.ts';
import type { HomeBridge } from '../home-bridge.ts';
import type { Log } from '../log.ts';
import { createMqttBridge } from './mqtt-bridge.ts';

describe('the MQTT bridge', () => {
  let home: DemoHome;
  let bridge: HomeBridge;
  let device: MqttClient;
  let ending: AbortController;
  let warnings: string[];
  const act = (service: string, entityId: string, data: Record<string, unknown> = {}) =>
    bridge.act({ service, entityIds: [entityId], data }, ending.signal).then(([outcome]) => outcome);
  const announce = (topic: string, config: unknown) =>
    device.publishAsync(`homeassistant/${topic}/config`, typeof config === 'string' ? config : JSON.stringify(config), { retain: true });

  beforeEach(async () => {
    warnings = [];
    const log: Log = {
      ...silentLog,
      debug: () => undefined,
      info: () => undefined,
      error: () => undefined,
      warn: (message) => warnings.push(message),
    };
    home = await startDemoHome({ clock: systemClock, random: Math.random, log: silentLog, speed: 25 });
    ending = new AbortController();
    bridge = createMqttBridge({ url: home.url, clientId: 'bridge', clock: systemClock, log, waitMs: { light: 300, switch: 300 } });
    await bridge.connect(ending.signal);
    device = await mqtt.connectAsync(home.url, { protocolVersion: 4, clientId: 'device', reconnectPeriod: 0 });
  });
  afterEach(async () => {
    ending.abort();
    await device.endAsync(true);
    await home[Symbol.asyncDispose]();
  });

  it('reads the whole demo home: eight areas on two floors, aliases included', () => {
    const { floors, areas, entities } = bridge.snapshot();
    expect([floors.length, areas.length]).toEqual([2, 8]);
    expect(entities.length).toBeGreaterThanOrEqual(25);
    expect(entities.every(({ available }) => available)).toBe(true);
    expect(bridge.entity('switch.coffee_machine')).toMatchObject({ area: 'kitchen', aliases: ['coffee maker'] });
    expect(bridge.entity('sensor.living_room_temperature')).toMatchObject({ state: '21.4', device_class: 'temperature' });
  });

  it('says that a lock has jammed', async () => {
    home.devices.setJammed(true);
    expect(await act('lock.unlock', 'lock.front_door_lock')).toEqual({
      entityId: 'lock.front_door_lock',
      outcome: 'rejected',
      reason: 'The front door lock has jammed.',
      state: 'jammed',
    });
    home.devices.setJammed(false);
    expect(await act('lock.lock', 'lock.front_door_lock')).toMatchObject({ outcome: 'confirmed', state: 'locked' });
  });

  it('does not ask a lamp that is out of reach, and asks it again when it is back', async () => {
    home.devices.setUnreachable('bedroom_lamp', true);
    await seen(bridge, 'light.bedroom_lamp', ({ available }) => !available);
    expect(await act('light.turn_on', 'light.bedroom_lamp')).toMatchObject({
      outcome: 'rejected',
      reason: 'The bedroom lamp is not answering.',
    });
    home.devices.setUnreachable('bedroom_lamp', false);
    await seen(bridge, 'light.bedroom_lamp', ({ available }) => available);
    expect(await act('light.turn_on', 'light.bedroom_lamp')).toMatchObject({ outcome: 'confirmed' });
  });

  it('never says done for a lamp that keeps silent', async () => {
    home.devices.setSilent('hall_light', true);
    expect(await act('light.turn_on', 'light.hall_light')).toMatchObject({ outcome: 'accepted', state: 'off' });
  });

  it('learns in the middle of a command that the lamp has gone', async () => {
    home.devices.setSilent('hall_light', true);
    const acting = act('light.turn_on', 'light.hall_light');
    home.devices.setUnreachable('hall_light', true);
    expect(await acting).toMatchObject({ outcome: 'rejected', reason: 'The hall light is not answering.' });
  });

  it('stops blinds on their way', async () => {
    const opening = act('cover.open_cover', 'cover.bedroom_blinds');
    await seen(bridge, 'cover.bedroom_blinds', ({ state }) => state === 'opening');
    expect(await act('cover.stop_cover', 'cover.bedroom_blinds')).toMatchObject({ outcome: 'confirmed' });
    expect(Number(bridge.entity('cover.bedroom_blinds')?.attributes.current_position)).toBeLessThan(100);
    await act('cover.open_cover', 'cover.bedroom_blinds');
    expect(await opening).toMatchObject({ outcome: 'confirmed' });
  });

  it('plays a scene on other devices', async () => {
    expect(await act('scene.turn_on', 'scene.movie_night')).toMatchObject({ outcome: 'accepted' });
    await seen(bridge, 'light.living_room_lamp', ({ state, attributes }) => state === 'on' && attributes.brightness === 40);
    await seen(bridge, 'cover.living_room_blinds', ({ state }) => state === 'closed');
  });

  it('outlives its broker: everything is unavailable, commands are refused, and all is back with it', async () => {
    await home.stopBroker();
    await seen(bridge, 'light.hall_light', ({ available }) => !available);
    expect(bridge.status).toMatchObject({ state: expect.stringMatching(/connecting|disconnected/) });
    expect(await act('light.turn_on', 'light.hall_light')).toMatchObject({
      outcome: 'rejected',
      reason: 'I cannot reach the home just now.',
    });
    const { structureVersion } = bridge;
    await home.startBroker();
    await seen(bridge, 'light.hall_light', ({ available }) => available);
    expect(await act('light.turn_on', 'light.hall_light')).toMatchObject({ outcome: 'confirmed' });
    // the same names and places: no vocabulary has to be built again
    expect(bridge.snapshot().entities.length).toBeGreaterThanOrEqual(25);
    expect(bridge.structureVersion - structureVersion).toBeLessThanOrEqual(2);
  });

  it('keeps up with a flood of 2,000 states and ends at the last', async () => {
    await announce('sensor/flood', { name: 'Flood', state_topic: 'flood/state' });
    await seen(bridge, 'sensor.flood', () => true);
    // the broker has the subscription before the flood begins
    await device.publishAsync('flood/state', 'ready', { retain: true });
    await seen(bridge, 'sensor.flood', ({ state }) => state === 'ready');
    const stop = new AbortController();
    const slow = bridge.changes(stop.signal);
    await Promise.all(Array.from({ length: 2000 }, (_, index) => device.publishAsync('flood/state', String(index))));
    await seen(bridge, 'sensor.flood', ({ state }) => state === '1999');
    const told: string[] = [];
    for await (const change of slow) {
      if (change.type === 'entity-changed' && change.entity.id === 'sensor.flood') {
        told.push(change.entity.state);
        break;
      }
    }
    stop.abort();
    expect(told).toEqual(['1999']);
    expect(await act('light.turn_on', 'light.hall_light')).toMatchObject({ outcome: 'confirmed' });
  });

  it('ignores hostile announcements and states, says so once, and keeps working', async () => {
    const before = bridge.snapshot().entities.length;
    await announce('light/broken', '{"name": "Broken", ');
    await announce('light/list', '[1,2,3]');
    await announce('light/wild', { name: 'Wild', command_topic: 'everything/#' });
    await announce('light/number', { name: 'Number', command_topic: 7 });
    await announce('light/huge', JSON.stringify({ name: 'x'.repeat(1_000_000), command_topic: 'a' }));
    await device.publishAsync('homeassistant/light/latin/config', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), { retain: true });
    await announce(
      'light/proto',
      '{"name":"Proto","command_topic":"p/set","state_topic":"p/state","schema":"json","__proto__":{"polluted":true},"device":{"__proto__":{"name":"x"}}}',
    );
    await device.publishAsync('p/state', '{"state":"OFF"}', { retain: true });
    await seen(bridge, 'light.proto', ({ state }) => state === 'off');
    for (const payload of [
      '{',
      '"text"',
      'null',
      '{"state":{"a":1},"brightness":"NaN","color":{"r":1e999}}',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      `{"state":"ON","junk":"${'y'.repeat(1_000_000)}"}`,
    ])
      await device.publishAsync('p/state', payload);
    await device.publishAsync('p/state', Buffer.from([0xc3, 0x28]));
    await device.publishAsync('p/state', '{"state":"ON"}', { retain: true });
    await seen(bridge, 'light.proto', ({ state }) => state === 'on');
    expect(bridge.snapshot().entities.length).toBe(before + 1);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(warnings.length).toBeGreaterThanOrEqual(8);
    expect(warnings.every((warning) => warning.length < 700)).toBe(true);
  });

  it('takes a device back when its announcement is emptied, and keeps the id when it is only renamed', async () => {
    await announce('switch/pump', { name: 'Pump', command_topic: 'pump/set', state_topic: 'pump/state' });
    await seen(bridge, 'switch.pump', () => true);
    await announce('switch/pump', { name: 'Garden pump', command_topic: 'pump/set', state_topic: 'pump/state' });
    await seen(bridge, 'switch.pump', ({ name }) => name === 'Garden pump');
    const stop = new AbortController();
    const changes = bridge.changes(stop.signal);
    await announce('switch/pump', '');
    for await (const change of changes) if (change.type === 'entity-removed') break;
    stop.abort();
    expect(bridge.entity('switch.pump')).toBeUndefined();
  });

  it('reads a device announced as one message with its components', async () => {
    await announce('device/strip', {
      '~': 'strip',
      dev: { ids: ['strip'], name: 'Power strip', sa: 'Office' },
      o: { name: 'test' },
      cmps: {
        left: { p: 'switch', name: 'Left socket', uniq_id: 'strip_left', cmd_t: '~/left/set', stat_t: '~/left' },
        power: {
          p: 'sensor',
          name: 'Power',
          dev_cla: 'power',
          unit_of_meas: 'W',
          stat_t: '~/power',
          val_tpl: '{{ value_json.watt | round(0) | int }}',
        },
      },
    });
    await device.publishAsync('strip/power', '{"watt": 41.7}', { retain: true });
    const sensor = await seen(bridge, 'sensor.power_strip_power', ({ state }) => state !== 'unknown');
    expect(sensor).toMatchObject({ state: '42', area: 'office', device_class: 'power' });
    expect(bridge.entity('switch.power_strip_left_socket')).toMatchObject({ name: 'Power strip Left socket', area: 'office' });
    await announce('device/strip', {
      '~': 'strip',
      dev: { ids: ['strip'], name: 'Power strip' },
      o: { name: 'test' },
      cmps: { left: { p: 'switch' }, power: { p: 'sensor', name: 'Power', stat_t: '~/power' } },
    });
    await seen(bridge, 'sensor.power_strip_power', ({ area }) => area === undefined);
    expect(bridge.entity('switch.power_strip_left_socket')).toBeUndefined();
  });

  it('only accepts what a device without a state topic is told, and remembers it', async () => {
    await announce('switch/blind_relay', { name: 'Blind relay', command_topic: 'relay/set' });
    await seen(bridge, 'switch.blind_relay', () => true);
    await device.subscribeAsync('relay/set');
    const heard = new Promise<string>((resolve) => device.once('message', (_topic, payload) => resolve(payload.toString())));
    expect(await act('switch.turn_on', 'switch.blind_relay')).toEqual({ entityId: 'switch.blind_relay', outcome: 'accepted' });
    expect(await heard).toBe('ON');
    expect(bridge.entity('switch.blind_relay')?.state).toBe('on');
  });

  it('sends as the device wishes, and believes a device that says not to wait for it', async () => {
    await announce('switch/well', { name: 'Well', cmd_t: 'well/set', stat_t: 'well', qos: 1, ret: true, opt: true });
    await seen(bridge, 'switch.well', () => true);
    expect(await act('switch.turn_on', 'switch.well')).toMatchObject({ outcome: 'accepted' });
    expect(bridge.entity('switch.well')?.state).toBe('on');
    const kept = new Promise<string>((resolve) =>
      device.once('message', (_topic, payload, packet) => resolve(`${payload} retained: ${packet.retain}`)),
    );
    await device.subscribeAsync('well/set');
    expect(await kept).toBe('ON retained: true');
    // what it says itself counts all the same
    await device.publishAsync('well', 'OFF');
    await seen(bridge, 'switch.well', ({ state }) => state === 'off');
  });

  it('says that a template cannot make a command of that', async () => {
    await announce('number/odd', { name: 'Odd', cmd_t: 'odd/set', cmd_tpl: '{{ value.missing + 1 }}' });
    await seen(bridge, 'number.odd', () => true);
    expect(await act('number.set_value', 'number.odd', { value: 5 })).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/^The odd cannot be told/),
    });
  });

  it('uses the raw value of a template that is beyond the safe subset, and says so', async () => {
    await announce('sensor/odd', { name: 'Odd', state_topic: 'odd', value_template: '{% set x = value %}{{ states("a") }}' });
    await device.publishAsync('odd', '7', { retain: true });
    expect(await seen(bridge, 'sensor.odd', ({ state }) => state !== 'unknown')).toMatchObject({ state: '7' });
    expect(warnings.join()).toContain('beyond the safe subset');
  });

  it('gives a second device of the same name an id of its own, and both hear a shared topic', async () => {
    await announce('sensor/one', { name: 'Twin', state_topic: 'twins', availability_topic: 'twins/up' });
    await device.publishAsync('twins', '5', { retain: true });
    await device.publishAsync('twins/up', 'online', { retain: true });
    await seen(bridge, 'sensor.twin', ({ state, available }) => state === '5' && available);
    await announce('sensor/two', { name: 'Twin', state_topic: 'twins', availability_topic: 'twins/up' });
    await seen(bridge, 'sensor.twin_2', ({ state, available }) => state === '5' && available);
  });

  it('says what is wrong with an address that no broker can have', () => {
    for (const url of ['localhost:1883', 'http://home', 'not an address', 'mqtt://'])
      expect(() => createMqttBridge({ url, clientId: 'x', clock: systemClock, log: silentLog })).toThrow(/looks like mqtt:\/\/host:1883/);
  });

  it('says that the password is wrong', async () => {
    const stop = new AbortController();
    const stranger = createMqttBridge({
      url: home.address,
      username: 'jarvis',
      password: 'guess',
      clientId: 'stranger',
      clock: systemClock,
      log: silentLog,
    });
    const changes = stranger.changes(stop.signal);
    const connecting = stranger.connect(stop.signal).catch(() => 'gave up');
    for await (const _change of changes) if (stranger.status.state === 'disconnected') break;
    expect(stranger.status.detail).toMatch(/not authorized|bad user/i);
    stop.abort();
    expect(await connecting).toBe('gave up');
  });
});

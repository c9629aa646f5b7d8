import { type Connection, callService, createConnection, createLongLivedTokenAuth } from 'home-assistant-js-websocket';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FakeHomeAssistant } from './fake-home-assistant.ts';
import { startFakeHomeAssistant } from './start-fake-home-assistant.ts';

let fake: FakeHomeAssistant;
let connection: Connection;

beforeEach(async () => {
  fake = await startFakeHomeAssistant();
  connection = await connect();
});

afterEach(async () => {
  connection.close();
  await fake[Symbol.asyncDispose]();
});

const connect = async () => await createConnection({ auth: createLongLivedTokenAuth(fake.url, fake.token) });

/** `light.turn_on` for one entity; rejects with Home Assistant's error. */
async function call(service: string, entityId: string, data: Record<string, unknown> = {}, answers = false): Promise<unknown> {
  const [domain = '', name = ''] = service.split('.');
  return await callService(connection, domain, name, data, { entity_id: entityId }, answers);
}

const state = (entityId: string) => fake.house.states.get(entityId)?.state;
const attributes = (entityId: string) => fake.house.states.get(entityId)?.attributes ?? {};

describe('what a real Home Assistant has been seen to do', () => {
  it('answers success for an entity that is not there, and changes nothing', async () => {
    const before = fake.house.states.all();
    await expect(call('light.turn_on', 'light.nowhere')).resolves.toMatchObject({ context: { id: expect.any(String), parent_id: null } });
    expect(fake.house.states.all()).toEqual(before);
  });

  it('answers success for an unavailable entity, and changes nothing', async () => {
    await expect(call('light.turn_on', 'light.bathroom')).resolves.toBeDefined();
    expect(state('light.bathroom')).toBe('unavailable');
    expect(attributes('light.bathroom')).not.toHaveProperty('brightness');
  });

  it('answers success for a colour nobody knows, and gives white', async () => {
    await call('light.turn_on', 'light.bedroom_lamp', { color_name: 'red' });
    expect(attributes('light.bedroom_lamp').rgb_color).toEqual([255, 0, 0]);
    await expect(call('light.turn_on', 'light.bedroom_lamp', { color_name: 'unicorn' })).resolves.toBeDefined();
    expect(attributes('light.bedroom_lamp').rgb_color).toEqual([255, 255, 255]);
  });

  it('answers success for a lock that then jams', async () => {
    await expect(call('lock.lock', 'lock.back_door')).resolves.toBeDefined();
    expect(state('lock.back_door')).toBe('locking');
    await vi.waitFor(() => expect(state('lock.back_door')).toBe('jammed'));
  });

  it('says "Position set" for a cover that has no positions, by its own assistant', async () => {
    const answer = await connection.sendMessagePromise({ type: 'conversation/process', text: 'Set garage door to 50%' });
    expect(answer).toMatchObject({ response: { response_type: 'action_done', speech: { plain: { speech: 'Position set' } } } });
    expect(state('cover.garage_door')).toBe('closed');
  });

  it('thinks in Fahrenheit inside its demo climates, and converts both ways', async () => {
    expect(attributes('climate.heat_pump')).toMatchObject({ temperature: 20, current_temperature: 25, min_temp: 7, max_temp: 35 });
    await call('climate.set_temperature', 'climate.heat_pump', { temperature: 21.5 });
    expect(fake.entity('climate.heat_pump').memory.target).toBeCloseTo(70.7, 9);
    expect(attributes('climate.heat_pump').temperature).toBe(21.5);
    // Where the device knows whole degrees only, 21 °C comes back as 21.1.
    await call('climate.set_temperature', 'climate.bedroom', { temperature: 21 });
    expect(attributes('climate.bedroom').temperature).toBe(21.1);
  });

  it('refuses a temperature out of range, in the device’s own unit', async () => {
    await expect(call('climate.set_temperature', 'climate.heat_pump', { temperature: 50 })).rejects.toEqual({
      code: 'service_validation_error',
      message: 'Validation error: Provided temperature 122.0 is not valid. Accepted range is 44.6 to 95.0.',
      translation_domain: 'climate',
      translation_key: 'temp_out_of_range',
      translation_placeholders: { check_temp: '122.0', min_temp: '44.6', max_temp: '95.0' },
    });
    await expect(call('climate.set_temperature', 'climate.heat_pump', { temperature: 35 })).resolves.toBeDefined();
  });

  it('refuses what an entity does not support, by name; through an area it passes over', async () => {
    await expect(call('cover.set_cover_position', 'cover.garage_door', { position: 50 })).rejects.toEqual({
      code: 'service_validation_error',
      message: 'Validation error: Entity cover.garage_door does not support action cover.set_cover_position.',
      translation_domain: 'homeassistant',
      translation_key: 'service_not_supported',
      translation_placeholders: { domain: 'cover', service: 'set_cover_position', entity_id: 'cover.garage_door' },
    });
    await expect(callService(connection, 'cover', 'set_cover_position', { position: 50 }, { area_id: 'garage' })).resolves.toBeDefined();
    expect(state('cover.garage_door')).toBe('closed');
  });

  it('refused it in other words before 2024.12', async () => {
    await using old = await startFakeHomeAssistant({ version: '2024.6.0' });
    const oldConnection = await createConnection({ auth: createLongLivedTokenAuth(old.url, old.token) });
    const refused = callService(oldConnection, 'cover', 'set_cover_position', { position: 5 }, { entity_id: 'cover.garage_door' });
    await expect(refused).rejects.toEqual({
      code: 'home_assistant_error',
      message: 'Entity cover.garage_door does not support this service.',
    });
    oldConnection.close();
  });

  it('does not find a service nobody registered', async () => {
    await expect(call('light.explode', 'light.hall')).rejects.toMatchObject({
      code: 'not_found',
      message: 'Service light.explode not found.',
    });
  });

  it('wants a target, and no fields it does not know', async () => {
    await expect(callService(connection, 'light', 'turn_on', {})).rejects.toEqual({
      code: 'invalid_format',
      message: 'must contain at least one of entity_id, device_id, area_id, floor_id, label_id.',
    });
    await expect(call('light.turn_on', 'light.hall', { colour: 'red' })).rejects.toMatchObject({
      code: 'invalid_format',
      message: "extra keys not allowed @ data['colour']. Got 'red'",
    });
    await expect(call('light.turn_on', 'light.hall', { brightness: 300 })).rejects.toMatchObject({ code: 'invalid_format' });
  });
});

describe('devices', () => {
  it('drops without a word what a lamp cannot do', async () => {
    await call('light.turn_on', 'light.hall', { brightness_pct: 30, color_name: 'red' });
    expect([state('light.hall'), attributes('light.hall')]).toEqual(['on', expect.not.objectContaining({ brightness: expect.anything() })]);
    await call('light.turn_on', 'light.study', { brightness_pct: 40, rgb_color: [0, 255, 0] });
    expect(attributes('light.study')).toMatchObject({ brightness: 102, color_mode: 'brightness' });
    await call('light.turn_on', 'light.study', { brightness_step_pct: -20 });
    expect(attributes('light.study').brightness).toBe(51);
    await call('light.turn_on', 'light.study', { brightness: 0 });
    expect([state('light.study'), attributes('light.study').brightness]).toEqual(['off', null]);
  });

  it('keeps a white within the lamp’s range', async () => {
    await call('light.turn_on', 'light.kitchen_worktop', { color_temp_kelvin: 9000 });
    expect(attributes('light.kitchen_worktop')).toMatchObject({ color_temp_kelvin: 6535, color_mode: 'color_temp' });
  });

  it('reaches lights by area, floor and label, but not hidden ones', async () => {
    await callService(connection, 'light', 'turn_on', {}, { floor_id: 'ground_floor' });
    expect(['light.kitchen_worktop', 'light.hall', 'light.garage', 'light.study'].map(state)).toEqual(['on', 'on', 'off', 'off']);
    await callService(connection, 'light', 'turn_off', {}, { label_id: 'night' });
    expect([state('light.hall'), state('light.kitchen_worktop')]).toEqual(['off', 'on']);
  });

  it('moves a blind by steps, and stops it on the way', async () => {
    fake.setQuirks('cover.living_room_blind', { travelMs: 1200 });
    await call('cover.set_cover_position', 'cover.living_room_blind', { position: 20 });
    expect(state('cover.living_room_blind')).toBe('closing');
    await vi.waitFor(() => expect(attributes('cover.living_room_blind').current_position).toBe(80));
    await call('cover.stop_cover', 'cover.living_room_blind');
    expect(state('cover.living_room_blind')).toBe('open');
    expect(Number(attributes('cover.living_room_blind').current_position)).toBeGreaterThan(20);
  });

  it('opens and closes what has no positions, and tilts what only tilts', async () => {
    await call('cover.open_cover', 'cover.garage_door');
    expect(state('cover.garage_door')).toBe('opening');
    await vi.waitFor(() => expect(state('cover.garage_door')).toBe('open'));
    await call('cover.set_cover_tilt_position', 'cover.pergola', { tilt_position: 30 });
    expect(attributes('cover.pergola').current_tilt_position).toBe(30);
    await expect(call('cover.open_cover', 'cover.pergola')).rejects.toMatchObject({ code: 'service_validation_error' });
  });

  it('asks for the code where there is one', async () => {
    await expect(call('lock.unlock', 'lock.safe')).rejects.toMatchObject({ translation_key: 'add_default_code' });
    await expect(call('lock.unlock', 'lock.safe', { code: '1234' })).resolves.toBeDefined();
    await expect(call('alarm_control_panel.alarm_arm_home', 'alarm_control_panel.house')).rejects.toMatchObject({
      translation_key: 'code_arm_required',
    });
    await call('alarm_control_panel.alarm_arm_home', 'alarm_control_panel.house', { code: '1234' });
    expect(state('alarm_control_panel.house')).toBe('armed_home');
    await expect(call('alarm_control_panel.alarm_disarm', 'alarm_control_panel.house', { code: '0000' })).rejects.toMatchObject({
      message: 'Validation error: Invalid alarm code provided',
    });
  });

  it('refuses modes and options that are not in their lists', async () => {
    await expect(call('climate.set_preset_mode', 'climate.bedroom', { preset_mode: 'party' })).rejects.toMatchObject({
      message: 'Validation error: Preset mode party is not valid. Valid preset modes are: home, eco, away.',
    });
    await expect(call('select.select_option', 'select.house_mode', { option: 'moon' })).rejects.toMatchObject({
      translation_key: 'not_valid_option',
    });
    await expect(call('input_number.set_value', 'input_number.kettle_temperature', { value: 20 })).rejects.toMatchObject({
      message: 'Validation error: Value 20.0 for input_number.kettle_temperature is outside valid range 60 - 100',
    });
  });

  it('runs a script and a scene, which act on other things', async () => {
    await call('light.turn_on', 'light.hall');
    await call('lock.unlock', 'lock.front_door');
    await callService(connection, 'script', 'good_night');
    expect([state('light.hall'), state('script.good_night')]).toEqual(['off', 'off']);
    await vi.waitFor(() => expect(state('lock.front_door')).toBe('locked'));
    await call('scene.turn_on', 'scene.movie_night');
    await vi.waitFor(() => expect(attributes('light.living_room').brightness).toBe(51));
    expect(state('scene.movie_night')).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it.each([
    ['fan.turn_on', 'fan.bedroom', { percentage: 50 }, 'on', { percentage: 50 }],
    ['fan.set_preset_mode', 'fan.bedroom', { preset_mode: 'sleep' }, 'on', { preset_mode: 'sleep', percentage: null }],
    ['media_player.volume_set', 'media_player.living_room', { volume_level: 0.75 }, 'playing', { volume_level: 0.75 }],
    ['media_player.media_pause', 'media_player.living_room', {}, 'paused', {}],
    ['vacuum.start', 'vacuum.robot', {}, 'cleaning', {}],
    ['humidifier.set_humidity', 'humidifier.bedroom', { humidity: 60 }, 'off', { humidity: 60 }],
    ['water_heater.set_temperature', 'water_heater.boiler', { temperature: 50 }, 'eco', { temperature: 50 }],
    ['valve.open_valve', 'valve.garden_water', {}, 'open', { current_position: 100 }],
    ['siren.turn_on', 'siren.hall', { tone: 'fire' }, 'on', {}],
    ['lawn_mower.start_mowing', 'lawn_mower.garden', {}, 'mowing', {}],
    ['switch.turn_on', 'switch.coffee_machine', {}, 'on', {}],
    ['switch.turn_on', 'switch.garden_pump', {}, 'off', {}],
    ['homeassistant.turn_on', 'light.hall', {}, 'on', {}],
    ['update.install', 'update.core', {}, 'off', { installed_version: '1.1' }],
  ])('%s %s %o', async (service, entityId, data, expected, shown) => {
    await expect(call(service, entityId, data)).resolves.toBeDefined();
    expect(state(entityId)).toBe(expected);
    expect(attributes(entityId)).toMatchObject(shown);
  });

  it('describes its services with targets, fields and whether they answer', async () => {
    const services = await connection.sendMessagePromise<Record<string, Record<string, unknown>>>({ type: 'get_services' });
    expect(services.cover?.set_cover_position).toMatchObject({
      fields: { position: { required: true } },
      target: { entity: [{ domain: ['cover'], supported_features: [4] }] },
    });
    expect(services.todo?.get_items).toMatchObject({ response: { optional: false }, fields: { status: { required: false } } });
    expect(services.light?.turn_on).not.toHaveProperty('response');
  });
});

import { describe, expect, it } from 'vitest';
import { entity, match } from '../../tests/fakes/home-scene.ts';
import { callsOf, saidOf } from '../../tests/fakes/skill-stage.ts';

const lamp = (state: string, percent?: number) =>
  entity('light.lamp', 'Lamp', state, {
    area: 'study',
    attributes: percent === undefined ? {} : { brightness: Math.round(percent * 2.55) },
  });

describe('brightness by steps and factors', () => {
  it('halves and doubles what is there, and never goes out of range', () => {
    const data = (factor: number, percent: number) =>
      callsOf(match('HassLightSet', ['light.lamp'], { brightness_factor: factor }), { entities: [lamp('on', percent)] });
    expect(data(0.5, 60)).toMatchObject([{ data: { brightness_pct: 30 } }]);
    expect(data(2, 80)).toMatchObject([{ data: { brightness_pct: 100 } }]);
    expect(data(0.5, 1)).toMatchObject([{ data: { brightness_pct: 1 } }]);
  });

  it('leave the lights alone that are off, unless all are off and it should be brighter', () => {
    const other = entity('light.other', 'Other', 'off');
    const both = ['light.lamp', 'light.other'];
    const dimmer = match('HassLightSet', both, { brightness_step: -20 });
    expect(callsOf(dimmer, { entities: [lamp('on', 60), other] })).toMatchObject([{ entityIds: ['light.lamp'] }]);
    expect(callsOf(dimmer, { entities: [lamp('off'), other] })).toEqual([]);
    expect(saidOf(dimmer, { entities: [lamp('off'), other] })).toBe('The lamp and the other are off.');
    expect(callsOf(match('HassLightSet', both, { brightness_step: 20 }), { entities: [lamp('off'), other] })).toMatchObject([
      { entityIds: both },
    ]);
  });

  it('say the level that was seen', () => {
    expect(saidOf(match('HassLightSet', ['light.lamp'], { brightness_step: 10 }), { entities: [lamp('on', 70)] })).toBe(
      'The lamp is at 70 %.',
    );
  });
});

describe('temperatures', () => {
  const thermostat = (attributes: Record<string, unknown>, state = 'heat') =>
    entity('climate.hall', 'Hall Thermostat', state, { attributes });
  const set = (slots: Record<string, string | number>) => match('HassClimateSetTemperature', ['climate.hall'], slots);

  it('are told to a thermostat in the unit it thinks in', () => {
    const fahrenheit = { entities: [thermostat({ temperature: 68, temperature_unit: '°F' })] };
    expect(callsOf(set({ temperature: 20, temperature_unit: 'C' }), fahrenheit)).toMatchObject([{ data: { temperature: 68 } }]);
    expect(callsOf(set({ temperature: 70 }), fahrenheit)).toMatchObject([{ data: { temperature: 70 } }]);
    expect(saidOf(set({ temperature: 20, temperature_unit: 'C' }), fahrenheit)).toBe('The hall thermostat is set to 68 °F.');
    const celsius = { entities: [thermostat({ temperature: 19 })] };
    expect(callsOf(set({ temperature: 70, temperature_unit: 'F' }), celsius)).toMatchObject([{ data: { temperature: 21 } }]);
  });

  it('take the unit of the home where the thermostat names none', () => {
    const outside = entity('sensor.out', 'Outside', '50', { device_class: 'temperature', attributes: { unit_of_measurement: '°F' } });
    expect(saidOf(set({ temperature: 70 }), { entities: [thermostat({ temperature: 68 }), outside] })).toBe(
      'The hall thermostat is set to 70 °F.',
    );
  });

  it('go up and down from what is set, within what it can', () => {
    const warm = { entities: [thermostat({ temperature: 29.5, max_temp: 30 })] };
    expect(callsOf(set({ temperature_step: 1 }), warm)).toMatchObject([{ data: { temperature: 30 } }]);
    expect(callsOf(set({ temperature_step: -2 }), warm)).toMatchObject([{ data: { temperature: 27.5 } }]);
    const range = { entities: [thermostat({ temperature: null, target_temp_low: 19, target_temp_high: 23 }, 'heat_cool')] };
    expect(callsOf(set({ temperature_step: 1 }), range)).toMatchObject([{ data: { target_temp_low: 20, target_temp_high: 24 } }]);
    expect(saidOf(set({ temperature_step: 1 }), { entities: [thermostat({})] })).toContain(
      'I do not know what the hall thermostat is set to',
    );
  });

  it('say so when the thermostat is off all the same', () => {
    expect(saidOf(set({ temperature: 21 }), { entities: [thermostat({ temperature: 18 }, 'off')] })).toBe(
      'The hall thermostat is set to 21 °C, but off.',
    );
  });
});

describe('covers', () => {
  const blind = entity('cover.blind', 'Blind', 'open', { attributes: { current_position: 40, supported_features: 15 } });
  const curtain = entity('cover.curtain', 'Curtain', 'open', { attributes: { supported_features: 3 } });

  it('go to a position, and a step from where they are', () => {
    expect(callsOf(match('HassSetPosition', ['cover.blind'], { position_step: 20 }), { entities: [blind] })).toEqual([
      { service: 'cover.set_cover_position', entityIds: ['cover.blind'], data: { position: 60 } },
    ]);
    expect(saidOf(match('HassSetPosition', ['cover.blind'], { position_step: 80 }), { entities: [blind] })).toBe('The blind is open.');
  });

  it('without positions are opened and closed, and nothing in between is pretended', () => {
    const scene = { entities: [blind, curtain] };
    expect(callsOf(match('HassSetPosition', ['cover.curtain'], { position: 0 }), scene)).toMatchObject([{ service: 'cover.close_cover' }]);
    const half = match('HassSetPosition', ['cover.curtain'], { position: 50 });
    expect(callsOf(half, scene)).toEqual([]);
    expect(saidOf(half, scene)).toBe('The curtain can only be opened and closed.');
    expect(saidOf(match('HassSetPosition', ['cover.blind', 'cover.curtain'], { position: 50 }), scene)).toBe(
      'The blind is at 50 %. The curtain can only be opened and closed.',
    );
  });
});

describe('fans and volumes', () => {
  it('change by at least what the fan can tell apart', () => {
    const fan = entity('fan.a', 'Fan', 'on', { attributes: { percentage: 33, percentage_step: 33.33 } });
    expect(callsOf(match('HassFanSetSpeed', ['fan.a'], { percentage_step: 10 }), { entities: [fan] })).toMatchObject([
      { data: { percentage: 66 } },
    ]);
    expect(callsOf(match('HassFanSetSpeed', ['fan.a'], { percentage_step: -50 }), { entities: [fan] })).toMatchObject([
      { data: { percentage: 0 } },
    ]);
  });

  it('turn a player up that does not say how loud it is', () => {
    const radio = entity('media_player.radio', 'Radio', 'playing');
    const louder = match('HassSetVolumeRelative', ['media_player.radio'], { volume_step: 'up' });
    expect(callsOf(louder, { entities: [radio] })).toMatchObject([{ service: 'media_player.volume_up' }]);
    expect(saidOf(louder, { entities: [radio] })).toBe('The radio is louder.');
  });

  it('choose a source that the player has, and search nothing', () => {
    const tv = entity('media_player.tv', 'TV', 'on', { attributes: { source_list: ['Netflix', 'HDMI 1'] } });
    const play = (query: string) => match('HassMediaSearchAndPlay', ['media_player.tv'], { search_query: query });
    expect(callsOf(play('netflix'), { entities: [tv] })).toEqual([
      { service: 'media_player.select_source', entityIds: ['media_player.tv'], data: { source: 'Netflix' } },
    ]);
    expect(callsOf(play('yesterday'), { entities: [tv] })).toEqual([]);
  });
});

describe('modes', () => {
  const climate = entity('climate.a', 'Heating', 'heat', {
    attributes: { hvac_modes: ['off', 'heat', 'fan_only'], preset_modes: ['eco', 'away'], fan_modes: ['low', 'high'] },
  });
  const call = (id: string, mode: string, attributes?: Record<string, unknown>) =>
    callsOf(match('JarvisSetMode', [id], { mode }), {
      entities: [attributes === undefined ? climate : entity(id, 'Thing', 'on', { attributes })],
    })[0];

  it.each([
    ['climate.a', 'heat', undefined, { service: 'climate.set_hvac_mode', data: { hvac_mode: 'heat' } }],
    ['climate.a', 'Fan only', undefined, { service: 'climate.set_hvac_mode', data: { hvac_mode: 'fan_only' } }],
    ['climate.a', 'eco mode', undefined, { service: 'climate.set_preset_mode', data: { preset_mode: 'eco' } }],
    ['climate.a', 'lowest', undefined, { service: 'climate.set_fan_mode', data: { fan_mode: 'low' } }],
    ['fan.a', 'night', { preset_modes: ['Sleep'] }, { service: 'fan.set_preset_mode', data: { preset_mode: 'Sleep' } }],
    ['humidifier.a', 'quiet', { available_modes: ['silent'] }, { service: 'humidifier.set_mode', data: { mode: 'silent' } }],
    ['vacuum.a', 'turbo', { fan_speed_list: ['turbo'] }, { service: 'vacuum.set_fan_speed', data: { fan_speed: 'turbo' } }],
    ['select.a', 'long wash', { options: ['Long wash'] }, { service: 'select.select_option', data: { option: 'Long wash' } }],
    ['media_player.a', 'hdmi 1', { source_list: ['HDMI 1'] }, { service: 'media_player.select_source', data: { source: 'HDMI 1' } }],
    ['light.a', 'rainbow', { effect_list: ['Rainbow'] }, { service: 'light.turn_on', data: { effect: 'Rainbow' } }],
    ['alarm_control_panel.a', 'night', {}, { service: 'alarm_control_panel.alarm_arm_night', data: {} }],
  ])('%s %s', (id, mode, attributes, expected) => {
    expect(call(id, mode, attributes)).toMatchObject(expected);
  });

  it('that a thing does not have are not tried, and it says which it has', () => {
    const wanted = match('JarvisSetMode', ['climate.a'], { mode: 'turbo' });
    expect(callsOf(wanted, { entities: [climate] })).toEqual([]);
    expect(saidOf(wanted, { entities: [climate] })).toBe('The heating knows only off, heat, fan only, eco, away, low and high.');
  });
});

describe('lists', () => {
  const shopping = entity('todo.shopping', 'Shopping List', '2');
  const chores = entity('todo.chores', 'Chores', '1');
  const tasks = entity('todo.tasks', 'Tasks', '1');
  const add = match('HassListAddItem', [], { item: 'milk' });

  it('choose the named list, the only one, or the shopping list; else ask', () => {
    const listOf = (entities: (typeof shopping)[], targets: string[] = []) => callsOf({ ...add, targets }, { entities })[0];
    expect(listOf([shopping, chores], ['todo.chores'])).toMatchObject({
      service: 'todo.add_item',
      entityIds: ['todo.chores'],
      data: { item: 'milk' },
    });
    expect(listOf([chores])).toMatchObject({ entityIds: ['todo.chores'] });
    expect(listOf([chores, shopping])).toMatchObject({ entityIds: ['todo.shopping'] });
    expect(saidOf(add, { entities: [chores, tasks] })).toBe('Which of todo.chores, todo.tasks?');
    expect(saidOf(add, { entities: [] })).toBe('I know of no list.');
  });

  it('say what is on them by what was seen', () => {
    const scene = { entities: [shopping] };
    expect(saidOf(add, scene)).toBe('Milk is on the shopping list.');
    expect(saidOf(add, scene, { outcome: 'accepted' })).toBe('I asked the shopping list, but it has not answered.');
    expect(callsOf(match('HassShoppingListCompleteItem', [], { item: 'milk' }), scene)).toMatchObject([
      { service: 'todo.update_item', data: { item: 'milk', status: 'completed' } },
    ]);
    expect(callsOf(match('HassListRemoveItem', [], { item: 'milk' }), scene)).toMatchObject([
      { service: 'todo.remove_item', data: { item: ['milk'] } },
    ]);
  });

  it('are read out without what is done', () => {
    const items = [
      { uid: '1', summary: 'milk', status: 'needs_action' },
      { uid: '2', summary: 'eggs', status: 'needs_action' },
      { uid: '3', summary: 'bread', status: 'completed' },
    ];
    const read = match('JarvisGetItems', []);
    expect(saidOf(read, { entities: [shopping] }, { outcome: 'confirmed', output: items })).toBe(
      'Two things on the shopping list: milk and eggs.',
    );
    expect(saidOf(read, { entities: [shopping] }, { outcome: 'confirmed', output: [] })).toBe('The shopping list is empty.');
    expect(saidOf(read, { entities: [shopping] }, { outcome: 'failed', reason: 'I cannot reach the home just now.' })).toBe(
      'I could not look that up: I cannot reach the home just now.',
    );
    expect(saidOf(read, { entities: [shopping] }, { outcome: 'confirmed', output: 'garbage' })).toBe('I could not look that up.');
  });
});

describe('what cannot be done', () => {
  it('is said instead of pretended', () => {
    expect(
      saidOf(match('HassVacuumCleanArea', ['vacuum.a'], { area: 'Kitchen' }), { entities: [entity('vacuum.a', 'Robot', 'docked')] }),
    ).toBe('I can start the vacuum, but I cannot send it to the kitchen yet.');
    expect(saidOf(match('HassBroadcast', [], { message: 'dinner' }), { entities: [] })).toBe('I cannot reach the other rooms yet.');
  });
});

describe('putting back', () => {
  const scene = { entities: [entity('light.a', 'Kitchen Light', 'off'), entity('light.b', 'Hall Light', 'off')] };
  const undo = match('JarvisUndo', []);

  it('is told by what was seen', () => {
    const output = [
      { entityId: 'light.a', outcome: 'confirmed' },
      { entityId: 'light.b', outcome: 'rejected', reason: 'The hall light is not answering.' },
    ];
    expect(saidOf(undo, scene, { outcome: 'rejected', output })).toBe('The kitchen light is off again. The hall light is not answering.');
    expect(saidOf(undo, scene, { outcome: 'accepted', output: [{ entityId: 'light.a', outcome: 'accepted' }] })).toBe(
      'I asked the kitchen light, but it has not answered.',
    );
  });

  it('says so when there is nothing to put back', () => {
    expect(saidOf(undo, scene, { outcome: 'rejected', reason: 'There is nothing to put back.', output: [] })).toBe(
      'There is nothing to put back.',
    );
    expect(saidOf(undo, scene, { outcome: 'denied' })).toBe('I have left it as it is.');
  });
});

import { describe, expect, it } from 'vitest';
import type { Entity, HomeAction } from '../../contract/home.ts';
import type { Control } from './control.ts';
import { controlsOf } from './controls-of.ts';
import { iconOf, stateWords } from './device-words.ts';

function entity(id: string, state: string, attributes: Record<string, unknown> = {}, more: Partial<Entity> = {}): Entity {
  return { id, name: 'It', aliases: [], domain: id.split('.')[0] ?? '', state, attributes, available: true, lastChanged: 0, ...more };
}

function find<Kind extends Control['kind']>(of: Entity, kind: Kind, label?: string): Extract<Control, { kind: Kind }> {
  const found = controlsOf(of).find((control) => control.kind === kind && (label === undefined || control.label === label));
  if (found === undefined) throw new Error(`There is no ${kind} ${label ?? ''} among ${controlsOf(of).map((each) => each.label)}.`);
  return found as Extract<Control, { kind: Kind }>;
}

const labels = (of: Entity) => controlsOf(of).map((control) => control.label);
const call = (service: string, id: string, data: Record<string, unknown> = {}): HomeAction => ({ service, entityIds: [id], data });

describe('the controls of a device', () => {
  it('switch a light, and dim, warm and colour one that can be', () => {
    const plain = entity('light.a', 'on', { supported_color_modes: ['onoff'] });
    expect(labels(plain)).toEqual(['Light']);
    expect(find(plain, 'toggle')).toMatchObject({ on: true, action: call('light.turn_off', 'light.a') });
    const full = entity('light.a', 'on', {
      brightness: 128,
      supported_color_modes: ['color_temp', 'hs'],
      hs_color: [240, 80],
      color_mode: 'hs',
    });
    expect(labels(full)).toEqual(['Light', 'Brightness', 'Warmth', 'Colour']);
    const brightness = find(full, 'slider', 'Brightness');
    expect(brightness.value).toBe(50);
    expect(brightness.action(40)).toEqual(call('light.turn_on', 'light.a', { brightness_pct: 40 }));
    expect(brightness.action(0).service).toBe('light.turn_off');
    expect(find(full, 'slider', 'Warmth').unset).toBe(true);
    expect(find(full, 'colour').chosen).toEqual([240, 80]);
    expect(find(full, 'colour').action(10, 20).data).toEqual({ hs_color: [10, 20] });
  });

  it('offer only what a cover can do now, and slide it where it has positions', () => {
    const buttons = (state: string, attributes = {}) =>
      find(entity('cover.a', state, attributes), 'buttons').buttons.map((each) => each.disabled);
    expect(buttons('closed')).toEqual([false, true, true]);
    expect(buttons('open', { current_position: 60 })).toEqual([false, true, false]);
    expect(buttons('open', { current_position: 100 })).toEqual([true, true, false]);
    expect(buttons('opening', { current_position: 30 })).toEqual([false, false, false]);
    const garage = entity('cover.a', 'closed', { supported_features: 3, current_position: 0 });
    expect(labels(garage)).toEqual(['Movement']);
    expect(find(garage, 'buttons').buttons.map((each) => each.label)).toEqual(['Open', 'Close']);
    const blind = entity('cover.a', 'open', { current_position: 40, current_tilt_position: 10 });
    expect(find(blind, 'slider', 'Position').action(70)).toEqual(call('cover.set_cover_position', 'cover.a', { position: 70 }));
    expect(find(blind, 'slider', 'Tilt').value).toBe(10);
    expect(find(entity('valve.a', 'open'), 'buttons').buttons[2]?.action.service).toBe('valve.close_valve');
  });

  it('keep a thermostat inside its own limits and steps', () => {
    const one = find(entity('climate.a', 'heat', { temperature: 20, target_temp_step: 0.1, min_temp: 7, max_temp: 30 }), 'stepper');
    expect(one).toMatchObject({ value: 20, step: 0.1, min: 7, max: 30 });
    expect(one.action(20.1)).toEqual(call('climate.set_temperature', 'climate.a', { temperature: 20.1 }));
    const dual = entity('climate.a', 'heat_cool', { target_temp_low: 19, target_temp_high: 24, hvac_modes: ['off', 'heat_cool'] });
    const low = find(dual, 'stepper', 'Heat below');
    expect(low.max).toBe(24);
    expect(low.action(20).data).toEqual({ target_temp_low: 20, target_temp_high: 24 });
    expect(find(dual, 'stepper', 'Cool above').min).toBe(19);
    expect(find(dual, 'choice', 'Mode')).toMatchObject({ chosen: 'heat_cool', options: [{ label: 'Off' }, { label: 'Heat or cool' }] });
    const fahrenheit = find(entity('climate.a', 'heat', { temperature: 68, temperature_unit: '°F' }), 'stepper');
    expect(fahrenheit.max).toBeGreaterThan(68);
  });

  it('ask a lock for the opposite of what it is, and treat a jammed one as open', () => {
    expect(find(entity('lock.a', 'locked'), 'buttons').buttons[0]?.action.service).toBe('lock.unlock');
    expect(find(entity('lock.a', 'jammed'), 'buttons').buttons[0]?.action.service).toBe('lock.lock');
    expect(labels(entity('lock.a', 'locked', { supported_features: 1 }))).toEqual(['Lock', 'Door']);
  });

  it('ask an alarm for its code where it wants one, and send none where it does not', () => {
    const coded = find(entity('alarm_control_panel.a', 'disarmed', { code_format: 'number', supported_features: 3 }), 'code');
    expect(coded.buttons.map((button) => [button.label, button.disabled])).toEqual([
      ['At home', false],
      ['Away', false],
      ['Disarm', true],
    ]);
    expect(coded.buttons[1]?.action('1234').data).toEqual({ code: '1234' });
    expect(find(entity('alarm_control_panel.a', 'disarmed'), 'buttons').buttons[0]?.action.data).toEqual({});
  });

  it('set numbers by sliding, or step by step where the steps are many', () => {
    const few = find(entity('number.a', '45', { min: 30, max: 70, unit_of_measurement: '%' }), 'slider');
    expect(few.words(50)).toBe('50 %');
    expect(few.action(50)).toEqual(call('number.set_value', 'number.a', { value: 50 }));
    expect(find(entity('input_number.a', '45', { min: 0, max: 10_000 }), 'stepper').action(46).service).toBe('input_number.set_value');
    expect(controlsOf(entity('number.a', 'unknown', { min: 0, max: 10 }))).toEqual([]);
  });

  it('turn what runs to its end and what rests to its beginning', () => {
    const first = (of: Entity) => find(of, 'buttons').buttons[0]?.action.service;
    expect(first(entity('vacuum.a', 'docked'))).toBe('vacuum.start');
    expect(first(entity('vacuum.a', 'cleaning'))).toBe('vacuum.return_to_base');
    expect(first(entity('lawn_mower.a', 'mowing'))).toBe('lawn_mower.dock');
    expect(first(entity('script.a', 'on'))).toBe('script.turn_off');
    expect(first(entity('media_player.a', 'playing'))).toBe('media_player.media_pause');
    expect(first(entity('input_button.a', 'unknown'))).toBe('input_button.press');
  });

  it('count, run and set what is of the house itself', () => {
    expect(find(entity('counter.a', '3'), 'buttons', 'Count').buttons.map((each) => each.action.service)).toEqual([
      'counter.decrement',
      'counter.increment',
      'counter.reset',
    ]);
    expect(find(entity('timer.a', 'active'), 'buttons', 'Timer').buttons[0]?.action.service).toBe('timer.pause');
    expect(controlsOf(entity('update.a', 'on'))).toEqual([]);
    expect(find(entity('update.a', 'on', { supported_features: 1 }), 'buttons').buttons[0]?.action.service).toBe('update.install');
    const both = entity('input_datetime.a', '2026-01-31 07:30:00', { has_date: true, has_time: true });
    expect(find(both, 'text', 'Time')).toMatchObject({ value: '07:30', format: 'time' });
    expect(find(both, 'text', 'Date').action('2026-02-01')).toEqual(
      call('input_datetime.set_datetime', 'input_datetime.a', { date: '2026-02-01' }),
    );
    expect(labels(entity('input_datetime.a', '07:30:00', { has_date: false, has_time: true }))).toEqual(['Time']);
  });

  it('are absent for a sensor and for a kind that nobody has heard of', () => {
    expect(controlsOf(entity('sensor.a', '21'))).toEqual([]);
    expect(controlsOf(entity('teapot.a', 'short and stout'))).toEqual([]);
  });

  it('survive attributes of the wrong kind, and have each its own label', () => {
    const wrong = [null, 'x', Number.NaN, -1, [], [null, 7, 'a', 'a'], {}, true];
    const keys = `brightness supported_color_modes hs_color effect_list current_position current_tilt_position temperature target_temp_low
      target_temp_high target_temp_step min_temp max_temp hvac_modes preset_modes percentage percentage_step oscillating volume_level source_list
      fan_speed_list humidity available_modes code_format min max step options supported_features mode`.split(/\s+/u);
    const domains =
      'light switch fan cover valve lock climate water_heater humidifier media_player vacuum lawn_mower counter timer update input_datetime automation alarm_control_panel number select text todo scene siren';
    for (const domain of domains.split(' '))
      for (const value of wrong) {
        const controls = controlsOf(entity(`${domain}.a`, 'on', Object.fromEntries(keys.map((key) => [key, value]))));
        expect(new Set(controls.map((control) => control.label)).size).toBe(controls.length);
        for (const control of controls)
          if (control.kind === 'slider' || control.kind === 'stepper') {
            expect(control.step).toBeGreaterThan(0);
            expect([control.value, control.min, control.max].every(Number.isFinite)).toBe(true);
          } else if (control.kind === 'choice')
            expect(new Set(control.options.map((each) => each.value)).size).toBe(control.options.length);
      }
  });
});

describe('the words for a state', () => {
  it('are those of everyday speech', () => {
    expect(stateWords(entity('binary_sensor.a', 'on', {}, { device_class: 'moisture' }))).toBe('Wet');
    expect(stateWords(entity('sensor.a', '21.4', { unit_of_measurement: '°C' }))).toBe('21.4 °C');
    expect(stateWords(entity('sensor.a', '21.39999999', { unit_of_measurement: '°C' }))).toBe('21.4 °C');
    expect(stateWords(entity('cover.a', 'open', { current_position: 60 }))).toBe('60 % open');
    expect(stateWords(entity('cover.a', 'open', { current_position: Number.NaN }))).toBe('Open');
    expect(stateWords(entity('light.a', 'on', { brightness: 1 }))).toBe('On, 1 %');
    expect(stateWords(entity('scene.a', 'unknown'))).toBe('');
    expect(stateWords(entity('vacuum.a', 'returning_home'))).toBe('Returning home');
    expect(stateWords(entity('person.a', 'not_home'))).toBe('Away');
    expect(stateWords(entity('update.a', 'on', { latest_version: '1.3' }))).toBe('1.3 is there');
    expect(stateWords(entity('media_player.a', 'playing', { media_title: 'Blue in Green', media_artist: 'Miles Davis' }))).toBe(
      'Playing: Blue in Green, Miles Davis',
    );
    expect(stateWords(entity('weather.a', 'partlycloudy', { temperature: 12.3, temperature_unit: '°C' }))).toBe('Partly cloudy, 12.3 °C');
    expect(stateWords(entity('todo.a', '3'))).toBe('3 to do');
    expect(stateWords(entity('sensor.a', ''))).toBe('');
  });

  it('are words also for a device that calls itself after a part of the language', () => {
    for (const word of ['constructor', '__proto__', 'toString']) {
      const odd = entity(`${word.toLowerCase()}.a`, word, {}, { device_class: word });
      expect(stateWords(odd)).toMatch(/^\S/u);
      expect(iconOf(odd)).toBe('device');
      expect(controlsOf(odd)).toEqual([]);
      expect(stateWords(entity('binary_sensor.a', 'on', {}, { device_class: word }))).toBe('On');
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entity } from '../contract/home.ts';
import { hsToRgb, rgbToHs, rgbToXy, sameColour, xyToRgb } from './services/colour.ts';
import { colourNamed, colourNames } from './services/colour-names.ts';
import { applyTarget, expectation } from './services/expectation.ts';
import { planService, servicesOf } from './services.ts';

const entity = (id: string, state: string, attributes: Record<string, unknown> = {}): Entity => ({
  id,
  name: 'The thing',
  aliases: [],
  domain: id.split('.', 1)[0] ?? '',
  state,
  attributes,
  available: true,
  lastChanged: 0,
});
const lamp = entity('light.lamp', 'on', {
  brightness: 100,
  supported_color_modes: ['rgb', 'color_temp'],
  min_color_temp_kelvin: 2200,
  max_color_temp_kelvin: 6500,
});

describe('a service plan', () => {
  it.each([
    [lamp, 'light.turn_on', { brightness_pct: 50 }, { service: 'light.turn_on', data: { brightness: 127 } }],
    [lamp, 'light.turn_on', { brightness_pct: 1 }, { data: { brightness: 3 } }],
    [lamp, 'light.turn_on', { brightness_pct: 0 }, { service: 'light.turn_off' }],
    [lamp, 'light.turn_on', { brightness_step_pct: 10 }, { data: { brightness: 126 } }],
    [lamp, 'light.turn_on', { brightness_step_pct: -100 }, { data: { brightness: 3 } }],
    [lamp, 'light.turn_on', { color_name: 'Light Blue' }, { data: { rgb_color: [173, 216, 230] } }],
    [lamp, 'light.turn_on', { color_name: 'warm white' }, { data: { color_temp_kelvin: 2700 } }],
    [lamp, 'light.turn_on', { color_name: 'candlelight' }, { data: { color_temp_kelvin: 2200 } }],
    [
      entity('light.plain', 'off', { supported_color_modes: ['rgb'] }),
      'light.turn_on',
      { color_name: 'white' },
      { data: { rgb_color: [255, 255, 255] } },
    ],
    [lamp, 'light.turn_on', { color_temp_kelvin: 9000 }, { refusal: 'The thing goes from 2200 to 6500 kelvin.' }],
    [lamp, 'light.toggle', {}, { service: 'light.turn_off' }],
    [
      entity('cover.c', 'closed', { supported_features: 3 }),
      'cover.set_cover_position',
      { position: 50 },
      { refusal: 'The thing can only be opened and closed.' },
    ],
    [entity('cover.c', 'closed', { supported_features: 3 }), 'cover.stop_cover', {}, { refusal: 'The thing cannot be stopped.' }],
    [entity('lock.l', 'locked', { supported_features: 0 }), 'lock.open', {}, { refusal: 'The thing can be unlocked, but not opened.' }],
    [
      entity('fan.f', 'on', { percentage: 50, percentage_step: 25 }),
      'fan.increase_speed',
      {},
      { service: 'fan.set_percentage', data: { percentage: 75 } },
    ],
    [entity('fan.f', 'on'), 'fan.set_percentage', { percentage: 0 }, { service: 'fan.turn_off' }],
    [
      entity('media_player.m', 'playing', { volume_level: 0.95 }),
      'media_player.volume_up',
      {},
      { service: 'media_player.volume_set', data: { volume_level: 1 } },
    ],
    [entity('media_player.m', 'playing'), 'media_player.media_play_pause', {}, { service: 'media_player.media_pause' }],
    [
      entity('climate.c', 'off', { hvac_modes: ['off', 'cool'] }),
      'climate.turn_on',
      {},
      { service: 'climate.set_hvac_mode', data: { hvac_mode: 'cool' } },
    ],
    [
      entity('climate.c', 'off', { hvac_modes: ['off', 'cool'] }),
      'climate.set_hvac_mode',
      { hvac_mode: 'heat' },
      { refusal: 'The thing knows only off, cool.' },
    ],
    [entity('number.n', '5', { min: 0, max: 10 }), 'number.set_value', { value: 11 }, { refusal: 'The thing goes from 0 to 10.' }],
    [
      entity('select.s', 'a', { options: ['Eco', 'Comfort'] }),
      'select.select_option',
      { option: 'comfort' },
      { data: { option: 'Comfort' } },
    ],
    [
      entity('alarm_control_panel.a', 'disarmed', { supported_features: 2 }),
      'alarm_control_panel.alarm_arm_home',
      {},
      { refusal: 'The thing has no such mode.' },
    ],
    [entity('sensor.s', '5'), 'sensor.turn_on', {}, { refusal: 'The thing cannot do turn on.' }],
    [lamp, 'light.constructor', {}, { refusal: 'The thing cannot do constructor.' }],
  ])('%o %s %o', (device, service, data, expected) => {
    expect(planService(device, service, data)).toMatchObject(expected);
  });

  it('never throws and never plans for another entity, whatever the data', () => {
    const devices = ['light', 'cover', 'lock', 'climate', 'fan', 'media_player', 'number', 'select', 'siren', 'vacuum', 'switch'].map(
      (domain) => entity(`${domain}.x`, 'off'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...devices), fc.nat(), fc.dictionary(fc.string(), fc.anything()), (device, index, data) => {
        const services = servicesOf(device.domain);
        const service = `${device.domain}.${services[index % services.length]}`;
        const plan = planService(device, service, data);
        if ('refusal' in plan) return plan.refusal.length > 0;
        return plan.service.startsWith(`${device.domain}.`);
      }),
    );
  });

  it('leads a simulated device to where it is expected', () => {
    for (const [device, service, data] of [
      [lamp, 'light.turn_on', { brightness_pct: 20, color_name: 'coral' }],
      [lamp, 'light.turn_off', {}],
      [entity('cover.c', 'closed', { current_position: 0 }), 'cover.open_cover', {}],
      [entity('number.n', '5'), 'number.set_value', { value: 7.5 }],
      [entity('alarm_control_panel.a', 'disarmed'), 'alarm_control_panel.alarm_arm_away', {}],
    ] as const) {
      const plan = planService(device, service, { ...data });
      if ('refusal' in plan || !plan.target) throw new Error(`${service} is not planned`);
      const { state, attributes } = applyTarget(device, plan.target);
      expect(expectation(device, service, { ...data })?.(state, attributes)).toBe('reached');
    }
  });
});

describe('an expectation', () => {
  it('waits for a cover on its way and for its position', () => {
    const expect1 = expectation(entity('cover.c', 'closed', { current_position: 0 }), 'cover.open_cover', {});
    expect(expect1?.('opening', { current_position: 40 })).toBe('moving');
    expect(expect1?.('open', { current_position: 40 })).toBe('moving');
    expect(expect1?.('open', { current_position: 100 })).toBe('reached');
  });

  it('is contradicted by a lock that jams, and forgives a lamp that rounds', () => {
    expect(expectation(entity('lock.l', 'locked'), 'lock.unlock', {})?.('jammed', {})).toBe('contradicted');
    const dim = expectation(lamp, 'light.turn_on', { brightness_pct: 50, color_temp_kelvin: 3000 });
    expect(dim?.('on', { brightness: 128, color_temp_kelvin: 3003 })).toBe('reached');
    expect(dim?.('on', { brightness: 200, color_temp_kelvin: 3003 })).toBe('moving');
  });

  it('is none for a button', () => {
    expect(expectation(entity('button.b', 'unknown'), 'button.press', {})).toBeUndefined();
  });
});

describe('colours', () => {
  it('know the names of CSS and of people', () => {
    expect(colourNames().length).toBeGreaterThan(148);
    expect(colourNamed('Forest Green')).toEqual([34, 139, 34]);
    expect(colourNamed('bleen')).toBeUndefined();
  });

  it('stay the same through the spaces that lamps speak', () => {
    for (const name of ['red', 'lime', 'blue', 'orange', 'purple', 'teal', 'gold', 'hotpink']) {
      const rgb = colourNamed(name) ?? [0, 0, 0];
      expect(sameColour(rgb, hsToRgb(rgbToHs(rgb))), name).toBe(true);
      expect(sameColour(rgb, xyToRgb(...rgbToXy(rgb))), name).toBe(true);
    }
    expect(sameColour([255, 0, 0], [0, 0, 255])).toBe(false);
  });
});

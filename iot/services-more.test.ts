import { describe, expect, it } from 'vitest';
import type { Entity } from '../contract/home.ts';
import { entityOf } from '../tests/fakes/fake-bridge.ts';
import { applyTarget, expectation } from './services/expectation.ts';
import { planService } from './services.ts';

const of = (id: string, state: string, attributes: Entity['attributes'] = {}) => entityOf(id, { name: 'The thing', state, attributes });
const slats = { supported_features: 255, current_position: 50, current_tilt_position: 50 };
const both = { supported_features: 3, hvac_modes: ['off', 'heat_cool'] };

describe('a service plan', () => {
  it.each<[Entity, string, object, object]>([
    [
      of('cover.c', 'open', slats),
      'cover.set_cover_tilt_position',
      { tilt_position: 20 },
      { target: { attributes: { current_tilt_position: 20 } } },
    ],
    [of('cover.c', 'open', slats), 'cover.open_cover_tilt', {}, { target: { attributes: { current_tilt_position: 100 } } }],
    [
      of('cover.c', 'open', { supported_features: 15 }),
      'cover.close_cover_tilt',
      {},
      { refusal: 'The slats of the thing cannot be turned from here.' },
    ],
    [
      of('cover.c', 'open', slats),
      'cover.set_cover_tilt_position',
      { tilt_position: 101 },
      { refusal: 'A position goes from 0 (closed) to 100 (open).' },
    ],
    [
      of('climate.c', 'heat_cool', both),
      'climate.set_temperature',
      { target_temp_low: 19, target_temp_high: 24 },
      { data: { target_temp_low: 19, target_temp_high: 24 } },
    ],
    [
      of('climate.c', 'heat_cool', both),
      'climate.set_temperature',
      { target_temp_low: 25, target_temp_high: 24 },
      { refusal: 'The lowest temperature cannot be above the highest.' },
    ],
    [
      of('climate.c', 'heat_cool', both),
      'climate.set_temperature',
      { target_temp_low: 25 },
      { refusal: 'Please say the lowest and the highest temperature.' },
    ],
    [
      of('climate.c', 'heat', { supported_features: 1 }),
      'climate.set_temperature',
      { target_temp_low: 19, target_temp_high: 24 },
      { refusal: 'The thing takes one temperature only.' },
    ],
    [
      of('climate.c', 'heat', { supported_features: 2 }),
      'climate.set_temperature',
      { temperature: 20 },
      { refusal: 'The thing needs a lowest and a highest temperature.' },
    ],
    [
      of('climate.c', 'heat', { supported_features: 8 }),
      'climate.set_temperature',
      { temperature: 20 },
      { refusal: 'The thing cannot be set to a temperature.' },
    ],
    [
      of('climate.c', 'cool', { swing_modes: ['off', 'both'] }),
      'climate.set_swing_mode',
      { swing_mode: 'Both' },
      { data: { swing_mode: 'both' } },
    ],
    [
      of('climate.c', 'cool', { max_humidity: 60 }),
      'climate.set_humidity',
      { humidity: 70 },
      { refusal: 'The thing goes from 0 to 60 percent.' },
    ],
    [
      of('humidifier.h', 'on', { available_modes: ['auto'] }),
      'humidifier.set_mode',
      { mode: 'sleep' },
      { refusal: 'The thing knows only auto.' },
    ],
    [
      of('humidifier.h', 'on', { min_humidity: 30 }),
      'humidifier.set_humidity',
      { humidity: 20 },
      { refusal: 'The thing goes from 30 to 100 percent.' },
    ],
    [
      of('water_heater.w', 'off', { operation_list: ['off', 'eco'], supported_features: 15 }),
      'water_heater.turn_on',
      {},
      { target: { states: ['on', 'eco'] } },
    ],
    [
      of('water_heater.w', 'eco', { supported_features: 1 }),
      'water_heater.turn_off',
      {},
      { refusal: 'The thing cannot be turned off from here.' },
    ],
    [
      of('water_heater.w', 'eco', { max_temp: 60 }),
      'water_heater.set_temperature',
      { temperature: 70 },
      { refusal: 'The thing goes no higher than 60 degrees.' },
    ],
    [of('media_player.m', 'playing'), 'media_player.shuffle_set', { shuffle: true }, { target: { attributes: { shuffle: true } } }],
    [of('media_player.m', 'playing'), 'media_player.repeat_set', { repeat: 'twice' }, { refusal: expect.any(String) }],
    [
      of('media_player.m', 'playing', { supported_features: 1 }),
      'media_player.play_media',
      { media_content_id: 'x', media_content_type: 'music' },
      { refusal: 'The thing cannot play that.' },
    ],
    [
      of('media_player.m', 'idle', { sound_mode_list: ['Night'] }),
      'media_player.select_sound_mode',
      { sound_mode: 'night' },
      { data: { sound_mode: 'Night' } },
    ],
    [
      of('fan.f', 'on', { supported_features: 1 }),
      'fan.set_direction',
      { direction: 'reverse' },
      { refusal: 'The thing cannot turn the other way.' },
    ],
    [
      of('vacuum.v', 'docked', { fan_speed_list: ['quiet', 'max'] }),
      'vacuum.set_fan_speed',
      { fan_speed: 'MAX' },
      { data: { fan_speed: 'max' } },
    ],
    [of('vacuum.v', 'docked', { supported_features: 8192 }), 'vacuum.clean_spot', {}, { refusal: 'The thing cannot do that.' }],
    [of('select.s', 'b', { options: ['a', 'b'] }), 'select.select_next', {}, { service: 'select.select_option', data: { option: 'a' } }],
    [of('select.s', 'b', { options: ['a', 'b'] }), 'select.select_next', { cycle: false }, { data: { option: 'b' } }],
    [
      of('input_select.s', 'a', { options: ['a', 'b'] }),
      'input_select.select_previous',
      {},
      { service: 'input_select.select_option', data: { option: 'b' } },
    ],
    [of('select.s', 'b', { options: ['a', 'b', 'c'] }), 'select.select_last', {}, { data: { option: 'c' } }],
    [of('select.s', 'b'), 'select.select_next', {}, { refusal: 'The thing does not say what it has to choose from.' }],
    [
      of('input_number.n', '9.9', { max: 10, step: 0.2 }),
      'input_number.increment',
      {},
      { service: 'input_number.set_value', data: { value: 10 } },
    ],
    [of('input_number.n', '0.3', { step: 0.1 }), 'input_number.decrement', {}, { data: { value: 0.2 } }],
    [of('counter.c', '4', { step: 2 }), 'counter.increment', {}, { target: { states: ['6'] } }],
    [of('counter.c', 'unknown'), 'counter.increment', {}, { refusal: 'The thing has no value yet.' }],
    [of('timer.t', 'idle'), 'timer.start', { duration: '00:10:00' }, { target: { states: ['active'] } }],
    [of('timer.t', 'idle'), 'timer.start', { duration: 'soon' }, { refusal: expect.any(String) }],
    [
      of('input_datetime.d', '07:00:00', { has_date: false, has_time: true }),
      'input_datetime.set_datetime',
      { time: '06:30' },
      { target: { states: ['06:30:00'] } },
    ],
    [
      of('input_datetime.d', '2026-01-01 07:00:00', { has_date: true, has_time: true }),
      'input_datetime.set_datetime',
      { date: '2026-02-03' },
      { target: { states: ['2026-02-03 07:00:00'] } },
    ],
    [
      of('input_datetime.d', '07:00:00', { has_date: false, has_time: true }),
      'input_datetime.set_datetime',
      { date: '2026-02-03' },
      { refusal: 'The thing has no date.' },
    ],
    [of('time.t', '07:00:00'), 'time.set_value', { time: '25:00' }, { refusal: 'A time looks like 07:30 or 07:30:00.' }],
    [of('update.u', 'off'), 'update.install', {}, { refusal: 'The thing is up to date.' }],
    [of('automation.a', 'on'), 'automation.trigger', { skip_condition: true }, { data: { skip_condition: true } }],
    [of('todo.l', '2', { supported_features: 1 }), 'todo.add_item', { item: ' milk ' }, { data: { item: 'milk' } }],
    [of('todo.l', '2', { supported_features: 1 }), 'todo.remove_item', { item: 'milk' }, { refusal: 'The thing does not allow that.' }],
    [of('todo.l', '2'), 'todo.remove_item', { item: 'milk' }, { data: { item: ['milk'] } }],
    [of('todo.l', '2'), 'todo.add_item', { item: '  ' }, { refusal: 'Please say what the item is.' }],
    [of('lawn_mower.l', 'mowing'), 'lawn_mower.dock', {}, { target: { states: ['returning', 'docked'] } }],
    [of('scene.s', 'x'), 'scene.turn_on', { transition: 2 }, { data: { transition: 2 } }],
  ])('of %o %s %o', (entity, service, data, expected) => {
    expect(planService(entity, service, { ...data })).toMatchObject(expected);
  });

  it('is seen to be done when the device shows it', () => {
    for (const [entity, service, data] of [
      [of('cover.c', 'open', slats), 'cover.set_cover_tilt_position', { tilt_position: 20 }],
      [of('counter.c', '4'), 'counter.increment', {}],
      [of('water_heater.w', 'off', { operation_list: ['off', 'eco'] }), 'water_heater.set_operation_mode', { operation_mode: 'eco' }],
      [of('humidifier.h', 'on', { available_modes: ['auto', 'sleep'] }), 'humidifier.set_mode', { mode: 'sleep' }],
      [of('input_datetime.d', '07:00:00', { has_date: false, has_time: true }), 'input_datetime.set_datetime', { time: '06:30' }],
    ] as const) {
      const plan = planService(entity, service, { ...data });
      if ('refusal' in plan || !plan.target) throw new Error(`${service} is not planned`);
      const expected = expectation(entity, service, { ...data });
      expect(expected?.(entity.state, entity.attributes)).toBe('moving');
      const { state, attributes } = applyTarget(entity, plan.target);
      expect(expected?.(state, attributes)).toBe('reached');
    }
  });
});

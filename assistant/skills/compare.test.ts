import { expect, it } from 'vitest';
import type { Entity } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { entity, match } from '../../tests/fakes/home-scene.ts';
import { callsOf, saidOf } from '../../tests/fakes/skill-stage.ts';

const thermometer = (id: string, state: string, unit = '°C'): Entity =>
  entity(`sensor.${id}`, `${id} temperature`, state, { area: id, device_class: 'temperature', attributes: { unit_of_measurement: unit } });
const entities = [
  thermometer('kitchen', '22.4'),
  thermometer('hall', '66', '°F'),
  thermometer('garden', '3'),
  entity('media_player.tv', 'TV', 'playing', { area: 'hall', attributes: { volume_level: 0.4, source: 'Netflix' } }),
  entity('light.hall', 'Hall light', 'on', {
    area: 'hall',
    attributes: { brightness: 128, color_temp_kelvin: 3000, min_color_temp_kelvin: 2700 },
  }),
  entity('light.kitchen', 'Kitchen light', 'on', { area: 'kitchen' }),
];
const all = ['sensor.kitchen', 'sensor.hall', 'sensor.garden'];
const ask = (slots: IntentMatch['slots'], targets: string[], question: 'is' | 'which' | 'what', intent = 'JarvisCompare'): IntentMatch =>
  match(intent, targets, slots, { question });
const said = (of: IntentMatch): string => saidOf(of, { entities });

it('finds the warmest and the coldest room inside, in whatever unit they measure', () => {
  expect(said(ask({ measured: 'temperature', measure: 'highest' }, all, 'which'))).toBe('The kitchen is the warmest, with 22.4 °C.');
  expect(said(ask({ measured: 'temperature', measure: 'lowest' }, all, 'which'))).toBe('The hall is the coldest, with 66 °F.');
});

it('compares two rooms', () => {
  const asked = ask({ measured: 'temperature', measure: 'highest', area: 'Kitchen', than_area: 'Hall' }, ['sensor.kitchen'], 'is');
  expect(said(asked)).toBe('Yes, it is 22.4 °C in the kitchen and 66 °F in the hall.');
  expect(said({ ...asked, slots: { ...asked.slots, measure: 'lowest' } })).toMatch(/^No/u);
});

it('says one thing about a device', () => {
  const about = (attribute: string): string => said(ask({ attribute }, ['media_player.tv'], 'what', 'HassGetState'));
  expect(about('volume')).toBe('The TV is at 40 %.');
  expect(about('source')).toBe('The TV is on Netflix.');
  expect(about('title')).toBe('The TV is playing.');
});

it('says in which rooms', () => {
  const asked = ask({ state: 'on', group_by: 'area' }, ['light.hall', 'light.kitchen'], 'which', 'HassGetState');
  expect(said(asked)).toBe('Lights are on in the hall and the kitchen.');
});

it('makes a light warmer by a step, as far as it goes', () => {
  expect(callsOf(match('HassLightSet', ['light.hall', 'light.kitchen'], { kelvin_step: -500 }), { entities })).toEqual([
    { service: 'light.turn_on', entityIds: ['light.hall', 'light.kitchen'], data: { color_temp_kelvin: 2700 } },
  ]);
});

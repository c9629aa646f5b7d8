import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../contract/home.ts';
import { planService } from '../../services.ts';
import { expandConfig } from '../abbreviations.ts';
import type { Component } from '../component.ts';
import { factoryFor } from '../component-factories.ts';
import { compileTemplate } from '../template.ts';

function make(kind: string, config: Record<string, unknown>): Component {
  const expanded = expandConfig(config);
  const factory = factoryFor(kind, expanded);
  if (!factory) throw new Error(`${kind} is not understood`);
  return factory(expanded, { template: (source) => compileTemplate(source ?? '{{ value }}') });
}

const entityOf = (kind: string, component: Component, more: Partial<Entity> = {}): Entity => ({
  id: `${kind}.x`,
  name: 'Thing',
  aliases: [],
  domain: kind,
  state: component.state,
  attributes: component.attributes,
  available: true,
  lastChanged: 0,
  ...more,
});

/** What is published for a call, as `topic payload`, or the refusal. */
function told(
  kind: string,
  config: Record<string, unknown>,
  service: string,
  data: Record<string, unknown> = {},
  more: Partial<Entity> = {},
): string[] | string {
  const component = make(kind, config);
  const entity = entityOf(kind, component, { ...more, attributes: { ...component.attributes, ...more.attributes } });
  const plan = planService(entity, `${kind}.${service}`, data);
  if ('refusal' in plan) return plan.refusal;
  const messages = component.command(plan, entity);
  return 'refusal' in messages ? messages.refusal : messages.map(({ topic, payload }) => `${topic} ${payload}`);
}

/** State and attributes after the messages, each `topic payload`. */
function heard(kind: string, config: Record<string, unknown>, messages: string[]): Pick<Entity, 'state' | 'attributes'> {
  const component = make(kind, config);
  let entity = entityOf(kind, component, { attributes: {} });
  for (const message of messages) {
    const [topic = '', payload = ''] = message.split(/ (.*)/s, 2);
    for (const subscription of component.subscriptions) {
      const reading = subscription.topic === topic ? subscription.read(payload, entity) : undefined;
      if (reading)
        entity = { ...entity, state: reading.state ?? entity.state, attributes: { ...entity.attributes, ...reading.attributes } };
    }
  }
  return { state: entity.state, attributes: entity.attributes };
}

const jsonLamp = { schema: 'json', '~': 'l', stat_t: '~/s', cmd_t: '~/c', brightness: true, bri_scl: 100, sup_clrm: ['xy', 'color_temp'] };
const lamp = {
  '~': 'l',
  stat_t: '~/s',
  cmd_t: '~/c',
  bri_cmd_t: '~/b',
  bri_stat_t: '~/bs',
  rgb_cmd_t: '~/r',
  rgb_stat_t: '~/rs',
  clr_temp_cmd_t: '~/t',
  clr_temp_stat_t: '~/ts',
};
const blind = { '~': 'c', cmd_t: '~/c', set_pos_t: '~/p', pos_t: '~/ps', pos_open: 0, pos_clsd: 255 };

describe('what a component is told', () => {
  it.each([
    ['light', jsonLamp, 'turn_on', { brightness_pct: 50 }, ['l/c {"state":"ON","brightness":50}']],
    ['light', jsonLamp, 'turn_on', { color_temp_kelvin: 4000 }, ['l/c {"state":"ON","color_temp":250}']],
    ['light', { ...jsonLamp, clr_temp_k: true }, 'turn_on', { color_temp_kelvin: 4000 }, ['l/c {"state":"ON","color_temp":4000}']],
    ['light', { ...jsonLamp, sup_clrm: ['hs'] }, 'turn_on', { color_name: 'blue' }, ['l/c {"state":"ON","color":{"h":240,"s":100}}']],
    ['light', lamp, 'turn_on', { brightness_pct: 100, color_name: 'red' }, ['l/r 255,0,0', 'l/b 255', 'l/c ON']],
    ['light', { ...lamp, on_cmd_type: 'first' }, 'turn_on', { color_temp_kelvin: 5000 }, ['l/c ON', 'l/t 200']],
    ['light', { ...lamp, on_cmd_type: 'brightness' }, 'turn_on', {}, ['l/b 255']],
    ['light', { ...lamp, pl_off: 0 }, 'turn_off', {}, ['l/c 0']],
    ['cover', blind, 'set_cover_position', { position: 100 }, ['c/p 0']],
    ['cover', blind, 'set_cover_position', { position: 20 }, ['c/p 204']],
    ['cover', { ...blind, set_pos_tpl: '{"to": {{ position }} }' }, 'set_cover_position', { position: 0 }, ['c/p {"to": 255 }']],
    ['cover', { cmd_t: 'c', pl_open: 'UP' }, 'open_cover', {}, ['c UP']],
    ['cover', { cmd_t: 'c', pl_stop: null }, 'stop_cover', {}, 'The thing cannot be stopped.'],
    ['lock', { cmd_t: 'c', cmd_tpl: '{{ value }}:{{ code }}' }, 'unlock', { code: '12' }, ['c UNLOCK:12']],
    ['climate', { temp_cmd_t: 't', mode_cmd_t: 'm' }, 'set_temperature', { temperature: 21, hvac_mode: 'heat' }, ['m heat', 't 21']],
    ['climate', { temp_cmd_t: 't' }, 'set_hvac_mode', { hvac_mode: 'heat' }, 'The thing cannot do set hvac mode.'],
    ['fan', { cmd_t: 'c', pct_cmd_t: 'p', spd_rng_max: 4 }, 'set_percentage', { percentage: 50 }, ['c ON', 'p 2']],
    ['fan', { cmd_t: 'c' }, 'set_percentage', { percentage: 50 }, 'The thing has only one speed.'],
    ['number', { cmd_t: 'c', min: 0, max: '5', cmd_tpl: '{{ value | round(1) }}' }, 'set_value', { value: 2.54 }, ['c 2.5']],
    ['select', { cmd_t: 'c', ops: ['a', 'b'] }, 'select_option', { option: 'b' }, ['c b']],
    ['button', { cmd_t: 'c' }, 'press', {}, ['c PRESS']],
    ['scene', { cmd_t: 'c', pl_on: 'GO' }, 'turn_on', {}, ['c GO']],
    ['siren', { cmd_t: 'c' }, 'turn_on', { duration: 5 }, ['c {"state":"ON","duration":5}']],
    ['vacuum', { cmd_t: 'c' }, 'return_to_base', {}, ['c return_to_base']],
    ['vacuum', { cmd_t: 'c' }, 'locate', {}, 'The thing cannot do that.'],
    ['alarm_control_panel', { cmd_t: 'c' }, 'alarm_arm_away', {}, ['c ARM_AWAY']],
    ['media_player', { cmd_t: 'c', volume_command_topic: 'v' }, 'volume_set', { volume_level: 0.4 }, ['v 0.4']],
    ['switch', { stat_t: 's' }, 'turn_on', {}, 'The thing cannot do turn on.'],
  ])('%s %o %s %o', (kind, config, service, data, expected) => {
    expect(told(kind, config, service, data)).toEqual(expected);
  });
});

describe('what a component tells', () => {
  it.each([
    [
      'light',
      jsonLamp,
      ['l/s {"state":"ON","brightness":50,"color_mode":"color_temp","color_temp":250,"color":{"x":0.3,"y":0.3}}'],
      { state: 'on', attributes: { brightness: 128, color_temp_kelvin: 4000, rgb_color: undefined } },
    ],
    ['light', jsonLamp, ['l/s {"color":{"r":1,"g":2,"b":3}}'], { state: 'unknown', attributes: { rgb_color: [1, 2, 3] } }],
    [
      'light',
      lamp,
      ['l/s ON', 'l/bs 100', 'l/rs 0,0,255', 'l/ts 200'],
      { state: 'on', attributes: { brightness: 100, color_temp_kelvin: 5000, rgb_color: undefined } },
    ],
    ['light', lamp, ['l/s maybe', 'l/bs bright', 'l/rs 1,2'], { state: 'unknown', attributes: {} }],
    ['cover', blind, ['c/ps 255'], { state: 'closed', attributes: { current_position: 0 } }],
    ['cover', blind, ['c/ps 51'], { state: 'open', attributes: { current_position: 80 } }],
    ['cover', { stat_t: 's', pos_t: 'p' }, ['s opening', 'p 30', 's stopped'], { state: 'open', attributes: { current_position: 30 } }],
    ['lock', { stat_t: 's', stat_jam: 'STUCK' }, ['s STUCK'], { state: 'jammed' }],
    ['lock', { stat_t: 's', val_tpl: "{{ 'LOCKED' if value_json.bolt else 'UNLOCKED' }}" }, ['s {"bolt":false}'], { state: 'unlocked' }],
    [
      'climate',
      { mode_stat_t: 'm', curr_temp_t: 'c', act_t: 'a' },
      ['m heat', 'c 20.5', 'a heating', 'm party'],
      { state: 'heat', attributes: { current_temperature: 20.5, hvac_action: 'heating' } },
    ],
    ['fan', { stat_t: 's', pct_stat_t: 'p', spd_rng_max: 3 }, ['s ON', 'p 2'], { state: 'on', attributes: { percentage: 66 } }],
    ['number', { stat_t: 's' }, ['s 7', 's seven'], { state: '7' }],
    ['select', { stat_t: 's', ops: ['a'] }, ['s a', 's z'], { state: 'a' }],
    ['siren', { stat_t: 's' }, ['s {"state":"ON"}'], { state: 'on' }],
    ['vacuum', { stat_t: 's' }, ['s {"state":"cleaning","battery_level":50}'], { state: 'cleaning', attributes: { battery_level: 50 } }],
    ['binary_sensor', { stat_t: 's', pl_on: 1, pl_off: 0 }, ['s 1'], { state: 'on' }],
    ['sensor', { stat_t: 's', val_tpl: '{{ value_json.t }}' }, ['s {"t":21.5}', 's {}'], { state: '21.5' }],
    ['alarm_control_panel', { stat_t: 's' }, ['s armed_away', 's confused'], { state: 'armed_away' }],
  ])('%s %o after %o', (kind, config, messages, expected) => {
    expect(heard(kind, config, messages)).toMatchObject(expected);
  });

  it.each([
    ['light', { cmd_t: 'a/+/b' }],
    ['light', { cmd_t: '' }],
    ['cover', { cmd_t: 'c', pos_open: 'high' }],
    ['climate', { modes: 'heat' }],
    ['select', { ops: [{}] }],
    ['switch', { cmd_t: ['a'] }],
  ])('refuses %s with the broken settings %o', (kind, config) => {
    expect(() => make(kind, config)).toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../contract/home.ts';
import { planService } from '../../services.ts';
import { expandConfig } from '../abbreviations.ts';
import type { Component } from '../component.ts';
import { factoryFor } from '../component-factories.ts';
import { asItIs, compileTemplate } from '../template.ts';

function make(kind: string, config: Record<string, unknown>): Component {
  const expanded = expandConfig(config);
  const factory = factoryFor(kind, expanded);
  if (!factory) throw new Error(`${kind} is not understood`);
  return factory(expanded, { template: (source) => (source === undefined ? asItIs : compileTemplate(source)), now: () => 0 });
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
const rgbStrip = { cmd_t: 'c', rgb_cmd_t: 'r', rgb_stat_t: 'rs', stat_t: 's' };
const templateLamp = {
  schema: 'template',
  cmd_t: 'c',
  stat_t: 's',
  cmd_on_tpl:
    "on,{{ brightness | default('') }},{{ transition | default('') }}{% if red is defined %};{{ '%02x%02x%02x' | format(red, green, blue) }}{% endif %}",
  cmd_off_tpl: 'off',
  stat_tpl: "{{ value.split(',')[0] }}",
  bri_tpl: "{{ value.split(',')[1] }}",
  r_tpl: "{{ value.split(',')[2] }}",
  g_tpl: "{{ value.split(',')[3] }}",
  b_tpl: "{{ value.split(',')[4] }}",
};
const slats = {
  cmd_t: 'c',
  tilt_cmd_t: 't',
  tilt_status_t: 'ts',
  tilt_max: 180,
  tilt_opnd_val: 90,
  payload_stop_tilt: 'halt',
  tilt_cmd_tpl:
    '{% if tilt_position is defined and 0 < tilt_position < 100 and tilt_position == 25 %}{{ tilt_position }}%={% endif %}{{ value }}',
};
const dualClimate = {
  modes: ['off', 'heat_cool'],
  mode_cmd_t: 'm',
  pow_cmd_t: 'pow',
  temp_lo_cmd_t: 'lo',
  temp_hi_cmd_t: 'hi',
  temp_lo_stat_t: 'los',
  temp_hi_stat_t: 'his',
  swing_mode_cmd_t: 'sw',
  hum_cmd_t: 'hu',
  hum_stat_t: 'hus',
  curr_hum_t: 'hum',
  pr_mode_cmd_t: 'pr',
  pr_mode_cmd_tpl: '{"preset":"{{ value }}"}',
  pr_mode_stat_t: 'prs',
  pr_modes: ['eco', 'away'],
};
const fullFan = {
  cmd_t: 'c',
  pl_off: 0,
  pl_on: 1,
  pr_mode_cmd_t: 'p',
  pr_modes: ['auto', 'sleep'],
  pr_mode_stat_t: 'ps',
  osc_cmd_t: 'o',
  osc_stat_t: 'os',
  pl_osc_on: 'swing',
  pl_osc_off: 'still',
  dir_cmd_t: 'd',
  dir_stat_t: 'ds',
  pct_stat_t: 'pct',
  spd_rng_max: 10,
};

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
    [
      'cover',
      { ...blind, set_pos_tpl: '{"to": {{ value }}, "percent": {{ position }} }' },
      'set_cover_position',
      { position: 0 },
      ['c/p {"to": 255, "percent": 0 }'],
    ],
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
    ['light', rgbStrip, 'turn_on', { brightness_pct: 50, color_name: 'red' }, ['r 127,0,0', 'c ON']],
    ['light', rgbStrip, 'turn_on', { brightness_pct: 50 }, ['r 127,127,127', 'c ON']],
    ['light', { cmd_t: 'c', rgbw_cmd_t: 'w', bri_cmd_t: 'b' }, 'turn_on', { color_name: 'red' }, ['w 255,0,0,0', 'c ON']],
    [
      'light',
      { cmd_t: 'c', hs_cmd_t: 'h', bri_cmd_t: 'b', hs_cmd_tpl: '{{ hue }}/{{ sat }}' },
      'turn_on',
      { color_name: 'blue' },
      ['h 240/100', 'c ON'],
    ],
    ['light', templateLamp, 'turn_on', { brightness_pct: 100, transition: 2 }, ['c on,255,2']],
    ['light', templateLamp, 'turn_on', { color_name: 'red' }, ['c on,,;ff0000']],
    ['light', templateLamp, 'turn_off', {}, ['c off']],
    ['cover', slats, 'open_cover_tilt', {}, ['t 90']],
    ['cover', slats, 'close_cover_tilt', {}, ['t 0']],
    ['cover', slats, 'set_cover_tilt_position', { tilt_position: 25 }, ['t 25%=45']],
    ['cover', slats, 'stop_cover_tilt', {}, ['t halt']],
    ['cover', { cmd_t: 'c', pl_open: null }, 'open_cover', {}, 'The thing cannot be opened from here.'],
    ['cover', { set_pos_t: 'p' }, 'open_cover', {}, ['p 100']],
    ['lock', { cmd_t: 'c', pl_open: 'OPEN' }, 'open', {}, ['c OPEN']],
    ['lock', { cmd_t: 'c', code_format: '^\\d{4}$' }, 'unlock', { code: '1234' }, ['c UNLOCK']],
    ['lock', { cmd_t: 'c', code_format: '^\\d{4}$' }, 'unlock', { code: '12' }, 'The thing wants its code for that.'],
    ['lock', { cmd_t: 'c', code_format: '^\\d{4}$' }, 'unlock', {}, 'The thing wants its code for that.'],
    ['climate', dualClimate, 'set_temperature', { target_temp_low: 19, target_temp_high: 23 }, ['lo 19', 'hi 23']],
    ['climate', dualClimate, 'set_hvac_mode', { hvac_mode: 'off' }, ['pow OFF', 'm off']],
    ['climate', dualClimate, 'set_swing_mode', { swing_mode: 'on' }, ['sw on']],
    ['climate', dualClimate, 'set_humidity', { humidity: 45 }, ['hu 45']],
    ['climate', dualClimate, 'set_preset_mode', { preset_mode: 'eco' }, ['pr {"preset":"eco"}']],
    ['climate', dualClimate, 'set_preset_mode', { preset_mode: 'party' }, 'The thing knows only none, eco, away.'],
    ['fan', fullFan, 'set_preset_mode', { preset_mode: 'auto' }, ['p auto']],
    ['fan', fullFan, 'oscillate', { oscillating: true }, ['o swing']],
    ['fan', fullFan, 'set_direction', { direction: 'reverse' }, ['d reverse']],
    ['fan', fullFan, 'turn_off', {}, ['c 0']],
    [
      'humidifier',
      { cmd_t: 'c', hum_cmd_t: 'h', mode_cmd_t: 'm', modes: ['eco'], max_hum: 80 },
      'set_humidity',
      { humidity: 55 },
      ['h 55'],
    ],
    ['humidifier', { cmd_t: 'c', hum_cmd_t: 'h', max_hum: 80 }, 'set_humidity', { humidity: 90 }, 'The thing goes from 0 to 80 percent.'],
    ['humidifier', { cmd_t: 'c', hum_cmd_t: 'h', mode_cmd_t: 'm', modes: ['eco'] }, 'set_mode', { mode: 'eco' }, ['m eco']],
    [
      'water_heater',
      { temp_cmd_t: 't', mode_cmd_t: 'm', modes: ['eco', 'off'] },
      'set_operation_mode',
      { operation_mode: 'eco' },
      ['m eco'],
    ],
    ['water_heater', { pow_cmd_t: 'p', pl_off: '0' }, 'turn_off', {}, ['p 0']],
    ['valve', { cmd_t: 'c' }, 'open_valve', {}, ['c OPEN']],
    ['valve', { cmd_t: 'c', reports_position: true, pos_open: 50 }, 'set_valve_position', { position: 40 }, ['c 20']],
    ['valve', { cmd_t: 'c', pl_cls: null }, 'close_valve', {}, 'The thing cannot be closed from here.'],
    ['lawn_mower', { dock_command_topic: 'd', dock_command_template: '{"do":"{{ value }}"}' }, 'dock', {}, ['d {"do":"dock"}']],
    ['lawn_mower', { dock_command_topic: 'd' }, 'start_mowing', {}, 'The thing cannot do that.'],
    [
      'vacuum',
      { cmd_t: 'c', sup_feat: ['fan_speed'], set_fan_spd_t: 'f', fanspd_lst: ['low', 'max'] },
      'set_fan_speed',
      { fan_speed: 'max' },
      ['f max'],
    ],
    ['siren', { cmd_t: 'c', cmd_tpl: '{{ value }}/{{ tone }}', cmd_off_tpl: 'stop' }, 'turn_on', { tone: 'fire' }, ['c ON/fire']],
    ['siren', { cmd_t: 'c', cmd_off_tpl: 'stop' }, 'turn_off', {}, ['c stop']],
    ['text', { cmd_t: 'c', max: 10 }, 'set_value', { value: 'hello' }, ['c hello']],
    ['update', { cmd_t: 'c', pl_inst: 'go' }, 'install', {}, ['c go']],
    ['notify', { cmd_t: 'c' }, 'send_message', { message: 'Dinner' }, ['c Dinner']],
    ['alarm_control_panel', { cmd_t: 'c', code: '1234' }, 'alarm_disarm', {}, 'The alarm wants its code for that.'],
    ['alarm_control_panel', { cmd_t: 'c', code: '1234' }, 'alarm_disarm', { code: '9999' }, 'That is not the code of the alarm.'],
    [
      'alarm_control_panel',
      { cmd_t: 'c', code: '1234', cmd_tpl: '{{ action }}:{{ code }}' },
      'alarm_disarm',
      { code: '1234' },
      ['c DISARM:1234'],
    ],
    [
      'alarm_control_panel',
      { cmd_t: 'c', code: 'REMOTE_CODE', cmd_tpl: '{{ action }}:{{ code }}' },
      'alarm_disarm',
      { code: '7' },
      ['c DISARM:7'],
    ],
    ['alarm_control_panel', { cmd_t: 'c', code: '1234', cod_arm_req: false }, 'alarm_arm_home', {}, ['c ARM_HOME']],
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
    ['light', rgbStrip, ['s ON', 'rs 64,0,0'], { state: 'on', attributes: { rgb_color: [255, 0, 0], brightness: 64 } }],
    ['light', templateLamp, ['s on,128,255,0,0'], { state: 'on', attributes: { brightness: 128, rgb_color: [255, 0, 0] } }],
    ['light', { ...lamp, fx_stat_t: 'f', fx_list: ['rainbow'] }, ['f rainbow'], { attributes: { effect: 'rainbow' } }],
    ['cover', slats, ['ts 45', 'ts 500', 'ts x'], { attributes: { current_tilt_position: 25 } }],
    [
      'cover',
      { pos_t: 'p', tilt_cmd_t: 't' },
      ['p {"position": 30, "tilt_position": 60}'],
      { state: 'open', attributes: { current_position: 30, current_tilt_position: 60 } },
    ],
    [
      'cover',
      { stat_t: 's', pos_t: 'p', pos_tpl: '{{ value_json.p }}' },
      ['s open', 'p {"p": 0}'],
      { state: 'open', attributes: { current_position: 0 } },
    ],
    ['lock', { stat_t: 's' }, ['s LOCKING', 's OPEN'], { state: 'open' }],
    ['lock', { stat_t: 's' }, ['s LOCKED', 's None'], { state: 'unknown' }],
    [
      'climate',
      dualClimate,
      ['los 19', 'his 23.5', 'hus 40', 'hum 51.5', 'prs eco', 'prs party'],
      { attributes: { target_temp_low: 19, target_temp_high: 23.5, humidity: 40, current_humidity: 51.5, preset_mode: 'eco' } },
    ],
    ['climate', { ...dualClimate, val_tpl: '{{ value_json.x }}' }, ['los {"x": 18}', 'los None'], { attributes: { target_temp_low: 18 } }],
    ['climate', { curr_temp_t: 'c' }, ['c 20', 'c None'], { attributes: {} }],
    [
      'fan',
      fullFan,
      ['ps sleep', 'os swing', 'ds reverse', 'pct 5', 'pct 90'],
      { attributes: { preset_mode: 'sleep', oscillating: true, direction: 'reverse', percentage: 50 } },
    ],
    ['fan', fullFan, ['ps sleep', 'ps None', 'pct None'], { attributes: {} }],
    [
      'humidifier',
      { stat_t: 's', hum_stat_t: 'h', curr_hum_t: 'c', mode_stat_t: 'm', modes: ['eco'] },
      ['s ON', 'h 55', 'c 48.6', 'm eco', 'm x'],
      { state: 'on', attributes: { humidity: 55, current_humidity: 49, mode: 'eco' } },
    ],
    [
      'water_heater',
      { mode_stat_t: 'm', curr_temp_t: 'c', temp_stat_t: 't' },
      ['m eco', 'c 45', 't 55', 'm boiling'],
      { state: 'eco', attributes: { current_temperature: 45, temperature: 55 } },
    ],
    ['valve', { stat_t: 's' }, ['s opening', 's 40', 's {"state":"closed"}'], { state: 'closed' }],
    ['lawn_mower', { activity_state_topic: 's' }, ['s mowing', 's dancing'], { state: 'mowing' }],
    [
      'vacuum',
      { stat_t: 's' },
      ['s {"state":"docked","fan_speed":"max"}', 's {"state":"flying"}'],
      { state: 'docked', attributes: { fan_speed: 'max' } },
    ],
    ['number', { stat_t: 's', min: 0, max: 10, pl_rst: 'gone' }, ['s 7', 's 11', 's -1'], { state: '7' }],
    ['number', { stat_t: 's', pl_rst: 'gone' }, ['s 7', 's gone'], { state: 'unknown' }],
    ['text', { stat_t: 's', max: 3 }, ['s abc', 's abcd'], { state: 'abc' }],
    ['date', { stat_t: 's' }, ['s 2026-02-03', 's soon'], { state: '2026-02-03' }],
    [
      'sensor',
      { stat_t: 's', lrst_val_tpl: '{{ value_json.r }}', val_tpl: '{{ value_json.v }}' },
      ['s {"v": 5, "r": "2026-01-01"}'],
      { state: '5', attributes: { last_reset: '2026-01-01' } },
    ],
    ['sensor', { stat_t: 's', ops: ['a', 'b'] }, ['s a', 's c'], { state: 'a' }],
    [
      'siren',
      { stat_t: 's' },
      ['s {"state":"ON","tone":"fire","volume_level":0.5}'],
      { state: 'on', attributes: { tone: 'fire', volume_level: 0.5 } },
    ],
    ['update', { stat_t: 's' }, ['s 1.0'], { state: 'unknown', attributes: { installed_version: '1.0' } }],
    ['device_tracker', { stat_t: 's', pl_home: 'in' }, ['s in'], { state: 'home' }],
    ['device_tracker', { stat_t: 's' }, ['s not_home', 's The Office'], { state: 'The Office' }],
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

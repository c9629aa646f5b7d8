import type { Entity, HomeAction } from '../contract/home.ts';
import { numberOf } from './services/entity-words.ts';
import { expectation } from './services/expectation.ts';
import { planService } from './services.ts';

interface Step {
  service: string;
  data: HomeAction['data'];
}

const step = (service: string, data: HomeAction['data'] = {}): Step => ({ service, data });
const text = ({ attributes }: Entity, name: string): string | undefined => {
  const value = attributes[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** An attribute as data of the service that sets it. */
const choice = (before: Entity, service: string, attribute: string, field = attribute): Step[] => {
  const value = text(before, attribute);
  return value === undefined ? [] : [step(service, { [field]: value })];
};

const onOff = (before: Entity): Step[] =>
  before.state === 'on' || before.state === 'off' ? [step(`${before.domain}.turn_${before.state}`)] : [];

const setValue = (before: Entity): Step[] =>
  Number.isFinite(Number(before.state)) && before.state.trim() !== ''
    ? [step(`${before.domain}.set_value`, { value: Number(before.state) })]
    : [];

function light(before: Entity): Step[] {
  if (before.state !== 'on') return onOff(before);
  const { color_mode: mode, rgb_color: rgb, hs_color: hs } = before.attributes;
  const brightness = numberOf(before, 'brightness');
  const kelvin = numberOf(before, 'color_temp_kelvin');
  const white = kelvin !== undefined && (mode === 'color_temp' || (mode === undefined && !Array.isArray(rgb)));
  const effect = text(before, 'effect');
  return [
    step('light.turn_on', {
      ...(brightness !== undefined && { brightness }),
      ...(white && { color_temp_kelvin: kelvin }),
      ...(!white && (Array.isArray(rgb) ? { rgb_color: rgb } : Array.isArray(hs) ? { hs_color: hs } : {})),
      ...(effect !== undefined && !['none', 'off'].includes(effect.toLowerCase()) && { effect }),
    }),
  ];
}

function opening(before: Entity): Step[] {
  const { domain } = before;
  const position = numberOf(before, 'current_position');
  const tilt = numberOf(before, 'current_tilt_position');
  const closed = before.state === 'closed' || before.state === 'closing';
  const moves =
    position !== undefined && position > 0 && position < 100
      ? [step(`${domain}.set_${domain}_position`, { position })]
      : closed || ['open', 'opening'].includes(before.state)
        ? [step(closed ? `${domain}.close_${domain}` : `${domain}.open_${domain}`)]
        : [];
  return [...moves, ...(domain === 'cover' && tilt !== undefined ? [step('cover.set_cover_tilt_position', { tilt_position: tilt })] : [])];
}

function climate(before: Entity): Step[] {
  const temperature = numberOf(before, 'temperature');
  const low = numberOf(before, 'target_temp_low');
  const high = numberOf(before, 'target_temp_high');
  const humidity = numberOf(before, 'humidity');
  return [
    step('climate.set_hvac_mode', { hvac_mode: before.state }),
    ...choice(before, 'climate.set_preset_mode', 'preset_mode'),
    // a preset brings temperatures of its own, so that these come after it
    ...(temperature !== undefined ? [step('climate.set_temperature', { temperature })] : []),
    ...(temperature === undefined && low !== undefined && high !== undefined
      ? [step('climate.set_temperature', { target_temp_low: low, target_temp_high: high })]
      : []),
    ...(humidity !== undefined ? [step('climate.set_humidity', { humidity })] : []),
    ...choice(before, 'climate.set_fan_mode', 'fan_mode'),
    ...choice(before, 'climate.set_swing_mode', 'swing_mode'),
  ];
}

function fan(before: Entity): Step[] {
  if (before.state !== 'on') return onOff(before);
  const percentage = numberOf(before, 'percentage');
  const preset = text(before, 'preset_mode');
  const { oscillating } = before.attributes;
  return [
    ...(preset !== undefined
      ? [step('fan.set_preset_mode', { preset_mode: preset })]
      : percentage !== undefined && percentage > 0
        ? [step('fan.set_percentage', { percentage })]
        : onOff(before)),
    ...(typeof oscillating === 'boolean' ? [step('fan.oscillate', { oscillating })] : []),
    ...choice(before, 'fan.set_direction', 'direction'),
  ];
}

function humidifier(before: Entity): Step[] {
  const humidity = numberOf(before, 'humidity');
  return [
    ...onOff(before),
    ...(before.state === 'on' ? choice(before, 'humidifier.set_mode', 'mode') : []),
    ...(before.state === 'on' && humidity !== undefined ? [step('humidifier.set_humidity', { humidity })] : []),
  ];
}

function waterHeater(before: Entity): Step[] {
  const temperature = numberOf(before, 'temperature');
  const away = text(before, 'away_mode');
  return [
    step('water_heater.set_operation_mode', { operation_mode: before.state }),
    ...(temperature === undefined ? [] : [step('water_heater.set_temperature', { temperature })]),
    ...(away === 'on' || away === 'off' ? [step('water_heater.set_away_mode', { away_mode: away === 'on' })] : []),
  ];
}

function player(before: Entity): Step[] {
  const volume = numberOf(before, 'volume_level');
  const { is_volume_muted: muted, shuffle } = before.attributes;
  const states: Readonly<Record<string, string>> = {
    off: 'turn_off',
    standby: 'turn_off',
    playing: 'media_play',
    paused: 'media_pause',
    idle: 'turn_on',
    on: 'turn_on',
  };
  const to = states[before.state];
  return [
    ...(to === undefined ? [] : [step(`media_player.${to}`)]),
    // what was on without playing is on again, and what was started meanwhile ends
    ...(to === 'turn_on' ? [step('media_player.media_stop')] : []),
    ...(volume === undefined ? [] : [step('media_player.volume_set', { volume_level: volume })]),
    ...(typeof muted === 'boolean' ? [step('media_player.volume_mute', { is_volume_muted: muted })] : []),
    ...choice(before, 'media_player.select_source', 'source'),
    ...choice(before, 'media_player.select_sound_mode', 'sound_mode'),
    ...(typeof shuffle === 'boolean' ? [step('media_player.shuffle_set', { shuffle })] : []),
    ...choice(before, 'media_player.repeat_set', 'repeat'),
  ];
}

function machine(before: Entity): Step[] {
  const vacuums: Readonly<Record<string, string>> = {
    docked: 'return_to_base',
    returning: 'return_to_base',
    cleaning: 'start',
    paused: 'pause',
    idle: 'stop',
  };
  const mowers: Readonly<Record<string, string>> = { docked: 'dock', returning: 'dock', mowing: 'start_mowing', paused: 'pause' };
  const to = (before.domain === 'vacuum' ? vacuums : mowers)[before.state];
  return [
    ...(to === undefined ? [] : [step(`${before.domain}.${to}`)]),
    ...(before.domain === 'vacuum' ? choice(before, 'vacuum.set_fan_speed', 'fan_speed') : []),
  ];
}

function security(before: Entity): Step[] {
  if (before.domain === 'lock') {
    if (before.state === 'locked' || before.state === 'unlocked') return [step(before.state === 'locked' ? 'lock.lock' : 'lock.unlock')];
    return before.state === 'open' ? [step('lock.unlock')] : [];
  }
  if (before.state === 'disarmed') return [step('alarm_control_panel.alarm_disarm')];
  return before.state.startsWith('armed_') ? [step(`alarm_control_panel.alarm_arm_${before.state.slice('armed_'.length)}`)] : [];
}

/** What cannot be taken back: a track that was skipped is not played on from where it was. */
const irreversible = new Set([
  ...['media_next_track', 'media_previous_track', 'media_seek', 'play_media', 'clear_playlist', 'media_stop', 'press', 'locate', 'trigger'],
  ...['install', 'skip', 'add_item', 'update_item', 'remove_item', 'remove_completed_items', 'clean_spot', 'stop_cover', 'stop_valve'],
  ...['alarm_trigger', 'flash', 'send_command'],
]);

function stepsTo(before: Entity): Step[] {
  switch (before.domain) {
    case 'light':
      return light(before);
    case 'switch':
    case 'input_boolean':
    case 'automation':
    case 'siren':
    case 'remote':
    case 'group':
      return onOff(before);
    case 'cover':
    case 'valve':
      return opening(before);
    case 'climate':
      return climate(before);
    case 'fan':
      return fan(before);
    case 'humidifier':
      return humidifier(before);
    case 'water_heater':
      return waterHeater(before);
    case 'media_player':
      return player(before);
    case 'vacuum':
    case 'lawn_mower':
      return machine(before);
    case 'lock':
    case 'alarm_control_panel':
      return security(before);
    case 'number':
    case 'input_number':
    case 'counter':
      return setValue(before);
    case 'text':
    case 'input_text':
      return [step(`${before.domain}.set_value`, { value: before.state })];
    case 'select':
    case 'input_select':
      return [step(`${before.domain}.select_option`, { option: before.state })];
    case 'input_datetime':
      return [step('input_datetime.set_datetime', dateAndTime(before.state))];
    case 'date':
    case 'time':
      return [step(`${before.domain}.set_value`, { [before.domain]: before.state })];
    default:
      return [];
  }
}

function dateAndTime(state: string): HomeAction['data'] {
  const [date, time] = state.includes(' ') ? state.split(' ') : state.includes('-') ? [state] : [undefined, state];
  return { ...(date !== undefined && { date }), ...(time !== undefined && { time }) };
}

/** Could this call on this entity be taken back at all? */
export const isReversible = (before: Entity, service: string): boolean =>
  before.available &&
  before.state !== 'unknown' &&
  before.state !== 'unavailable' &&
  !irreversible.has(service.slice(service.indexOf('.') + 1)) &&
  stepsTo(before).length > 0;

/**
 * The calls that bring an entity back to how it was, in their order; empty where there is no way.
 * @param now leaves out what is as before already; without it every step is taken
 */
export function restoreActions(before: Entity, now?: Entity): HomeAction[] {
  return stepsTo(before)
    .filter(({ service, data }) => {
      const entity = now ?? before;
      if ('refusal' in planService(entity, service, data)) return false;
      return now === undefined || expectation(now, service, data)?.(now.state, now.attributes) !== 'reached';
    })
    .map((each) => ({ ...each, entityIds: [before.id] }));
}

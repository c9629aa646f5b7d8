import type { Entity, HomeAction } from '../contract/home.ts';
import type { Home } from './home.ts';
import { theName } from './services/entity-words.ts';

/** Most names read out; a longer list is counted. */
const namesRead = 6;

const printable = (value: unknown): string =>
  String(value)
    .replace(/[\p{C}\s]+/gu, ' ')
    .slice(0, 60);

/** "turn_on" → a pattern with the target's place. */
const verbs: Readonly<Record<string, string>> = {
  turn_on: 'Turn on *',
  turn_off: 'Turn off *',
  toggle: 'Toggle *',
  open_cover: 'Open *',
  close_cover: 'Close *',
  stop_cover: 'Stop *',
  set_cover_position: 'Move *',
  open_valve: 'Open *',
  close_valve: 'Close *',
  lock: 'Lock *',
  unlock: 'Unlock *',
  open: 'Open *',
  press: 'Press *',
  start: 'Start *',
  return_to_base: 'Send * home',
  media_play: 'Play on *',
  media_pause: 'Pause *',
  media_next_track: 'Next track on *',
  media_previous_track: 'Previous track on *',
  volume_set: 'Set the volume of *',
  set_temperature: 'Set *',
  set_percentage: 'Set the speed of *',
  alarm_arm_home: 'Arm * for staying at home',
  alarm_arm_away: 'Arm * for leaving',
  alarm_arm_night: 'Arm * for the night',
  alarm_disarm: 'Disarm *',
  alarm_arm_vacation: 'Arm * for the holidays',
  alarm_trigger: 'Set off *',
  open_cover_tilt: 'Open the slats of *',
  close_cover_tilt: 'Close the slats of *',
  stop_cover_tilt: 'Stop the slats of *',
  set_cover_tilt_position: 'Turn the slats of *',
  set_valve_position: 'Move *',
  stop_valve: 'Stop *',
  set_hvac_mode: 'Set *',
  set_preset_mode: 'Set *',
  set_fan_mode: 'Set the fan of *',
  set_swing_mode: 'Set the swing of *',
  set_swing_horizontal_mode: 'Set the sideways swing of *',
  set_humidity: 'Set *',
  set_mode: 'Set *',
  set_operation_mode: 'Set *',
  set_value: 'Set *',
  set_datetime: 'Set *',
  set_fan_speed: 'Set the power of *',
  set_direction: 'Turn *',
  increase_speed: 'Speed up *',
  decrease_speed: 'Slow down *',
  select_option: 'Set *',
  select_next: 'Set * to the next choice',
  select_previous: 'Set * to the choice before',
  select_first: 'Set * to its first choice',
  select_last: 'Set * to its last choice',
  select_source: 'Switch *',
  select_sound_mode: 'Set the sound of *',
  repeat_set: 'Set the repeating of *',
  volume_up: 'Turn up *',
  volume_down: 'Turn down *',
  media_stop: 'Stop *',
  media_play_pause: 'Play or pause *',
  media_seek: 'Go to another place on *',
  clear_playlist: 'Clear what * would play next',
  pause: 'Pause *',
  stop: 'Stop *',
  cancel: 'Cancel *',
  finish: 'Finish *',
  reset: 'Reset *',
  increment: 'Count * up',
  decrement: 'Count * down',
  locate: 'Let * say where it is',
  clean_spot: 'Clean where * is',
  start_mowing: 'Start *',
  dock: 'Send * home',
  trigger: 'Run *',
  install: 'Install the update of *',
  skip: 'Skip the update of *',
  remove_completed_items: 'Take what is done off *',
};

const words = (value: unknown): string => printable(Array.isArray(value) ? value.join(' and ') : value);

/** Verbs that say what is in the data; undefined where the plain verb does. */
function verbWithData(service: string, data: Record<string, unknown>): string | undefined {
  switch (service) {
    case 'volume_mute':
      return data.is_volume_muted === false ? 'Unmute *' : 'Mute *';
    case 'oscillate':
      return data.oscillating === false ? 'Stop the swinging of *' : 'Let * swing';
    case 'shuffle_set':
      return data.shuffle === false ? 'Play in order on *' : 'Shuffle what plays on *';
    case 'set_away_mode':
      return data.away_mode === false ? 'Take * out of its away mode' : 'Set * to its away mode';
    case 'play_media':
      return `Play ${words(data.media_content_id)} on *`;
    case 'add_item':
      return `Add ${words(data.item)} to *`;
    case 'remove_item':
      return `Take ${words(data.item)} off *`;
    case 'update_item':
      if (data.rename !== undefined) return `Rename ${words(data.item)} to ${words(data.rename)} on *`;
      return data.status === 'needs_action' ? `Put ${words(data.item)} back on *` : `Tick off ${words(data.item)} on *`;
    default:
      return undefined;
  }
}
/** Said by the verb, or nothing to say. */
const unsaid = new Set([
  ...['code', 'transition', 'is_volume_muted', 'oscillating', 'shuffle', 'away_mode', 'media_content_id', 'media_content_type'],
  ...['item', 'rename', 'status', 'cycle', 'stop_actions', 'skip_condition', 'target_temp_high'],
]);
const percentages = new Set(['brightness_pct', 'percentage', 'position', 'tilt_position', 'humidity']);
const choices = new Set([
  ...['hvac_mode', 'value', 'option', 'source', 'preset_mode', 'fan_mode', 'swing_mode', 'swing_horizontal_mode', 'mode', 'operation_mode'],
  ...['fan_speed', 'sound_mode', 'repeat', 'direction', 'date', 'time', 'datetime'],
]);

const domainWords: Readonly<Record<string, string>> = {
  light: 'lights',
  switch: 'switches',
  cover: 'covers',
  lock: 'locks',
  fan: 'fans',
  media_player: 'players',
  climate: 'thermostats',
  scene: 'scenes',
  siren: 'sirens',
};

/** What the data adds, in words: " to 40 percent". A code is never read aloud. */
function details(data: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined || value === null || unsaid.has(key)) continue;
    if (percentages.has(key)) parts.push(`to ${printable(value)} percent`);
    else if (key === 'brightness_step_pct')
      parts.push(`${Number(value) < 0 ? 'dimmer' : 'brighter'} by ${printable(Math.abs(Number(value)))} percent`);
    else if (key === 'brightness') parts.push(`to ${printable(Math.round(Number(value) / 2.55))} percent`);
    else if (key === 'volume_level') parts.push(`to ${printable(Math.round(Number(value) * 100))} percent`);
    else if (key === 'target_temp_low') parts.push(`to between ${printable(value)} and ${printable(data.target_temp_high)} degrees`);
    else if (key === 'temperature') parts.push(`to ${printable(value)} degrees`);
    else if (key === 'color_temp_kelvin') parts.push(`at ${printable(value)} kelvin`);
    else if (key === 'color_name') parts.push(`in ${printable(value)}`);
    else if (choices.has(key)) parts.push(`to ${printable(value)}`);
    else parts.push(`with ${printable(key).replaceAll('_', ' ')} ${printable(Array.isArray(value) ? value.join(', ') : value)}`);
  }
  return parts.length > 0 ? ` ${parts.join(' ')}` : '';
}

function many(entities: Entity[], entityIds: string[], home: Home): string {
  const domains = new Set(entities.map((entity) => entity.domain));
  const [domain] = domains;
  const what = (domains.size === 1 && domain && domainWords[domain]) || 'devices';
  const areas = new Set(entities.map((entity) => entity.area));
  const [areaId] = areas;
  const area = areas.size === 1 && areaId !== undefined ? home.area(areaId) : undefined;
  const names = entityIds.slice(0, namesRead).map((id) => printable(home.entity(id)?.name ?? id));
  const rest = entityIds.length - names.length;
  return `${entityIds.length} ${what}${area ? ` in ${theName(area)}` : ''}|: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Puts the target in its place: the last star, as one may stand in what a person has said. */
function placed(verb: string, target: string): string {
  const star = verb.lastIndexOf('*');
  return `${verb.slice(0, star)}${target}${verb.slice(star + 1)}`;
}

/** The sentence a person approves: "Unlock the front door", "Turn on 2 lights in the kitchen: Kitchen light, Counter light". */
export function describeAction(action: HomeAction, home: Home): string {
  const name = action.service.slice(action.service.indexOf('.') + 1);
  const readable = name.replaceAll('_', ' ');
  const verb =
    verbWithData(name, action.data) ??
    (Object.hasOwn(verbs, name) ? verbs[name] : undefined) ??
    `${readable.charAt(0).toUpperCase()}${readable.slice(1)} on *`;
  const entityIds = [...new Set(action.entityIds)];
  const entities = entityIds.map((id) => home.entity(id)).filter((entity) => entity !== undefined);
  const [only] = entities;
  const [target = '', list = ''] =
    entityIds.length === 1 ? [only ? theName(only) : printable(entityIds[0])] : many(entities, entityIds, home).split('|', 2);
  return `${placed(verb, target)}${details(action.data)}${list}`;
}

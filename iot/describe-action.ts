import type { Entity, HomeAction } from '../contract/home.ts';
import type { Home } from './home.ts';
import { theName } from './services/entity-words.ts';

/** Most names read out; a longer list is counted. */
const namesRead = 6;

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
  alarm_trigger: 'Set off *',
};

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

const printable = (value: unknown): string =>
  String(value)
    .replace(/[\p{C}\s]+/gu, ' ')
    .slice(0, 60);

/** What the data adds, in words: " to 40 percent". A code is never read aloud. */
function details(data: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined || value === null || key === 'code' || key === 'transition' || key === 'is_volume_muted') continue;
    if (key === 'brightness_pct' || key === 'percentage' || key === 'position' || key === 'humidity')
      parts.push(`to ${printable(value)} percent`);
    else if (key === 'brightness_step_pct')
      parts.push(`${Number(value) < 0 ? 'dimmer' : 'brighter'} by ${printable(Math.abs(Number(value)))} percent`);
    else if (key === 'brightness') parts.push(`to ${printable(Math.round(Number(value) / 2.55))} percent`);
    else if (key === 'volume_level') parts.push(`to ${printable(Math.round(Number(value) * 100))} percent`);
    else if (key === 'temperature') parts.push(`to ${printable(value)} degrees`);
    else if (key === 'color_temp_kelvin') parts.push(`at ${printable(value)} kelvin`);
    else if (key === 'color_name') parts.push(`in ${printable(value)}`);
    else if (key === 'hvac_mode' || key === 'value' || key === 'option' || key === 'source') parts.push(`to ${printable(value)}`);
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

/** The sentence a person approves: "Unlock the front door", "Turn on 2 lights in the kitchen: Kitchen light, Counter light". */
export function describeAction(action: HomeAction, home: Home): string {
  const name = action.service.slice(action.service.indexOf('.') + 1);
  const readable = name.replaceAll('_', ' ');
  const said = name === 'volume_mute' ? (action.data.is_volume_muted === false ? 'Unmute *' : 'Mute *') : verbs[name];
  const verb = said ?? `${readable.charAt(0).toUpperCase()}${readable.slice(1)} on *`;
  const entityIds = [...new Set(action.entityIds)];
  const entities = entityIds.map((id) => home.entity(id)).filter((entity) => entity !== undefined);
  const [only] = entities;
  const [target = '', list = ''] =
    entityIds.length === 1 ? [only ? theName(only) : printable(entityIds[0])] : many(entities, entityIds, home).split('|', 2);
  return `${verb.replace('*', () => target)}${details(action.data)}${list}`;
}

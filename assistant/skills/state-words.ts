import type { Entity } from '../../contract/home.ts';
import { plainName } from '../../iot/plain-name.ts';
import { numeric } from './numeric.ts';
import { degreesOf, unitOf } from './temperature.ts';
import { rounded } from './wording.ts';

/** What `on` and `off` are called for this kind of sensor. */
const STATE_WORDS: Record<string, readonly [on: string, off: string]> = {
  door: ['open', 'closed'],
  window: ['open', 'closed'],
  garage_door: ['open', 'closed'],
  opening: ['open', 'closed'],
  moisture: ['wet', 'dry'],
  motion: ['seeing motion', 'still'],
  moving: ['moving', 'still'],
  vibration: ['shaking', 'still'],
  sound: ['hearing something', 'quiet'],
  light: ['seeing light', 'dark'],
  occupancy: ['occupied', 'clear'],
  presence: ['home', 'away'],
  smoke: ['smelling smoke', 'clear'],
  gas: ['smelling gas', 'clear'],
  carbon_monoxide: ['reporting carbon monoxide', 'clear'],
  lock: ['unlocked', 'locked'],
  battery: ['low', 'fine'],
  battery_charging: ['charging', 'not charging'],
  plug: ['plugged in', 'unplugged'],
  power: ['powered', 'without power'],
  running: ['running', 'not running'],
  problem: ['reporting a problem', 'fine'],
  safety: ['unsafe', 'safe'],
  tamper: ['tampered with', 'fine'],
  heat: ['hot', 'fine'],
  cold: ['cold', 'fine'],
  connectivity: ['connected', 'disconnected'],
  update: ['waiting for an update', 'up to date'],
};

/** Several words for one thing. */
const SAME: Record<string, string> = {
  opened: 'open',
  shut: 'closed',
  away: 'not_home',
  out: 'not_home',
  heating: 'heat',
  cooling: 'cool',
  vacuuming: 'cleaning',
  secured: 'locked',
  unsecured: 'unlocked',
  'at home': 'home',
};

/** What somebody hears who asks whether it is not so. */
const OPPOSITES: Record<string, string> = {
  on: 'off',
  off: 'on',
  open: 'closed',
  closed: 'open',
  locked: 'unlocked',
  unlocked: 'locked',
  home: 'not_home',
  not_home: 'home',
  wet: 'dry',
  low: 'fine',
};

export const oppositeOf = (state: string): string | undefined => OPPOSITES[SAME[state] ?? state];

/** Nobody knows its state: it does not answer, or has never said. */
export const isUnknown = (entity: Entity): boolean => !entity.available || entity.state === 'unavailable' || entity.state === 'unknown';

/** Devices may say as much as they like; nobody wants to hear more of it than so many characters. */
const LONGEST = 200;

/** The state it had when it was last heard, in words for people: "open", "21.5 °C", "on at 40 %". */
export const lastStateInWords = (entity: Entity): string => plainName(inWords(entity), LONGEST);

function inWords(entity: Entity): string {
  if (entity.state === 'unknown' || entity.state === 'unavailable') return 'unknown';
  const words = entity.domain === 'binary_sensor' ? STATE_WORDS[entity.device_class ?? ''] : undefined;
  if (words !== undefined && (entity.state === 'on' || entity.state === 'off')) return words[entity.state === 'on' ? 0 : 1];
  const number = numeric(entity.state);
  if (number !== undefined) {
    const unit = entity.attributes.unit_of_measurement;
    return `${rounded(number)}${typeof unit === 'string' && unit !== '' ? ` ${unit}` : ''}`;
  }
  switch (entity.domain) {
    case 'climate': {
      const degrees = degreesOf(entity);
      const mode = CLIMATE_WORDS[entity.state] ?? entity.state.replaceAll('_', ' ');
      return degrees === undefined ? mode : `${mode}, at ${rounded(degrees)} ${unitOf(entity)}`;
    }
    case 'light': {
      const brightness = numeric(entity.attributes.brightness);
      return entity.state === 'on' && brightness !== undefined ? `on at ${Math.round((brightness / 255) * 100)} %` : entity.state;
    }
    case 'cover':
    case 'valve': {
      const position = numeric(entity.attributes.current_position);
      return entity.state === 'open' && position !== undefined && position < 100 ? `open at ${rounded(position)} %` : entity.state;
    }
    case 'person':
    case 'device_tracker':
      return entity.state === 'not_home' ? 'away' : entity.state === 'home' ? 'home' : `at ${entity.state}`;
    default:
      return entity.state.replaceAll('_', ' ');
  }
}

const CLIMATE_WORDS: Record<string, string> = {
  heat: 'heating',
  cool: 'cooling',
  heat_cool: 'heating and cooling',
  auto: 'on automatic',
  dry: 'drying',
};

export function stateInWords(entity: Entity): string {
  if (!entity.available || entity.state === 'unavailable') return 'not answering';
  return lastStateInWords(entity);
}

/** The words for a state that was asked for: "not_home" → "away". */
export const spokenState = (state: string): string => (state === 'not_home' ? 'away' : state.replaceAll('_', ' '));

/** Whether one word of a question fits an entity ("open" is `on` for a door contact); undefined where its state is not known. */
export function isInState(entity: Entity, wanted: string): boolean | undefined {
  return isUnknown(entity) ? undefined : fits(entity, entity.state, SAME[wanted.toLowerCase()] ?? wanted.toLowerCase());
}

/** The same for a state that the entity once had. */
export function fits(entity: Entity, state: string, wanted: string): boolean {
  if (state.toLowerCase() === wanted) return true;
  switch (entity.domain) {
    case 'binary_sensor': {
      const words = STATE_WORDS[entity.device_class ?? ''];
      return words !== undefined && state === (words[0] === wanted ? 'on' : words[1] === wanted ? 'off' : '');
    }
    case 'cover':
    case 'valve':
      if (wanted === 'off') return state === 'closed';
      return (wanted === 'open' || wanted === 'on') && (state === 'open' || state === 'opening');
    case 'lock':
      return wanted === 'unlocked' && (state === 'open' || state === 'opening');
    case 'climate':
    case 'water_heater': {
      if (wanted === 'on') return state !== 'off';
      const action = entity.attributes.hvac_action;
      if (wanted === 'heat') return action === undefined ? state === 'heat' : action === 'heating';
      return wanted === 'cool' && action === 'cooling';
    }
    case 'media_player':
      if (wanted === 'on') return state !== 'off' && state !== 'standby';
      return wanted === 'off' && state === 'standby';
    case 'vacuum':
    case 'lawn_mower': {
      const busy = ['cleaning', 'returning', 'mowing'].includes(state);
      return wanted === 'on' || wanted === 'running' ? busy : wanted === 'off' && !busy;
    }
    case 'weather':
      if (wanted === 'windy') return state.startsWith('windy');
      if (wanted === 'cloudy') return state === 'partlycloudy';
      return wanted === 'rainy' ? /rain|pour/u.test(state) : wanted === 'snowy' && state.includes('snow');
    case 'person':
    case 'device_tracker':
      return wanted === 'not_home' && state !== 'home';
    case 'alarm_control_panel':
      return (wanted === 'armed' || wanted === 'on') && state.startsWith('armed') ? true : wanted === 'off' && state === 'disarmed';
    case 'sensor': {
      const number = numeric(state);
      // Below this a battery wants changing.
      return entity.device_class === 'battery' && number !== undefined && (wanted === 'low' || wanted === 'on') && number <= 20;
    }
    default:
      return false;
  }
}

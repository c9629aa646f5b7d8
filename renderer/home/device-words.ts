import type { Entity } from '../../contract/home.ts';
import type { IconName } from '../components/icons.ts';
import { capital, numberOf, textOf } from './attributes.ts';

/** Tables are maps: a device may call itself `constructor`. */

/** A sensor's yes and no, by device class; `on` first. */
const answers = new Map<string, readonly [string, string]>(
  Object.entries<readonly [string, string]>({
    moisture: ['Wet', 'Dry'],
    motion: ['Motion', 'No motion'],
    occupancy: ['Somebody there', 'Nobody there'],
    presence: ['Home', 'Away'],
    door: ['Open', 'Closed'],
    garage_door: ['Open', 'Closed'],
    window: ['Open', 'Closed'],
    opening: ['Open', 'Closed'],
    lock: ['Unlocked', 'Locked'],
    smoke: ['Smoke', 'No smoke'],
    gas: ['Gas', 'No gas'],
    carbon_monoxide: ['Carbon monoxide', 'Clear'],
    battery: ['Battery low', 'Battery fine'],
    problem: ['Problem', 'Fine'],
    safety: ['Unsafe', 'Safe'],
    connectivity: ['Connected', 'Disconnected'],
    plug: ['Plugged in', 'Unplugged'],
    running: ['Running', 'Not running'],
    sound: ['Sound', 'Quiet'],
    tamper: ['Tampered with', 'Untouched'],
    update: ['Update there', 'Up to date'],
    vibration: ['Vibrating', 'Still'],
  }),
);

const words = new Map<string, string>(
  Object.entries({
    not_home: 'Away',
    home: 'Home',
    armed_home: 'Armed, at home',
    armed_away: 'Armed, away',
    armed_night: 'Armed for the night',
    armed_vacation: 'Armed for a holiday',
    armed_custom_bypass: 'Armed in its own mode',
    triggered: 'Alarm!',
    partlycloudy: 'Partly cloudy',
    'clear-night': 'Clear night',
    'lightning-rainy': 'Thunder and rain',
    'snowy-rainy': 'Sleet',
    heat_cool: 'Heat or cool',
    unknown: 'Not known',
  }),
);
const wordFor = (state: string): string => words.get(state) ?? capital(state);

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2, useGrouping: 'min2' });
const moments = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** The state of a device as a person says it. */
export function stateWords(entity: Entity): string {
  const { domain, state, attributes } = entity;
  switch (domain) {
    case 'binary_sensor': {
      const [yes, no] = answers.get(entity.device_class ?? '') ?? ['On', 'Off'];
      return state === 'on' ? yes : state === 'off' ? no : wordFor(state);
    }
    case 'sensor':
    case 'number':
    case 'input_number':
      return reading(entity);
    case 'climate':
    case 'water_heater':
      return climateWords(entity);
    case 'cover':
    case 'valve': {
      const position = numberOf(attributes.current_position);
      return state === 'open' && position !== undefined && position < 100 ? `${position} % open` : wordFor(state);
    }
    case 'light': {
      const brightness = numberOf(attributes.brightness);
      return state === 'on' && brightness !== undefined ? `On, ${Math.max(1, Math.round((brightness / 255) * 100))} %` : wordFor(state);
    }
    case 'fan': {
      const percentage = numberOf(attributes.percentage);
      return state === 'on' && percentage !== undefined ? `On, ${percentage} %` : wordFor(state);
    }
    case 'media_player':
      return [wordFor(state), playing(entity)].filter((part) => part !== undefined).join(': ');
    case 'weather': {
      const temperature = numberOf(attributes.temperature);
      return temperature === undefined
        ? wordFor(state)
        : `${wordFor(state)}, ${numbers.format(temperature)} ${textOf(attributes.temperature_unit) ?? '°'}`;
    }
    case 'todo':
      return /^\d+$/.test(state) ? (state === '0' ? 'Nothing to do' : `${state} to do`) : wordFor(state);
    case 'update':
      return state === 'on'
        ? `${textOf(attributes.latest_version) ?? 'An update'} is there`
        : state === 'off'
          ? 'Up to date'
          : wordFor(state);
    case 'scene':
    case 'button':
    case 'input_button':
    case 'event':
      return state === 'unknown' || !Number.isNaN(Date.parse(state)) ? '' : wordFor(state);
    case 'text':
    case 'input_text':
    case 'select':
    case 'input_select':
      return state === 'unknown' ? wordFor(state) : state;
    default:
      return wordFor(state);
  }
}

/** What a player plays: "Blue in Green, Miles Davis". */
export function playing({ attributes }: Entity): string | undefined {
  const title = textOf(attributes.media_title) ?? textOf(attributes.app_name);
  const artist = textOf(attributes.media_artist) ?? textOf(attributes.media_series_title);
  return title === undefined ? artist : artist === undefined ? title : `${title}, ${artist}`;
}

function reading({ state, attributes, device_class }: Entity): string {
  const unit = textOf(attributes.unit_of_measurement);
  const value = state.trim() === '' ? Number.NaN : Number(state);
  if (Number.isFinite(value)) return unit === undefined ? numbers.format(value) : `${numbers.format(value)} ${unit}`;
  if (device_class === 'timestamp' && !Number.isNaN(Date.parse(state))) return moments.format(Date.parse(state));
  return unit === undefined || state === 'unknown' ? wordFor(state) : `${state} ${unit}`;
}

/** What it is set to stands on its control. */
function climateWords({ state, attributes }: Entity): string {
  const current = numberOf(attributes.current_temperature);
  return current === undefined ? wordFor(state) : `${wordFor(state)}, now ${current}°`;
}

const icons = new Map<string, IconName>(
  Object.entries<IconName>({
    light: 'light',
    switch: 'plug',
    input_boolean: 'plug',
    fan: 'fan',
    cover: 'cover',
    valve: 'water',
    climate: 'climate',
    water_heater: 'climate',
    humidifier: 'water',
    media_player: 'media',
    scene: 'scene',
    script: 'script',
    button: 'script',
    input_button: 'script',
    automation: 'script',
    sensor: 'sensor',
    number: 'sensor',
    input_number: 'sensor',
    select: 'list',
    input_select: 'list',
    todo: 'list',
    text: 'pencil',
    input_text: 'pencil',
    vacuum: 'vacuum',
    lawn_mower: 'vacuum',
    alarm_control_panel: 'shield',
    siren: 'alert',
    person: 'person',
    device_tracker: 'person',
    weather: 'sun',
    sun: 'sun',
    calendar: 'clock',
    timer: 'clock',
    update: 'up',
  }),
);

const classIcons = new Map<string, IconName>(
  Object.entries<IconName>({
    garage: 'garage',
    garage_door: 'garage',
    door: 'door',
    window: 'door',
    opening: 'door',
    temperature: 'climate',
    humidity: 'water',
    moisture: 'water',
    motion: 'motion',
    occupancy: 'motion',
    smoke: 'alert',
    battery: 'battery',
  }),
);

export function iconOf(entity: Entity): IconName {
  if (entity.domain === 'lock') return entity.state === 'locked' ? 'lock' : 'unlock';
  return classIcons.get(entity.device_class ?? '') ?? icons.get(entity.domain) ?? 'device';
}

import type { Entity } from '../../contract/home.ts';
import type { IconName } from '../components/icons.ts';
import { numberOf } from './device-control.ts';

/** A sensor's yes and no, by device class; `on` first. */
const answers: Record<string, readonly [string, string]> = {
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
};

/** The state of a device as a person says it. */
export function stateWords(entity: Entity): string {
  const { domain, state, attributes } = entity;
  if (domain === 'binary_sensor') {
    const [yes, no] = answers[entity.device_class ?? ''] ?? ['On', 'Off'];
    return state === 'on' ? yes : state === 'off' ? no : capital(state);
  }
  const unit = attributes.unit_of_measurement;
  if (domain === 'sensor') return typeof unit === 'string' ? `${state} ${unit}` : capital(state);
  if (domain === 'climate') {
    const current = numberOf(attributes.current_temperature);
    const target = numberOf(attributes.temperature);
    return [capital(state), current === undefined ? undefined : `now ${current}°`, target === undefined ? undefined : `set to ${target}°`]
      .filter((part) => part !== undefined)
      .join(', ');
  }
  const position = numberOf(attributes.current_position);
  if ((domain === 'cover' || domain === 'valve') && state === 'open' && position !== undefined && position < 100)
    return `${position} % open`;
  const brightness = numberOf(attributes.brightness);
  if (domain === 'light' && state === 'on' && brightness !== undefined) return `On, ${Math.max(1, Math.round((brightness / 255) * 100))} %`;
  const percentage = numberOf(attributes.percentage);
  if (domain === 'fan' && state === 'on' && percentage !== undefined) return `On, ${percentage} %`;
  if ((domain === 'scene' || domain === 'button' || domain === 'input_button') && (state === 'unknown' || !Number.isNaN(Date.parse(state))))
    return '';
  return capital(state);
}

function capital(state: string): string {
  const words = state.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const icons: Record<string, IconName> = {
  light: 'light',
  switch: 'plug',
  input_boolean: 'plug',
  fan: 'fan',
  cover: 'cover',
  valve: 'water',
  climate: 'climate',
  media_player: 'media',
  scene: 'scene',
  script: 'script',
  button: 'script',
  sensor: 'sensor',
  vacuum: 'vacuum',
  alarm_control_panel: 'shield',
};

const classIcons: Record<string, IconName> = {
  garage: 'garage',
  temperature: 'climate',
  humidity: 'water',
  moisture: 'water',
  motion: 'motion',
  occupancy: 'motion',
  smoke: 'alert',
};

export function iconOf(entity: Entity): IconName {
  if (entity.domain === 'lock') return entity.state === 'locked' ? 'lock' : 'unlock';
  return classIcons[entity.device_class ?? ''] ?? icons[entity.domain] ?? 'device';
}

import type { Entity } from '../../contract/home.ts';
import { numberOf } from './attributes.ts';

/** What a glance over the house looks for. Bits, so that ten thousand devices are counted in no time. */
export const STANDING = { on: 1, open: 2, away: 4, low: 8, hidden: 16, light: 32 } as const;

/** Percent of charge at which a battery is low. */
const LOW_BATTERY = 20;

const doors = new Set(['door', 'garage_door', 'window', 'opening', 'lock']);
const dangers = new Set(['moisture', 'smoke', 'gas', 'carbon_monoxide', 'problem', 'safety', 'heat', 'tamper']);

/** Hidden things count as hidden and as nothing else; of one that does not answer only that is known. */
export function standingOf(entity: Entity): number {
  if (entity.hidden) return STANDING.hidden;
  if (!entity.available) return STANDING.away;
  return (
    (isOn(entity) ? STANDING.on : 0) |
    (isOpen(entity) ? STANDING.open : 0) |
    (hasLowBattery(entity) ? STANDING.low : 0) |
    (entity.domain === 'light' && entity.state === 'on' ? STANDING.light : 0)
  );
}

/** Runs, shines or plays. */
export function isOn({ domain, state }: Entity): boolean {
  switch (domain) {
    case 'light':
    case 'switch':
    case 'input_boolean':
    case 'fan':
    case 'humidifier':
    case 'siren':
    case 'remote':
    case 'script':
      return state === 'on';
    case 'climate':
    case 'water_heater':
      return state !== 'off' && state !== 'unknown';
    case 'media_player':
      return !['off', 'standby', 'idle', 'unknown'].includes(state);
    case 'vacuum':
      return state === 'cleaning' || state === 'returning';
    case 'lawn_mower':
      return state === 'mowing' || state === 'returning';
    default:
      return false;
  }
}

/** Lets something in or through: an open door, a cover, an unlocked lock. */
export function isOpen({ domain, state, device_class }: Entity): boolean {
  switch (domain) {
    case 'cover':
    case 'valve':
      return state === 'open' || state === 'opening' || state === 'closing';
    case 'lock':
      return state !== 'locked' && state !== 'unknown';
    case 'binary_sensor':
      return state === 'on' && doors.has(device_class ?? '');
    default:
      return false;
  }
}

/** Something that a person should see to. */
export function isDanger({ domain, state, device_class }: Entity): boolean {
  if (domain === 'binary_sensor') return state === 'on' && dangers.has(device_class ?? '');
  return (domain === 'alarm_control_panel' && state === 'triggered') || (domain === 'lock' && state === 'jammed');
}

function hasLowBattery({ domain, state, device_class, attributes }: Entity): boolean {
  if (device_class === 'battery') {
    if (domain === 'binary_sensor') return state === 'on';
    return domain === 'sensor' && state.trim() !== '' && Number(state) <= LOW_BATTERY;
  }
  const charge = numberOf(attributes.battery_level) ?? numberOf(attributes.battery);
  return charge !== undefined && charge <= LOW_BATTERY;
}

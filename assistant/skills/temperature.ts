import type { Entity } from '../../contract/home.ts';
import { numeric } from './numeric.ts';
import type { SkillView } from './skill.ts';

/** Temperatures in the unit each entity thinks in. */

export type TemperatureUnit = '°C' | '°F';

const asUnit = (value: unknown): TemperatureUnit | undefined =>
  typeof value === 'string' && /^(°\s?)?f/iu.test(value) ? '°F' : typeof value === 'string' && /^(°\s?)?c/iu.test(value) ? '°C' : undefined;

/** The unit of one entity, as far as it says. */
export const unitOf = (entity: Entity, otherwise: TemperatureUnit = '°C'): TemperatureUnit =>
  asUnit(entity.attributes.temperature_unit) ?? asUnit(entity.attributes.unit_of_measurement) ?? otherwise;

/** The unit of the home: a thermostat that names none thinks in the one that the thermometers show. */
export function homeUnit(view: SkillView): TemperatureUnit {
  const units = view
    .entities()
    .filter((entity) => entity.domain === 'weather' || entity.device_class === 'temperature')
    .flatMap((entity) => asUnit(entity.attributes.temperature_unit) ?? asUnit(entity.attributes.unit_of_measurement) ?? []);
  return units.length > 0 && units.every((unit) => unit === '°F') ? '°F' : '°C';
}

export function converted(degrees: number, from: TemperatureUnit, to: TemperatureUnit): number {
  if (from === to) return degrees;
  return from === '°F' ? ((degrees - 32) * 5) / 9 : (degrees * 9) / 5 + 32;
}

/** A difference in degrees: no offset. */
export function convertedStep(degrees: number, from: TemperatureUnit, to: TemperatureUnit): number {
  if (from === to) return degrees;
  return from === '°F' ? (degrees * 5) / 9 : (degrees * 9) / 5;
}

/** The unit a person named: 'F', 'C', "fahrenheit". */
export const saidUnit = (slot: unknown): TemperatureUnit | undefined => asUnit(slot);

/** The temperature an entity measures: a thermostat's room, the weather's air, or a sensor's own reading. */
export function degreesOf(entity: Entity): number | undefined {
  if (entity.domain === 'climate' || entity.domain === 'water_heater') return numeric(entity.attributes.current_temperature);
  return entity.domain === 'weather' ? numeric(entity.attributes.temperature) : numeric(entity.state);
}

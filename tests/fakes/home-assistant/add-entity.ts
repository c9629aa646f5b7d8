import type { FakeEntity, Quirks } from './fake-entity.ts';
import type { House } from './house.ts';
import type { EntityEntry } from './registries.ts';

export interface EntityDescription {
  name: string;
  state: string;
  attributes?: Record<string, unknown>;
  features?: number;
  area?: string;
  device?: string;
  aliases?: string[];
  labels?: string[];
  category?: 'config' | 'diagnostic';
  hidden?: boolean;
  disabled?: boolean;
  /** To the `conversation` assistant; absent: as Home Assistant's defaults have it. */
  exposed?: boolean;
  /** False: an entity of YAML, which no registry knows. */
  registered?: boolean;
  available?: boolean;
  quirks?: Quirks;
  memory?: Record<string, unknown>;
}

const exposedDomains = new Set([
  'climate',
  'cover',
  'fan',
  'humidifier',
  'light',
  'media_player',
  'scene',
  'switch',
  'todo',
  'vacuum',
  'water_heater',
]);
const exposedBinarySensors = new Set(['door', 'garage_door', 'lock', 'motion', 'opening', 'presence', 'window']);
const exposedSensors = new Set([
  'aqi',
  'carbon_monoxide',
  'carbon_dioxide',
  'humidity',
  'pm10',
  'pm25',
  'temperature',
  'volatile_organic_compounds',
]);

/** Puts a device's entity in the house: its registry entry first, then its state. */
export function addEntity(house: House, entityId: string, description: EntityDescription): FakeEntity {
  const domain = entityId.slice(0, entityId.indexOf('.'));
  const { name, state, attributes = {}, features, quirks = {}, memory = {}, available = true } = description;
  const entity: FakeEntity = {
    entity_id: entityId,
    domain,
    state,
    attributes: { ...attributes, friendly_name: name, ...(features === undefined ? {} : { supported_features: features }) },
    available,
    quirks,
    memory,
  };
  if (description.registered !== false) house.registries.entities.create(entryOf(entityId, domain, description));
  if (!description.disabled) house.add(entity);
  return entity;
}

function entryOf(entityId: string, domain: string, description: EntityDescription): EntityEntry {
  const deviceClass = typeof description.attributes?.device_class === 'string' ? description.attributes.device_class : null;
  const { name, area, device, aliases = [], labels = [], category, hidden, disabled } = description;
  const isPlain = category === undefined && !hidden;
  const byDefault =
    exposedDomains.has(domain) ||
    (domain === 'binary_sensor' && exposedBinarySensors.has(deviceClass ?? '')) ||
    (domain === 'sensor' && exposedSensors.has(deviceClass ?? ''));
  return {
    entity_id: entityId,
    unique_id: entityId.replace('.', '_'),
    platform: 'demo',
    device_id: device ?? null,
    area_id: area ?? null,
    name: null,
    original_name: name,
    has_entity_name: false,
    entity_category: category ?? null,
    hidden_by: hidden ? 'user' : null,
    disabled_by: disabled ? 'user' : null,
    icon: null,
    labels,
    aliases,
    device_class: null,
    original_device_class: deviceClass,
    translation_key: null,
    options: { conversation: { should_expose: description.exposed ?? (isPlain && byDefault) } },
  };
}

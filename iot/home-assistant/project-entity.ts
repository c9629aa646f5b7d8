import { type Entity, EntitySchema } from '../../contract/home.ts';
import { plainName } from '../plain-name.ts';
import type { RawState } from './compressed-state.ts';
import { isExposed } from './exposure.ts';
import type { Registries } from './registries.ts';
import type { EntityRow } from './registry-schemas.ts';

export interface Projection {
  registries: Registries;
  /** Home Assistant's configured unit, `°C` or `°F`; attributes of climate entities are in it. */
  temperatureUnit: string | undefined;
}

const idPattern = EntitySchema.shape.id;
export const isEntityId = (entityId: string): boolean => entityId.length <= 255 && idPattern.safeParse(entityId).success;

const longestName = 300;
const withTemperature = new Set(['climate', 'water_heater', 'weather']);
/** Colours that Home Assistant works out for a lamp which shows a white. */
const workedOut = new Set(['rgb_color', 'hs_color', 'xy_color', 'rgbw_color', 'rgbww_color']);

/** The entity as JARVIS sees it. While a device does not answer, `before` gives its last state. */
export function projectEntity(
  entityId: string,
  raw: RawState,
  before: Entity | undefined,
  { registries, temperatureUnit }: Projection,
): Entity {
  const domain = entityId.slice(0, entityId.indexOf('.'));
  const row = registries.entities.get(entityId);
  const device = row?.device_id === undefined ? undefined : registries.devices.get(row.device_id);
  const deviceName = plainName(device?.name_by_user || device?.name || '', longestName) || undefined;
  const area = row?.area_id ?? device?.area_id;
  const labels = [...new Set([...(row?.labels ?? []), ...(device?.labels ?? [])])].map((label) => registries.labels.get(label) ?? label);
  const available = raw.state !== 'unavailable';
  const attributes =
    available || before === undefined
      ? readAttributes(raw.attributes, withTemperature.has(domain) ? temperatureUnit : undefined)
      : before.attributes;
  const deviceClass = raw.attributes.device_class;
  const hidden = row?.hidden_by != null;
  const background = hidden || row?.entity_category != null;
  return {
    id: entityId,
    name: nameOf(entityId, raw, row, deviceName),
    aliases: row?.aliases ?? [],
    domain,
    ...(area !== undefined && registries.areas.has(area) && { area }),
    state: available ? raw.state : (before?.state ?? 'unknown'),
    attributes,
    ...(typeof deviceClass === 'string' && { device_class: deviceClass }),
    available,
    lastChanged: available || before === undefined ? raw.lastChanged : before.lastChanged,
    exposed: isExposed({ domain, background, decided: registries.decidedExposure(entityId), exposeNew: registries.exposeNew }),
    ...(hidden && { hidden }),
    ...(labels.length > 0 && { labels }),
    ...(deviceName !== undefined && { device: deviceName }),
    ...(row?.platform === 'mqtt' && row.unique_id !== undefined && { identity: `mqtt ${domain} ${row.unique_id}`.slice(0, 600) }),
  };
}

/** Home Assistant joins device and entity name in `friendly_name`; only where there is none the parts are taken. */
function nameOf(entityId: string, raw: RawState, row: EntityRow | undefined, deviceName: string | undefined): string {
  const friendly = raw.attributes.friendly_name;
  const candidates = [
    row?.has_entity_name === false ? row.name : undefined,
    typeof friendly === 'string' ? friendly : undefined,
    row?.name,
    row?.has_entity_name === true && deviceName !== undefined ? `${deviceName} ${row.original_name ?? ''}` : row?.original_name,
    entityId.slice(entityId.indexOf('.') + 1).replaceAll('_', ' '),
  ];
  for (const candidate of candidates) {
    const name = plainName(candidate ?? '', longestName);
    if (name !== '') return name;
  }
  return entityId;
}

function readAttributes(raw: Readonly<Record<string, unknown>>, temperatureUnit: string | undefined): Record<string, unknown> {
  const white = raw.color_mode === 'color_temp' || raw.color_mode === 'white';
  const attributes: Record<string, unknown> = {};
  for (const name in raw) {
    const value = raw[name];
    // Home Assistant says null for what does not apply just now
    if (value === null || value === undefined || name === 'friendly_name' || name === '__proto__' || (white && workedOut.has(name)))
      continue;
    attributes[name] = value;
  }
  if (temperatureUnit !== undefined && attributes.temperature_unit === undefined) attributes.temperature_unit = temperatureUnit;
  return attributes;
}

/** Names, places and standing; states apart. */
export const sameWords = (one: Entity, other: Entity): boolean =>
  one.name === other.name &&
  one.area === other.area &&
  one.device_class === other.device_class &&
  one.aliases.join('\n') === other.aliases.join('\n') &&
  one.attributes.temperature_unit === other.attributes.temperature_unit &&
  one.exposed === other.exposed &&
  one.hidden === other.hidden &&
  one.device === other.device &&
  one.identity === other.identity &&
  one.labels?.join('\n') === other.labels?.join('\n');

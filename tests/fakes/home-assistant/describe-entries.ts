import type { AreaEntry, DeviceEntry, EntityEntry, FloorEntry, LabelEntry } from './registries.ts';

/** 1 January 2026, UTC, in seconds: when everything in the registries was made. */
const madeAt = 1_767_225_600;
const times = { created_at: madeAt, modified_at: madeAt };

/** `config/entity_registry/list`: without aliases, capabilities and device class. */
export function describeEntity(entry: EntityEntry): Record<string, unknown> {
  return {
    area_id: entry.area_id,
    categories: {},
    config_entry_id: null,
    config_subentry_id: null,
    ...times,
    device_id: entry.device_id,
    disabled_by: entry.disabled_by,
    entity_category: entry.entity_category,
    entity_id: entry.entity_id,
    has_entity_name: entry.has_entity_name,
    hidden_by: entry.hidden_by,
    icon: entry.icon,
    id: registryId(entry),
    labels: entry.labels,
    name: entry.name,
    options: entry.options,
    original_name: entry.original_name,
    platform: entry.platform,
    translation_key: entry.translation_key,
    unique_id: entry.unique_id,
  };
}

/** `config/entity_registry/get` and `get_entries`: the only places where an entity's aliases are. */
export function describeEntityWhole(entry: EntityEntry): Record<string, unknown> {
  return {
    ...describeEntity(entry),
    aliases: entry.aliases,
    capabilities: null,
    device_class: entry.device_class,
    original_device_class: entry.original_device_class,
    original_icon: null,
  };
}

/** `config/entity_registry/list_for_display`: two-letter keys, what is null left out, categories by number. */
export function describeEntityForDisplay(entry: EntityEntry): Record<string, unknown> {
  const name = entry.name ?? entry.original_name;
  const precision = entry.options.sensor?.display_precision ?? entry.options.sensor?.suggested_display_precision;
  return {
    ei: entry.entity_id,
    pl: entry.platform,
    ...(entry.area_id === null ? {} : { ai: entry.area_id }),
    lb: entry.labels,
    ...(entry.device_id === null ? {} : { di: entry.device_id }),
    ...(entry.icon === null ? {} : { ic: entry.icon }),
    ...(entry.translation_key === null ? {} : { tk: entry.translation_key }),
    ...(entry.entity_category === null ? {} : { ec: entry.entity_category === 'config' ? 0 : 1 }),
    ...(entry.hidden_by === null ? {} : { hb: true }),
    ...(entry.has_entity_name ? { hn: true } : {}),
    ...(name === null ? {} : { en: name }),
    ...(precision === undefined ? {} : { dp: precision }),
  };
}

export function describeArea(entry: AreaEntry): Record<string, unknown> {
  const { aliases, area_id, floor_id, icon, labels, name } = entry;
  return { aliases, area_id, floor_id, humidity_entity_id: null, icon, labels, name, picture: null, temperature_entity_id: null, ...times };
}

export function describeFloor(entry: FloorEntry): Record<string, unknown> {
  const { aliases, floor_id, icon, level, name } = entry;
  return { aliases, created_at: madeAt, floor_id, icon, level, name, modified_at: madeAt };
}

export function describeLabel(entry: LabelEntry): Record<string, unknown> {
  const { color, description, icon, label_id, name } = entry;
  return { color, created_at: madeAt, description, icon, label_id, name, modified_at: madeAt };
}

export function describeDevice(entry: DeviceEntry): Record<string, unknown> {
  return {
    area_id: entry.area_id,
    configuration_url: null,
    config_entries: ['01JFAKECONFIGENTRY00000000'],
    config_entries_subentries: { '01JFAKECONFIGENTRY00000000': [null] },
    connections: entry.connections,
    created_at: madeAt,
    disabled_by: null,
    entry_type: null,
    hw_version: null,
    id: entry.id,
    identifiers: entry.identifiers,
    labels: entry.labels,
    manufacturer: entry.manufacturer,
    model: entry.model,
    model_id: null,
    modified_at: madeAt,
    name_by_user: entry.name_by_user,
    name: entry.name,
    primary_config_entry: '01JFAKECONFIGENTRY00000000',
    serial_number: null,
    sw_version: null,
    via_device_id: null,
  };
}

/** 32 hexadecimal digits that stay when the entity is renamed. */
function registryId(entry: EntityEntry): string {
  return Buffer.from(`${entry.platform}${entry.unique_id}`).toString('hex').padEnd(32, '0').slice(0, 32);
}

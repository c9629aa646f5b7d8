/** How one device misbehaves, as real ones do. */
export interface Quirks {
  /** A lock that answers success and then is jammed. */
  jams?: boolean;
  /** Answers success and does nothing. */
  deaf?: boolean;
  /** Time until the state is reached, in ms; covers, locks and valves show opening, locking … until then. */
  travelMs?: number;
}

/** One entity's device: what it is, and what it keeps to itself. Its shown state is written by the house. */
export interface FakeEntity {
  entity_id: string;
  domain: string;
  state: string;
  attributes: Record<string, unknown>;
  available: boolean;
  quirks: Quirks;
  /** What the device knows and does not show, e.g. a climate's target in Fahrenheit. */
  memory: Record<string, unknown>;
}

export function supportedFeatures(entity: FakeEntity): number {
  return typeof entity.attributes.supported_features === 'number' ? entity.attributes.supported_features : 0;
}

/** What still shows while an entity is unavailable: its capabilities and its name, not what it does. */
const capabilities = new Set([
  'friendly_name',
  'supported_features',
  'device_class',
  'icon',
  'unit_of_measurement',
  'state_class',
  'supported_color_modes',
  'min_color_temp_kelvin',
  'max_color_temp_kelvin',
  'effect_list',
  'hvac_modes',
  'min_temp',
  'max_temp',
  'target_temp_step',
  'fan_modes',
  'preset_modes',
  'swing_modes',
  'source_list',
  'sound_mode_list',
  'min_humidity',
  'max_humidity',
  'available_modes',
  'operation_list',
  'options',
  'min',
  'max',
  'step',
  'mode',
  'available_tones',
  'fan_speed_list',
]);

export function shownAttributes(entity: FakeEntity): Record<string, unknown> {
  if (entity.available) return { ...entity.attributes };
  return Object.fromEntries(Object.entries(entity.attributes).filter(([key]) => capabilities.has(key)));
}

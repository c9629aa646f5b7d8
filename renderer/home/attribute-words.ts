import type { Entity } from '../../contract/home.ts';
import { capital } from './attributes.ts';

/** Told elsewhere, or of no use to a person. */
const untold = new Set(
  `supported_features supported_color_modes friendly_name entity_picture entity_picture_local icon device_class unit_of_measurement state_class
  hvac_modes preset_modes fan_modes swing_modes source_list sound_mode_list effect_list options fan_speed_list available_modes operation_list
  min_temp max_temp target_temp_step min max step mode pattern min_mireds max_mireds min_color_temp_kelvin max_color_temp_kelvin color_temp
  hs_color rgb_color xy_color rgbw_color rgbww_color brightness color_temp_kelvin current_position current_tilt_position percentage
  percentage_step volume_level is_volume_muted forecast attribution editable assumed_state restored code_format code_arm_required
  media_content_id media_content_type media_position_updated_at entity_id min_humidity max_humidity temperature_unit pressure_unit
  wind_speed_unit visibility_unit precipitation_unit`.split(/\s+/u),
);

const names = new Map([
  ['rssi', 'Signal'],
  ['linkquality', 'Link quality'],
  ['hvac_action', 'Doing'],
  ['media_title', 'Plays'],
  ['media_artist', 'By'],
]);
/** What an attribute is counted in, or the attribute that tells. */
const units: Record<string, string | { in: string }> = {
  temperature: { in: 'temperature_unit' },
  current_temperature: { in: 'temperature_unit' },
  target_temp_low: { in: 'temperature_unit' },
  target_temp_high: { in: 'temperature_unit' },
  dew_point: { in: 'temperature_unit' },
  apparent_temperature: { in: 'temperature_unit' },
  pressure: { in: 'pressure_unit' },
  wind_speed: { in: 'wind_speed_unit' },
  visibility: { in: 'visibility_unit' },
  wind_bearing: '°',
  humidity: '%',
  current_humidity: '%',
  battery_level: '%',
  battery: '%',
  cloud_coverage: '%',
  rssi: 'dBm',
  media_duration: 's',
  media_position: 's',
};

const LONGEST = 300;
const MOST = 60;
const LIST = 12;

export interface AttributeWords {
  key: string;
  label: string;
  value: string;
}

/** The attributes that matter to a person. They come from devices: however many and long they are, this much is shown. */
export function attributeWords({ attributes }: Entity): AttributeWords[] {
  return Object.keys(attributes)
    .filter((key) => !untold.has(key))
    .slice(0, MOST)
    .flatMap((key) => {
      const value = valueWords(attributes[key]);
      if (value === '') return [];
      const unit = typeof attributes[key] === 'number' ? unitOf(key, attributes) : '';
      return [{ key, label: (names.get(key) ?? capital(key)).slice(0, 60), value: unit === '' ? value : `${value} ${unit}` }];
    });
}

function unitOf(key: string, attributes: Record<string, unknown>): string {
  const unit = Object.hasOwn(units, key) ? units[key] : undefined;
  if (typeof unit === 'string' || unit === undefined) return unit ?? '';
  const told = attributes[unit.in];
  return typeof told === 'string' ? told : '';
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) {
    const shown = value.slice(0, LIST).map(valueWords).join(', ');
    return short(value.length > LIST ? `${shown} and ${value.length - LIST} more` : shown);
  }
  if (typeof value === 'object')
    return short(
      Object.entries(value)
        .slice(0, LIST)
        .map(([key, part]) => `${capital(key)}: ${valueWords(part)}`)
        .join('; '),
    );
  return short(String(value));
}

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

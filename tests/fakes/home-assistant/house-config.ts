import type { House } from './house.ts';

/** `get_config` and `/api/config`: metric units, one place, the state of the core. */
export function describeConfig(house: House): Record<string, unknown> {
  const { version, locationName, timeZone, language } = house.settings;
  return {
    allowlist_external_dirs: [],
    allowlist_external_urls: [],
    components: [
      'api',
      'auth',
      'config',
      'conversation',
      'history',
      ...new Set([...house.entities.values()].map((entity) => entity.domain)),
    ].sort(),
    config_dir: '/config',
    config_source: 'storage',
    country: 'GB',
    currency: 'GBP',
    debug: false,
    elevation: 20,
    external_url: null,
    internal_url: null,
    language,
    latitude: 51.48,
    location_name: locationName,
    longitude: 0,
    radius: 100,
    recovery_mode: false,
    safe_mode: false,
    state: house.coreState,
    time_zone: timeZone,
    unit_system: {
      accumulated_precipitation: 'mm',
      area: 'm²',
      length: 'km',
      mass: 'g',
      pressure: 'Pa',
      temperature: '°C',
      volume: 'L',
      wind_speed: 'm/s',
    },
    version,
    whitelist_external_dirs: [],
  };
}

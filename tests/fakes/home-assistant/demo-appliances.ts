import type { EntityDescription } from './add-entity.ts';
import { showClimate } from './devices/climate.ts';
import type { House } from './house.ts';

type Add = (entityId: string, description: EntityDescription) => void;

const bathroomBox = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';

/** Everything with a plug: heating, fans, players, robots, values to set, scenes and scripts. */
export function demoAppliances(house: House, add: Add): void {
  climate(house, add);
  airAndWater(add);
  add('switch.coffee_machine', { name: 'Coffee machine', state: 'off', area: 'kitchen', attributes: { device_class: 'outlet' } });
  add('switch.garden_pump', { name: 'Garden pump', state: 'off', area: 'garden', quirks: { deaf: true } });
  add('switch.bathroom_box_led', { name: 'Bathroom box LED', state: 'on', device: bathroomBox, category: 'config' });
  add('input_boolean.guest_mode', { name: 'Guest mode', state: 'off', attributes: { editable: true }, exposed: true });
  add('media_player.living_room', {
    name: 'Living room speaker',
    state: 'playing',
    area: 'living_room',
    features: 449_983 | 262_144,
    attributes: {
      device_class: 'speaker',
      volume_level: 0.4,
      is_volume_muted: false,
      media_title: 'Track 1',
      media_track: 1,
      source: 'Radio',
      source_list: ['Radio', 'Television'],
      shuffle: false,
      repeat: 'off',
    },
  });
  add('media_player.bedroom_tv', {
    name: 'Bedroom television',
    state: 'off',
    area: 'bedroom',
    features: 384,
    attributes: { device_class: 'tv' },
  });
  add('vacuum.robot', {
    name: 'Robot vacuum',
    state: 'docked',
    area: 'hall',
    features: 4 | 8 | 16 | 32 | 512 | 1024 | 4096 | 8192,
    attributes: { fan_speed: 'balanced', fan_speed_list: ['silent', 'balanced', 'turbo'] },
    quirks: { travelMs: 30 },
  });
  add('lawn_mower.garden', { name: 'Mower', state: 'docked', area: 'garden', features: 7 });
  add('siren.hall', { name: 'Hall siren', state: 'off', area: 'hall', features: 31, attributes: { available_tones: ['fire', 'alarm'] } });
  add('number.bathroom_box_runtime', {
    name: 'Bathroom box run time',
    state: '15',
    device: bathroomBox,
    category: 'config',
    attributes: { min: 5, max: 60, step: 5, mode: 'slider', unit_of_measurement: 'min' },
  });
  add('input_number.kettle_temperature', {
    name: 'Kettle temperature',
    state: '90',
    area: 'kitchen',
    attributes: { min: 60, max: 100, step: 1, mode: 'box', unit_of_measurement: '°C', editable: true },
  });
  add('select.house_mode', { name: 'House mode', state: 'home', attributes: { options: ['home', 'away', 'holiday'] }, exposed: true });
  add('button.doorbell', { name: 'Doorbell', state: 'unknown', area: 'hall' });
  add('scene.movie_night', {
    name: 'Movie night',
    state: 'unknown',
    area: 'living_room',
    attributes: { entity_id: ['light.living_room', 'cover.living_room_blind'] },
    memory: {
      steps: [
        { domain: 'light', service: 'turn_on', data: { entity_id: 'light.living_room', brightness_pct: 20 } },
        { domain: 'cover', service: 'close_cover', data: { entity_id: 'cover.living_room_blind' } },
      ],
    },
  });
  add('script.good_night', {
    name: 'Good night',
    state: 'off',
    attributes: { last_triggered: null, mode: 'single', current: 0 },
    exposed: true,
    memory: {
      steps: [
        { domain: 'light', service: 'turn_off', data: { entity_id: 'all' } },
        { domain: 'lock', service: 'lock', data: { entity_id: 'lock.front_door' } },
      ],
    },
  });
  add('automation.morning', { name: 'Morning', state: 'on', attributes: { id: '1001', last_triggered: null, mode: 'single', current: 0 } });
  add('update.core', {
    name: 'Core update',
    state: 'on',
    category: 'config',
    features: 1,
    attributes: { installed_version: '1.0', latest_version: '1.1', title: 'Core', device_class: 'firmware' },
  });
}

/** The heat pump is the demo integration's: its own unit is Fahrenheit, the house's Celsius. The bedroom's rounds to whole degrees of its own. */
function climate(house: House, add: Add): void {
  const range = { min_temp: 7, max_temp: 35, hvac_action: null };
  add('climate.heat_pump', {
    name: 'Heat pump',
    state: 'heat',
    area: 'living_room',
    features: 1 | 128 | 256,
    attributes: { ...range, hvac_modes: ['heat', 'off'] },
    memory: { unit: '°F', target: 68, current: 77 },
  });
  add('climate.bedroom', {
    name: 'Bedroom thermostat',
    state: 'heat',
    area: 'bedroom',
    features: 1 | 16 | 128 | 256,
    attributes: { ...range, hvac_modes: ['heat', 'auto', 'off'], preset_mode: 'home', preset_modes: ['home', 'eco', 'away'] },
    memory: { unit: '°F', step: 1, target: 66, current: 64 },
  });
  add('climate.hall', {
    name: 'Hall climate',
    state: 'heat_cool',
    area: 'hall',
    features: 1 | 2 | 8 | 32 | 128 | 256,
    attributes: {
      ...range,
      hvac_modes: ['heat', 'cool', 'heat_cool', 'fan_only', 'off'],
      fan_mode: 'auto_low',
      fan_modes: ['auto_low', 'on_high'],
      swing_mode: 'off',
      swing_modes: ['off', 'vertical'],
      temperature: null,
    },
    memory: { low: 19, high: 24, current: 21.5 },
  });
  for (const entity of house.entities.values()) {
    if (entity.domain !== 'climate') continue;
    showClimate(entity);
    house.write(entity);
  }
}

function airAndWater(add: Add): void {
  const speeds = { percentage: 0, percentage_step: 100 / 3, preset_mode: null, preset_modes: ['auto', 'sleep'] };
  add('fan.bedroom', {
    name: 'Bedroom fan',
    state: 'off',
    area: 'bedroom',
    features: 1 | 2 | 8 | 16 | 32,
    attributes: { ...speeds, oscillating: false },
  });
  add('fan.bathroom', { name: 'Bathroom fan', state: 'off', device: bathroomBox, features: 16 | 32 });
  add('humidifier.bedroom', {
    name: 'Bedroom humidifier',
    state: 'off',
    area: 'bedroom',
    features: 1,
    attributes: {
      device_class: 'humidifier',
      humidity: 50,
      current_humidity: 41,
      min_humidity: 30,
      max_humidity: 70,
      mode: 'auto',
      available_modes: ['auto', 'sleep'],
    },
  });
  add('water_heater.boiler', {
    name: 'Boiler',
    state: 'eco',
    area: 'bathroom',
    features: 1 | 2 | 4 | 8,
    attributes: {
      temperature: 48.9,
      current_temperature: 45,
      min_temp: 43.3,
      max_temp: 60,
      operation_mode: 'eco',
      operation_list: ['eco', 'electric', 'off'],
      away_mode: 'off',
    },
  });
}

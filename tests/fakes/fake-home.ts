import type { Area, Entity, Floor, HomeSnapshot } from '../../contract/home.ts';

const floors: Floor[] = [
  { id: 'ground', name: 'Ground floor', aliases: [], level: 0 },
  { id: 'upper', name: 'Upper floor', aliases: [], level: 1 },
];

const areas: Area[] = [
  { id: 'kitchen', name: 'Kitchen', aliases: [], floor: 'ground' },
  { id: 'living_room', name: 'Living room', aliases: ['lounge'], floor: 'ground' },
  { id: 'hall', name: 'Hall', aliases: [], floor: 'ground' },
  { id: 'bedroom', name: 'Bedroom', aliases: [], floor: 'upper' },
  { id: 'office', name: 'Office', aliases: [], floor: 'upper' },
  { id: 'garage', name: 'Garage', aliases: [] },
];

function entity(id: string, name: string, area: string, state: string, more: Partial<Entity> = {}): Entity {
  const domain = id.slice(0, id.indexOf('.'));
  return { id, name, domain, area, state, aliases: [], attributes: {}, available: true, lastChanged: 0, ...more };
}

/** A small home with one of each kind of device, one of them unreachable. */
export function fakeHome(): HomeSnapshot {
  return {
    floors,
    areas,
    entities: [
      entity('light.kitchen', 'Kitchen light', 'kitchen', 'off', { attributes: { supported_color_modes: ['brightness'] } }),
      entity('switch.coffee_machine', 'Coffee machine', 'kitchen', 'off'),
      entity('binary_sensor.kitchen_leak', 'Leak sensor under the sink', 'kitchen', 'off', { device_class: 'moisture' }),
      entity('light.living_room', 'Living room lamp', 'living_room', 'on', {
        attributes: { brightness: 140, supported_color_modes: ['color_temp', 'hs'] },
      }),
      entity('media_player.living_room', 'Living room speaker', 'living_room', 'playing', { attributes: { volume_level: 0.4 } }),
      entity('sensor.living_room_temperature', 'Living room temperature', 'living_room', '21.4', {
        device_class: 'temperature',
        attributes: { unit_of_measurement: '°C' },
      }),
      entity('scene.film_night', 'Film night', 'living_room', 'unknown'),
      entity('climate.hall', 'Hall thermostat', 'hall', 'heat', { attributes: { temperature: 20.5, current_temperature: 19.8 } }),
      entity('lock.front_door', 'Front door', 'hall', 'locked'),
      entity('binary_sensor.hall_motion', 'Hall motion', 'hall', 'on', { device_class: 'motion' }),
      entity('light.bedroom', 'Bedroom light', 'bedroom', 'off', { available: false }),
      entity('cover.bedroom_blinds', 'Bedroom blinds', 'bedroom', 'open', { attributes: { current_position: 60 }, device_class: 'blind' }),
      entity('light.office', 'Office lights', 'office', 'on', { attributes: { brightness: 255, supported_color_modes: ['brightness'] } }),
      entity('fan.office', 'Office fan', 'office', 'on', { attributes: { percentage: 33 } }),
      entity('cover.garage_door', 'Garage door', 'garage', 'closed', { device_class: 'garage' }),
      entity('vacuum.robot', 'Robot vacuum', 'nowhere', 'docked'),
    ],
  };
}

/** A home too big to show at once: `count` lights in 100 rooms. */
export function bigHome(count: number): HomeSnapshot {
  const rooms = Array.from(
    { length: 100 },
    (_, index): Area => ({ id: `room_${index}`, name: `Room ${index + 1}`, aliases: [], floor: 'ground' }),
  );
  return {
    floors,
    areas: rooms,
    entities: Array.from({ length: count }, (_, index) =>
      entity(`light.lamp_${index}`, `Lamp ${index + 1}`, `room_${index % 100}`, index % 7 === 0 ? 'on' : 'off'),
    ),
  };
}

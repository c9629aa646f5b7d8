import type { Area, Entity, Floor, HomeSnapshot } from '../../contract/home.ts';

/** Small homes for tests: real enough to be ambiguous. */

export const area = (name: string, floor?: string): Area => ({
  id: name.toLowerCase().replaceAll(' ', '_'),
  name,
  aliases: [],
  ...(floor === undefined ? {} : { floor }),
});

export function entity(id: string, name: string, place?: string, more: Partial<Entity> = {}): Entity {
  return {
    id,
    name,
    aliases: [],
    domain: id.split('.')[0]!,
    state: 'off',
    attributes: {},
    available: true,
    lastChanged: 0,
    ...(place === undefined ? {} : { area: place }),
    ...more,
  };
}

const floor = (id: string, name: string): Floor => ({ id, name, aliases: [] });

export const sampleHome: HomeSnapshot = {
  floors: [floor('ground', 'Ground Floor'), floor('upstairs', 'Upstairs')],
  areas: [
    area('Kitchen', 'ground'),
    area('Living Room', 'ground'),
    area('Hall', 'ground'),
    area('Garage', 'ground'),
    area('Office', 'upstairs'),
    area('Bedroom', 'upstairs'),
    area('Bathroom', 'upstairs'),
    area('Garden'),
  ],
  entities: [
    entity('light.kitchen', 'Kitchen Light', 'kitchen'),
    entity('light.counter', 'Counter Light', 'kitchen'),
    entity('switch.coffee', 'Coffee Machine', 'kitchen'),
    entity('binary_sensor.leak', 'Leak Sensor', 'kitchen', { device_class: 'moisture' }),
    entity('sensor.kitchen_temperature', 'Kitchen Temperature', 'kitchen', { device_class: 'temperature', state: '21.5' }),
    entity('light.living_lamp', 'Living Room Lamp', 'living_room'),
    entity('light.living_ceiling', 'Living Room Ceiling', 'living_room'),
    entity('media_player.tv', 'TV', 'living_room'),
    entity('fan.living', 'Ceiling Fan', 'living_room'),
    entity('cover.living_curtain', 'Living Room Curtains', 'living_room', { device_class: 'curtain' }),
    entity('light.hall', 'Hall Light', 'hall'),
    entity('lock.front', 'Front Door', 'hall', { state: 'locked' }),
    entity('climate.hall', 'Hall Thermostat', 'hall'),
    entity('cover.garage', 'Garage Door', 'garage', { device_class: 'garage' }),
    entity('light.office_1', 'Office Light 1', 'office'),
    entity('light.office_2', 'Office Light 2', 'office'),
    entity('light.desk', 'Desk Lamp', 'office'),
    entity('light.bedroom_lamp', 'Bedroom Lamp', 'bedroom'),
    entity('cover.bedroom_blinds', 'Bedroom Blinds', 'bedroom', { device_class: 'blind' }),
    entity('binary_sensor.bedroom_window', 'Bedroom Window', 'bedroom', { device_class: 'window' }),
    entity('light.bathroom', 'Bathroom Light', 'bathroom'),
    entity('vacuum.robbie', 'Robbie', 'hall'),
    entity('scene.movie', 'Movie Night', 'living_room'),
    entity('script.goodnight', 'Good Night'),
    entity('person.ada', 'Ada'),
  ],
};

/** `count` names in twenty rooms, for figures. */
export function largeHome(count: number): HomeSnapshot {
  const rooms = Array.from({ length: 20 }, (_, index) => area(`Room ${index + 1}`));
  const kinds = ['light', 'switch', 'cover', 'fan', 'sensor'];
  const colors =
    'amber birch cedar dusky ebony ferny glossy hazel ivory jolly keen lunar misty noble olive pearl quartz rusty sandy tawny'.split(' ');
  const things = 'lantern heater shutter blower gauge spot strip panel chandelier projector'.split(' ');
  return {
    floors: [],
    areas: rooms,
    entities: Array.from({ length: count }, (_, index) => {
      const kind = kinds[index % kinds.length]!;
      const name = `${colors[index % colors.length]} ${things[Math.floor(index / 20) % things.length]} ${Math.floor(index / 200) + 1}`;
      return entity(`${kind}.n${index}`, name, rooms[index % 20]!.id);
    }),
  };
}

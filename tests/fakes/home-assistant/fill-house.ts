import { addEntity, type EntityDescription } from './add-entity.ts';
import { showLight } from './devices/light.ts';
import type { House } from './house.ts';

const floorCount = 5;
const areasPerFloor = 40;

/** Many entities over 5 floors of 40 areas each: lights, switches, sensors, contacts and covers in turn. */
export function fillHouse(house: House, count: number): void {
  const { floors, areas } = house.registries;
  for (let floor = 0; floor < floorCount; floor += 1) {
    floors.create({ floor_id: `level_${floor}`, name: `Level ${floor}`, aliases: [], level: floor, icon: null });
    for (let room = 1; room <= areasPerFloor; room += 1) {
      const number = floor * 100 + room;
      areas.create({ area_id: `room_${number}`, name: `Room ${number}`, aliases: [], floor_id: `level_${floor}`, labels: [], icon: null });
    }
  }
  const places = areas.list().filter((area) => area.area_id.startsWith('room_'));
  for (let index = 0; index < count; index += 1) {
    const area = places[index % places.length];
    const kind = kinds[Math.floor(index / places.length) % kinds.length];
    if (!area || !kind) continue;
    const number = Math.floor(index / (places.length * kinds.length)) + 1;
    const name = `${area.name} ${kind.word} ${number}`;
    const entity = addEntity(house, `${kind.domain}.${area.area_id}_${kind.word}_${number}`, {
      ...kind.description,
      name,
      area: area.area_id,
    });
    if (entity.domain !== 'light') continue;
    showLight(entity);
    house.write(entity);
  }
}

const kinds: readonly { domain: string; word: string; description: Omit<EntityDescription, 'name'> }[] = [
  { domain: 'light', word: 'lamp', description: { state: 'off', attributes: { supported_color_modes: ['brightness'] }, features: 40 } },
  { domain: 'switch', word: 'socket', description: { state: 'off', features: 0 } },
  {
    domain: 'sensor',
    word: 'temperature',
    description: { state: '21.0', attributes: { device_class: 'temperature', unit_of_measurement: '°C', state_class: 'measurement' } },
  },
  { domain: 'binary_sensor', word: 'window', description: { state: 'off', attributes: { device_class: 'window' } } },
  {
    domain: 'cover',
    word: 'blind',
    description: { state: 'open', attributes: { current_position: 100, device_class: 'blind' }, features: 15 },
  },
];

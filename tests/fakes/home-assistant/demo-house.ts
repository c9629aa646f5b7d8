import { addEntity, type EntityDescription } from './add-entity.ts';
import { demoAppliances } from './demo-appliances.ts';
import { demoRecords } from './demo-records.ts';
import { showLight } from './devices/light.ts';
import type { House } from './house.ts';

/** A furnished house in which every kind of device is, with the odd ones among them. */
export function furnishDemoHouse(house: House): void {
  places(house);
  lights(house);
  openings(house);
  locksAndAlarm(house);
  const add = (entityId: string, description: EntityDescription) => void addEntity(house, entityId, description);
  demoAppliances(house, add);
  demoRecords(house, add);
}

function places({ registries: { floors, areas, labels, devices } }: House): void {
  floors.create({ floor_id: 'ground_floor', name: 'Ground floor', aliases: ['downstairs'], level: 0, icon: null });
  floors.create({ floor_id: 'first_floor', name: 'First floor', aliases: ['upstairs'], level: 1, icon: null });
  labels.create({ label_id: 'night', name: 'Night', color: 'indigo', icon: null, description: null });
  const area = (id: string, name: string, floor: string | null, aliases: string[] = []) =>
    areas.create({ area_id: id, name, aliases, floor_id: floor, labels: [], icon: null });
  area('kitchen', 'Kitchen', 'ground_floor');
  area('living_room', 'Living room', 'ground_floor', ['lounge']);
  area('hall', 'Hall', 'ground_floor');
  area('garage', 'Garage', 'ground_floor');
  area('bedroom', 'Bedroom', 'first_floor', ['main bedroom']);
  area('bathroom', 'Bathroom', 'first_floor');
  area('study', 'Study', 'first_floor', ['office']);
  area('garden', 'Garden', null);
  devices.create({
    id: '5d0f0e7a1b2c3d4e5f60718293a4b5c6',
    name: 'Weather station',
    name_by_user: null,
    area_id: 'garden',
    labels: [],
    manufacturer: 'Fake',
    model: 'Station 1',
    identifiers: [['demo', 'station']],
    connections: [],
  });
  devices.create({
    id: '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
    name: 'Bathroom fan box',
    name_by_user: 'Bathroom box',
    area_id: 'bathroom',
    labels: [],
    manufacturer: 'Fake',
    model: 'Zigbee box',
    identifiers: [['mqtt', '0x00158d0001a2b3c4']],
    connections: [],
  });
}

function lights(house: House): void {
  const white = { min_color_temp_kelvin: 2000, max_color_temp_kelvin: 6535 };
  const add = (id: string, name: string, area: string, modes: string[], description: Partial<EntityDescription> = {}) => {
    const attributes = { supported_color_modes: modes, ...(modes.includes('color_temp') ? white : {}), ...description.attributes };
    const light = addEntity(house, id, { name, area, state: 'off', features: modes[0] === 'onoff' ? 0 : 40, ...description, attributes });
    showLight(light);
    house.write(light);
  };
  add('light.kitchen_ceiling', 'Kitchen ceiling', 'kitchen', ['brightness'], { state: 'on' });
  add('light.kitchen_worktop', 'Kitchen worktop', 'kitchen', ['color_temp']);
  add('light.living_room', 'Living room light', 'living_room', ['color_temp', 'hs'], {
    features: 44,
    attributes: { effect_list: ['rainbow', 'off'] },
  });
  add('light.hall', 'Hall light', 'hall', ['onoff'], { labels: ['night'] });
  add('light.bedroom_lamp', 'Bedroom lamp', 'bedroom', ['color_temp', 'hs'], { aliases: ['bedside lamp'] });
  add('light.study', 'Study light', 'study', ['brightness']);
  add('light.bathroom', 'Bathroom light', 'bathroom', ['brightness'], { available: false });
  add('light.garage', 'Garage light', 'garage', ['onoff'], { hidden: true });
  add('light.attic', 'Attic light', 'study', ['brightness'], { disabled: true });
  add('light.yaml_lamp', 'YAML lamp', 'study', ['brightness'], { registered: false });
}

function openings(house: House): void {
  const add = (
    id: string,
    name: string,
    area: string,
    deviceClass: string,
    features: number,
    position?: number,
    more: Partial<EntityDescription> = {},
  ) => {
    const attributes = { device_class: deviceClass, ...(position === undefined ? {} : { current_position: position }), ...more.attributes };
    addEntity(house, id, { name, area, state: position === 0 ? 'closed' : 'open', features, ...more, attributes });
  };
  add('cover.living_room_blind', 'Living room blind', 'living_room', 'blind', 15, 100, { quirks: { travelMs: 40 } });
  add('cover.bedroom_blind', 'Bedroom blind', 'bedroom', 'blind', 255, 0, { attributes: { current_tilt_position: 50 } });
  add('cover.kitchen_window', 'Kitchen window', 'kitchen', 'window', 11, undefined, {
    state: 'closed',
    attributes: { assumed_state: true },
  });
  add('cover.garage_door', 'Garage door', 'garage', 'garage', 3, undefined, { state: 'closed', quirks: { travelMs: 40 } });
  add('cover.pergola', 'Pergola', 'garden', 'awning', 240, undefined, { attributes: { current_tilt_position: 60 } });
  addEntity(house, 'valve.garden_water', {
    name: 'Garden water',
    area: 'garden',
    state: 'closed',
    features: 15,
    attributes: { device_class: 'water', current_position: 0, reports_position: true },
  });
}

function locksAndAlarm(house: House): void {
  const quirks = { travelMs: 20 };
  addEntity(house, 'lock.front_door', { name: 'Front door', area: 'hall', state: 'locked', features: 1, exposed: true, quirks });
  addEntity(house, 'lock.back_door', {
    name: 'Back door',
    area: 'kitchen',
    state: 'unlocked',
    features: 0,
    exposed: true,
    quirks: { ...quirks, jams: true },
  });
  addEntity(house, 'lock.safe', {
    name: 'Safe',
    area: 'study',
    state: 'locked',
    features: 0,
    attributes: { code_format: '^\\d{4}$' },
    quirks,
  });
  addEntity(house, 'alarm_control_panel.house', {
    name: 'House alarm',
    area: 'hall',
    state: 'disarmed',
    features: 15,
    attributes: { code_format: 'number', code_arm_required: true, changed_by: null },
    memory: { code: '1234' },
  });
}

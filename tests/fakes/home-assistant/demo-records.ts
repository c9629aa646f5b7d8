import type { EntityDescription } from './add-entity.ts';
import type { House } from './house.ts';

type Add = (entityId: string, description: EntityDescription) => void;

const station = '5d0f0e7a1b2c3d4e5f60718293a4b5c6';
const hour = 3_600_000;
const day = 24 * hour;

/** What measures and remembers: sensors, people, weather, calendars, lists, and two days of history. */
export function demoRecords(house: House, add: Add): void {
  sensors(add);
  add('person.alex', { name: 'Alex', state: 'home', attributes: { id: 'alex', editable: true } });
  add('person.sam', { name: 'Sam', state: 'not_home', attributes: { id: 'sam', editable: true } });
  add('zone.home', {
    name: 'Home',
    state: '1',
    attributes: { latitude: 51.48, longitude: 0, radius: 100, persons: ['person.alex'] },
    registered: false,
  });
  add('sun.sun', { name: 'Sun', state: 'above_horizon', attributes: { elevation: 30.2, rising: true }, registered: false });
  add('weather.home', {
    name: 'Weather',
    state: 'sunny',
    features: 3,
    attributes: {
      temperature: 14.2,
      temperature_unit: '°C',
      humidity: 62,
      pressure: 1012,
      pressure_unit: 'hPa',
      wind_bearing: 270,
      wind_speed: 12.6,
      wind_speed_unit: 'km/h',
      visibility_unit: 'km',
      precipitation_unit: 'mm',
    },
  });
  lists(add);
  calendars(house, add);
  history(house);
}

function sensors(add: Add): void {
  const measured = (deviceClass: string, unit: string) => ({
    device_class: deviceClass,
    unit_of_measurement: unit,
    state_class: 'measurement',
  });
  add('sensor.bedroom_temperature', {
    name: 'Bedroom temperature',
    state: '19.4',
    area: 'bedroom',
    attributes: measured('temperature', '°C'),
  });
  add('sensor.living_room_temperature', {
    name: 'Living room temperature',
    state: '21.3',
    area: 'living_room',
    attributes: measured('temperature', '°C'),
  });
  add('sensor.bathroom_humidity', { name: 'Bathroom humidity', state: '58', area: 'bathroom', attributes: measured('humidity', '%') });
  add('sensor.outdoor_temperature', {
    name: 'Outdoor temperature',
    state: '12.8',
    device: station,
    attributes: measured('temperature', '°C'),
  });
  add('sensor.station_battery', {
    name: 'Station battery',
    state: '87',
    device: station,
    category: 'diagnostic',
    attributes: measured('battery', '%'),
  });
  add('sensor.house_power', { name: 'House power', state: '642', attributes: measured('power', 'W') });
  add('sensor.phone_charge', { name: 'Phone charge', state: 'unknown', attributes: measured('battery', '%') });
  add('binary_sensor.front_door', { name: 'Front door contact', state: 'off', area: 'hall', attributes: { device_class: 'door' } });
  add('binary_sensor.bedroom_window', { name: 'Bedroom window', state: 'on', area: 'bedroom', attributes: { device_class: 'window' } });
  add('binary_sensor.study_window', { name: 'Study window', state: 'off', area: 'study', attributes: { device_class: 'window' } });
  add('binary_sensor.hall_motion', { name: 'Hall motion', state: 'off', area: 'hall', attributes: { device_class: 'motion' } });
  add('binary_sensor.kitchen_smoke', { name: 'Kitchen smoke', state: 'off', area: 'kitchen', attributes: { device_class: 'smoke' } });
}

function lists(add: Add): void {
  const item = (uid: string, summary: string, status = 'needs_action') => ({ uid, summary, status });
  const shopping = [item('s1', 'Milk'), item('s2', 'Bread'), item('s3', 'Soap', 'completed')];
  add('todo.shopping_list', { name: 'Shopping list', state: '2', features: 15, memory: { items: shopping } });
  add('todo.chores', {
    name: 'Chores',
    state: '1',
    features: 127,
    memory: { items: [{ ...item('c1', 'Water the plants'), due: '2026-06-01' }] },
  });
}

function calendars(house: House, add: Add): void {
  const today = Math.floor(house.settings.now() / day) * day;
  const time = (at: number) => new Date(at).toISOString().replace('.000Z', '+00:00');
  const date = (at: number) => time(at).slice(0, 10);
  const family = [
    { summary: 'Dentist', start: time(today + day + 9 * hour), end: time(today + day + 10 * hour), location: 'High Street' },
    { summary: 'Swimming', start: time(today + 3 * day + 17 * hour), end: time(today + 3 * day + 18 * hour), description: 'Bring towels' },
    { summary: 'Holiday', start: date(today + 5 * day), end: date(today + 8 * day) },
  ];
  add('calendar.family', { name: 'Family', state: 'off', features: 1, memory: { events: family } });
  add('calendar.bins', {
    name: 'Bins',
    state: 'off',
    memory: { events: [{ summary: 'Paper', start: date(today + 2 * day), end: date(today + 3 * day) }] },
  });
}

/** The bedroom cools by night and warms by day; the garage door was open yesterday for an hour. */
function history({ states, settings }: House): void {
  const begin = Math.floor(settings.now() / hour) * hour - 2 * day;
  const warmth = Array.from({ length: 48 }, (_, index) => {
    const at = begin + index * hour;
    const warm = 18.5 + 2 * Math.sin(((new Date(at).getUTCHours() - 9) / 24) * 2 * Math.PI);
    return { state: warm.toFixed(1), at };
  });
  states.remember('sensor.bedroom_temperature', warmth);
  states.remember('cover.garage_door', [
    { state: 'closed', at: begin },
    { state: 'open', at: begin + day },
    { state: 'closed', at: begin + day + hour },
  ]);
  states.remember('binary_sensor.bedroom_window', [{ state: 'off', at: begin }]);
}

import type { Places } from '../mqtt/places.ts';
import { alarmPanel, measuringSensor, relay, sceneOf, speedFan, television, thermostat, twoStateSensor } from './demo-appliances.ts';
import type { DemoDevice, Placement } from './demo-device.ts';
import { colourLamp, plainLamp } from './demo-lights.ts';
import { doorLock, type LockControl, mover, robotVacuum } from './demo-movers.ts';

const area = (id: string, name: string, floor: string, aliases: string[] = []) => ({ id, name, floor, aliases });

/** Two floors and eight areas, as the demo home declares them. */
export const demoPlaces: Omit<Places, 'aliases'> = {
  floors: [
    { id: 'ground_floor', name: 'Ground floor', aliases: ['downstairs'], level: 0 },
    { id: 'first_floor', name: 'First floor', aliases: ['upstairs'], level: 1 },
  ],
  areas: [
    area('kitchen', 'Kitchen', 'ground_floor'),
    area('dining_room', 'Dining room', 'ground_floor'),
    area('living_room', 'Living room', 'ground_floor', ['lounge']),
    area('hall', 'Hall', 'ground_floor', ['hallway']),
    area('garage', 'Garage', 'ground_floor'),
    area('office', 'Office', 'first_floor', ['study']),
    area('bedroom', 'Bedroom', 'first_floor'),
    area('bathroom', 'Bathroom', 'first_floor'),
  ],
};

const at = (areaName: string | undefined, name: string, aliases: string[] = []): Placement => ({
  objectId: name.toLowerCase().replaceAll(' ', '_'),
  name,
  aliases,
  ...(areaName !== undefined && { area: areaName }),
});
const dimmable = { dimmable: true };

/** Fresh devices in their first state. */
export function demoDevices(lock: LockControl): DemoDevice[] {
  return [
    colourLamp(at('Kitchen', 'Kitchen light'), ['color_temp']),
    plainLamp(at('Kitchen', 'Kitchen counter light', ['counter light']), dimmable),
    relay(at('Kitchen', 'Coffee machine', ['coffee maker'])),
    twoStateSensor(at('Kitchen', 'Kitchen leak sensor', ['leak sensor']), 'moisture'),
    twoStateSensor(at('Kitchen', 'Smoke detector'), 'smoke'),
    plainLamp(at('Dining room', 'Dining table light', ['dining room light']), { ...dimmable, scale: 100 }),
    colourLamp(at('Living room', 'Living room lamp'), ['rgb', 'color_temp']),
    plainLamp(at('Living room', 'Living room ceiling light', ['ceiling light'])),
    television(at('Living room', 'TV', ['television', 'telly'])),
    mover(at('Living room', 'Living room blinds'), { deviceClass: 'blind', fullWayMs: 6000, opened: 100 }),
    measuringSensor(at('Living room', 'Living room temperature'), { deviceClass: 'temperature', unit: '°C', centre: 21.4, spread: 0.4 }),
    robotVacuum(at('Living room', 'Vacuum', ['vacuum cleaner', 'robot'])),
    plainLamp(at('Hall', 'Hall light', ['hallway light'])),
    thermostat(at('Hall', 'Hall thermostat', ['thermostat', 'heating'])),
    doorLock(at('Hall', 'Front door lock', ['front door']), lock),
    twoStateSensor(at('Hall', 'Front door contact'), 'door'),
    twoStateSensor(at('Hall', 'Hall motion'), 'motion'),
    alarmPanel(at('Hall', 'Alarm', ['alarm system', 'burglar alarm'])),
    mover(at('Garage', 'Garage door'), { deviceClass: 'garage', fullWayMs: 8000, positionable: false }),
    plainLamp(at('Garage', 'Garage light')),
    plainLamp(at('Office', 'Office desk light', ['desk light', 'desk lamp']), dimmable),
    plainLamp(at('Office', 'Office ceiling light')),
    speedFan(at('Office', 'Office fan'), 4),
    mover(at('Bedroom', 'Bedroom blinds'), { deviceClass: 'blind', fullWayMs: 4000 }),
    colourLamp(at('Bedroom', 'Bedroom lamp', ['bedside lamp']), ['rgb', 'color_temp']),
    plainLamp(at('Bedroom', 'Bedroom light'), dimmable),
    measuringSensor(at('Bedroom', 'Bedroom temperature'), { deviceClass: 'temperature', unit: '°C', centre: 19.1, spread: 0.3 }),
    plainLamp(at('Bathroom', 'Bathroom light')),
    speedFan(at('Bathroom', 'Bathroom fan', ['extractor']), 3),
    measuringSensor(at('Bathroom', 'Bathroom humidity'), { deviceClass: 'humidity', unit: '%', centre: 58, spread: 6 }),
    sceneOf(at(undefined, 'Movie night'), [
      ['living_room_ceiling_light', 'set', 'OFF'],
      ['living_room_lamp', 'set', '{"state":"ON","brightness":40,"color_temp":400}'],
      ['living_room_blinds', 'set', 'CLOSE'],
      ['tv', 'set', 'ON'],
    ]),
    sceneOf(at(undefined, 'Good night'), [
      ['kitchen_light', 'set', '{"state":"OFF"}'],
      ['kitchen_counter_light', 'set', 'OFF'],
      ['living_room_lamp', 'set', '{"state":"OFF"}'],
      ['living_room_ceiling_light', 'set', 'OFF'],
      ['hall_light', 'set', 'OFF'],
      ['tv', 'set', 'OFF'],
      ['bedroom_blinds', 'set', 'CLOSE'],
    ]),
  ];
}

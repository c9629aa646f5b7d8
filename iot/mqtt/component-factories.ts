import type { ComponentFactory } from './component.ts';
import { climate } from './components/climate.ts';
import { fan } from './components/fan.ts';
import { deviceTracker, event, update } from './components/happenings.ts';
import { humidifier } from './components/humidifier.ts';
import { lawnMower } from './components/lawn-mower.ts';
import { lightDefault } from './components/light-default.ts';
import { lightJson } from './components/light-json.ts';
import { lightTemplate } from './components/light-template.ts';
import { mediaPlayer } from './components/media-player.ts';
import { cover, valve } from './components/opening.ts';
import {
  binarySensor,
  button,
  date,
  datetime,
  notify,
  number,
  onOffSwitch,
  scene,
  select,
  sensor,
  siren,
  text,
  time,
} from './components/plain.ts';
import { alarmControlPanel, lock } from './components/security.ts';
import { vacuum } from './components/vacuum.ts';
import { waterHeater } from './components/water-heater.ts';

const factories: ReadonlyMap<string, ComponentFactory> = new Map<string, ComponentFactory>([
  ['alarm_control_panel', alarmControlPanel],
  ['binary_sensor', binarySensor],
  ['button', button],
  ['climate', climate],
  ['cover', cover],
  ['date', date],
  ['datetime', datetime],
  ['device_tracker', deviceTracker],
  ['event', event],
  ['fan', fan],
  ['humidifier', humidifier],
  ['lawn_mower', lawnMower],
  ['lock', lock],
  ['media_player', mediaPlayer],
  ['notify', notify],
  ['number', number],
  ['scene', scene],
  ['select', select],
  ['sensor', sensor],
  ['siren', siren],
  ['switch', onOffSwitch],
  ['text', text],
  ['time', time],
  ['update', update],
  ['vacuum', vacuum],
  ['valve', valve],
  ['water_heater', waterHeater],
]);
const lightSchemas: ReadonlyMap<unknown, ComponentFactory> = new Map([
  [undefined, lightDefault],
  ['default', lightDefault],
  ['basic', lightDefault],
  ['json', lightJson],
  ['template', lightTemplate],
]);

/** How an announced component is read and told; undefined for what has no state to speak of (triggers, tags) or is a picture. */
export const factoryFor = (component: string, config: Record<string, unknown>): ComponentFactory | undefined =>
  component === 'light' ? lightSchemas.get(config.schema ?? undefined) : factories.get(component);

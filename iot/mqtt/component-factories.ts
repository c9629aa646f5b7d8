import type { ComponentFactory } from './component.ts';
import { climate } from './components/climate.ts';
import { fan } from './components/fan.ts';
import { lightDefault } from './components/light-default.ts';
import { lightJson } from './components/light-json.ts';
import { mediaPlayer } from './components/media-player.ts';
import { cover } from './components/opening.ts';
import { binarySensor, button, number, onOffSwitch, scene, select, sensor, siren, text } from './components/plain.ts';
import { alarmControlPanel, lock } from './components/security.ts';
import { vacuum } from './components/vacuum.ts';

const factories: ReadonlyMap<string, ComponentFactory> = new Map<string, ComponentFactory>([
  ['alarm_control_panel', alarmControlPanel],
  ['binary_sensor', binarySensor],
  ['button', button],
  ['climate', climate],
  ['cover', cover],
  ['fan', fan],
  ['lock', lock],
  ['media_player', mediaPlayer],
  ['number', number],
  ['scene', scene],
  ['select', select],
  ['sensor', sensor],
  ['siren', siren],
  ['switch', onOffSwitch],
  ['text', text],
  ['vacuum', vacuum],
]);

/** How an announced component is read and told; undefined for what is not understood. */
export function factoryFor(component: string, config: Record<string, unknown>): ComponentFactory | undefined {
  if (component !== 'light') return factories.get(component);
  const schema = config.schema ?? 'default';
  return schema === 'json' ? lightJson : schema === 'default' || schema === 'basic' ? lightDefault : undefined;
}

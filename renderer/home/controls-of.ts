import type { Entity } from '../../contract/home.ts';
import type { Control } from './control.ts';
import { actionControls } from './domains/action-controls.ts';
import { alarmControls } from './domains/alarm-controls.ts';
import { climateControls } from './domains/climate-controls.ts';
import { fanControls } from './domains/fan-controls.ts';
import { automationControls, counterControls, dateControls, timerControls, updateControls } from './domains/helper-controls.ts';
import { humidifierControls } from './domains/humidifier-controls.ts';
import { lightControls } from './domains/light-controls.ts';
import { lockControls } from './domains/lock-controls.ts';
import { mowerControls, vacuumControls } from './domains/machine-controls.ts';
import { mediaControls } from './domains/media-controls.ts';
import { openingControls } from './domains/opening-controls.ts';
import { switchControls } from './domains/switch-controls.ts';
import { numberControls, selectControls, textControls, todoControls } from './domains/value-controls.ts';

const domains = new Map<string, (entity: Entity) => Control[]>([
  ['light', lightControls],
  ...['switch', 'input_boolean', 'remote', 'siren', 'group'].map((domain) => [domain, switchControls] as const),
  ['automation', automationControls],
  ['counter', counterControls],
  ['timer', timerControls],
  ['update', updateControls],
  ...['date', 'time', 'input_datetime'].map((domain) => [domain, dateControls] as const),
  ['fan', fanControls],
  ['cover', openingControls],
  ['valve', openingControls],
  ['lock', lockControls],
  ['climate', climateControls],
  ['water_heater', climateControls],
  ['humidifier', humidifierControls],
  ['media_player', mediaControls],
  ['vacuum', vacuumControls],
  ['lawn_mower', mowerControls],
  ['alarm_control_panel', alarmControls],
  ['number', numberControls],
  ['input_number', numberControls],
  ['select', selectControls],
  ['input_select', selectControls],
  ['text', textControls],
  ['input_text', textControls],
  ['todo', todoControls],
  ...['scene', 'script', 'button', 'input_button'].map((domain) => [domain, actionControls] as const),
]);

/** What a person can do to a device, read off its domain, state and attributes in Home Assistant's words. Empty for what can only be looked at. */
export function controlsOf(entity: Entity): Control[] {
  return domains.get(entity.domain)?.(entity) ?? [];
}

import { z } from 'zod';
import { colourOrWhite, hueAndSaturation, type Rgb, rgbOf } from '../colour-names.ts';
import type { FakeEntity } from '../fake-entity.ts';
import { entityService, type Service } from '../service.ts';
import { number, percent, whole } from './fields.ts';

const byte = whole.refine((value) => value >= 0 && value <= 255, 'value must be at most 255');
const colour = z
  .array(byte)
  .length(3)
  .transform(([red = 0, green = 0, blue = 0]): Rgb => [red, green, blue]);

const turnOnFields = {
  transition: number.optional(),
  brightness: byte.optional(),
  brightness_pct: percent.optional(),
  brightness_step: whole.optional(),
  brightness_step_pct: number.optional(),
  color_name: z.string().optional(),
  rgb_color: colour.optional(),
  hs_color: z.tuple([number, percent]).optional(),
  color_temp_kelvin: whole.optional(),
  kelvin: whole.optional(),
  color_temp: whole.optional(),
  effect: z.string().optional(),
  flash: z.enum(['short', 'long']).optional(),
  profile: z.string().optional(),
};
type TurnOn = z.output<z.ZodObject<typeof turnOnFields>>;

const modesOf = (light: FakeEntity): unknown[] =>
  Array.isArray(light.attributes.supported_color_modes) ? light.attributes.supported_color_modes : [];
const isDimmable = (light: FakeEntity) => modesOf(light).some((mode) => mode !== 'onoff');
const brightnessOf = (light: FakeEntity): number => (typeof light.memory.brightness === 'number' ? light.memory.brightness : 255);

/** What a lamp cannot do is dropped without a word: a colour for a white lamp, a brightness for one that only switches. */
function turnOn(light: FakeEntity, data: TurnOn): void {
  const brightness = wantedBrightness(light, data);
  if (brightness === 0) {
    turnOff(light);
    return;
  }
  light.state = 'on';
  light.memory.brightness = brightness;
  const modes = modesOf(light);
  const kelvin =
    data.color_temp_kelvin ?? data.kelvin ?? (data.color_temp === undefined ? undefined : Math.round(1_000_000 / data.color_temp));
  const rgb = data.color_name === undefined ? data.rgb_color : colourOrWhite(data.color_name);
  const hueSaturation = rgb ? hueAndSaturation(rgb) : data.hs_color;
  if (hueSaturation && modes.includes('hs')) light.memory = { ...light.memory, mode: 'hs', hs: hueSaturation };
  else if (kelvin !== undefined && modes.includes('color_temp'))
    light.memory = { ...light.memory, mode: 'color_temp', kelvin: within(light, kelvin) };
  if (data.effect !== undefined && 'effect_list' in light.attributes) light.memory.effect = data.effect;
  showLight(light);
}

function wantedBrightness(light: FakeEntity, data: TurnOn): number {
  const now = light.state === 'on' ? brightnessOf(light) : 0;
  const step = data.brightness_step ?? (data.brightness_step_pct === undefined ? undefined : (255 * data.brightness_step_pct) / 100);
  const wanted = data.brightness ?? (data.brightness_pct === undefined ? undefined : (255 * data.brightness_pct) / 100);
  if (wanted !== undefined) return Math.round(wanted);
  if (step !== undefined) return Math.max(0, Math.min(255, Math.round(now + step)));
  return brightnessOf(light);
}

function within(light: FakeEntity, kelvin: number): number {
  const { min_color_temp_kelvin: least, max_color_temp_kelvin: most } = light.attributes;
  return Math.min(typeof most === 'number' ? most : 6535, Math.max(typeof least === 'number' ? least : 2000, kelvin));
}

function turnOff(light: FakeEntity): void {
  light.state = 'off';
  showLight(light);
}

/** Attributes from what the lamp knows; all of them null while it is off. */
export function showLight(light: FakeEntity): void {
  const on = light.state === 'on';
  const modes = modesOf(light);
  const colourful = modes.includes('hs');
  const mode = typeof light.memory.mode === 'string' ? light.memory.mode : colourful ? 'hs' : (modes[0] ?? 'onoff');
  const [hue = 0, saturation = 0] = Array.isArray(light.memory.hs) ? light.memory.hs : [0, 0];
  const shown: Record<string, unknown> = { ...light.attributes, color_mode: on ? mode : null };
  if (isDimmable(light)) shown.brightness = on ? brightnessOf(light) : null;
  if (colourful) {
    shown.hs_color = on && mode === 'hs' ? [hue, saturation] : null;
    shown.rgb_color = on && mode === 'hs' ? rgbOf(hue, saturation) : null;
  }
  if (modes.includes('color_temp')) shown.color_temp_kelvin = on && mode === 'color_temp' ? (light.memory.kelvin ?? 2700) : null;
  if ('effect_list' in light.attributes) shown.effect = on ? (light.memory.effect ?? null) : null;
  light.attributes = shown;
}

export const lightServices: Service[] = [
  entityService('light', 'turn_on', { fields: turnOnFields }, (light, data, { write }) => {
    turnOn(light, data);
    write(light);
  }),
  entityService(
    'light',
    'turn_off',
    { fields: { transition: turnOnFields.transition, flash: turnOnFields.flash } },
    (light, _data, { write }) => {
      turnOff(light);
      write(light);
    },
  ),
  entityService('light', 'toggle', { fields: turnOnFields }, (light, data, { write }) => {
    if (light.state === 'on') turnOff(light);
    else turnOn(light, data);
    write(light);
  }),
];

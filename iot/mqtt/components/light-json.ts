import { isRecord } from '../abbreviations.ts';
import { type ComponentFactory, flagField, numberField, optional, wordList } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';
import { colourShown, fromKelvin, isRgb, kelvinLimits, readColour, toKelvin, whiteShown, writeColour } from './light-colours.ts';

const ConfigSchema = optional({
  brightness: flagField,
  brightness_scale: numberField,
  color_temp_kelvin: flagField,
  supported_color_modes: wordList,
  min_kelvin: numberField,
  max_kelvin: numberField,
  min_mireds: numberField,
  max_mireds: numberField,
  effect: flagField,
  effect_list: wordList,
  flash_time_long: numberField,
  flash_time_short: numberField,
});

const colourModes = ['hs', 'rgb', 'xy', 'rgbw', 'rgbww'];
const number = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

/** Light of the JSON schema: one topic each way, everything in one object. */
export const lightJson: ComponentFactory = (raw, tools) => {
  const config = ConfigSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const scale = config.brightness_scale ?? 255;
  const inKelvin = config.color_temp_kelvin === true;
  const modes = new Set(config.supported_color_modes ?? [config.brightness ? 'brightness' : 'onoff']);

  wiring.listen('state', ['state', 'brightness', 'rgb_color', 'color_temp_kelvin', 'effect'], (text) => {
    const message: unknown = JSON.parse(text);
    if (!isRecord(message)) return undefined;
    const brightness = number(message.brightness);
    const temperature = number(message.color_temp);
    const colour = readColour(message.color);
    const mode = message.color_mode;
    const showsWhite = mode === 'color_temp' || (mode === undefined && temperature !== undefined && !colour);
    const state = message.state;
    return {
      ...(state === 'ON' || state === 'OFF' ? { state: state.toLowerCase() } : state === null ? { state: 'unknown' } : {}),
      attributes: {
        ...(brightness !== undefined && { brightness: Math.round((brightness / scale) * 255) }),
        ...(showsWhite && temperature !== undefined && temperature > 0
          ? whiteShown(toKelvin(temperature, inKelvin))
          : colour && colourShown(colour)),
        ...(typeof message.effect === 'string' && { effect: message.effect }),
      },
    };
  });
  const send = wiring.send('command');

  return {
    state: 'unknown',
    attributes: {
      supported_color_modes: [...modes],
      ...(modes.has('color_temp') && kelvinLimits(config)),
      ...(config.effect_list && { effect_list: config.effect_list }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const brightness = number(data.brightness);
      const kelvin = number(data.color_temp_kelvin);
      const rgb = data.rgb_color;
      const payload = {
        state: service === 'light.turn_off' ? 'OFF' : 'ON',
        ...(brightness !== undefined && { brightness: Math.max(1, Math.round((brightness / 255) * scale)) }),
        ...(kelvin !== undefined && { color_temp: fromKelvin(kelvin, inKelvin) }),
        ...(isRgb(rgb) && colourModes.some((mode) => modes.has(mode)) && { color: writeColour(rgb, modes) }),
        ...(data.effect !== undefined && { effect: data.effect }),
        ...(data.transition !== undefined && { transition: data.transition }),
        ...(data.flash !== undefined && { flash: data.flash === 'long' ? (config.flash_time_long ?? 10) : (config.flash_time_short ?? 2) }),
      };
      return tell(entity, service, [[send, JSON.stringify(payload)]]);
    },
  };
};

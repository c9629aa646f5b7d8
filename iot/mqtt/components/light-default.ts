import { z } from 'zod';
import { hsToRgb, rgbToHs, rgbToXy, xyToRgb } from '../../services/colour.ts';
import type { Rgb } from '../../services/colour-names.ts';
import {
  type ComponentFactory,
  cannot,
  flagField,
  type Message,
  numberField,
  optional,
  type Reading,
  textField,
  wordList,
} from '../component.ts';
import { Wiring } from '../wiring.ts';
import { colourShown, fromKelvin, isRgb, kelvinLimits, readNumbers, scaled, toKelvin, whiteShown } from './light-colours.ts';

const ConfigSchema = optional({
  payload_on: textField,
  payload_off: textField,
  brightness_scale: numberField,
  color_temp_kelvin: flagField,
  min_kelvin: numberField,
  max_kelvin: numberField,
  min_mireds: numberField,
  max_mireds: numberField,
  effect_list: wordList,
  on_command_type: z.enum(['first', 'last', 'brightness']),
});
const full: Rgb = [255, 255, 255];

/** Light of the default schema: a topic for every property. */
export const lightDefault: ComponentFactory = (raw, tools) => {
  const config = ConfigSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const [on, off] = [config.payload_on ?? 'ON', config.payload_off ?? 'OFF'];
  const scale = config.brightness_scale ?? 255;
  const inKelvin = config.color_temp_kelvin === true;
  const order = config.on_command_type ?? 'last';
  const send = {
    power: wiring.send('command'),
    brightness: wiring.send('brightness_command'),
    temperature: wiring.send('color_temp_command'),
    rgb: wiring.send('rgb_command'),
    rgbw: wiring.send('rgbw_command'),
    rgbww: wiring.send('rgbww_command'),
    hs: wiring.send('hs_command'),
    xy: wiring.send('xy_command'),
    effect: wiring.send('effect_command'),
  };
  const modes = [
    ...(send.temperature ? ['color_temp'] : []),
    ...(['rgb', 'rgbw', 'rgbww', 'hs', 'xy'] as const).filter((mode) => send[mode]),
  ];
  /** Without a topic for brightness, the colour's own strength is the brightness. */
  const strength = !send.brightness && Boolean(send.rgb ?? send.rgbw ?? send.rgbww);

  const channels = (property: string, count: number): void =>
    wiring.listen(property, strength ? ['rgb_color', 'brightness'] : ['rgb_color'], (text): Reading | undefined => {
      const [red = 0, green = 0, blue = 0, ...whites] = readNumbers(text, count) ?? [];
      const brightness = Math.max(red, green, blue, ...whites);
      if (!readNumbers(text, count) || (strength && brightness === 0)) return undefined;
      const rgb: Rgb = [red, green, blue];
      return { attributes: strength ? { ...colourShown(scaled(rgb, 255 / brightness)), brightness } : colourShown(rgb) };
    });
  wiring.states(
    'state',
    new Map([
      [off, 'off'],
      [on, 'on'],
    ]),
  );
  wiring.number('brightness_state', ['brightness'], (value) => ({ attributes: { brightness: Math.round((value / scale) * 255) } }));
  wiring.number('color_temp_state', ['color_temp_kelvin'], (value) =>
    value > 0 ? { attributes: whiteShown(toKelvin(value, inKelvin)) } : {},
  );
  channels('rgb_state', 3);
  channels('rgbw_state', 4);
  channels('rgbww_state', 5);
  const colours = (property: string, convert: (first: number, second: number) => Rgb): void =>
    wiring.listen(property, ['rgb_color'], (text) => {
      const numbers = readNumbers(text, 2);
      return numbers && { attributes: colourShown(convert(numbers[0] ?? 0, numbers[1] ?? 0)) };
    });
  colours('hs_state', (hue, saturation) => hsToRgb([hue, saturation]));
  colours('xy_state', xyToRgb);
  wiring.word('color_mode_state', 'color_mode', undefined, 'None');
  wiring.word('effect_state', 'effect', undefined, 'None');

  /** A colour with templates named by channel; without a template the numbers with commas. */
  const colourMessage = (rgb: Rgb, entity: Parameters<NonNullable<typeof send.rgb>>[1]): Message[] => {
    const [red, green, blue] = rgb;
    if (send.rgb) return [send.rgb(`${red},${green},${blue}`, entity, { red, green, blue })];
    if (send.rgbw) return [send.rgbw(`${red},${green},${blue},0`, entity, { red, green, blue, white: 0 })];
    if (send.rgbww) return [send.rgbww(`${red},${green},${blue},0,0`, entity, { red, green, blue, cold_white: 0, warm_white: 0 })];
    const [hue, sat] = rgbToHs(rgb);
    if (send.hs) return [send.hs(`${hue},${sat}`, entity, { hue, sat })];
    const [x, y] = rgbToXy(rgb);
    return send.xy ? [send.xy(`${x},${y}`, entity, { x, y })] : [];
  };

  return {
    state: 'unknown',
    attributes: {
      supported_color_modes: modes.length > 0 ? modes : [send.brightness ? 'brightness' : 'onoff'],
      ...(send.temperature && kelvinLimits(config)),
      ...(config.effect_list && { effect_list: config.effect_list }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      if (!send.power) return cannot(entity, service);
      const power = send.power(service === 'light.turn_off' ? off : on, entity);
      if (service === 'light.turn_off') return [power];
      const { brightness, color_temp_kelvin: kelvin, rgb_color: rgb, effect } = data;
      const level =
        typeof brightness === 'number' ? brightness : order === 'brightness' ? Number(entity.attributes.brightness) || 255 : undefined;
      const shown = entity.attributes.rgb_color;
      const colour = isRgb(rgb) ? rgb : strength && level !== undefined && kelvin === undefined ? (isRgb(shown) ? shown : full) : undefined;
      const factor = strength ? (level ?? (Number(entity.attributes.brightness) || 255)) / 255 : 1;
      const messages = [
        ...(send.temperature && typeof kelvin === 'number' ? [send.temperature(fromKelvin(kelvin, inKelvin), entity)] : []),
        ...(colour ? colourMessage(scaled(colour, factor), entity) : []),
        ...(send.brightness && level !== undefined ? [send.brightness(Math.max(1, Math.round((level / 255) * scale)), entity)] : []),
        ...(send.effect && typeof effect === 'string' ? [send.effect(effect, entity)] : []),
      ];
      if (order === 'brightness' && messages.length > 0) return messages;
      return order === 'first' ? [power, ...messages] : [...messages, power];
    },
  };
};

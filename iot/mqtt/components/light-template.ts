import { rgbToHs } from '../../services/colour.ts';
import type { Rgb } from '../../services/colour-names.ts';
import { type ComponentFactory, cannot, flagField, numberField, optional, renderPayload, wordList } from '../component.ts';
import { Wiring } from '../wiring.ts';
import { colourShown, fromKelvin, isRgb, kelvinLimits, scaled, toKelvin, whiteShown } from './light-colours.ts';

const ConfigSchema = optional({
  color_temp_kelvin: flagField,
  min_kelvin: numberField,
  max_kelvin: numberField,
  min_mireds: numberField,
  max_mireds: numberField,
  effect_list: wordList,
});

/** Light of the template schema: one topic each way, with a template for every property of the one message. */
export const lightTemplate: ComponentFactory = (raw, tools) => {
  const config = ConfigSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const inKelvin = config.color_temp_kelvin === true;
  const read = {
    brightness: wiring.template('brightness_template'),
    temperature: wiring.template('color_temp_template'),
    red: wiring.template('red_template'),
    green: wiring.template('green_template'),
    blue: wiring.template('blue_template'),
    effect: wiring.template('effect_template'),
  };
  const { red, green, blue } = read;
  const [sendOn, sendOff] = [wiring.send('command', 'command_on_template'), wiring.send('command', 'command_off_template')];
  const modes = [...(read.temperature ? ['color_temp'] : []), ...(red && green && blue ? ['hs'] : [])];
  const hasState = wiring.template('state_template') !== undefined;
  const topic = wiring.topic('state');
  if (topic !== undefined && hasState) {
    wiring.states(
      'state',
      new Map([
        ['on', 'on'],
        ['off', 'off'],
      ]),
    );
    const tells = [
      ...(read.brightness ? ['brightness'] : []),
      ...(read.temperature ? ['color_temp_kelvin'] : []),
      ...(modes.includes('hs') ? ['rgb_color'] : []),
      ...(read.effect ? ['effect'] : []),
    ];
    for (const each of tells) wiring.tells.add(each);
    wiring.subscriptions.push({
      topic,
      read: (payload, now) => {
        const number = (template: typeof red): number | undefined => {
          const text = template ? renderPayload(template, payload, now) : '';
          return text === '' || !Number.isFinite(Number(text)) ? undefined : Math.trunc(Number(text));
        };
        const [brightness, warmth] = [number(read.brightness), number(read.temperature)];
        const channels = [number(red), number(green), number(blue)];
        const rgb: Rgb | undefined = channels.includes(undefined) ? undefined : [channels[0] ?? 0, channels[1] ?? 0, channels[2] ?? 0];
        const effect = read.effect ? renderPayload(read.effect, payload, now) : '';
        return {
          attributes: {
            ...(brightness !== undefined && { brightness }),
            ...(warmth !== undefined && warmth > 0 && whiteShown(toKelvin(warmth, inKelvin))),
            ...(rgb && colourShown(rgb)),
            ...(config.effect_list?.includes(effect) && { effect }),
          },
        };
      },
    });
  }
  return {
    state: 'unknown',
    attributes: {
      supported_color_modes: modes.length > 0 ? modes : [read.brightness ? 'brightness' : 'onoff'],
      ...(read.temperature && kelvinLimits(config)),
      ...(config.effect_list && { effect_list: config.effect_list }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const { brightness, color_temp_kelvin: kelvin, rgb_color: rgb, effect, flash, transition } = data;
      const slowly = transition === undefined ? {} : { transition };
      if (!sendOn || !sendOff) return cannot(entity, service);
      if (service === 'light.turn_off') return [sendOff('OFF', entity, { state: false, ...slowly })];
      // where no template reads the brightness back, the colour's strength carries it
      const factor = read.brightness ? 1 : Number(brightness ?? entity.attributes.brightness ?? 255) / 255;
      const colour = isRgb(rgb) ? scaled(rgb, factor) : undefined;
      const [hue, sat] = isRgb(rgb) ? rgbToHs(rgb) : [];
      return [
        sendOn('ON', entity, {
          state: true,
          ...(brightness !== undefined && { brightness }),
          ...(typeof kelvin === 'number' && { color_temp: fromKelvin(kelvin, inKelvin) }),
          ...(colour && { red: colour[0], green: colour[1], blue: colour[2], hue, sat }),
          ...(effect !== undefined && { effect }),
          ...(flash !== undefined && { flash }),
          ...slowly,
        }),
      ];
    },
  };
};

import { z } from 'zod';
import { hsToRgb, rgbToHs, rgbToXy, xyToRgb } from '../../services/colour.ts';
import type { Rgb } from '../../services/colour-names.ts';
import {
  type ComponentFactory,
  cannot,
  hasTopic,
  type Message,
  numberField,
  numberReader,
  optional,
  renderCommand,
  templateField,
  textField,
  topicField,
  wordList,
  wordReader,
} from '../component.ts';
import { colourShown, fromKelvin, isRgb, kelvinLimits, readNumbers, toKelvin, whiteShown } from './light-colours.ts';

const ConfigSchema = optional({
  command_topic: topicField,
  state_topic: topicField,
  payload_on: textField,
  payload_off: textField,
  value_template: templateField,
  state_value_template: templateField,
  brightness_command_topic: topicField,
  brightness_command_template: templateField,
  brightness_state_topic: topicField,
  brightness_value_template: templateField,
  brightness_scale: numberField,
  color_temp_command_topic: topicField,
  color_temp_command_template: templateField,
  color_temp_state_topic: topicField,
  color_temp_value_template: templateField,
  color_temp_kelvin: z.boolean(),
  min_kelvin: numberField,
  max_kelvin: numberField,
  min_mireds: numberField,
  max_mireds: numberField,
  rgb_command_topic: topicField,
  rgb_command_template: templateField,
  rgb_state_topic: topicField,
  rgb_value_template: templateField,
  hs_command_topic: topicField,
  hs_state_topic: topicField,
  hs_value_template: templateField,
  xy_command_topic: topicField,
  xy_state_topic: topicField,
  xy_value_template: templateField,
  effect_command_topic: topicField,
  effect_state_topic: topicField,
  effect_value_template: templateField,
  effect_list: wordList,
  on_command_type: z.enum(['first', 'last', 'brightness']),
});

/** Light of the default schema: a topic for every property. */
export const lightDefault: ComponentFactory = (raw, { template }) => {
  const config = ConfigSchema.parse(raw);
  const [payloadOn, payloadOff] = [config.payload_on ?? 'ON', config.payload_off ?? 'OFF'];
  const scale = config.brightness_scale ?? 255;
  const inKelvin = config.color_temp_kelvin === true;
  const order = config.on_command_type ?? 'last';
  const modes = [
    ...(config.color_temp_command_topic ? ['color_temp'] : []),
    ...(config.rgb_command_topic ? ['rgb'] : []),
    ...(config.hs_command_topic ? ['hs'] : []),
    ...(config.xy_command_topic ? ['xy'] : []),
  ];
  const supported = modes.length > 0 ? modes : [config.brightness_command_topic ? 'brightness' : 'onoff'];

  const colourReader = (topic: string | undefined, source: string | undefined, count: number, convert: (numbers: number[]) => Rgb) =>
    topic === undefined
      ? undefined
      : wordReader(topic, template(source), (text) => {
          const numbers = readNumbers(text, count);
          return numbers && { attributes: colourShown(convert(numbers)) };
        });
  const subscriptions = [
    config.state_topic === undefined
      ? undefined
      : wordReader(config.state_topic, template(config.state_value_template ?? config.value_template), (word) =>
          word === payloadOn
            ? { state: 'on' }
            : word === payloadOff
              ? { state: 'off' }
              : word === 'None'
                ? { state: 'unknown' }
                : undefined,
        ),
    config.brightness_state_topic === undefined
      ? undefined
      : numberReader(config.brightness_state_topic, template(config.brightness_value_template), (value) => ({
          attributes: { brightness: Math.round((value / scale) * 255) },
        })),
    config.color_temp_state_topic === undefined
      ? undefined
      : numberReader(config.color_temp_state_topic, template(config.color_temp_value_template), (value) =>
          value > 0 ? { attributes: whiteShown(toKelvin(value, inKelvin)) } : {},
        ),
    colourReader(config.rgb_state_topic, config.rgb_value_template, 3, ([red = 0, green = 0, blue = 0]) => [red, green, blue]),
    colourReader(config.hs_state_topic, config.hs_value_template, 2, ([hue = 0, saturation = 0]) => hsToRgb([hue, saturation])),
    colourReader(config.xy_state_topic, config.xy_value_template, 2, ([x = 0, y = 0]) => xyToRgb(x, y)),
    config.effect_state_topic === undefined
      ? undefined
      : wordReader(config.effect_state_topic, template(config.effect_value_template), (effect) => ({ attributes: { effect } })),
  ].filter(hasTopic);

  const commandTemplates = {
    brightness: template(config.brightness_command_template),
    colourTemperature: template(config.color_temp_command_template),
    rgb: template(config.rgb_command_template),
  };
  const colourMessage = (rgb: Rgb): Message | undefined => {
    const [red, green, blue] = rgb;
    if (config.rgb_command_topic) {
      const plain = `${red},${green},${blue}`;
      return {
        topic: config.rgb_command_topic,
        payload: config.rgb_command_template ? renderCommand(commandTemplates.rgb, plain, { red, green, blue }) : plain,
      };
    }
    if (config.hs_command_topic) return { topic: config.hs_command_topic, payload: rgbToHs(rgb).join(',') };
    return config.xy_command_topic ? { topic: config.xy_command_topic, payload: rgbToXy(rgb).join(',') } : undefined;
  };

  return {
    state: 'unknown',
    attributes: {
      supported_color_modes: supported,
      ...(modes.includes('color_temp') && kelvinLimits(config)),
      ...(config.effect_list && { effect_list: config.effect_list }),
    },
    subscriptions,
    tells: new Set([
      ...(config.state_topic ? ['state'] : []),
      ...(config.brightness_state_topic ? ['brightness'] : []),
      ...(config.color_temp_state_topic ? ['color_temp_kelvin'] : []),
      ...(config.rgb_state_topic || config.hs_state_topic || config.xy_state_topic ? ['rgb_color'] : []),
      ...(config.effect_state_topic ? ['effect'] : []),
    ]),
    command: ({ service, data }, entity) => {
      if (config.command_topic === undefined) return cannot(entity, service);
      const power = { topic: config.command_topic, payload: service === 'light.turn_off' ? payloadOff : payloadOn };
      if (service === 'light.turn_off') return [power];
      const messages: Message[] = [];
      const { brightness, color_temp_kelvin: kelvin, rgb_color: rgb, effect } = data;
      const level =
        typeof brightness === 'number' ? brightness : order === 'brightness' ? Number(entity.attributes.brightness) || 255 : undefined;
      if (typeof kelvin === 'number' && config.color_temp_command_topic)
        messages.push({
          topic: config.color_temp_command_topic,
          payload: renderCommand(commandTemplates.colourTemperature, fromKelvin(kelvin, inKelvin)),
        });
      if (isRgb(rgb)) {
        const message = colourMessage(rgb);
        if (message) messages.push(message);
      }
      if (level !== undefined && config.brightness_command_topic)
        messages.push({
          topic: config.brightness_command_topic,
          payload: renderCommand(commandTemplates.brightness, Math.max(1, Math.round((level / 255) * scale))),
        });
      if (typeof effect === 'string' && config.effect_command_topic) messages.push({ topic: config.effect_command_topic, payload: effect });
      if (order === 'brightness' && messages.length > 0) return messages;
      return order === 'first' ? [power, ...messages] : [...messages, power];
    },
  };
};

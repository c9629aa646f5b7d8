import { isRecord } from '../abbreviations.ts';
import {
  type Component,
  type ComponentFactory,
  cannot,
  flagField,
  numberField,
  optional,
  renderPayload,
  textField,
  wordList,
} from '../component.ts';
import { tell, Wiring } from '../wiring.ts';

const OnOffSchema = optional({
  payload_on: textField,
  payload_off: textField,
  state_on: textField,
  state_off: textField,
  available_tones: wordList,
  support_duration: flagField,
  support_volume_set: flagField,
  off_delay: numberField,
});
type OnOff = ReturnType<typeof OnOffSchema.parse>;

const onOffWords = (config: OnOff) => {
  const [on, off] = [config.payload_on ?? 'ON', config.payload_off ?? 'OFF'];
  const states = new Map([
    [config.state_off ?? off, 'off'],
    [config.state_on ?? on, 'on'],
  ]);
  return { on, off, states };
};
const only = (wiring: Wiring, attributes: Record<string, unknown>): Omit<Component, 'command'> => ({
  state: 'unknown',
  attributes,
  subscriptions: wiring.subscriptions,
  tells: wiring.tells,
});

export const onOffSwitch: ComponentFactory = (raw, tools) => {
  const words = onOffWords(OnOffSchema.parse(raw));
  const wiring = new Wiring(raw, tools);
  wiring.states('state', words.states);
  const send = wiring.send('command');
  return {
    ...only(wiring, {}),
    command: ({ service }, entity) => tell(entity, service, [[send, service.endsWith('.turn_off') ? words.off : words.on]]),
  };
};

/** Home Assistant's sirens are told in JSON, and may answer in JSON or in a word. */
export const siren: ComponentFactory = (raw, tools) => {
  const config = OnOffSchema.parse(raw);
  const words = onOffWords(config);
  const wiring = new Wiring(raw, tools);
  wiring.listen('state', ['state'], (text) => {
    const message: unknown = text.startsWith('{') ? JSON.parse(text) : { state: text };
    if (!isRecord(message)) return undefined;
    const state = words.states.get(String(message.state)) ?? (message.state === 'None' ? 'unknown' : undefined);
    const { tone, duration, volume_level } = message;
    return {
      ...(state !== undefined && { state }),
      attributes: {
        ...Object.fromEntries(
          Object.entries({ tone, duration, volume_level }).filter(([, value]) => ['string', 'number'].includes(typeof value)),
        ),
      },
    };
  });
  const send = wiring.send('command');
  const sendOff = wiring.send('command', 'command_off_template');
  const hasTemplate = wiring.template('command_template') !== undefined;
  return {
    ...only(wiring, {
      supported_features:
        3 + (config.available_tones ? 4 : 0) + (config.support_volume_set === false ? 0 : 8) + (config.support_duration === false ? 0 : 16),
      ...(config.available_tones && { available_tones: config.available_tones }),
    }),
    command: ({ service, data }, entity) => {
      const off = service.endsWith('.turn_off');
      const state = off ? words.off : words.on;
      if (off && wiring.template('command_off_template')) return tell(entity, service, [[sendOff, state, data]]);
      return tell(entity, service, [[send, hasTemplate ? state : JSON.stringify({ state, ...data }), { state, ...data }]]);
    },
  };
};

const SensorSchema = optional({
  unit_of_measurement: textField.nullable(),
  state_class: textField.nullable(),
  suggested_display_precision: numberField,
  options: wordList,
});

export const sensor: ComponentFactory = (raw, tools) => {
  const config = SensorSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const reset = wiring.template('last_reset_value_template');
  wiring.listen('state', ['state'], (word) => {
    if (word === 'None') return { state: 'unknown' };
    return config.options && !config.options.includes(word) ? undefined : { state: word.slice(0, 255) };
  });
  const [subscription] = wiring.subscriptions;
  if (reset && subscription)
    wiring.subscriptions.push({
      topic: subscription.topic,
      read: (payload, now) => {
        const last_reset = renderPayload(reset, payload, now);
        return last_reset === '' ? undefined : { attributes: { last_reset: last_reset.slice(0, 40) } };
      },
    });
  return {
    ...only(wiring, {
      ...(typeof config.unit_of_measurement === 'string' && { unit_of_measurement: config.unit_of_measurement }),
      ...(typeof config.state_class === 'string' && { state_class: config.state_class }),
      ...(config.suggested_display_precision !== undefined && { suggested_display_precision: config.suggested_display_precision }),
      ...(config.options && { options: config.options }),
    }),
    command: ({ service }, entity) => cannot(entity, service),
  };
};

export const binarySensor: ComponentFactory = (raw, tools) => {
  const config = OnOffSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  wiring.states('state', onOffWords(config).states);
  return { ...only(wiring, {}), offDelay: config.off_delay, command: ({ service }, entity) => cannot(entity, service) };
};

const TriggerSchema = optional({ payload_press: textField, payload_on: textField });

/** Buttons and scenes: told, never telling. */
const trigger =
  (fallback: string): ComponentFactory =>
  (raw, tools) => {
    const config = TriggerSchema.parse(raw);
    const wiring = new Wiring(raw, tools);
    const send = wiring.send('command');
    return {
      ...only(wiring, {}),
      command: ({ service }, entity) => tell(entity, service, [[send, config.payload_press ?? config.payload_on ?? fallback]]),
    };
  };
export const button = trigger('PRESS');
export const scene = trigger('ON');

/** `notify.send_message`: the message is the payload. */
export const notify: ComponentFactory = (raw, tools) => {
  const wiring = new Wiring(raw, tools);
  const send = wiring.send('command');
  return {
    ...only(wiring, { supported_features: 0 }),
    command: ({ service, data }, entity) => tell(entity, service, [[send, data.message, data]]),
  };
};

const ValueSchema = optional({
  min: numberField,
  max: numberField,
  step: numberField,
  mode: textField,
  pattern: textField,
  unit_of_measurement: textField.nullable(),
  options: wordList,
  payload_reset: textField,
});
type Value = ReturnType<typeof ValueSchema.parse>;

/** What differs between the components whose state is the value that the command sends. */
interface ValueKind {
  field: string;
  attributes(config: Value): Record<string, unknown>;
  understood(word: string, config: Value): boolean;
}

const valueComponent =
  ({ field, attributes, understood }: ValueKind): ComponentFactory =>
  (raw, tools) => {
    const config = ValueSchema.parse(raw);
    const wiring = new Wiring(raw, tools);
    wiring.listen('state', ['state'], (word) => {
      if (word === (config.payload_reset ?? 'None')) return { state: 'unknown' };
      return understood(word, config) ? { state: word.slice(0, 255) } : undefined;
    });
    const send = wiring.send('command');
    return {
      ...only(wiring, attributes(config)),
      command: ({ service, data }, entity) => tell(entity, service, [[send, data[field]]]),
    };
  };
const within = (word: string, { min = 1, max = 100 }: Value): boolean => word.trim() !== '' && Number(word) >= min && Number(word) <= max;

export const number = valueComponent({
  field: 'value',
  attributes: ({ min = 1, max = 100, step = 1, mode, unit_of_measurement: unit }) => ({
    min,
    max,
    step,
    ...(mode !== undefined && { mode }),
    ...(typeof unit === 'string' && { unit_of_measurement: unit }),
  }),
  understood: within,
});
export const select = valueComponent({
  field: 'option',
  attributes: ({ options = [] }) => ({ options }),
  understood: (word, { options }) => options?.includes(word) ?? true,
});
export const text = valueComponent({
  field: 'value',
  attributes: ({ min = 0, max = 255, mode, pattern }) => ({
    min,
    max,
    ...(mode !== undefined && { mode }),
    ...(pattern !== undefined && { pattern }),
  }),
  understood: (word, { min = 0, max = 255 }) => word.length >= min && word.length <= max,
});
export const date = valueComponent({ field: 'date', attributes: () => ({}), understood: (word) => /^\d{4}-\d\d-\d\d$/.test(word) });
export const time = valueComponent({ field: 'time', attributes: () => ({}), understood: (word) => /^\d\d:\d\d(:\d\d)?$/.test(word) });
export const datetime = valueComponent({
  field: 'datetime',
  attributes: () => ({}),
  understood: (word) => word.length <= 40 && !Number.isNaN(Date.parse(word)),
});

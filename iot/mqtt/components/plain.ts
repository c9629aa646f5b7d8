import { isRecord } from '../abbreviations.ts';
import {
  type Component,
  type ComponentFactory,
  cannot,
  numberField,
  optional,
  renderCommand,
  renderPayload,
  type Subscription,
  templateField,
  textField,
  topicField,
  wordList,
  wordReader,
} from '../component.ts';

const OnOffSchema = optional({
  command_topic: topicField,
  state_topic: topicField,
  payload_on: textField,
  payload_off: textField,
  state_on: textField,
  state_off: textField,
  value_template: templateField,
  state_value_template: templateField,
  command_template: templateField,
  available_tones: wordList,
});

const onOffWords = (config: {
  payload_on?: string | undefined;
  payload_off?: string | undefined;
  state_on?: string | undefined;
  state_off?: string | undefined;
}) => {
  const [on, off] = [config.payload_on ?? 'ON', config.payload_off ?? 'OFF'];
  return {
    on,
    off,
    read: (word: string) =>
      word === (config.state_on ?? on) ? { state: 'on' } : word === (config.state_off ?? off) ? { state: 'off' } : undefined,
  };
};

export const onOffSwitch: ComponentFactory = (raw, { template }) => {
  const config = OnOffSchema.parse(raw);
  const words = onOffWords(config);
  const make = template(config.command_template);
  return {
    state: 'unknown',
    attributes: {},
    subscriptions: config.state_topic === undefined ? [] : [wordReader(config.state_topic, template(config.value_template), words.read)],
    tells: new Set(config.state_topic === undefined ? [] : ['state']),
    command: ({ service }, entity) =>
      config.command_topic === undefined
        ? cannot(entity, service)
        : [{ topic: config.command_topic, payload: renderCommand(make, service.endsWith('.turn_off') ? words.off : words.on) }],
  };
};

/** Home Assistant's sirens are told in JSON, and may answer in JSON or in a word. */
export const siren: ComponentFactory = (raw, { template }) => {
  const config = OnOffSchema.parse(raw);
  const words = onOffWords(config);
  const make = template(config.state_value_template ?? config.value_template);
  const command = template(config.command_template);
  const read: Subscription['read'] = (payload) => {
    const text = renderPayload(make, payload);
    if (!text.startsWith('{')) return words.read(text);
    const message: unknown = JSON.parse(text);
    return isRecord(message) ? words.read(String(message.state)) : undefined;
  };
  return {
    state: 'unknown',
    attributes: { ...(config.available_tones && { available_tones: config.available_tones }) },
    subscriptions: config.state_topic === undefined ? [] : [{ topic: config.state_topic, read }],
    tells: new Set(config.state_topic === undefined ? [] : ['state']),
    command: ({ service, data }, entity) => {
      if (config.command_topic === undefined) return cannot(entity, service);
      const state = service.endsWith('.turn_off') ? words.off : words.on;
      return [
        {
          topic: config.command_topic,
          payload: config.command_template ? renderCommand(command, state, data) : JSON.stringify({ state, ...data }),
        },
      ];
    },
  };
};

const SensorSchema = optional({
  state_topic: topicField,
  value_template: templateField,
  unit_of_measurement: textField,
  state_class: textField,
  options: wordList,
  payload_on: textField,
  payload_off: textField,
});
const reporter = (state: string, attributes: Record<string, unknown>, subscriptions: Subscription[]): Component => ({
  state,
  attributes,
  subscriptions,
  tells: new Set(['state']),
  command: ({ service }, entity) => cannot(entity, service),
});

export const sensor: ComponentFactory = (raw, { template }) => {
  const config = SensorSchema.parse(raw);
  const attributes = {
    ...(config.unit_of_measurement !== undefined && { unit_of_measurement: config.unit_of_measurement }),
    ...(config.state_class !== undefined && { state_class: config.state_class }),
    ...(config.options && { options: config.options }),
  };
  return reporter(
    'unknown',
    attributes,
    config.state_topic === undefined
      ? []
      : [
          wordReader(config.state_topic, template(config.value_template), (word) => ({
            state: word === 'None' ? 'unknown' : word.slice(0, 255),
          })),
        ],
  );
};

export const binarySensor: ComponentFactory = (raw, { template }) => {
  const config = SensorSchema.parse(raw);
  return reporter(
    'unknown',
    {},
    config.state_topic === undefined ? [] : [wordReader(config.state_topic, template(config.value_template), onOffWords(config).read)],
  );
};

const TriggerSchema = optional({
  command_topic: topicField,
  payload_press: textField,
  payload_on: textField,
  command_template: templateField,
});

/** Buttons and scenes: told, never telling. */
const trigger =
  (fallback: string): ComponentFactory =>
  (raw, { template }) => {
    const config = TriggerSchema.parse(raw);
    const make = template(config.command_template);
    return {
      state: 'unknown',
      attributes: {},
      subscriptions: [],
      tells: new Set(),
      command: ({ service }, entity) =>
        config.command_topic === undefined
          ? cannot(entity, service)
          : [{ topic: config.command_topic, payload: renderCommand(make, config.payload_press ?? config.payload_on ?? fallback) }],
    };
  };
export const button = trigger('PRESS');
export const scene = trigger('ON');

const ValueSchema = optional({
  command_topic: topicField,
  state_topic: topicField,
  value_template: templateField,
  command_template: templateField,
  min: numberField,
  max: numberField,
  step: numberField,
  unit_of_measurement: textField,
  options: wordList,
});

/** Number, select and text: the state is the value, the command sends it. */
const valueComponent =
  (field: 'value' | 'option', kind: 'number' | 'select' | 'text'): ComponentFactory =>
  (raw, { template }) => {
    const config = ValueSchema.parse(raw);
    const make = template(config.command_template);
    const understood = (word: string): boolean =>
      kind === 'number'
        ? word.trim() !== '' && Number.isFinite(Number(word))
        : kind === 'select'
          ? (config.options?.includes(word) ?? true)
          : true;
    return {
      state: 'unknown',
      attributes: {
        ...(kind === 'number' && { min: config.min ?? 1, max: config.max ?? 100, step: config.step ?? 1 }),
        ...(config.unit_of_measurement !== undefined && { unit_of_measurement: config.unit_of_measurement }),
        ...(kind === 'select' && { options: config.options ?? [] }),
      },
      subscriptions:
        config.state_topic === undefined
          ? []
          : [
              wordReader(config.state_topic, template(config.value_template), (word) =>
                understood(word) ? { state: word.slice(0, 255) } : word === 'None' ? { state: 'unknown' } : undefined,
              ),
            ],
      tells: new Set(config.state_topic === undefined ? [] : ['state']),
      command: ({ service, data }, entity) =>
        config.command_topic === undefined
          ? cannot(entity, service)
          : [{ topic: config.command_topic, payload: renderCommand(make, data[field]) }],
    };
  };
export const number = valueComponent('value', 'number');
export const select = valueComponent('option', 'select');
export const text = valueComponent('value', 'text');

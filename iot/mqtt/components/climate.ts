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

const ConfigSchema = optional({
  mode_command_topic: topicField,
  mode_command_template: templateField,
  mode_state_topic: topicField,
  mode_state_template: templateField,
  modes: wordList,
  temperature_command_topic: topicField,
  temperature_command_template: templateField,
  temperature_state_topic: topicField,
  temperature_state_template: templateField,
  current_temperature_topic: topicField,
  current_temperature_template: templateField,
  action_topic: topicField,
  action_template: templateField,
  preset_mode_command_topic: topicField,
  preset_mode_command_template: templateField,
  preset_mode_state_topic: topicField,
  preset_mode_value_template: templateField,
  preset_modes: wordList,
  fan_mode_command_topic: topicField,
  fan_mode_command_template: templateField,
  fan_mode_state_topic: topicField,
  fan_mode_state_template: templateField,
  fan_modes: wordList,
  min_temp: numberField,
  max_temp: numberField,
  temp_step: numberField,
  temperature_unit: textField,
});

export const climate: ComponentFactory = (raw, { template }) => {
  const config = ConfigSchema.parse(raw);
  const modes = config.modes ?? ['auto', 'off', 'cool', 'heat', 'dry', 'fan_only'];
  const fahrenheit = config.temperature_unit === 'F';
  const word = (topic: string | undefined, source: string | undefined, attribute: string) =>
    topic === undefined ? undefined : wordReader(topic, template(source), (value) => ({ attributes: { [attribute]: value } }));
  const degrees = (topic: string | undefined, source: string | undefined, attribute: string) =>
    topic === undefined ? undefined : numberReader(topic, template(source), (value) => ({ attributes: { [attribute]: value } }));
  const subscriptions = [
    config.mode_state_topic === undefined
      ? undefined
      : wordReader(config.mode_state_topic, template(config.mode_state_template), (mode) =>
          modes.includes(mode) ? { state: mode } : undefined,
        ),
    degrees(config.temperature_state_topic, config.temperature_state_template, 'temperature'),
    degrees(config.current_temperature_topic, config.current_temperature_template, 'current_temperature'),
    word(config.action_topic, config.action_template, 'hvac_action'),
    word(config.preset_mode_state_topic, config.preset_mode_value_template, 'preset_mode'),
    word(config.fan_mode_state_topic, config.fan_mode_state_template, 'fan_mode'),
  ].filter(hasTopic);
  const make = {
    mode: template(config.mode_command_template),
    temperature: template(config.temperature_command_template),
    preset: template(config.preset_mode_command_template),
    fan: template(config.fan_mode_command_template),
  };

  return {
    state: 'unknown',
    attributes: {
      hvac_modes: modes,
      min_temp: config.min_temp ?? (fahrenheit ? 44.6 : 7),
      max_temp: config.max_temp ?? (fahrenheit ? 95 : 35),
      target_temp_step: config.temp_step ?? 1,
      ...(config.temperature_unit !== undefined && { temperature_unit: `°${config.temperature_unit}` }),
      ...(config.preset_modes && { preset_modes: config.preset_modes }),
      ...(config.fan_modes && { fan_modes: config.fan_modes }),
    },
    subscriptions,
    tells: new Set([
      ...(config.mode_state_topic ? ['state'] : []),
      ...(config.temperature_state_topic ? ['temperature'] : []),
      ...(config.preset_mode_state_topic ? ['preset_mode'] : []),
      ...(config.fan_mode_state_topic ? ['fan_mode'] : []),
    ]),
    command: ({ service, data }, entity) => {
      const messages: Message[] = [];
      const send = (topic: string | undefined, render: typeof make.mode, value: unknown): boolean => {
        if (value === undefined) return true;
        if (topic === undefined) return false;
        messages.push({ topic, payload: renderCommand(render, value) });
        return true;
      };
      const possible =
        send(config.mode_command_topic, make.mode, data.hvac_mode) &&
        send(config.temperature_command_topic, make.temperature, data.temperature) &&
        send(config.preset_mode_command_topic, make.preset, data.preset_mode) &&
        send(config.fan_mode_command_topic, make.fan, data.fan_mode);
      return possible && messages.length > 0 ? messages : cannot(entity, service);
    },
  };
};

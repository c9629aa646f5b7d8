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
  command_topic: topicField,
  command_template: templateField,
  state_topic: topicField,
  state_value_template: templateField,
  payload_on: textField,
  payload_off: textField,
  percentage_command_topic: topicField,
  percentage_command_template: templateField,
  percentage_state_topic: topicField,
  percentage_value_template: templateField,
  speed_range_min: numberField,
  speed_range_max: numberField,
  preset_mode_command_topic: topicField,
  preset_mode_command_template: templateField,
  preset_mode_state_topic: topicField,
  preset_mode_value_template: templateField,
  preset_modes: wordList,
  oscillation_command_topic: topicField,
  oscillation_state_topic: topicField,
  oscillation_value_template: templateField,
  payload_oscillation_on: textField,
  payload_oscillation_off: textField,
});

export const fan: ComponentFactory = (raw, { template }) => {
  const config = ConfigSchema.parse(raw);
  const [on, off] = [config.payload_on ?? 'ON', config.payload_off ?? 'OFF'];
  const lowest = config.speed_range_min ?? 1;
  const speeds = Math.max(1, (config.speed_range_max ?? 100) - lowest + 1);
  const swings = { on: config.payload_oscillation_on ?? 'oscillate_on', off: config.payload_oscillation_off ?? 'oscillate_off' };
  const subscriptions = [
    config.state_topic === undefined
      ? undefined
      : wordReader(config.state_topic, template(config.state_value_template), (word) =>
          word === on ? { state: 'on' } : word === off ? { state: 'off' } : undefined,
        ),
    config.percentage_state_topic === undefined
      ? undefined
      : numberReader(config.percentage_state_topic, template(config.percentage_value_template), (speed) => ({
          attributes: { percentage: Math.min(100, Math.max(0, Math.floor(((speed - lowest + 1) * 100) / speeds))) },
        })),
    config.preset_mode_state_topic === undefined
      ? undefined
      : wordReader(config.preset_mode_state_topic, template(config.preset_mode_value_template), (preset_mode) => ({
          attributes: { preset_mode },
        })),
    config.oscillation_state_topic === undefined
      ? undefined
      : wordReader(config.oscillation_state_topic, template(config.oscillation_value_template), (word) =>
          word === swings.on
            ? { attributes: { oscillating: true } }
            : word === swings.off
              ? { attributes: { oscillating: false } }
              : undefined,
        ),
  ].filter(hasTopic);
  const make = {
    power: template(config.command_template),
    percentage: template(config.percentage_command_template),
    preset: template(config.preset_mode_command_template),
  };

  return {
    state: 'unknown',
    attributes: {
      supported_features:
        (config.percentage_command_topic ? 1 : 0) +
        (config.oscillation_command_topic ? 2 : 0) +
        (config.preset_mode_command_topic ? 8 : 0) +
        48,
      ...(config.percentage_command_topic && { percentage_step: 100 / speeds }),
      ...(config.preset_modes && { preset_modes: config.preset_modes }),
    },
    subscriptions,
    tells: new Set([
      ...(config.state_topic ? ['state'] : []),
      ...(config.percentage_state_topic ? ['percentage'] : []),
      ...(config.preset_mode_state_topic ? ['preset_mode'] : []),
      ...(config.oscillation_state_topic ? ['oscillating'] : []),
    ]),
    command: ({ service, data }, entity) => {
      const power: Message[] =
        config.command_topic === undefined
          ? []
          : [{ topic: config.command_topic, payload: renderCommand(make.power, service === 'fan.turn_off' ? off : on) }];
      const { percentage, preset_mode, oscillating } = data;
      if (typeof percentage === 'number' && config.percentage_command_topic) {
        const speed = Math.ceil((percentage / 100) * speeds) + lowest - 1;
        return [
          ...(entity.state === 'on' ? [] : power),
          { topic: config.percentage_command_topic, payload: renderCommand(make.percentage, speed) },
        ];
      }
      if (preset_mode !== undefined && config.preset_mode_command_topic)
        return [{ topic: config.preset_mode_command_topic, payload: renderCommand(make.preset, preset_mode) }];
      if (oscillating !== undefined && config.oscillation_command_topic)
        return [{ topic: config.oscillation_command_topic, payload: oscillating ? swings.on : swings.off }];
      return power.length > 0 && (service === 'fan.turn_on' || service === 'fan.turn_off') ? power : cannot(entity, service);
    },
  };
};

import { isRecord } from '../abbreviations.ts';
import { type ComponentFactory, cannot, optional, type Reading, textField, topicField, wordList } from '../component.ts';

const ConfigSchema = optional({
  command_topic: topicField,
  state_topic: topicField,
  supported_features: wordList,
  payload_start: textField,
  payload_pause: textField,
  payload_stop: textField,
  payload_return_to_base: textField,
  payload_locate: textField,
});
const states = new Set(['cleaning', 'docked', 'paused', 'idle', 'returning', 'error']);
const features: ReadonlyMap<string, number> = new Map([
  ['pause', 4],
  ['stop', 8],
  ['return_home', 16],
  ['fan_speed', 32],
  ['locate', 512],
  ['start', 8192],
]);

export const vacuum: ComponentFactory = (raw) => {
  const config = ConfigSchema.parse(raw);
  const payloads = new Map([
    ['vacuum.start', config.payload_start ?? 'start'],
    ['vacuum.pause', config.payload_pause ?? 'pause'],
    ['vacuum.stop', config.payload_stop ?? 'stop'],
    ['vacuum.return_to_base', config.payload_return_to_base ?? 'return_to_base'],
    ['vacuum.locate', config.payload_locate ?? 'locate'],
  ]);
  const supported = config.supported_features ?? ['start', 'stop', 'return_home'];
  const read = (payload: string): Reading | undefined => {
    const message: unknown = JSON.parse(payload);
    if (!isRecord(message)) return undefined;
    const { state, battery_level, fan_speed } = message;
    return {
      ...(typeof state === 'string' && states.has(state) && { state }),
      attributes: {
        ...(typeof battery_level === 'number' && { battery_level }),
        ...(typeof fan_speed === 'string' && { fan_speed }),
      },
    };
  };
  return {
    state: 'unknown',
    attributes: { supported_features: supported.reduce((sum, name) => sum + (features.get(name) ?? 0), 0) },
    subscriptions: config.state_topic === undefined ? [] : [{ topic: config.state_topic, read }],
    tells: new Set(config.state_topic === undefined ? [] : ['state']),
    command: ({ service }, entity) => {
      const payload = payloads.get(service);
      return config.command_topic === undefined || payload === undefined
        ? cannot(entity, service)
        : [{ topic: config.command_topic, payload }];
    },
  };
};

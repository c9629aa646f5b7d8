import { isRecord } from '../abbreviations.ts';
import { type ComponentFactory, optional, textField, wordList } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';

const ConfigSchema = optional({
  supported_features: wordList,
  fan_speed_list: wordList,
  payload_start: textField,
  payload_pause: textField,
  payload_stop: textField,
  payload_return_to_base: textField,
  payload_clean_spot: textField,
  payload_locate: textField,
});
const states = new Set(['cleaning', 'docked', 'paused', 'idle', 'returning', 'error']);
const features: ReadonlyMap<string, number> = new Map([
  ['pause', 4],
  ['stop', 8],
  ['return_home', 16],
  ['fan_speed', 32],
  ['send_command', 256],
  ['locate', 512],
  ['clean_spot', 1024],
  ['start', 8192],
]);

export const vacuum: ComponentFactory = (raw, tools) => {
  const config = ConfigSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const payloads = new Map([
    ['vacuum.start', config.payload_start ?? 'start'],
    ['vacuum.pause', config.payload_pause ?? 'pause'],
    ['vacuum.stop', config.payload_stop ?? 'stop'],
    ['vacuum.return_to_base', config.payload_return_to_base ?? 'return_to_base'],
    ['vacuum.clean_spot', config.payload_clean_spot ?? 'clean_spot'],
    ['vacuum.locate', config.payload_locate ?? 'locate'],
  ]);
  const supported = config.supported_features ?? ['start', 'stop', 'return_home', 'clean_spot'];
  wiring.listen('state', ['state', 'fan_speed'], (text) => {
    const message: unknown = JSON.parse(text);
    if (!isRecord(message)) return undefined;
    const { state, battery_level, fan_speed } = message;
    return {
      ...(typeof state === 'string' && states.has(state) ? { state } : state === null && { state: 'unknown' }),
      attributes: {
        ...(typeof battery_level === 'number' && { battery_level }),
        ...(typeof fan_speed === 'string' && { fan_speed }),
      },
    };
  });
  const send = { command: wiring.send('command'), speed: wiring.send('set_fan_speed'), custom: wiring.send('send_command') };
  return {
    state: 'unknown',
    attributes: {
      supported_features: supported.reduce((sum, name) => sum + (features.get(name) ?? 0), 0),
      ...(config.fan_speed_list && { fan_speed_list: config.fan_speed_list }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const { command, params } = data;
      const custom = isRecord(params) ? JSON.stringify({ ...params, command }) : command;
      return tell(entity, service, [
        [send.command, payloads.get(service)],
        [send.speed, data.fan_speed],
        [send.custom, custom],
      ]);
    },
  };
};

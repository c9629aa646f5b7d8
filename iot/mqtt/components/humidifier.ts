import { type ComponentFactory, numberField, optional, textField, wordList } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';

const ConfigSchema = optional({
  payload_on: textField,
  payload_off: textField,
  payload_reset_humidity: textField,
  payload_reset_mode: textField,
  modes: wordList,
  min_humidity: numberField,
  max_humidity: numberField,
});

export const humidifier: ComponentFactory = (raw, tools) => {
  const config = ConfigSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const [on, off] = [config.payload_on ?? 'ON', config.payload_off ?? 'OFF'];
  const modes = config.modes ?? [];
  wiring.states(
    'state',
    new Map([
      [on, 'on'],
      [off, 'off'],
    ]),
  );
  wiring.measure('target_humidity_state', 'humidity', Math.round, config.payload_reset_humidity);
  wiring.measure('current_humidity', 'current_humidity', Math.round, config.payload_reset_humidity);
  wiring.word('mode_state', 'mode', modes, config.payload_reset_mode ?? 'None');
  wiring.word('action', 'action', ['humidifying', 'drying', 'idle', 'off'], 'None');
  const send = { power: wiring.send('command'), humidity: wiring.send('target_humidity_command'), mode: wiring.send('mode_command') };
  return {
    state: 'unknown',
    attributes: {
      min_humidity: config.min_humidity ?? 0,
      max_humidity: config.max_humidity ?? 100,
      supported_features: send.mode && modes.length > 0 ? 1 : 0,
      ...(send.mode && modes.length > 0 && { available_modes: modes }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) =>
      tell(entity, service, [
        [send.power, service.endsWith('.turn_on') ? on : service.endsWith('.turn_off') ? off : undefined],
        [send.humidity, data.humidity],
        [send.mode, data.mode],
      ]),
  };
};

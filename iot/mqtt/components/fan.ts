import { type ComponentFactory, numberField, optional, textField, wordList } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';

const ConfigSchema = optional({
  payload_on: textField,
  payload_off: textField,
  speed_range_min: numberField,
  speed_range_max: numberField,
  preset_modes: wordList,
  payload_oscillation_on: textField,
  payload_oscillation_off: textField,
  payload_reset_percentage: textField,
  payload_reset_preset_mode: textField,
});
const features = { speed: 1, oscillate: 2, direction: 4, preset: 8, off: 16, on: 32 };

export const fan: ComponentFactory = (raw, tools) => {
  const config = ConfigSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const [on, off] = [config.payload_on ?? 'ON', config.payload_off ?? 'OFF'];
  const lowest = config.speed_range_min ?? 1;
  const speeds = Math.max(1, (config.speed_range_max ?? 100) - lowest + 1);
  const swings = { on: config.payload_oscillation_on ?? 'oscillate_on', off: config.payload_oscillation_off ?? 'oscillate_off' };

  wiring.states(
    'state',
    new Map([
      [on, 'on'],
      [off, 'off'],
    ]),
  );
  wiring.listen('percentage_state', ['percentage'], (text) => {
    if (text === (config.payload_reset_percentage ?? 'None')) return { attributes: { percentage: undefined } };
    const percentage = Math.floor(((Number(text) - lowest + 1) / speeds) * 100);
    return percentage >= 0 && percentage <= 100 ? { attributes: { percentage } } : undefined;
  });
  wiring.word('preset_mode_state', 'preset_mode', config.preset_modes, config.payload_reset_preset_mode ?? 'None');
  wiring.listen('oscillation_state', ['oscillating'], (word) =>
    word === swings.on || word === swings.off ? { attributes: { oscillating: word === swings.on } } : undefined,
  );
  wiring.word('direction_state', 'direction', ['forward', 'reverse'], 'None');
  const send = {
    power: wiring.send('command'),
    percentage: wiring.send('percentage_command'),
    preset: wiring.send('preset_mode_command'),
    oscillation: wiring.send('oscillation_command'),
    direction: wiring.send('direction_command'),
  };

  return {
    state: 'unknown',
    attributes: {
      supported_features:
        (send.percentage ? features.speed : 0) +
        (send.oscillation ? features.oscillate : 0) +
        (send.direction ? features.direction : 0) +
        (send.preset ? features.preset : 0) +
        features.off +
        features.on,
      ...(send.percentage && { percentage_step: 100 / speeds }),
      ...(config.preset_modes && { preset_modes: config.preset_modes }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const { percentage, preset_mode, oscillating, direction } = data;
      const begins = percentage !== undefined && entity.state !== 'on' && send.power;
      return tell(entity, service, [
        [send.power, service === 'fan.turn_off' ? off : service === 'fan.turn_on' || begins ? on : undefined],
        [send.percentage, typeof percentage === 'number' ? Math.ceil((percentage / 100) * speeds) + lowest - 1 : undefined],
        [send.preset, preset_mode],
        [send.oscillation, oscillating === undefined ? undefined : oscillating ? swings.on : swings.off],
        [send.direction, direction],
      ]);
    },
  };
};

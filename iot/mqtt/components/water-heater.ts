import { type ComponentFactory, numberField, optional, textField, wordList } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';
import { temperatureUnit, toCelsius } from './temperature-unit.ts';

const ConfigSchema = optional({
  modes: wordList,
  min_temp: numberField,
  max_temp: numberField,
  payload_on: textField,
  payload_off: textField,
});

export const waterHeater: ComponentFactory = (raw, tools) => {
  const config = ConfigSchema.parse(raw);
  const wiring = new Wiring(raw, tools, 'value_template');
  const unit = temperatureUnit(raw.temperature_unit, tools.temperatureUnit);
  const modes = config.modes ?? ['eco', 'electric', 'gas', 'heat_pump', 'high_demand', 'performance', 'off'];
  wiring.listen('mode_state', ['state'], (mode) =>
    modes.includes(mode) ? { state: mode } : mode === 'None' ? { state: 'unknown' } : undefined,
  );
  wiring.measure('temperature_state', 'temperature', unit.fromDevice);
  wiring.measure('current_temperature', 'current_temperature', unit.fromDevice);
  const send = {
    power: wiring.send('power_command'),
    mode: wiring.send('mode_command'),
    temperature: wiring.send('temperature_command'),
  };
  const byDefault = (fahrenheit: number): number => unit.fromDevice(unit.device === 'F' ? fahrenheit : toCelsius(fahrenheit));
  return {
    state: 'unknown',
    attributes: {
      operation_list: modes,
      min_temp: config.min_temp === undefined ? byDefault(110) : unit.fromDevice(config.min_temp),
      max_temp: config.max_temp === undefined ? byDefault(140) : unit.fromDevice(config.max_temp),
      supported_features: (send.temperature ? 1 : 0) + (send.mode ? 2 : 0) + (send.power ? 8 : 0),
      ...(unit.symbol !== undefined && { temperature_unit: unit.symbol }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const power = service.endsWith('.turn_on')
        ? (config.payload_on ?? 'ON')
        : service.endsWith('.turn_off')
          ? (config.payload_off ?? 'OFF')
          : undefined;
      return tell(entity, service, [
        [send.power, power],
        [send.mode, data.operation_mode],
        [send.temperature, typeof data.temperature === 'number' ? unit.toDevice(data.temperature) : undefined],
      ]);
    },
  };
};

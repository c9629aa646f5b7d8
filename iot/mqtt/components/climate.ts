import { type ComponentFactory, numberField, optional, textField, wordList } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';
import { temperatureUnit, toFahrenheit } from './temperature-unit.ts';

const ConfigSchema = optional({
  modes: wordList,
  preset_modes: wordList,
  fan_modes: wordList,
  swing_modes: wordList,
  swing_horizontal_modes: wordList,
  min_temp: numberField,
  max_temp: numberField,
  temp_step: numberField,
  min_humidity: numberField,
  max_humidity: numberField,
  payload_on: textField,
  payload_off: textField,
});
const features = { target: 1, range: 2, humidity: 4, fan: 8, preset: 16, swing: 32, off: 128, on: 256, swingHorizontal: 512 };

export const climate: ComponentFactory = (raw, tools) => {
  const config = ConfigSchema.parse(raw);
  const wiring = new Wiring(raw, tools, 'value_template');
  const unit = temperatureUnit(raw.temperature_unit, tools.temperatureUnit);
  const modes = config.modes ?? ['auto', 'off', 'cool', 'heat', 'dry', 'fan_only'];
  const presets = config.preset_modes && config.preset_modes.length > 0 ? ['none', ...config.preset_modes] : undefined;
  const fanModes = config.fan_modes ?? ['auto', 'low', 'medium', 'high'];
  const swingModes = config.swing_modes ?? ['on', 'off'];
  const horizontalModes = config.swing_horizontal_modes ?? ['on', 'off'];

  wiring.listen('mode_state', ['state'], (mode) =>
    modes.includes(mode) ? { state: mode } : mode === 'None' ? { state: 'unknown' } : undefined,
  );
  wiring.measure('temperature_state', 'temperature', unit.fromDevice);
  wiring.measure('temperature_low_state', 'target_temp_low', unit.fromDevice);
  wiring.measure('temperature_high_state', 'target_temp_high', unit.fromDevice);
  wiring.measure('current_temperature', 'current_temperature', unit.fromDevice);
  wiring.measure('target_humidity_state', 'humidity');
  wiring.measure('current_humidity', 'current_humidity');
  wiring.word('action', 'hvac_action', ['off', 'heating', 'cooling', 'drying', 'idle', 'fan', 'preheating', 'defrosting'], 'None');
  wiring.listen('preset_mode_state', ['preset_mode'], (preset) =>
    preset === 'None'
      ? { attributes: { preset_mode: 'none' } }
      : presets?.includes(preset)
        ? { attributes: { preset_mode: preset } }
        : undefined,
  );
  wiring.word('fan_mode_state', 'fan_mode', fanModes);
  wiring.word('swing_mode_state', 'swing_mode', swingModes);
  wiring.word('swing_horizontal_mode_state', 'swing_horizontal_mode', horizontalModes);

  const send = {
    power: wiring.send('power_command'),
    mode: wiring.send('mode_command'),
    temperature: wiring.send('temperature_command'),
    low: wiring.send('temperature_low_command'),
    high: wiring.send('temperature_high_command'),
    humidity: wiring.send('target_humidity_command'),
    preset: wiring.send('preset_mode_command'),
    fan: wiring.send('fan_mode_command'),
    swing: wiring.send('swing_mode_command'),
    horizontal: wiring.send('swing_horizontal_mode_command'),
  };
  const degrees = (value: unknown): number | undefined => (typeof value === 'number' ? unit.toDevice(value) : undefined);
  const byDefault = (celsius: number): number => unit.fromDevice(unit.device === 'F' ? toFahrenheit(celsius) : celsius);

  return {
    state: 'unknown',
    attributes: {
      hvac_modes: modes,
      min_temp: config.min_temp === undefined ? byDefault(7) : unit.fromDevice(config.min_temp),
      max_temp: config.max_temp === undefined ? byDefault(35) : unit.fromDevice(config.max_temp),
      target_temp_step: unit.stepFromDevice(config.temp_step ?? 1),
      supported_features:
        (send.temperature || wiring.has('temperature_state') ? features.target : 0) +
        (send.low || send.high ? features.range : 0) +
        (send.humidity ? features.humidity : 0) +
        (send.fan ? features.fan : 0) +
        (send.preset ? features.preset : 0) +
        (send.swing ? features.swing : 0) +
        (send.horizontal ? features.swingHorizontal : 0) +
        (send.power || modes.includes('off') ? features.off + features.on : 0),
      ...(unit.symbol !== undefined && { temperature_unit: unit.symbol }),
      ...(presets && send.preset && { preset_modes: presets }),
      ...(send.fan && { fan_modes: fanModes }),
      ...(send.swing && { swing_modes: swingModes }),
      ...(send.horizontal && { swing_horizontal_modes: horizontalModes }),
      ...(send.humidity && { min_humidity: config.min_humidity ?? 30, max_humidity: config.max_humidity ?? 99 }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const mode = data.hvac_mode;
      const power =
        mode === undefined || !send.power ? undefined : mode === 'off' ? (config.payload_off ?? 'OFF') : (config.payload_on ?? 'ON');
      return tell(entity, service, [
        [send.power, power],
        // a device that can only be switched has no topic for its mode
        [send.mode, power !== undefined && !send.mode ? undefined : mode],
        [send.temperature, degrees(data.temperature)],
        [send.low, degrees(data.target_temp_low)],
        [send.high, degrees(data.target_temp_high)],
        [send.humidity, data.humidity],
        [send.preset, data.preset_mode],
        [send.fan, data.fan_mode],
        [send.swing, data.swing_mode],
        [send.horizontal, data.swing_horizontal_mode],
      ]);
    },
  };
};

import { z } from 'zod';
import { serviceValidationError } from '../command-error.ts';
import type { FakeEntity } from '../fake-entity.ts';
import { entityService, type Service } from '../service.ts';
import { number, numeric, percent, texts } from './fields.ts';

const hvacMode = z.enum(['off', 'heat', 'cool', 'heat_cool', 'auto', 'dry', 'fan_only']);

const toFahrenheit = (celsius: number) => (celsius * 9) / 5 + 32;
const toCelsius = (fahrenheit: number) => ((fahrenheit - 32) * 5) / 9;
const tenths = (value: number) => Math.round(value * 10) / 10;

/** A device that thinks in Fahrenheit (`memory.unit` °F) keeps its targets so; `memory.step` 1 makes it round to whole degrees of its own. */
function keep(climate: FakeEntity, celsius: number): number {
  const own = climate.memory.unit === '°F' ? toFahrenheit(celsius) : celsius;
  const step = climate.memory.step;
  return typeof step === 'number' ? Math.round(own / step) * step : own;
}

function show(climate: FakeEntity, own: unknown): number | null {
  if (typeof own !== 'number') return null;
  return tenths(climate.memory.unit === '°F' ? toCelsius(own) : own);
}

/** Compared in the device's own unit, and refused in it: Home Assistant says 44.6 to 95.0 for 7 to 35 °C. */
function check(climate: FakeEntity, celsius: number): void {
  const fahrenheit = climate.memory.unit === '°F';
  const own = (value: number) => (fahrenheit ? toFahrenheit(value) : value);
  const [least, most, wanted] = [own(numeric(climate.attributes.min_temp, 7)), own(numeric(climate.attributes.max_temp, 35)), own(celsius)];
  // A hair of tolerance, for the rounding of the conversion.
  if (wanted >= least - 1e-9 && wanted <= most + 1e-9) return;
  const [check_temp, min_temp, max_temp] = [decimal(wanted), decimal(least), decimal(most)];
  throw serviceValidationError(`Provided temperature ${check_temp} is not valid. Accepted range is ${min_temp} to ${max_temp}.`, {
    domain: 'climate',
    key: 'temp_out_of_range',
    placeholders: { check_temp, min_temp, max_temp },
  });
}

const decimal = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(Number(value.toFixed(10))));

export function showClimate(climate: FakeEntity): void {
  const { target, low, high, current } = climate.memory;
  const shown: Record<string, unknown> = { ...climate.attributes, current_temperature: show(climate, current) };
  if ('temperature' in shown || target !== undefined) shown.temperature = show(climate, target);
  if (low !== undefined) shown.target_temp_low = climate.state === 'heat_cool' ? show(climate, low) : null;
  if (high !== undefined) shown.target_temp_high = climate.state === 'heat_cool' ? show(climate, high) : null;
  if ('hvac_action' in shown) shown.hvac_action = actionOf(climate);
  climate.attributes = shown;
}

function actionOf({ state, memory }: FakeEntity): string {
  const lacking = numeric(memory.target) - numeric(memory.current);
  if (state === 'off') return 'off';
  if (state === 'heat') return lacking > 0 ? 'heating' : 'idle';
  if (state === 'cool') return lacking < 0 ? 'cooling' : 'idle';
  return state === 'dry' ? 'drying' : state === 'fan_only' ? 'fan' : 'idle';
}

const has = (climate: FakeEntity, bit: number) => (numeric(climate.attributes.supported_features) & bit) !== 0;

function refuseParameter(words: string): never {
  throw serviceValidationError(`Set temperature action was used with the ${words} parameter but the entity does not support it.`, {
    domain: 'climate',
    key: words.includes('low/high') ? 'missing_target_temperature_range_entity_feature' : 'missing_target_temperature_entity_feature',
  });
}

/** One of a list such as `preset_modes`, or refused in the words Home Assistant has for it. */
function checkMode(climate: FakeEntity, kind: 'hvac' | 'preset' | 'fan' | 'swing', mode: string): void {
  const modes = texts(climate.attributes[`${kind}_modes`]);
  if (modes.includes(mode)) return;
  const word = kind === 'hvac' ? 'HVAC' : kind.charAt(0).toUpperCase() + kind.slice(1);
  const plural = kind === 'hvac' ? 'HVAC' : kind;
  throw serviceValidationError(`${word} mode ${mode} is not valid. Valid ${plural} modes are: ${modes.join(', ')}.`, {
    domain: 'climate',
    key: `not_valid_${kind}_mode`,
    placeholders: { mode, modes: modes.join(', ') },
  });
}

const temperatures = { temperature: number.optional(), target_temp_high: number.optional(), target_temp_low: number.optional() };

function listed(kind: 'preset' | 'fan' | 'swing', features: readonly number[]): Service {
  return entityService(
    'climate',
    `set_${kind}_mode`,
    { fields: { [`${kind}_mode`]: z.string() }, features },
    (climate, data, { write }) => {
      const mode = String(data[`${kind}_mode`]);
      checkMode(climate, kind, mode);
      climate.attributes = { ...climate.attributes, [`${kind}_mode`]: mode };
      write(climate);
    },
  );
}

function become(climate: FakeEntity, mode: string): void {
  checkMode(climate, 'hvac', mode);
  if (climate.state !== 'off') climate.memory = { ...climate.memory, before: climate.state };
  climate.state = mode;
  showClimate(climate);
}

export const climateServices: Service[] = [
  entityService('climate', 'set_hvac_mode', { fields: { hvac_mode: hvacMode } }, (climate, data, { write }) => {
    become(climate, data.hvac_mode);
    write(climate);
  }),
  entityService(
    'climate',
    'set_temperature',
    { fields: { ...temperatures, hvac_mode: hvacMode.optional() }, features: [1, 2] },
    (climate, data, { write }) => {
      const { temperature, target_temp_high: high, target_temp_low: low } = data;
      if (temperature !== undefined && !has(climate, 1)) refuseParameter("'Target temperature'");
      if (low !== undefined && !has(climate, 2)) refuseParameter("'Lower/Upper target temperature' low/high");
      if (low !== undefined && high !== undefined && low > high) {
        throw serviceValidationError("'Lower target temperature' can not be higher than 'Upper target temperature'.", {
          domain: 'climate',
          key: 'low_temp_higher_than_high_temp',
        });
      }
      for (const wanted of [temperature, high, low]) if (wanted !== undefined) check(climate, wanted);
      if (temperature !== undefined) climate.memory.target = keep(climate, temperature);
      if (low !== undefined && high !== undefined)
        climate.memory = { ...climate.memory, low: keep(climate, low), high: keep(climate, high) };
      if (data.hvac_mode !== undefined) become(climate, data.hvac_mode);
      showClimate(climate);
      write(climate);
    },
  ),
  listed('preset', [16]),
  listed('fan', [8]),
  listed('swing', [32]),
  entityService('climate', 'set_humidity', { fields: { humidity: percent }, features: [4] }, (climate, data, { write }) => {
    climate.attributes = { ...climate.attributes, humidity: data.humidity };
    write(climate);
  }),
  entityService('climate', 'turn_off', { features: [128] }, (climate, _data, { write }) => {
    become(climate, 'off');
    write(climate);
  }),
  entityService('climate', 'turn_on', { features: [256] }, (climate, _data, { write }) => {
    const { before } = climate.memory;
    const modes = texts(climate.attributes.hvac_modes);
    if (climate.state === 'off') become(climate, typeof before === 'string' ? before : (modes.find((mode) => mode !== 'off') ?? 'heat'));
    write(climate);
  }),
];

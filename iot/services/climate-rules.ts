import { z } from 'zod';
import type { Entity } from '../../contract/home.ts';
import { hasFeature, numberOf, sentenceName, wordsOf } from './entity-words.ts';
import { type Refusal, rule, type ServiceRule } from './service-rule.ts';

const word = z.string().min(1).max(60);
/** Bits of `supported_features`. */
const oneTemperature = 1;
const twoTemperatures = 2;
const targetHumidity = 4;

function outOfRange(entity: Entity, temperature: number): Refusal | undefined {
  const lowest = numberOf(entity, 'min_temp') ?? Number.NEGATIVE_INFINITY;
  const highest = numberOf(entity, 'max_temp') ?? Number.POSITIVE_INFINITY;
  if (temperature >= lowest && temperature <= highest) return undefined;
  if (!Number.isFinite(lowest)) return { refusal: `${sentenceName(entity)} goes no higher than ${highest} degrees.` };
  if (!Number.isFinite(highest)) return { refusal: `${sentenceName(entity)} goes no lower than ${lowest} degrees.` };
  return { refusal: `${sentenceName(entity)} goes from ${lowest} to ${highest} degrees.` };
}

/** One word out of a list that the device names in `listAttribute`; unknown lists are believed. */
export function choice(field: string, listAttribute: string, attribute: string | 'state'): ServiceRule {
  return rule(z.strictObject({ [field]: word }), (entity, data) => {
    const wanted = String(data[field]);
    const known = wordsOf(entity, listAttribute);
    const exact = known?.find((each) => each === wanted) ?? known?.find((each) => each.toLowerCase() === wanted.toLowerCase());
    if (known && exact === undefined)
      return { refusal: `${sentenceName(entity)} knows only ${known.slice(0, 12).join(', ') || 'nothing to choose from'}.` };
    const chosen = exact ?? wanted;
    return { data: { [field]: chosen }, target: attribute === 'state' ? { states: [chosen] } : { attributes: { [attribute]: chosen } } };
  });
}

const SetTemperatureSchema = z.strictObject({
  temperature: z.number('A temperature is a number of degrees.').optional(),
  target_temp_low: z.number('A temperature is a number of degrees.').optional(),
  target_temp_high: z.number('A temperature is a number of degrees.').optional(),
  hvac_mode: word.optional(),
});

const setTemperature = rule(SetTemperatureSchema, (entity, data) => {
  const { temperature, target_temp_low, target_temp_high, hvac_mode } = data;
  const wanted = [temperature, target_temp_low, target_temp_high].filter((each) => each !== undefined);
  if (wanted.length === 0) return { refusal: 'Please say how many degrees.' };
  for (const each of wanted) {
    const refusal = outOfRange(entity, each);
    if (refusal) return refusal;
  }
  if (temperature !== undefined && !hasFeature(entity, oneTemperature))
    return {
      refusal: hasFeature(entity, twoTemperatures)
        ? `${sentenceName(entity)} needs a lowest and a highest temperature.`
        : `${sentenceName(entity)} cannot be set to a temperature.`,
    };
  if (target_temp_low !== undefined || target_temp_high !== undefined) {
    if (!hasFeature(entity, twoTemperatures)) return { refusal: `${sentenceName(entity)} takes one temperature only.` };
    if (target_temp_low === undefined || target_temp_high === undefined)
      return { refusal: 'Please say the lowest and the highest temperature.' };
    if (target_temp_low > target_temp_high) return { refusal: 'The lowest temperature cannot be above the highest.' };
  }
  const modes = wordsOf(entity, 'hvac_modes');
  if (hvac_mode !== undefined && modes && !modes.includes(hvac_mode))
    return { refusal: `${sentenceName(entity)} knows only ${modes.join(', ')}.` };
  const attributes = {
    ...(temperature !== undefined && { temperature }),
    ...(target_temp_low !== undefined && { target_temp_low }),
    ...(target_temp_high !== undefined && { target_temp_high }),
  };
  return {
    data: { ...attributes, ...(hvac_mode !== undefined && { hvac_mode }) },
    target: { attributes, ...(hvac_mode !== undefined && { states: [hvac_mode] }) },
  };
});

/** @param feature the bit that says that a humidity can be set; 0 where every device of the kind can */
export function setHumidity(feature: number): ServiceRule {
  return rule(z.strictObject({ humidity: z.number('A humidity is a number of percent.') }), (entity, { humidity }) => {
    if (feature !== 0 && !hasFeature(entity, feature)) return { refusal: `${sentenceName(entity)} cannot be set to a humidity.` };
    const lowest = numberOf(entity, 'min_humidity') ?? 0;
    const highest = numberOf(entity, 'max_humidity') ?? 100;
    if (humidity < lowest || humidity > highest) return { refusal: `${sentenceName(entity)} goes from ${lowest} to ${highest} percent.` };
    return { data: { humidity }, target: { attributes: { humidity } } };
  });
}

const setMode = choice('hvac_mode', 'hvac_modes', 'state');
const nothing = z.strictObject({});

const turnOff: ServiceRule = (entity, _service, data) => {
  const checked = rule(nothing, () => ({}))(entity, 'climate.turn_off', data);
  return 'refusal' in checked ? checked : setMode(entity, 'climate.set_hvac_mode', { hvac_mode: 'off' });
};
const turnOn: ServiceRule = (entity, _service, data) => {
  const checked = rule(nothing, () => ({}))(entity, 'climate.turn_on', data);
  if ('refusal' in checked) return checked;
  if (entity.state !== 'off' && entity.state !== 'unknown') return setMode(entity, 'climate.set_hvac_mode', { hvac_mode: entity.state });
  const modes = wordsOf(entity, 'hvac_modes') ?? ['heat'];
  const preferred = ['heat_cool', 'auto', 'heat', 'cool'].find((mode) => modes.includes(mode)) ?? modes.find((mode) => mode !== 'off');
  return preferred === undefined
    ? { refusal: `${sentenceName(entity)} cannot be turned on.` }
    : setMode(entity, 'climate.set_hvac_mode', { hvac_mode: preferred });
};

export const climateRules: Record<string, ServiceRule> = {
  set_temperature: setTemperature,
  set_hvac_mode: setMode,
  set_preset_mode: choice('preset_mode', 'preset_modes', 'preset_mode'),
  set_fan_mode: choice('fan_mode', 'fan_modes', 'fan_mode'),
  set_swing_mode: choice('swing_mode', 'swing_modes', 'swing_mode'),
  set_swing_horizontal_mode: choice('swing_horizontal_mode', 'swing_horizontal_modes', 'swing_horizontal_mode'),
  set_humidity: setHumidity(targetHumidity),
  turn_on: turnOn,
  turn_off: turnOff,
  toggle: (entity, service, data) => (entity.state === 'off' ? turnOn : turnOff)(entity, service, data),
};

const operations = ['eco', 'electric', 'performance', 'high_demand', 'heat_pump', 'gas'];
const setOperation = choice('operation_mode', 'operation_list', 'state');
const heaterOnOff = 8;

export const waterHeaterRules: Record<string, ServiceRule> = {
  set_temperature: rule(
    z.strictObject({ temperature: z.number('A temperature is a number of degrees.'), operation_mode: word.optional() }),
    (entity, { temperature, operation_mode }) => {
      if (!hasFeature(entity, oneTemperature)) return { refusal: `${sentenceName(entity)} cannot be set to a temperature.` };
      return (
        outOfRange(entity, temperature) ?? {
          data: { temperature, ...(operation_mode !== undefined && { operation_mode }) },
          target: { attributes: { temperature }, ...(operation_mode !== undefined && { states: [operation_mode] }) },
        }
      );
    },
  ),
  set_operation_mode: setOperation,
  set_away_mode: rule(z.strictObject({ away_mode: z.boolean() }), (entity, { away_mode }) =>
    hasFeature(entity, 4)
      ? { data: { away_mode }, target: { attributes: { away_mode: away_mode ? 'on' : 'off' } } }
      : { refusal: `${sentenceName(entity)} has no away mode.` },
  ),
  // "on" is no state of a water heater: it shows in which way it heats
  turn_on: rule(nothing, (entity) =>
    hasFeature(entity, heaterOnOff)
      ? { target: { states: ['on', ...(wordsOf(entity, 'operation_list') ?? operations).filter((mode) => mode !== 'off')] } }
      : { refusal: `${sentenceName(entity)} cannot be turned on from here.` },
  ),
  turn_off: rule(nothing, (entity) =>
    hasFeature(entity, heaterOnOff)
      ? { target: { states: ['off'] } }
      : { refusal: `${sentenceName(entity)} cannot be turned off from here.` },
  ),
};

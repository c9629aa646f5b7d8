import { z } from 'zod';
import type { Entity } from '../../contract/home.ts';
import { numberOf, sentenceName, wordsOf } from './entity-words.ts';
import { type Refusal, rule, type ServiceRule } from './service-rule.ts';

const word = z.string().min(1).max(60);

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
  turn_on: turnOn,
  turn_off: turnOff,
  toggle: (entity, service, data) => (entity.state === 'off' ? turnOn : turnOff)(entity, service, data),
};

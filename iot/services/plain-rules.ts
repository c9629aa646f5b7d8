import { z } from 'zod';
import { choice, setHumidity } from './climate-rules.ts';
import { hasFeature, numberOf, sentenceName, wordsOf } from './entity-words.ts';
import { rule, type ServiceRule, type Target } from './service-rule.ts';

const nothing = z.strictObject({});

/** A call without data and the state it leads to. */
export const simple = (target?: Target, feature?: number): ServiceRule =>
  rule(nothing, (entity) =>
    feature === undefined || hasFeature(entity, feature)
      ? { ...(target && { target }) }
      : { refusal: `${sentenceName(entity)} cannot do that.` },
  );

/** turn_on, turn_off and toggle for whatever is just on or off. */
export function onOffRules(domain: string): Record<string, ServiceRule> {
  const on = rule(nothing, () => ({ service: `${domain}.turn_on`, target: { states: ['on'] } }));
  const off = rule(nothing, () => ({ service: `${domain}.turn_off`, target: { states: ['off'] } }));
  return { turn_on: on, turn_off: off, toggle: (entity, service, data) => (entity.state === 'on' ? off : on)(entity, service, data) };
}

export const sirenRules: Record<string, ServiceRule> = {
  ...onOffRules('siren'),
  turn_on: rule(
    z.strictObject({
      tone: z.string().max(60).optional(),
      volume_level: z.number().min(0).max(1).optional(),
      duration: z.number().int().positive().max(3600).optional(),
    }),
    (_entity, data) => ({ data: { ...data }, target: { states: ['on'] } }),
  ),
};

/** `set_value` of a number: the state itself is the value. */
const setNumber = rule(z.strictObject({ value: z.number('A value is a number.') }), (entity, { value }) => {
  const lowest = numberOf(entity, 'min');
  const highest = numberOf(entity, 'max');
  if ((lowest !== undefined && value < lowest) || (highest !== undefined && value > highest))
    return { refusal: `${sentenceName(entity)} goes from ${lowest ?? 'below'} to ${highest ?? 'above'}.` };
  return { data: { value }, target: { states: [String(value)] } };
});
export const numberRules: Record<string, ServiceRule> = { set_value: setNumber };

/** One step up or down, as the number that comes of it. */
const stepNumber = (sign: 1 | -1): ServiceRule =>
  rule(z.strictObject({}), (entity) => {
    const now = Number(entity.state);
    if (entity.state.trim() === '' || !Number.isFinite(now)) return { refusal: `${sentenceName(entity)} has no value yet.` };
    const value = now + sign * (numberOf(entity, 'step') ?? 1);
    const lowest = numberOf(entity, 'min') ?? Number.NEGATIVE_INFINITY;
    const highest = numberOf(entity, 'max') ?? Number.POSITIVE_INFINITY;
    const wanted = Number(Math.min(highest, Math.max(lowest, value)).toPrecision(12));
    return { service: 'input_number.set_value', data: { value: wanted }, target: { states: [String(wanted)] } };
  });
export const inputNumberRules: Record<string, ServiceRule> = { ...numberRules, increment: stepNumber(1), decrement: stepNumber(-1) };

export const textRules: Record<string, ServiceRule> = {
  set_value: rule(z.strictObject({ value: z.string().max(255) }), (_entity, { value }) => ({
    data: { value },
    target: { states: [value] },
  })),
};

const selectOption = choice('option', 'options', 'state');

/** The option so many places on, round the end where `cycle` is set; or the one at an end. */
const stepOption = (place: (now: number, count: number) => number, cycles: boolean): ServiceRule => {
  const schema = z.strictObject(cycles ? { cycle: z.boolean().optional() } : {});
  return (entity, service, data) => {
    const parsed = rule(schema, (_entity, given) => ({ data: { ...given } }))(entity, service, data);
    if ('refusal' in parsed) return parsed;
    const options = wordsOf(entity, 'options');
    if (!options?.length) return { refusal: `${sentenceName(entity)} does not say what it has to choose from.` };
    const wanted = place(options.indexOf(entity.state), options.length);
    const index =
      parsed.data.cycle === false ? Math.min(options.length - 1, Math.max(0, wanted)) : (wanted + options.length) % options.length;
    return selectOption(entity, `${entity.domain}.select_option`, { option: options[index] });
  };
};
export const selectRules: Record<string, ServiceRule> = {
  select_option: selectOption,
  select_next: stepOption((now) => now + 1, true),
  select_previous: stepOption((now, count) => (now < 0 ? count - 1 : now - 1), true),
  select_first: stepOption(() => 0, false),
  select_last: stepOption((_now, count) => count - 1, false),
};

const vacuumFailure = { error: 'The vacuum reports an error.' };
export const vacuumRules: Record<string, ServiceRule> = {
  start: simple({ states: ['cleaning'], failures: vacuumFailure }, 8192),
  pause: simple({ states: ['paused', 'idle'], failures: vacuumFailure }, 4),
  stop: simple({ states: ['idle', 'paused', 'docked'], failures: vacuumFailure }, 8),
  return_to_base: simple({ states: ['returning', 'docked'], failures: vacuumFailure }, 16),
  locate: simple(undefined, 512),
  clean_spot: simple({ states: ['cleaning'], failures: vacuumFailure }, 1024),
  set_fan_speed: choice('fan_speed', 'fan_speed_list', 'fan_speed'),
};

export const lawnMowerRules: Record<string, ServiceRule> = {
  start_mowing: simple({ states: ['mowing'] }, 1),
  pause: simple({ states: ['paused'] }, 2),
  dock: simple({ states: ['returning', 'docked'] }, 4),
};

export const humidifierRules: Record<string, ServiceRule> = {
  ...onOffRules('humidifier'),
  set_humidity: setHumidity(0),
  set_mode: choice('mode', 'available_modes', 'mode'),
};

import { z } from 'zod';
import { choice } from './climate-rules.ts';
import { hasFeature, numberOf, sentenceName } from './entity-words.ts';
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

export const textRules: Record<string, ServiceRule> = {
  set_value: rule(z.strictObject({ value: z.string().max(255) }), (_entity, { value }) => ({
    data: { value },
    target: { states: [value] },
  })),
};

export const selectRules: Record<string, ServiceRule> = { select_option: choice('option', 'options', 'state') };

const vacuumFailure = { error: 'The vacuum reports an error.' };
export const vacuumRules: Record<string, ServiceRule> = {
  start: simple({ states: ['cleaning'], failures: vacuumFailure }, 8192),
  pause: simple({ states: ['paused', 'idle'], failures: vacuumFailure }, 4),
  stop: simple({ states: ['idle', 'paused', 'docked'], failures: vacuumFailure }, 8),
  return_to_base: simple({ states: ['returning', 'docked'], failures: vacuumFailure }, 16),
  locate: simple(undefined, 512),
};

export const lawnMowerRules: Record<string, ServiceRule> = {
  start_mowing: simple({ states: ['mowing'] }, 1),
  pause: simple({ states: ['paused'] }, 2),
  dock: simple({ states: ['returning', 'docked'] }, 4),
};

const humidityRange = 'Humidity goes from 0 to 100 percent.';
export const humidifierRules: Record<string, ServiceRule> = {
  ...onOffRules('humidifier'),
  set_humidity: rule(z.strictObject({ humidity: z.number().min(0, humidityRange).max(100, humidityRange) }), (_entity, data) => ({
    data,
    target: { attributes: data },
  })),
};

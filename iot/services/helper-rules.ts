import { z } from 'zod';
import type { Entity } from '../../contract/home.ts';
import { numberOf, sentenceName } from './entity-words.ts';
import { onOffRules, simple } from './plain-rules.ts';
import { rule, type ServiceRule } from './service-rule.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'A date looks like 2026-01-31.');
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'A time looks like 07:30 or 07:30:00.');
const withSeconds = (clock: string): string => (clock.length === 5 ? `${clock}:00` : clock);

export const automationRules: Record<string, ServiceRule> = {
  ...onOffRules('automation'),
  turn_off: rule(z.strictObject({ stop_actions: z.boolean().optional() }), (_entity, data) => ({
    service: 'automation.turn_off',
    data: { ...data },
    target: { states: ['off'] },
  })),
  trigger: rule(z.strictObject({ skip_condition: z.boolean().optional() }), (_entity, data) => ({ data: { ...data } })),
};

export const sceneRules: Record<string, ServiceRule> = {
  turn_on: rule(z.strictObject({ transition: z.number().min(0).max(300).optional() }), (_entity, data) => ({ data: { ...data } })),
};

export const scriptRules: Record<string, ServiceRule> = {
  turn_on: rule(z.strictObject({ variables: z.record(z.string(), z.unknown()).optional() }), (_entity, data) => ({ data: { ...data } })),
  turn_off: simple({ states: ['off'] }),
};

const count = (change: (now: number, step: number, entity: Entity) => number): ServiceRule =>
  rule(z.strictObject({}), (entity) => {
    const now = Number(entity.state);
    if (entity.state.trim() === '' || !Number.isFinite(now)) return { refusal: `${sentenceName(entity)} has no value yet.` };
    const lowest = numberOf(entity, 'minimum') ?? Number.NEGATIVE_INFINITY;
    const highest = numberOf(entity, 'maximum') ?? Number.POSITIVE_INFINITY;
    const wanted = change(now, numberOf(entity, 'step') ?? 1, entity);
    return { target: { states: [String(Math.min(highest, Math.max(lowest, wanted)))] } };
  });
export const counterRules: Record<string, ServiceRule> = {
  increment: count((now, step) => now + step),
  decrement: count((now, step) => now - step),
  reset: count((_now, _step, entity) => numberOf(entity, 'initial') ?? 0),
  set_value: rule(z.strictObject({ value: z.number().int('A counter counts whole things.').min(0) }), (_entity, { value }) => ({
    data: { value },
    target: { states: [String(value)] },
  })),
};

const duration = z.union([z.number().positive(), z.string().regex(/^\d{1,4}:[0-5]\d(:[0-5]\d)?$/, 'A duration looks like 00:10:00.')]);
/** Timers of Home Assistant; those of JARVIS are tools of their own. */
export const timerRules: Record<string, ServiceRule> = {
  start: rule(z.strictObject({ duration: duration.optional() }), (_entity, data) => ({
    data: { ...data },
    target: { states: ['active'] },
  })),
  pause: simple({ states: ['paused'] }),
  cancel: simple({ states: ['idle'] }),
  finish: simple({ states: ['idle'] }),
  change: rule(z.strictObject({ duration: z.union([z.number(), z.string().max(20)]) }), (_entity, data) => ({ data })),
};

export const inputDatetimeRules: Record<string, ServiceRule> = {
  set_datetime: rule(z.strictObject({ date: day.optional(), time: time.optional() }), (entity, data) => {
    const { has_date: hasDate, has_time: hasTime } = entity.attributes;
    if (data.date === undefined && data.time === undefined) return { refusal: 'Please say a date or a time.' };
    if (data.date !== undefined && hasDate === false) return { refusal: `${sentenceName(entity)} has no date.` };
    if (data.time !== undefined && hasTime === false) return { refusal: `${sentenceName(entity)} has no time.` };
    const [oldDate, oldTime] = entity.state.includes(' ') ? entity.state.split(' ') : [entity.state, entity.state];
    const wanted = [
      hasDate === false ? undefined : (data.date ?? oldDate),
      hasTime === false ? undefined : withSeconds(data.time ?? oldTime ?? ''),
    ];
    const known = typeof hasDate === 'boolean' && typeof hasTime === 'boolean';
    return { data: { ...data }, ...(known && { target: { states: [wanted.filter((each) => each !== undefined).join(' ')] } }) };
  }),
};
export const dateRules: Record<string, ServiceRule> = {
  set_value: rule(z.strictObject({ date: day }), (_entity, data) => ({ data, target: { states: [data.date] } })),
};
export const timeRules: Record<string, ServiceRule> = {
  set_value: rule(z.strictObject({ time }), (_entity, data) => ({ data, target: { states: [withSeconds(data.time)] } })),
};
export const datetimeRules: Record<string, ServiceRule> = {
  // shown in the time zone of Home Assistant, whichever it was given in
  set_value: rule(z.strictObject({ datetime: z.string().min(10).max(40) }), (_entity, data) => ({ data })),
};

/** An installation takes its time: the bridge will mostly see it only later. */
export const updateRules: Record<string, ServiceRule> = {
  install: rule(z.strictObject({ version: z.string().max(100).optional(), backup: z.boolean().optional() }), (entity, data) =>
    entity.state === 'off' && data.version === undefined
      ? { refusal: `${sentenceName(entity)} is up to date.` }
      : { data: { ...data }, target: { states: ['off'] } },
  ),
  skip: simple({ states: ['off'] }),
  clear_skipped: simple(),
};

const item = z.string().trim().min(1, 'Please say what the item is.').max(500);
const more = {
  due_date: day.optional(),
  due_datetime: z.string().max(40).optional(),
  description: z.string().max(2000).optional(),
};
/** Bits of a list's `supported_features`. */
const list = <Data extends Record<string, unknown>>(feature: number, schema: z.ZodType<Data>): ServiceRule =>
  rule(schema, (entity, data) => {
    const { supported_features: features } = entity.attributes;
    return typeof features === 'number' && (features & feature) === 0
      ? { refusal: `${sentenceName(entity)} does not allow that.` }
      : { data: { ...data } };
  });
/** The state of a list is only how much is left on it: whoever carries these out reads the list again to see them. */
export const todoRules: Record<string, ServiceRule> = {
  add_item: list(1, z.strictObject({ item, ...more })),
  update_item: list(
    4,
    z.strictObject({ item, rename: item.optional(), status: z.enum(['needs_action', 'completed']).optional(), ...more }),
  ),
  remove_item: list(2, z.strictObject({ item: z.union([item.transform((one) => [one]), z.array(item).min(1).max(100)]) })),
  remove_completed_items: list(2, z.strictObject({})),
};

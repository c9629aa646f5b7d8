import type { Entity } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { actPlan, targetsOf } from './calls.ts';
import { clamped, numeric } from './numeric.ts';
import type { Plan, Skill, SkillView } from './skill.ts';
import { answer, fail } from './skill.ts';
import { subjectWithVerb } from './wording.ts';

/** Brightness now in %; undefined for a light that is off or does not say. */
export function brightnessOf(entity: Entity): number | undefined {
  const brightness = numeric(entity.attributes.brightness);
  return entity.state !== 'on' || brightness === undefined ? undefined : Math.round((brightness / 255) * 100);
}

/** What was asked of the look of a light, in Home Assistant's data and in words. */
function look({ brightness, color, temperature }: IntentMatch['slots']): { data: Record<string, unknown>; words: string[] } {
  const data: Record<string, unknown> = {};
  const words: string[] = [];
  if (typeof color === 'string') {
    const channels = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/iu.exec(color)?.slice(1);
    if (channels === undefined) data.color_name = color.replaceAll(' ', '');
    else data.rgb_color = channels.map((channel) => Number.parseInt(channel, 16));
    words.push(channels === undefined ? color : 'in its colour');
  }
  if (typeof temperature === 'number') {
    data.color_temp_kelvin = temperature;
    words.push(`at ${temperature} kelvin`);
  }
  if (typeof brightness === 'number') {
    data.brightness_pct = brightness;
    words.push(`at ${brightness} %`);
  }
  return { data, words };
}

/** Brightness in %, colour by name, colour temperature in kelvin; brightness also by steps and by factors. */
export const lights: Skill = {
  intents: ['HassLightSet'],
  plan(match, view) {
    const targets = targetsOf(match, view).filter((entity) => entity.domain === 'light');
    const { brightness_step: step, brightness_factor: factor } = match.slots;
    if (typeof step === 'number' && step !== 0) return relative(targets, step, undefined, match.slots, view);
    if (typeof factor === 'number' && factor > 0) return relative(targets, factor - 1, factor, match.slots, view);
    const { kelvin_step: whiter } = match.slots;
    if (typeof whiter === 'number' && whiter !== 0) return shifted(targets, whiter, view);
    const { data, words } = look(match.slots);
    if (words.length === 0) return fail('no-match');
    return actPlan(
      targets,
      view,
      () => ({ service: 'light.turn_on', data }),
      (confirmed) =>
        `${subjectWithVerb(confirmed, view)} ${match.slots.brightness === 0 ? 'off' : words.join(' and ').replace(/ and at/u, ' at')}`,
    );
  },
};

/** Where a light that shows no white begins, in kelvin: what people call warm and cool. */
const WARM = 2700;
const COOL = 4000;

/** Warmer or cooler by so many kelvin, as far as the light goes. */
function shifted(targets: Entity[], step: number, view: SkillView): Plan {
  const lit = targets.filter((entity) => entity.available && entity.state === 'on');
  const goalOf = ({ attributes }: Entity): number => {
    const now = numeric(attributes.color_temp_kelvin);
    const goal = now === undefined ? (step < 0 ? WARM : COOL) : now + step;
    return clamped(goal, numeric(attributes.min_color_temp_kelvin) ?? 1500, numeric(attributes.max_color_temp_kelvin) ?? 9000);
  };
  return actPlan(
    lit.length > 0 ? lit : targets,
    view,
    (entity) => ({ service: 'light.turn_on', data: { color_temp_kelvin: goalOf(entity) } }),
    (confirmed) => `${subjectWithVerb(confirmed, view)} ${step < 0 ? 'warmer' : 'cooler'}`,
  );
}

/** Who says "dimmer" or "brighter" means the lights that are on; only where all are off does "brighter" turn them on. */
function relative(targets: Entity[], direction: number, factor: number | undefined, slots: IntentMatch['slots'], view: SkillView): Plan {
  const lit = targets.filter((entity) => entity.available && entity.state === 'on');
  const meant = lit.length > 0 ? lit : targets;
  if (meant.length > 0 && lit.length === 0 && meant.every((entity) => entity.available) && (direction < 0 || factor !== undefined)) {
    return answer(`${subjectWithVerb(meant, view)} off.`.replace(/^./u, (first) => first.toUpperCase()));
  }
  const { data, words } = look({ ...slots, brightness: '' });
  const change = (entity: Entity): Record<string, unknown> => {
    if (factor === undefined) return { brightness_step_pct: clamped(direction, -100, 100) };
    // The faintest light is 1 %: half of little is not darkness.
    return { brightness_pct: clamped(Math.round((brightnessOf(entity) ?? 100) * factor), 1, 100) };
  };
  return actPlan(
    meant,
    view,
    (entity) => ({ service: 'light.turn_on', data: { ...data, ...change(entity) } }),
    (confirmed) => {
      const levels = new Set(confirmed.map((entity) => brightnessOf(view.entity(entity.id) ?? entity)));
      const [level] = levels;
      const reached = levels.size === 1 && level !== undefined ? `at ${level} %` : direction > 0 ? 'brighter' : 'dimmer';
      return `${subjectWithVerb(confirmed, view)} ${[...words, reached].join(' ')}`;
    },
  );
}

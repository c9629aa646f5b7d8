import { actPlan, targetsOf } from './calls.ts';
import type { Skill } from './skill.ts';
import { fail } from './skill.ts';
import { isOrAre, subjectWithVerb } from './wording.ts';

/** Brightness in %, colour by name, colour temperature in kelvin. */
export const lights: Skill = {
  intents: ['HassLightSet'],
  plan(match, view) {
    const { brightness, color, temperature } = match.slots;
    const data: Record<string, unknown> = {};
    const words: string[] = [];
    if (typeof color === 'string') {
      data.color_name = color.replaceAll(' ', '');
      words.push(color);
    }
    if (typeof temperature === 'number') {
      data.color_temp_kelvin = temperature;
      words.push(`at ${temperature} kelvin`);
    }
    if (typeof brightness === 'number') {
      data.brightness_pct = brightness;
      words.push(`at ${brightness} %`);
    }
    const step = match.slots.brightness_step;
    if (typeof step === 'number') {
      data.brightness_step_pct = step;
      words.push(step > 0 ? 'brighter' : 'dimmer');
    }
    if (words.length === 0) return fail('no-match');
    const targets = targetsOf(match, view).filter((entity) => entity.domain === 'light');
    return actPlan(
      targets,
      view,
      () => ({ service: 'light.turn_on', data }),
      (confirmed) => {
        const subject = subjectWithVerb(confirmed, view);
        if (brightness === 0) return `${subject} off`;
        return `${subject} ${words.join(' ')}`;
      },
    );
  },
};

/** Position in % for covers and valves, volume and fan speed have skills of their own. */
export const positions: Skill = {
  intents: ['HassSetPosition'],
  plan(match, view) {
    const position = match.slots.position;
    if (typeof position !== 'number') return fail('no-match');
    return actPlan(
      targetsOf(match, view),
      view,
      (entity) => ({ service: entity.domain === 'valve' ? 'valve.set_valve_position' : 'cover.set_cover_position', data: { position } }),
      (confirmed) => {
        const place = position === 0 ? 'closed' : position === 100 ? 'open' : `at ${position} %`;
        return `${subjectWithVerb(confirmed, view)} ${place}`;
      },
    );
  },
};

export const fans: Skill = {
  intents: ['HassFanSetSpeed'],
  plan(match, view) {
    const percentage = match.slots.percentage;
    if (typeof percentage !== 'number') return fail('no-match');
    const targets = targetsOf(match, view).filter((entity) => entity.domain === 'fan');
    return actPlan(
      targets,
      view,
      () => ({ service: 'fan.set_percentage', data: { percentage } }),
      (confirmed) => {
        const [only] = confirmed;
        return confirmed.length === 1 && only !== undefined
          ? `${only.name} ${isOrAre(only.name)} at ${percentage} %`
          : `${subjectWithVerb(confirmed, view)} at ${percentage} %`;
      },
    );
  },
};

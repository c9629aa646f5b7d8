import type { Entity } from '../../contract/home.ts';
import { actPlan, targetsOf } from './calls.ts';
import { clamped, numeric } from './numeric.ts';
import type { Skill } from './skill.ts';
import { fail } from './skill.ts';
import { rounded, subjectWithVerb } from './wording.ts';

/** Fans by speed in %, also by steps; humidifiers by %. */

const speedOf = (entity: Entity): number => (entity.state === 'on' ? (numeric(entity.attributes.percentage) ?? 100) : 0);

/** A step smaller than the fan can take would change nothing: at least one notch. */
function stepped(entity: Entity, step: number): number {
  const notch = numeric(entity.attributes.percentage_step) ?? 1;
  return clamped(speedOf(entity) + Math.sign(step) * Math.max(Math.abs(step), notch), 0, 100);
}

export const fans: Skill = {
  intents: ['HassFanSetSpeed'],
  plan(match, view) {
    const { percentage, percentage_step: step } = match.slots;
    if (typeof percentage !== 'number' && typeof step !== 'number') return fail('no-match');
    const wanted = (entity: Entity): number => (typeof percentage === 'number' ? percentage : stepped(entity, Number(step)));
    const goals = new Map(targetsOf(match, view).flatMap((entity) => (entity.domain === 'fan' ? [[entity.id, wanted(entity)]] : [])));
    return actPlan(
      targetsOf(match, view).filter((entity) => goals.has(entity.id)),
      view,
      (entity) => ({ service: 'fan.set_percentage', data: { percentage: Math.round(goals.get(entity.id) ?? 0) } }),
      (confirmed) => {
        const reached = new Set(confirmed.map((entity) => goals.get(entity.id) ?? 0));
        const [one = 0] = reached;
        const words = reached.size > 1 ? (Number(step) > 0 ? 'faster' : 'slower') : one === 0 ? 'off' : `at ${rounded(one, 0)} %`;
        return `${subjectWithVerb(confirmed, view)} ${words}`;
      },
    );
  },
};

export const humidity: Skill = {
  intents: ['HassHumidifierSetpoint'],
  plan(match, view) {
    const wanted = match.slots.humidity;
    if (typeof wanted !== 'number') return fail('no-match');
    return actPlan(
      targetsOf(match, view).filter((entity) => entity.domain === 'humidifier'),
      view,
      () => ({ service: 'humidifier.set_humidity', data: { humidity: wanted } }),
      (confirmed) => `${subjectWithVerb(confirmed, view)} set to ${wanted} %`,
    );
  },
};

import type { Entity } from '../../contract/home.ts';
import { actPlan, targetsOf } from './calls.ts';
import { clamped, numeric } from './numeric.ts';
import type { Skill } from './skill.ts';
import { fail } from './skill.ts';
import { capitalised, isOrAre, listed, rounded, subjectWithVerb, theEntity } from './wording.ts';

/** Home Assistant's feature bit of covers and valves that go to a position. */
const SET_POSITION = 4;

/** One that lists its features is believed; one that does not must at least show a position. */
function hasPositions(entity: Entity): boolean {
  const features = entity.attributes.supported_features;
  return typeof features === 'number' ? (features & SET_POSITION) !== 0 : numeric(entity.attributes.current_position) !== undefined;
}

/** How open it is now, in %; one without positions is open or closed. */
function positionOf(entity: Entity): number | undefined {
  const position = numeric(entity.attributes.current_position);
  if (position !== undefined) return position;
  return entity.state === 'open' ? 100 : entity.state === 'closed' ? 0 : undefined;
}

const placeOf = (position: number): string => (position === 0 ? 'closed' : position === 100 ? 'open' : `at ${rounded(position, 0)} %`);

/** Position in % of covers and valves, also by steps; what has no positions is opened or closed or left alone, and that is said. */
export const positions: Skill = {
  intents: ['HassSetPosition'],
  plan(match, view) {
    const { position, position_step: step } = match.slots;
    const targets = targetsOf(match, view).filter((entity) => entity.domain === 'cover' || entity.domain === 'valve');
    const wanted = (entity: Entity): number | undefined => {
      if (typeof position === 'number') return position;
      const now = positionOf(entity);
      return typeof step === 'number' && now !== undefined ? clamped(now + step, 0, 100) : undefined;
    };
    if (typeof position !== 'number' && typeof step !== 'number') return fail('no-match');
    const [unknown] = targets.filter((entity) => wanted(entity) === undefined);
    if (unknown !== undefined) return fail('tool-failed', `I do not know how far ${theEntity(unknown)} ${isOrAre(unknown.name)} open.`);
    const stiff = targets.filter((entity) => !hasPositions(entity) && ![0, 100].includes(wanted(entity) ?? 0));
    const able = targets.filter((entity) => !stiff.includes(entity));
    const sorry = stiff.length === 0 ? '' : `${capitalised(listed(stiff.map(theEntity)))} can only be opened and closed.`;
    if (able.length === 0 && stiff.length > 0) return { type: 'answer', text: sorry };
    const plan = actPlan(
      able,
      view,
      (entity) => {
        const goal = wanted(entity) ?? 0;
        if (!hasPositions(entity)) return { service: `${entity.domain}.${goal === 0 ? 'close' : 'open'}_${entity.domain}` };
        return { service: `${entity.domain}.set_${entity.domain}_position`, data: { position: goal } };
      },
      (confirmed) => {
        const goals = new Set(confirmed.map((entity) => wanted(entity) ?? 0));
        if (goals.size === 1) return `${subjectWithVerb(confirmed, view)} ${placeOf([...goals][0]!)}`;
        return listed(confirmed.map((entity) => `${theEntity(entity)} ${isOrAre(entity.name)} ${placeOf(wanted(entity) ?? 0)}`));
      },
    );
    return plan.type === 'act' && sorry !== '' ? { ...plan, say: (results) => `${plan.say(results)} ${sorry}` } : plan;
  },
};

export const stopMoving: Skill = {
  intents: ['HassStopMoving'],
  plan(match, view) {
    const all = view.entities().filter((entity) => entity.domain === 'cover' || entity.domain === 'valve');
    const named = targetsOf(match, view).filter((entity) => all.includes(entity));
    const moving = all.filter((entity) => entity.state === 'opening' || entity.state === 'closing');
    return actPlan(
      named.length > 0 ? named : moving,
      view,
      (entity) => ({ service: `${entity.domain}.stop_${entity.domain}` }),
      (confirmed) => `${listed(confirmed.map(theEntity))} ${confirmed.length > 1 ? 'have' : 'has'} stopped`,
    );
  },
};

import { actPlan, targetsOf } from './calls.ts';
import type { Skill } from './skill.ts';
import { answer } from './skill.ts';
import { subjectWithVerb, theName } from './wording.ts';

const SERVICES: Record<string, readonly [service: string, done: string]> = {
  HassVacuumStart: ['vacuum.start', 'cleaning'],
  HassVacuumReturnToBase: ['vacuum.return_to_base', 'going home'],
  HassLawnMowerStartMowing: ['lawn_mower.start_mowing', 'mowing'],
  HassLawnMowerDock: ['lawn_mower.dock', 'going home'],
};

export const machines: Skill = {
  intents: [...Object.keys(SERVICES), 'HassVacuumCleanArea'],
  plan(match, view) {
    const found = SERVICES[match.intent];
    if (found === undefined) {
      const room = typeof match.slots.area === 'string' ? theName(match.slots.area) : 'one room';
      return answer(`I can start the vacuum, but I cannot send it to ${room} yet.`);
    }
    const domain = found[0].slice(0, found[0].indexOf('.'));
    const named = targetsOf(match, view).filter((entity) => entity.domain === domain);
    const targets = named.length > 0 ? named : view.entities().filter((entity) => entity.domain === domain);
    return actPlan(
      targets,
      view,
      () => ({ service: found[0] }),
      (confirmed) => `${subjectWithVerb(confirmed, view)} ${found[1]}`,
    );
  },
};

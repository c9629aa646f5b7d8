import type { Entity } from '../../contract/home.ts';
import { actPlan, targetsOf } from './calls.ts';
import type { Skill } from './skill.ts';
import { isOrAre, listed, subjectWithVerb, theEntity, theOne } from './wording.ts';

/** On and off in Home Assistant's sense: for a cover that is open and closed, for a lock locked and unlocked. */

const SERVICES: Record<string, readonly [on: string, off: string]> = {
  cover: ['cover.open_cover', 'cover.close_cover'],
  valve: ['valve.open_valve', 'valve.close_valve'],
  lock: ['lock.lock', 'lock.unlock'],
  vacuum: ['vacuum.start', 'vacuum.return_to_base'],
  lawn_mower: ['lawn_mower.start_mowing', 'lawn_mower.dock'],
  alarm_control_panel: ['alarm_control_panel.alarm_arm_away', 'alarm_control_panel.alarm_disarm'],
  button: ['button.press', 'button.press'],
};

const WORDS: Record<string, readonly [on: string, off: string]> = {
  cover: ['open', 'closed'],
  valve: ['open', 'closed'],
  lock: ['locked', 'unlocked'],
  vacuum: ['on its way', 'going home'],
  lawn_mower: ['mowing', 'going home'],
  alarm_control_panel: ['armed', 'disarmed'],
};

export function powerService(entity: Entity, on: boolean): string {
  return SERVICES[entity.domain]?.[on ? 0 : 1] ?? `${entity.domain}.turn_${on ? 'on' : 'off'}`;
}

export const power: Skill = {
  intents: ['HassTurnOn', 'HassTurnOff', 'HassToggle'],
  plan(match, view) {
    const targets = targetsOf(match, view);
    const on = match.intent === 'HassTurnOn';
    return actPlan(
      targets,
      view,
      (entity) => ({ service: match.intent === 'HassToggle' ? `${entity.domain}.toggle` : powerService(entity, on) }),
      (confirmed) => {
        const [first] = confirmed;
        if (first === undefined) return '';
        if (first.domain === 'scene') return `${theEntity(first)} is set`;
        if (first.domain === 'script') return `${theEntity(first)} has run`;
        if (first.domain === 'button') return `${theEntity(first)} is pressed`;
        if (match.intent === 'HassToggle') return `${subjectWithVerb(confirmed, view)} ${view.entity(first.id)?.state ?? 'switched'}`;
        const words = new Set(confirmed.map((entity) => (WORDS[entity.domain] ?? ['on', 'off'])[on ? 0 : 1]));
        const word = words.size === 1 ? [...words][0]! : on ? 'on' : 'off';
        // Security is always read back in full; for comfort a nod is enough now and then.
        if (confirmed.some((entity) => entity.domain === 'lock' || entity.domain === 'alarm_control_panel')) {
          return `${listed(confirmed.map((entity) => theOne(entity, view)))} ${confirmed.length > 1 ? 'are' : isOrAre(first.name)} ${word}`;
        }
        return view.pick([`${subjectWithVerb(confirmed, view)} ${word}`, `${subjectWithVerb(confirmed, view)} ${word} now`]);
      },
    );
  },
};

import type { Entity } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { targetsOf } from './calls.ts';
import type { Skill, SkillView } from './skill.ts';
import { answer, fail } from './skill.ts';
import { capitalised, counted, isOrAre, listed, nounFor, rounded, spanOf, theEntity, theName } from './wording.ts';

/** Answers about the state of the home, computed from it, with units, short. */

/** What `on` and `off` are called for this kind of sensor or device. */
const STATE_WORDS: Record<string, readonly [on: string, off: string]> = {
  door: ['open', 'closed'],
  window: ['open', 'closed'],
  garage_door: ['open', 'closed'],
  opening: ['open', 'closed'],
  moisture: ['wet', 'dry'],
  motion: ['seeing motion', 'still'],
  occupancy: ['occupied', 'clear'],
  presence: ['home', 'away'],
  smoke: ['smelling smoke', 'clear'],
  gas: ['smelling gas', 'clear'],
  lock: ['unlocked', 'locked'],
  battery: ['low', 'fine'],
  plug: ['plugged in', 'unplugged'],
  problem: ['reporting a problem', 'fine'],
  connectivity: ['connected', 'disconnected'],
};

export function stateInWords(entity: Entity): string {
  if (!entity.available || entity.state === 'unavailable') return 'not answering';
  if (entity.state === 'unknown') return 'unknown';
  const words = entity.domain === 'binary_sensor' ? STATE_WORDS[entity.device_class ?? ''] : undefined;
  if (words !== undefined && (entity.state === 'on' || entity.state === 'off')) return words[entity.state === 'on' ? 0 : 1];
  const unit = entity.attributes.unit_of_measurement;
  const number = Number(entity.state);
  if (entity.state.trim() !== '' && Number.isFinite(number)) return `${rounded(number)}${typeof unit === 'string' ? ` ${unit}` : ''}`;
  if (entity.domain === 'climate') {
    const now = entity.attributes.current_temperature;
    return typeof now === 'number' ? `${entity.state}, at ${rounded(now)} °C` : entity.state;
  }
  if (entity.domain === 'light' && entity.state === 'on') {
    const brightness = entity.attributes.brightness;
    return typeof brightness === 'number' ? `on at ${Math.round((brightness / 255) * 100)} %` : 'on';
  }
  if (entity.domain === 'person' || entity.domain === 'device_tracker') {
    return entity.state === 'not_home' ? 'away' : entity.state === 'home' ? 'home' : `at ${entity.state}`;
  }
  return entity.state.replaceAll('_', ' ');
}

/** States that one word of a question covers, for one entity: "open" is `on` for a door contact. */
function isInState(entity: Entity, state: string): boolean {
  if (!entity.available) return false;
  if (entity.state === state) return true;
  const words = entity.domain === 'binary_sensor' ? STATE_WORDS[entity.device_class ?? ''] : undefined;
  if (words !== undefined && entity.state === (words[0] === state ? 'on' : words[1] === state ? 'off' : '')) return true;
  // A thermostat that heats, a player that plays, a vacuum that cleans: all are on.
  if (state === 'on')
    return ['climate', 'media_player', 'vacuum'].includes(entity.domain) && !['off', 'standby', 'docked', 'unknown'].includes(entity.state);
  return false;
}

const sayState = (entity: Entity): string => `${capitalised(theEntity(entity))} ${isOrAre(entity.name)} ${stateInWords(entity)}.`;

function yesNo(entities: readonly Entity[], state: string): string {
  const [only] = entities;
  if (only === undefined) return 'I do not know.';
  if (!only.available) return sayState(only);
  return isInState(only, state) ? 'Yes.' : `No, ${stateInWords(only)}.`;
}

/** Names while they fit in a breath, else a count. */
function named(entities: readonly Entity[]): string {
  return entities.length <= 5 ? listed(entities.map(theEntity)) : `${counted(entities.length, nounFor(entities))}`;
}

function spokenState(state: string): string {
  return state === 'not_home' ? 'away' : state.replaceAll('_', ' ');
}

export const getState: Skill = {
  intents: ['HassGetState'],
  plan(match: IntentMatch, view: SkillView) {
    const entities = targetsOf(match, view);
    const state = match.slots.state === undefined ? undefined : String(match.slots.state);
    const [first] = entities;
    if (first === undefined) return fail('no-target', 'anything like that');
    const matching = state === undefined ? [] : entities.filter((entity) => isInState(entity, state));
    const others = entities.filter((entity) => !matching.includes(entity));
    switch (match.question ?? (state === undefined ? 'what' : match.slots.name === undefined ? 'which' : 'is')) {
      case 'is':
        return answer(state === undefined ? sayState(first) : yesNo(entities, state));
      case 'any':
        return answer(matching.length > 0 ? `Yes, ${named(matching)}.` : `No, none.`);
      case 'all':
        return answer(others.length === 0 ? 'Yes.' : `No, ${named(others)} ${others.length === 1 ? isOrAre(others[0]!.name) : 'are'} not.`);
      case 'which':
        return answer(
          matching.length > 0 ? `${capitalised(named(matching))}.` : `No ${nounFor(entities)} is ${spokenState(state ?? 'like that')}.`,
        );
      case 'how-many':
        return answer(matching.length === 0 ? 'None.' : `${matching.length}: ${named(matching)}.`.replace(/: \d+ .*$/u, '.'));
      case 'where': {
        const area = first.area === undefined ? undefined : view.area(first.area);
        if (first.domain === 'person' || first.domain === 'device_tracker') return answer(sayState(first));
        return answer(area === undefined ? 'I do not know where that is.' : `In ${theName(area.name)}.`);
      }
      case 'how-long':
        return answer(
          first.lastChanged > 0
            ? `${capitalised(theEntity(first))} has been ${stateInWords(first)} for ${spanOf((view.now - first.lastChanged) / 1000)}.`
            : sayState(first),
        );
      case 'what':
        return answer(entities.slice(0, 5).map(sayState).join(' '));
    }
  },
};

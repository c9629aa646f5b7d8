import type { Entity } from '../../contract/home.ts';
import type { IntentMatch, SlotValue } from '../../contract/intent.ts';
import { sayAttribute } from './attributes.ts';
import { targetsOf } from './calls.ts';
import type { Plan, Skill, SkillView } from './skill.ts';
import { answer, fail } from './skill.ts';
import { isInState, isUnknown, lastStateInWords, oppositeOf, spokenState, stateInWords } from './state-words.ts';
import { timeQuestion } from './time-questions.ts';
import {
  asSentence,
  capitalised,
  counted,
  countedInWords,
  countWord,
  isOrAre,
  listed,
  nounFor,
  nounOfKind,
  pluralOf,
  spanOf,
  theEntity,
  theName,
  theOne,
} from './wording.ts';

/** Answers about the state of the home, computed from it, with units, short. */

/** Names are read out up to here; more are counted by room. */
const MOST_NAMES = 6;

/** "The garage door is open."; of one that does not answer, what it was when it was last heard. */
export function sayState(entity: Entity, view: SkillView): string {
  const subject = `${theOne(entity, view)} ${isOrAre(entity.name)}`;
  if (!isUnknown(entity)) return asSentence(`${subject} ${stateInWords(entity)}`);
  const last = lastStateInWords(entity);
  if (last === 'unknown') return asSentence(entity.available ? `I do not know about ${theEntity(entity)}` : `${subject} not answering`);
  const when = entity.lastChanged > 0 ? `, ${spanOf((view.now - entity.lastChanged) / 1000)} ago` : '';
  return asSentence(`${subject} not answering; when I last heard it was ${last}${when}`);
}

function sayIs(entities: readonly Entity[], state: string, view: SkillView): string {
  const [only] = entities;
  if (only === undefined) return 'I do not know.';
  const verdict = isInState(only, state);
  if (verdict === undefined) return sayState(only, view);
  const word = stateInWords(only);
  // What keeps the house shut is named in full, so that nobody hears an answer about another door.
  if (isOpening(only)) return `${verdict ? 'Yes' : 'No'}, ${theOne(only, view)} ${isOrAre(only.name)} ${word}.`;
  if (verdict) return 'Yes.';
  const pronoun = only.domain === 'person' ? only.name : isOrAre(only.name) === 'are' ? 'they' : 'it';
  return `No, ${pronoun} ${pronoun === 'they' ? 'are' : 'is'} ${word}.`;
}

const OPENINGS: ReadonlySet<string> = new Set(['door', 'window', 'garage_door', 'opening', 'lock']);

const isOpening = ({ domain, device_class }: Entity): boolean =>
  ['lock', 'alarm_control_panel', 'cover', 'valve'].includes(domain) || (domain === 'binary_sensor' && OPENINGS.has(device_class ?? ''));

/** Names while they fit in a breath, else how many in which room. */
function named(entities: readonly Entity[], view: SkillView): string {
  if (entities.length <= MOST_NAMES) return listed(entities.map(theEntity));
  const rooms = new Map<string, number>();
  for (const { area } of entities) {
    const room = area === undefined ? undefined : view.area(area);
    const place = room === undefined ? 'elsewhere' : `in ${theName(room.name)}`;
    rooms.set(place, (rooms.get(place) ?? 0) + 1);
  }
  const places = [...rooms].sort(([, left], [, right]) => right - left).map(([place, count]) => `${count} ${place}`);
  return places.length <= MOST_NAMES ? listed(places) : `${places.slice(0, MOST_NAMES - 1).join(', ')} and more`;
}

/** "The hall light is on", "Three lights are on: …" */
export function whoIs(matching: readonly Entity[], state: string, view: SkillView): string {
  const word = spokenState(state);
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return `${theEntity(only)} ${isOrAre(only.name)} ${word}`;
  if (matching.length === 2 || matching.every(({ domain }) => domain === 'person')) return `${listed(matching.map(theEntity))} are ${word}`;
  return `${countedInWords(matching.length, nounFor(matching))} are ${word}: ${named(matching, view)}`;
}

/** "no lights are on", "nobody is home", "nothing is on". */
export function nobodyIs(entities: readonly Entity[], state: string): string {
  const word = spokenState(state);
  if (entities.every(({ domain }) => domain === 'person')) return `nobody is ${word}`;
  const noun = nounFor(entities);
  return noun === 'device' ? `nothing is ${word}` : `no ${pluralOf(noun)} are ${word}`;
}

/** "all windows are closed", said of several that are not as they were asked for. */
function allAreOtherwise(known: readonly Entity[], state: string): string {
  const other = oppositeOf(state);
  const [only] = known;
  if (only !== undefined && known.length === 1) return `${theEntity(only)} ${isOrAre(only.name)} ${stateInWords(only)}`;
  if (other === undefined || !known.every((entity) => isInState(entity, other) === true)) return nobodyIs(known, state);
  if (known.every(({ domain }) => domain === 'person')) return nobodyIs(known, state);
  const noun = nounFor(known);
  return noun === 'device' ? `everything is ${spokenState(other)}` : `all ${pluralOf(noun)} are ${spokenState(other)}`;
}

/** What was left out of the answer because nobody knows it. */
function doubts(unknown: readonly Entity[]): string {
  if (unknown.length === 0) return '';
  if (unknown.length > 3) return ` ${capitalised(counted(unknown.length, nounFor(unknown)))} do not answer.`;
  return ` I do not know about ${listed(unknown.map(theEntity))}.`;
}

function askState(match: IntentMatch, state: string, entities: readonly Entity[], view: SkillView): string {
  const matching = entities.filter((entity) => isInState(entity, state) === true);
  const unknown = entities.filter((entity) => isInState(entity, state) === undefined);
  const others = entities.filter((entity) => isInState(entity, state) === false);
  const doubt = doubts(unknown);
  if (unknown.length === entities.length && entities.length > 1 && match.question !== 'is') return `I do not know.${doubt}`;
  switch (match.question) {
    case 'any':
      return matching.length > 0 ? `Yes: ${named(matching, view)}.` : `No, ${allAreOtherwise(others, state)}.${doubt}`;
    case 'all':
      if (others.length > 0) {
        const other = oppositeOf(state);
        const word = other !== undefined && others.every((entity) => isInState(entity, other) === true) ? spokenState(other) : 'not';
        return `No, ${named(others, view)} ${others.length === 1 ? isOrAre(others[0]!.name) : 'are'} ${word}.`;
      }
      return unknown.length > 0 ? `As far as I know, yes.${doubt}` : 'Yes.';
    case 'how-many': {
      if (matching.length === 0) return `None.${doubt}`;
      return `${capitalised(countWord(matching.length))}: ${named(matching, view)}.${doubt}`;
    }
    case 'which':
      if (match.slots.group_by === 'area' && matching.length > 0) return sayRooms(matching, state, view);
      return `${asSentence(matching.length > 0 ? whoIs(matching, state, view) : nobodyIs(entities, state))}${doubt}`;
    default:
      return entities.length === 1 ? sayIs(entities, state, view) : severalAre(matching, others, state, view) + doubt;
  }
}

/** "Lights are on in the kitchen and the hall." */
function sayRooms(matching: readonly Entity[], state: string, view: SkillView): string {
  const rooms = [...new Set(matching.flatMap(({ area }) => (area === undefined ? [] : (view.area(area)?.name ?? []))))];
  const said = rooms.length > 0 ? `in ${listed(rooms.map(theName))}` : named(matching, view);
  return asSentence(`${pluralOf(nounFor(matching))} are ${spokenState(state)} ${said}`);
}

/** "Are the kitchen lights on?": yes only when all of them are. */
function severalAre(matching: readonly Entity[], others: readonly Entity[], state: string, view: SkillView): string {
  if (others.length === 0) return 'Yes.';
  return matching.length === 0 ? `No, ${allAreOtherwise(others, state)}.` : `Only ${named(matching, view)}.`;
}

/** What was asked about and is not there: "of any windows on the first floor". */
function unknownKind({ slots }: IntentMatch, view: SkillView): string {
  if (slots.state === 'home' || slots.state === 'not_home') return 'who lives here: no home that is connected tells me about people';
  const kind = slots.device_class ?? slots.domain;
  if (typeof kind !== 'string') return 'anything like that';
  const things = `of any ${pluralOf(nounOfKind(kind))}`;
  if (typeof slots.area === 'string') return `${things} in ${theName(slots.area)}`;
  if (typeof slots.floor === 'string') return `${things} on ${theName(slots.floor)}`;
  return view.room === undefined ? things : `${things} here`;
}

export const getState: Skill = {
  intents: ['HassGetState'],
  plan(match: IntentMatch, view: SkillView): Plan {
    const entities = targetsOf(match, view);
    const state = match.slots.state === undefined ? undefined : String(match.slots.state);
    const [first] = entities;
    if (first === undefined) return fail('no-target', unknownKind(match, view));
    const question = match.question ?? (state === undefined ? 'what' : match.slots.name === undefined ? 'which' : 'is');
    switch (question) {
      case 'how-long':
      case 'since-when':
      case 'when-last':
        return timeQuestion(question, entities, state, view);
      case 'where': {
        if (first.domain === 'person' || first.domain === 'device_tracker') return answer(sayState(first, view));
        const area = first.area === undefined ? undefined : view.area(first.area);
        return answer(area === undefined ? 'I do not know where that is.' : `In ${theName(area.name)}.`);
      }
      case 'what': {
        const { attribute } = match.slots;
        return answer(sayAll(attribute === 'volume' ? playing(entities, view) : entities, view, attribute));
      }
      case 'is':
      case 'any':
      case 'all':
      case 'which':
      case 'how-many':
        return answer(state === undefined ? sayAll(entities, view) : askState({ ...match, question }, state, entities, view));
      default:
        return question satisfies never;
    }
  },
};

/** Of several players, those that play: the others' volume interests nobody. */
function playing(entities: readonly Entity[], view: SkillView): readonly Entity[] {
  const heard = entities.filter(({ state }) => state === 'playing');
  const here = entities.filter(({ area }) => area === view.room);
  return entities.length < 2 ? entities : here.length > 0 ? here : heard.length > 0 ? heard : entities;
}

function sayAll(entities: readonly Entity[], view: SkillView, attribute?: SlotValue): string {
  const said = entities
    .slice(0, 5)
    .map((entity) => (attribute === undefined ? undefined : sayAttribute(entity, String(attribute), view)) ?? sayState(entity, view));
  return entities.length > 5 ? `${said.join(' ')} And ${entities.length - 5} more.` : said.join(' ');
}

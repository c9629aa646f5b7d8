import { z } from 'zod';
import type { Entity, StatePoint } from '../../contract/home.ts';
import { StatePointSchema } from '../../contract/home.ts';
import { HISTORY_TOOL, lookUp } from './records.ts';
import type { Plan, SkillView } from './skill.ts';
import { answer } from './skill.ts';
import { momentName } from './spoken-time.ts';
import { fits, isInState, isUnknown, lastStateInWords, spokenState } from './state-words.ts';
import { asSentence, isOrAre, isPlural, spanOf, theEntity } from './wording.ts';

/** "How long has it been open?", "since when?", "when was it last opened?": from the last change, else from what the home remembers. */

/** How far back the home is asked, in ms. */
const REMEMBERED_MS = 10 * 86_400_000;

/** What happened when a thing came into a state. */
const HAPPENED: Record<string, string> = {
  open: 'opened',
  closed: 'closed',
  on: 'on',
  off: 'off',
  locked: 'locked',
  unlocked: 'unlocked',
  home: 'home',
  not_home: 'away',
};

export type TimeQuestion = 'how-long' | 'since-when' | 'when-last';

const has = (entity: Entity): string => (isPlural(entity.name) ? 'have' : 'has');

function since(question: TimeQuestion, entity: Entity, at: number, view: SkillView): string {
  const state = lastStateInWords(entity);
  const subject = theEntity(entity);
  if (isUnknown(entity))
    return asSentence(`${subject} ${isOrAre(entity.name)} not answering; when I last heard, ${momentName(at, view.now)}, it was ${state}`);
  if (question === 'how-long') return asSentence(`${subject} ${has(entity)} been ${state} for ${roughly((view.now - at) / 1000)}`);
  return asSentence(`${subject} ${has(entity)} been ${state} since ${momentName(at, view.now).replace(/^at /u, '')}`);
}

/** Nobody counts the minutes of a day, nor the seconds of an hour. */
function roughly(seconds: number): string {
  if (seconds < 90) return spanOf(seconds);
  if (seconds < 3 * 3600) return spanOf(Math.round(seconds / 60) * 60);
  return seconds < 2 * 86_400 ? spanOf(Math.round(seconds / 3600) * 3600) : `${Math.round(seconds / 86_400)} days`;
}

function wasLast(entity: Entity, state: string | undefined, at: number, view: SkillView): string {
  const subject = entity.domain === 'person' ? entity.name : theEntity(entity);
  const be = isPlural(entity.name) ? 'were' : 'was';
  const happened = state === undefined ? undefined : (HAPPENED[state] ?? spokenState(state));
  if (entity.domain === 'binary_sensor' && ['motion', 'occupancy', 'vibration', 'sound'].includes(entity.device_class ?? '')) {
    return asSentence(`${subject} last noticed something ${momentName(at, view.now)}`);
  }
  return asSentence(
    happened === undefined
      ? `${subject} last changed ${momentName(at, view.now)}`
      : `${subject} ${be} last ${happened} ${momentName(at, view.now)}`,
  );
}

const HistorySchema = z.record(z.string(), z.array(StatePointSchema));

/** When the entity last came into the state; undefined where the record does not show it. The first point only says how it was then. */
export function lastEntry(entity: Entity, points: readonly StatePoint[], state: string): number | undefined {
  for (let index = points.length - 1; index > 0; index--) {
    const point = points[index]!;
    if (fits(entity, point.state, state) && !fits(entity, points[index - 1]!.state, state)) return point.at;
  }
  return undefined;
}

/** The last change of all, into whatever state. */
const lastChange = (points: readonly StatePoint[]): number | undefined =>
  points.findLast((point, index) => index > 0 && point.state !== points[index - 1]!.state)?.at;

export function timeQuestion(question: TimeQuestion, entities: readonly Entity[], state: string | undefined, view: SkillView): Plan {
  const [entity] = inThatState(question, entities, state);
  if (entity === undefined) return answer('I do not know.');
  const isSo = state === undefined || isInState(entity, state) === true || isUnknown(entity);
  if (question !== 'when-last' && !isSo)
    return answer(asSentence(`${theEntity(entity)} ${isOrAre(entity.name)} ${lastStateInWords(entity)}`));
  if (entity.lastChanged > 0 && isSo && (question !== 'when-last' || !isUnknown(entity))) {
    return answer(
      question === 'when-last' ? wasLast(entity, state, entity.lastChanged, view) : since(question, entity, entity.lastChanged, view),
    );
  }
  const candidates = question === 'when-last' ? entities.slice(0, 20) : [entity];
  const input = { entityIds: candidates.map(({ id }) => id), from: view.now - REMEMBERED_MS, to: view.now };
  return lookUp([{ tool: HISTORY_TOOL, input }], HistorySchema, ([history = {}]) => {
    const found = candidates
      .flatMap((each) => {
        const points = history[each.id] ?? [];
        const at = question === 'when-last' && state !== undefined ? lastEntry(each, points, state) : lastChange(points);
        return at === undefined ? [] : [{ each, at }];
      })
      .sort((left, right) => right.at - left.at)[0];
    if (found === undefined) return `Not in the last ten days, as far as I can see.`;
    return question === 'when-last' ? wasLast(found.each, state, found.at, view) : since(question, found.each, found.at, view);
  });
}

/** Of several, the one that the question is about: the one in that state, the latest change first. */
function inThatState(question: TimeQuestion, entities: readonly Entity[], state: string | undefined): Entity[] {
  const fitting = state === undefined ? [] : entities.filter((entity) => isInState(entity, state) === true);
  const latest = (fitting.length > 0 ? fitting : [...entities]).toSorted((left, right) => right.lastChanged - left.lastChanged);
  return question === 'when-last'
    ? latest
    : fitting.length > 0
      ? fitting.toSorted((left, right) => left.lastChanged - right.lastChanged)
      : latest;
}

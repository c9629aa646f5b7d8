import type { IntentMatch } from '../../contract/intent.ts';
import { isSweeping, spare, sweepingQuestion } from '../skills/everything.ts';
import type { SkillView } from '../skills/skill.ts';
import { countWord, listed, theEntity, theName } from '../skills/wording.ts';

import { needsRoom } from './dialogue.ts';

/** A question that has not been asked yet. */
export type Unasked = { kind: 'choice'; match: IntentMatch; which: string[] } | { kind: 'confirm'; matches: IntentMatch[] };

/** Tells what may be done from what a person is asked about first: in which room, and whether at all where it is much. */
export function askFirst(
  matches: readonly IntentMatch[],
  text: string,
  view: SkillView,
): { ready: IntentMatch[]; questions: (Unasked & { asked: string })[] } {
  const roomless = matches.filter((match) => needsRoom(match, text, view));
  const sweeping = matches.filter((match) => !roomless.includes(match) && isSweeping(match, view));
  const questions: (Unasked & { asked: string })[] = roomless.map((match) => ({
    kind: 'choice',
    match,
    which: match.targets,
    asked: 'In which room, or everywhere?',
  }));
  if (sweeping.length > 0) {
    const spared = sweeping.map((match) => spare(match, view));
    questions.push({ kind: 'confirm', matches: sweeping, asked: sweepingQuestion(spared, view) });
  }
  return { ready: matches.filter((match) => !roomless.includes(match) && !sweeping.includes(match)), questions };
}

const MOST_NAMED = 4;

/** "Which one: the bedroom lamp or the desk lamp?"; of things that no words tell apart, by their order. */
export function whichQuestion(which: readonly string[], view: SkillView): string {
  const names = new Set(which.slice(0, MOST_NAMED).map((entityId) => callEach(entityId, which, view)));
  if (names.size === 1 && which.length > 1)
    return `There are ${countWord(which.length)} of that name. Which one: ${listed([...ORDERED.slice(0, which.length), 'all of them'], 'or')}?`;
  return `Which one: ${listed([...names], 'or')}?`;
}

const ORDERED = ['the first', 'the second', 'the third', 'the fourth'];

/** By name where the names differ, else by place. */
function callEach(entityId: string, which: readonly string[], view: SkillView): string {
  const entity = view.entity(entityId);
  if (entity === undefined) return entityId;
  const shared = which.filter((other) => view.entity(other)?.name.toLowerCase() === entity.name.toLowerCase()).length > 1;
  const area = entity.area === undefined ? undefined : view.area(entity.area);
  return shared && area !== undefined ? `the one in ${theName(area.name)}` : theEntity(entity);
}

import type { IntentMatch } from '../../contract/intent.ts';
import type { SkillView } from '../skills/skill.ts';

/** A question back that is still open: the command and the entities it could have meant. */
export interface OpenQuestion {
  match: IntentMatch;
  which: string[];
  /** ms since the epoch after which the answer is no longer expected */
  until: number;
}

/** Everything that answers a question, in plain lower-case words, for the recogniser to expect. */
export function answersTo(question: OpenQuestion, view: SkillView): string[] {
  const names = question.which.flatMap((entityId) => {
    const entity = view.entity(entityId);
    return entity === undefined ? [] : [[entity.name, ...entity.aliases].map(wordsOf), areaNames(entityId, view)].flat();
  });
  const said = names.flatMap((words) => [words, ['the', ...words], ['in', 'the', ...words], ['the', ...words, 'one']]);
  const all = [['both'], ['all'], ['all', 'of', 'them'], ['everywhere']];
  return [
    ...new Set([...said, ...all].filter((words) => words.every((word) => /^[a-z][a-z']*$/u.test(word))).map((words) => words.join(' '))),
  ];
}

/** How long after a question its answer is understood. */
export const ANSWER_MS = 30_000;

const FILLER = new Set(['the', 'a', 'one', 'in', 'on', 'at', 'please', 'my', 'i', 'mean', 'meant', 'of', 'that', 'ones']);

const EVERY = new Set(['both', 'all', 'everywhere', 'every', 'everything', 'house', 'whole']);

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];

function areaNames(entityId: string, view: SkillView): string[][] {
  const areaId = view.entity(entityId)?.area;
  const area = areaId === undefined ? undefined : view.area(areaId);
  return area === undefined ? [] : [area.name, ...area.aliases].map(wordsOf);
}

/** Without a room, "turn on the lights" may mean one room or all: so many devices in several rooms are asked about first. */
const MANY_DEVICES = 4;

/** Did somebody mean a room without saying which, and JARVIS does not know where it was said? */
export function needsRoom(match: IntentMatch, text: string, view: SkillView): boolean {
  if (view.room !== undefined || match.question !== undefined || match.targets.length < MANY_DEVICES) return false;
  if (['name', 'area', 'floor', 'except_area', 'except_name'].some((slot) => match.slots[slot] !== undefined)) return false;
  if (wordsOf(text).some((word) => EVERY.has(word))) return false;
  return new Set(match.targets.map((entityId) => view.entity(entityId)?.area)).size > 1;
}

function vocabularyOf(entityId: string, view: SkillView): Set<string> {
  const entity = view.entity(entityId);
  const area = entity?.area === undefined ? undefined : view.area(entity.area);
  return new Set([entity?.name ?? '', ...(entity?.aliases ?? []), area?.name ?? '', ...(area?.aliases ?? [])].flatMap(wordsOf));
}

/**
 * The one entity an answer such as "the bedroom one" points at, or "both"/"all" of them; undefined when the words are no answer.
 */
export function choiceIn(text: string, question: OpenQuestion, view: SkillView): string[] | undefined {
  const words = wordsOf(text).filter((word) => !FILLER.has(word));
  if (words.length === 0) return undefined;
  if (words.every((word) => EVERY.has(word))) return question.which;
  const inArea = question.which.filter((entityId) => {
    const names = areaNames(entityId, view);
    return names.some((name) => words.every((word) => name.includes(word)));
  });
  if (inArea.length > 0 && new Set(inArea.map((entityId) => view.entity(entityId)?.area)).size === 1) return inArea;
  const vocabularies = question.which.map((entityId) => ({ entityId, words: vocabularyOf(entityId, view) }));
  const fitting = vocabularies.filter((each) => words.every((word) => each.words.has(word)));
  return fitting.length === 1 ? [fitting[0]!.entityId] : undefined;
}

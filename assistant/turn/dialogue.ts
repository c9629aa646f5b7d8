import type { IntentMatch } from '../../contract/intent.ts';
import type { SkillView } from '../skills/skill.ts';

/** A question back that is still open: the command and the entities it could have meant. */
export interface OpenQuestion {
  match: IntentMatch;
  which: string[];
  /** ms since the epoch after which the answer is no longer expected */
  until: number;
}

/** How long after a question its answer is understood. */
export const ANSWER_MS = 30_000;

const FILLER = new Set(['the', 'a', 'one', 'in', 'on', 'at', 'please', 'my', 'i', 'mean', 'meant', 'of', 'that', 'ones']);

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];

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
  if (words.every((word) => word === 'both' || word === 'all')) return question.which;
  const vocabularies = question.which.map((entityId) => ({ entityId, words: vocabularyOf(entityId, view) }));
  const fitting = vocabularies.filter((each) => words.every((word) => each.words.has(word)));
  return fitting.length === 1 ? [fitting[0]!.entityId] : undefined;
}

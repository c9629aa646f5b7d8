import type { IntentMatch } from '../../contract/intent.ts';
import type { Taint } from '../../contract/tool.ts';
import type { SkillView } from '../skills/skill.ts';

interface Asked {
  /** The question as it was asked. */
  asked: string;
  /** ms since the epoch after which the answer is no longer expected */
  until: number;
  /** It was asked twice; a third time would be nagging. */
  repeated?: boolean;
  /** What of outside had been read by the mind whose wish it is: an answer to it does not make that the person's own. */
  taint?: readonly Taint[];
}

/** A question back that is still open. */
export type OpenQuestion =
  /** The command and the entities it could have meant. */
  | ({ kind: 'choice'; match: IntentMatch; which: string[] } & Asked)
  /** So much at once that a person says yes first. */
  | ({ kind: 'confirm'; matches: IntentMatch[] } & Asked)
  /** Asked by a mind or by Home Assistant; whatever is said may be the answer. */
  | ({ kind: 'free'; conversationId?: string } & Asked);

/** What an answer comes to. `unclear`: no answer, perhaps something new. */
export type Answer = { type: 'chosen'; matches: IntentMatch[] } | { type: 'declined' } | { type: 'unclear' };

/** How long after a question its answer is understood. */
export const ANSWER_MS = 30_000;

/** For the recogniser to expect. */
export const YES_PHRASES = [
  'yes',
  'yes please',
  'yeah',
  'yep',
  'sure',
  'okay',
  'do it',
  'go ahead',
  'please do',
  'of course',
  'yes do it',
  'yes go ahead',
];
export const NO_PHRASES = [
  'no',
  'no thanks',
  "don't",
  'do not',
  'cancel',
  'never mind',
  'neither',
  'none',
  'none of them',
  'forget it',
  'leave it',
];

const YES_WORDS = new Set('yes yeah yep yup sure ok okay confirm confirmed absolutely certainly affirmative definitely'.split(' '));
const YES_FILLER = new Set('please do it that so go ahead on of course right fine all thanks jarvis then them'.split(' '));
const NO_WORDS = new Set("no nope nah don't dont cancel neither none nothing never stop forget leave abort".split(' '));
const NO_FILLER = new Set('thanks thank you mind it that of them those alone do not please jarvis better rather one now be'.split(' '));

const FILLER = new Set(['the', 'a', 'one', 'in', 'on', 'at', 'please', 'my', 'i', 'mean', 'meant', 'of', 'that', 'ones']);
const EVERY = new Set(['both', 'all', 'everywhere', 'every', 'everything', 'house', 'whole']);
const ORDINALS = ['first', 'second', 'third', 'fourth'];

export const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .match(/[\p{L}\p{N}']+/gu) ?? [];

export function isYes(words: readonly string[]): boolean {
  if (YES_PHRASES.includes(words.join(' '))) return true;
  return words.some((word) => YES_WORDS.has(word)) && words.every((word) => YES_WORDS.has(word) || YES_FILLER.has(word));
}

export function isNo(words: readonly string[]): boolean {
  if (NO_PHRASES.includes(words.join(' '))) return true;
  return words[0] !== undefined && NO_WORDS.has(words[0]) && words.every((word) => NO_WORDS.has(word) || NO_FILLER.has(word));
}

/** Everything that answers a question, in plain lower-case words, for the recogniser to expect. */
export function answersTo(question: OpenQuestion, view: SkillView): string[] {
  if (question.kind === 'free') return [];
  if (question.kind === 'confirm') return [...YES_PHRASES, ...NO_PHRASES];
  const names = question.which.flatMap((entityId) => {
    const entity = view.entity(entityId);
    return entity === undefined ? [] : [[entity.name, ...entity.aliases].map(wordsOf), areaNames(entityId, view)].flat();
  });
  const said = names.flatMap((words) => [words, ['the', ...words], ['in', 'the', ...words], ['the', ...words, 'one']]);
  const all = [['both'], ['all'], ['all', 'of', 'them'], ['everywhere'], ['the', 'first', 'one'], ['the', 'second', 'one']];
  const plain = [...said, ...all].filter((words) => words.length > 0 && words.every((word) => /^[a-z][a-z']*$/u.test(word)));
  return [...new Set([...plain.map((words) => words.join(' ')), ...NO_PHRASES])];
}

function areaNames(entityId: string, view: SkillView): string[][] {
  const areaId = view.entity(entityId)?.area;
  const area = areaId === undefined ? undefined : view.area(areaId);
  return area === undefined ? [] : [area.name, ...area.aliases].map(wordsOf);
}

/** Without a room, "turn on the lights" may mean one room or all: so many devices in several rooms are asked about first. */
const MANY_DEVICES = 4;

/** Did somebody mean a room without saying which, and is it not the one where it was said? */
export function needsRoom(match: IntentMatch, text: string, view: SkillView): boolean {
  if (match.question !== undefined || match.targets.length < MANY_DEVICES) return false;
  // In a room that has some of them, that room is meant already; in one that has none, no other is meant by itself.
  if (view.room !== undefined && match.targets.some((entityId) => view.entity(entityId)?.area === view.room)) return false;
  if (['name', 'area', 'floor', 'except_area', 'except_name', 'except_floor'].some((slot) => match.slots[slot] !== undefined)) return false;
  if (wordsOf(text).some((word) => EVERY.has(word))) return false;
  return new Set(match.targets.map((entityId) => view.entity(entityId)?.area)).size > 1;
}

/** What the words come to as the answer to an open question. */
export function readAnswer(text: string, question: OpenQuestion, view: SkillView): Answer {
  const words = wordsOf(text);
  if (question.kind === 'free') return isNo(words) ? { type: 'declined' } : { type: 'unclear' };
  if (isNo(words)) return { type: 'declined' };
  if (question.kind === 'confirm') return isYes(words) ? { type: 'chosen', matches: question.matches } : { type: 'unclear' };
  // "no, the kitchen one" corrects and chooses at once.
  const spoken = words[0] !== undefined && NO_WORDS.has(words[0]) ? words.slice(1) : words;
  const targets = choiceIn(spoken, question.which, view);
  if (targets === undefined) return { type: 'unclear' };
  return { type: 'chosen', matches: [{ ...question.match, targets }] };
}

function vocabularyOf(entityId: string, view: SkillView): Set<string> {
  const entity = view.entity(entityId);
  const area = entity?.area === undefined ? undefined : view.area(entity.area);
  return new Set([entity?.name ?? '', ...(entity?.aliases ?? []), area?.name ?? '', ...(area?.aliases ?? [])].flatMap(wordsOf));
}

/** The entities an answer such as "the bedroom one" points at, or "both"/"all" of them; undefined when the words are no answer. */
function choiceIn(said: readonly string[], which: string[], view: SkillView): string[] | undefined {
  const words = said.filter((word) => !FILLER.has(word));
  if (words.length === 0) return undefined;
  if (words.every((word) => EVERY.has(word))) return which;
  const [only] = words;
  const ordinal = words.length === 1 && only !== undefined ? ORDINALS.indexOf(only) : -1;
  const counted = only === 'last' && words.length === 1 ? which.at(-1) : which[ordinal];
  if (counted !== undefined) return [counted];
  const inArea = which.filter((entityId) => areaNames(entityId, view).some((name) => words.every((word) => name.includes(word))));
  if (inArea.length > 0 && new Set(inArea.map((entityId) => view.entity(entityId)?.area)).size === 1) return inArea;
  // "ben's" for "Ben's room", "bens" as a recogniser writes it.
  const plain = (word: string): string => word.replaceAll("'", '');
  const fitting = which.filter((entityId) => {
    const known = new Set([...vocabularyOf(entityId, view)].map(plain));
    return words.every((word) => known.has(plain(word)));
  });
  return fitting.length === 1 ? fitting : undefined;
}

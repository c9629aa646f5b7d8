import type { Condition } from '../../contract/intent.ts';
import type { ClauseReader } from './clause-reader.ts';
import type { Word } from './words.ts';

const NOBODY = new Map<string, string>(Object.entries({ nobody: 'anybody', noone: 'anyone', nothing: 'anything', none: 'any' }));
const SUBJECTS: ReadonlySet<string> = new Set(['i', 'we']);

/** What is only said for the sound of it: "if the door is still open already". */
const IDLE: ReadonlySet<string> = new Set(['still', 'already', 'currently', 'actually', 'even', 'really', 'now', 'just']);

/** "the door is open", "nobody is home", "it is not dark": the question that is yes when the condition holds; undefined for what none can ask. */
export function readCondition(words: readonly Word[], negated: boolean, reader: ClauseReader): Condition | undefined {
  let isNegated = negated;
  let said = words.filter(({ text }) => !IDLE.has(text));
  const [first, second] = said;
  if (first === undefined || second === undefined) return undefined;
  const someone = NOBODY.get(first.text) ?? (first.text === 'no' && second.text === 'one' ? 'anyone' : undefined);
  if (someone !== undefined) {
    isNegated = !isNegated;
    said = [{ ...first, text: someone }, ...said.slice(first.text === 'no' ? 2 : 1)];
  } else if (first.text === 'no') {
    isNegated = !isNegated;
    said = [{ ...first, text: 'any' }, ...said.slice(1)];
  } else if (SUBJECTS.has(first.text)) said = [{ ...first, text: 'anybody' }, ...said.slice(1)];
  const not = said.findIndex(({ text }) => text === 'not');
  if (not >= 0) {
    isNegated = !isNegated;
    said = said.filter((_word, index) => index !== not);
  }
  for (const [index, word] of said.entries()) {
    if (word.text !== 'is' && word.text !== 'are' && word.text !== 'am') continue;
    const subject = said.slice(0, index);
    const rest = said.slice(index + 1);
    // "there is motion in the hall", "any window is open".
    const verb = { ...word, text: subject[0]?.text === 'any' ? 'are' : word.text === 'am' ? 'is' : word.text };
    const asked =
      reader.clause([verb, ...subject, ...rest]) ??
      reader.sentence([{ ...word, text: verb.text === 'is' ? 'are' : 'is' }, ...subject, ...rest]);
    const question = asked?.match.question;
    if (asked === undefined || asked.which !== undefined || (question !== 'is' && question !== 'any' && question !== 'all')) continue;
    if (asked.match.targets.length === 0 || asked.match.intent !== 'HassGetState') continue;
    return { slots: asked.match.slots, targets: asked.match.targets, question, negated: isNegated };
  }
  return undefined;
}

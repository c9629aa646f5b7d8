import type { Condition, IntentMatch } from '../../contract/intent.ts';
import type { ClauseReader } from './clause-reader.ts';
import type { Word } from './words.ts';

const NOBODY = new Map<string, string>(Object.entries({ nobody: 'anybody', noone: 'anyone', nothing: 'anything', none: 'any' }));
const SUBJECTS: ReadonlySet<string> = new Set(['i', 'we']);

/** What is only said for the sound of it: "if the door is still open already". */
const IDLE: ReadonlySet<string> = new Set(['still', 'already', 'currently', 'actually', 'even', 'really', 'now', 'just']);

/** Several conditions, of which all or any are to hold: "the door is open and nobody is home". Undefined where one of them cannot be asked. */
export function readCondition(words: readonly Word[], negated: boolean, reader: ClauseReader): Condition | undefined {
  const said = words[0]?.text === 'both' || words[0]?.text === 'either' ? words.slice(1) : words;
  const one = readOne(said, negated, reader);
  if (one !== undefined) return one;
  for (const joint of ['and', 'or'] as const) {
    const parts: Word[][] = [[]];
    for (const word of said) {
      if (word.text === joint) parts.push([]);
      else if (word.text !== 'if' && word.text !== 'both') parts.at(-1)!.push(word);
    }
    if (parts.length < 2 || parts.length > MOST_PARTS || parts.some((part) => part.length === 0)) continue;
    // "the front and the back door are locked": what is said of the last is said of all.
    const last = parts.at(-1)!;
    const verb = last.findIndex(({ text }) => text === 'is' || text === 'are');
    const whole = parts.map((part) =>
      verb < 0 || part.some(({ text }) => text === 'is' || text === 'are') ? part : [...part, ...last.slice(verb)],
    );
    // "the door is open or unlocked": the first names it for all.
    const first = whole[0]!;
    const subject = first.findIndex(({ text }) => text === 'is' || text === 'are');
    const named = whole.map((part) =>
      subject > 0 && !part.some(({ text }) => text === 'is' || text === 'are') ? [...first.slice(0, subject + 1), ...part] : part,
    );
    const [main, ...also] = named.map((part) => readOne(part, false, reader));
    if (main === undefined || also.includes(undefined)) continue;
    const others = also.filter((each) => each !== undefined);
    if (!negated) return { ...main, also: others, joined: joint };
    // "unless it is dark and nobody is home": not all of them, so that one that does not hold is enough.
    const turned = others.map((each) => ({ ...each, negated: !each.negated }));
    return { ...main, negated: !main.negated, also: turned, joined: joint === 'and' ? 'or' : 'and' };
  }
  return undefined;
}

const MOST_PARTS = 4;

/** What holds where this condition does not. */
export function opposite({ also, joined, ...first }: Condition): Condition {
  const turned = { ...first, negated: !first.negated };
  if (also === undefined) return turned;
  return { ...turned, also: also.map((each) => ({ ...each, negated: !each.negated })), joined: joined === 'or' ? 'and' : 'or' };
}

const SKY = /^it is (?<not>not )?(?<sky>raining|rainy|pouring|snowing|snowy|sunny|windy|cloudy|foggy)(?: outside| out| outdoors)?$/u;
const SKIES: Record<string, string> = { raining: 'rainy', pouring: 'rainy', snowing: 'snowy' };

/** "it is raining": what the weather service says. */
function underTheSky(words: readonly Word[], negated: boolean, reader: ClauseReader): Condition | undefined {
  const found = SKY.exec(words.map(({ text }) => text).join(' '))?.groups;
  const weather = reader.matcher.compiled.home.entities.find(({ domain }) => domain === 'weather');
  if (found?.sky === undefined || weather === undefined) return undefined;
  const state = SKIES[found.sky] ?? found.sky;
  return { slots: { name: weather.name, state }, targets: [weather.id], question: 'is', negated: negated !== (found.not !== undefined) };
}

/** The condition that a question asks for, where it is one of yes or no. */
export const conditionOf = ({ slots, targets, question }: IntentMatch): Condition | undefined =>
  question === 'is' || question === 'any' || question === 'all' ? { slots, targets, question, negated: false } : undefined;

/** "the door is open", "nobody is home", "it is not dark": the question that is yes when the condition holds; undefined for what none can ask. */
function readOne(words: readonly Word[], negated: boolean, reader: ClauseReader): Condition | undefined {
  let isNegated = negated;
  let said = words.filter(({ text }) => !IDLE.has(text));
  const [first, second] = said;
  if (first === undefined || second === undefined) return undefined;
  const sky = underTheSky(said, isNegated, reader);
  if (sky !== undefined) return sky;
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

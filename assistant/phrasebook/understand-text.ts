import type { Condition, IntentMatch, Understanding, When } from '../../contract/intent.ts';
import { ClauseReader } from './clause-reader.ts';
import { type SeveralCommands, severalCommands } from './compound-sentence.ts';
import { readCondition } from './condition.ts';
import { cancelledCommand, followUp } from './follow-up.ts';
import { eachItem } from './list-items.ts';
import { isNoWish } from './not-a-wish.ts';
import type { Matched, SentenceMatcher } from './sentence-matcher.ts';
import { waitsForSomething, withoutCondition, withoutTime } from './when-clause.ts';
import type { Word } from './words.ts';
import { wordsOf } from './words.ts';

/** Less than this is no understanding. */
const LEAST_CONFIDENCE = 0.5;
/** Said where a command is clear, but waits for something that may happen. */
const NO_ROUTINES = 'I cannot wait for that yet. I can do it now, at a time, or after some minutes.';

export interface TextUnderstanding {
  understanding: Understanding;
  matched: Matched[];
}

export interface TextHearing {
  room: string | undefined;
  before: readonly IntentMatch[];
}

type None = Extract<Understanding, { type: 'none' }>;
const none = (understanding: None): TextUnderstanding => ({ understanding, matched: [] });
const alone = (matched: Matched): SeveralCommands => ({ matched: [matched], unclear: [] });

/** What a text means: exact words first, then several commands, then mis-heard words; never a guess. */
export function understandText(
  matcher: SentenceMatcher,
  text: string,
  { room, before }: TextHearing,
  nearest: (words: readonly Word[]) => string | undefined,
): TextUnderstanding {
  const words = wordsOf(text);
  if (words.length === 0) return none({ type: 'none', reason: 'no-match' });
  const cancelled = cancelledCommand(words, before);
  if (cancelled !== undefined) return { understanding: { type: 'matched', matches: [cancelled] }, matched: [] };
  const reader = new ClauseReader(matcher, { text, room, before, tolerant: false });
  const texts = words.map((word) => word.text);
  // "and the floor lamp" is about what was said before, though a lamp's name alone would be a command.
  const continued = before.length > 0 ? followUp(words, before, reader) : undefined;
  if (continued !== undefined) return { understanding: continued, matched: [] };
  const whole = reader.sentence(words);
  if (whole !== undefined && !whole.hasText) return understood(alone(whole));
  const asked = reader.question(words);
  if (asked !== undefined) return understood(alone(asked));
  const conditional = underCondition(words, reader);
  if (conditional !== undefined) return understood(conditional);
  const isTold = isNoWish(texts);
  // "play … and turn on the lamp": two clear commands are more than one title.
  const several = isTold ? undefined : commandsIn(words, reader);
  if (several !== undefined && (whole === undefined || isMoreThan(several))) return understood(several);
  if (whole !== undefined) return understood(alone(whole));
  if (isTold) return none({ type: 'none', reason: 'not-for-me' });
  const rough = reader.tolerantly();
  const found = waitsForSomething(texts) ? undefined : (commandsIn(words, rough) ?? severalCommands(words, rough, true));
  if (found?.matched.every(({ match }) => match.confidence >= LEAST_CONFIDENCE) === true) return understood(found);
  if (waitsForSomething(texts) && hasCommand(words, reader)) return none({ type: 'none', reason: 'not-for-me', detail: NO_ROUTINES });
  const unknown = matcher.unknownName(words, text);
  const near = nearest(words);
  return none({
    type: 'none',
    reason: unknown === undefined ? 'no-match' : 'no-target',
    ...(unknown === undefined ? {} : { detail: unknown.name }),
    ...(near === undefined ? {} : { nearest: near }),
  });
}

/** One command or several, at once or at a time that is said. */
function commandsIn(words: readonly Word[], reader: ClauseReader): SeveralCommands | undefined {
  const one = reader.clause(words);
  if (one !== undefined && !one.hasText) return alone(one);
  const timed = withoutTime(words);
  const several = timed?.when.delaySeconds === undefined ? severalCommands(words, reader) : undefined;
  if (several !== undefined && (one === undefined || isMoreThan(several))) return several;
  if (timed !== undefined) {
    const found = commandsIn(timed.words, reader);
    if (found?.matched.every(({ match }) => isTimed(match)) === true) return withWhen(found, timed.when);
  }
  return one === undefined ? undefined : alone(one);
}

/** Only what changes something can wait. */
const isTimed = (match: IntentMatch): boolean =>
  match.question === undefined && !match.intent.includes('Timer') && match.targets.length > 0;

const isMoreThan = ({ matched }: SeveralCommands): boolean => matched.length > 1 && matched.slice(1).every(({ hasText }) => !hasText);

/** "if the door is open, …": the command is judged without its condition. */
function underCondition(words: readonly Word[], reader: ClauseReader): SeveralCommands | undefined {
  for (const { words: rest, condition } of withoutCondition(words, (word) => reader.matcher.startsSentence(word))) {
    if (condition === undefined || isNoWish(rest.map(({ text }) => text))) continue;
    const read = readCondition(condition.words, condition.negated, reader);
    // "if the door is unlocked lock it": each half may speak of what the other names.
    const found =
      commandsIn(rest, read === undefined ? reader : reader.about(asMatch(read))) ??
      commandsIn(aboutSubject(rest, condition.words), reader);
    const [first] = found?.matched ?? [];
    if (found === undefined || first === undefined || !found.matched.every(({ match }) => isTimed(match))) continue;
    const asked = read ?? readCondition(condition.words, condition.negated, reader.about(first.match));
    if (asked !== undefined) return withWhen(found, { condition: asked });
  }
  return undefined;
}

/** "if the washing machine is using little, turn it off": "it" is what the condition speaks of, not what it measures. */
function aboutSubject(command: readonly Word[], condition: readonly Word[]): Word[] {
  const verb = condition.findIndex(({ text }) => text === 'is' || text === 'are');
  const subject = condition.slice(0, Math.max(0, verb));
  return command.flatMap((word) => (/^(?:it|them|that)$/u.test(word.text) && subject.length > 0 ? subject : [word]));
}

const asMatch = ({ slots, targets, question }: Condition): IntentMatch => ({
  intent: 'HassGetState',
  slots,
  targets,
  question,
  confidence: 1,
});

function withWhen(found: SeveralCommands, when: When): SeveralCommands {
  return { ...found, matched: found.matched.map((one) => ({ ...one, match: { ...one.match, when: { ...one.match.when, ...when } } })) };
}

/** Does a sentence that waits for something hold a command at all? Its first or last words are one then. */
function hasCommand(words: readonly Word[], reader: ClauseReader): boolean {
  for (let at = 2; at < words.length; at++) {
    if (reader.sentence(words.slice(0, at)) !== undefined) return true;
    if (reader.matcher.startsSentence(words[at]!.text) && reader.sentence(words.slice(at)) !== undefined) return true;
  }
  return false;
}

function understood({ matched, unclear }: SeveralCommands): TextUnderstanding {
  const [doubtful] = matched;
  if (matched.length === 1 && unclear.length === 0 && doubtful?.which !== undefined) {
    return { understanding: { type: 'ambiguous', match: doubtful.match, which: doubtful.which.map(({ id }) => id) }, matched };
  }
  const matches = matched.flatMap(({ match }) => eachItem(match));
  return { understanding: { type: 'matched', matches, ...(unclear.length === 0 ? {} : { unclear }) }, matched };
}

import type { Condition, IntentMatch, Understanding, When } from '../../contract/intent.ts';
import { ClauseReader } from './clause-reader.ts';
import { type SeveralCommands, severalCommands } from './compound-sentence.ts';
import { conditionOf, opposite, readCondition } from './condition.ts';
import { cancelledCommand, followUp } from './follow-up.ts';
import { eachItem } from './list-items.ts';
import { isIdiom, isNoWish, isTold } from './not-a-wish.ts';
import { withoutPoliteness } from './politeness.ts';
import { corrections, withoutReason } from './reasons.ts';
import { within } from './rewrite-words.ts';
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
  const plain = withoutPoliteness(words);
  for (const said of plain === undefined ? [words] : [words, plain]) {
    // "and the floor lamp" is about what was said before, though a lamp's name alone would be a command.
    const continued = before.length > 0 ? followUp(said, before, reader) : undefined;
    if (continued !== undefined) return { understanding: continued, matched: [] };
  }
  // Politeness goes first: it has words ("really", "if you could") that mean something in a command.
  const whole = reader.sentence(words);
  if (whole !== undefined && !whole.hasText) return understood(alone(whole));
  for (const said of plain === undefined ? [words] : [plain, words]) {
    const found = exactly(said, reader);
    if (found !== undefined) return understood(found);
  }
  const said = plain ?? words;
  const texts = said.map((word) => word.text);
  const meant = withItsReason(said, reader);
  if (meant !== undefined) return understood(meant);
  if (isNoWish(texts)) return none({ type: 'none', reason: 'not-for-me' });
  const rough = reader.tolerantly();
  const found = waitsForSomething(texts) ? undefined : (commandsIn(said, rough) ?? severalCommands(said, rough, true));
  if (found?.matched.every(({ match }) => match.confidence >= LEAST_CONFIDENCE) === true) return understood(found);
  if (waitsForSomething(texts) && hasCommand(said, reader)) return none({ type: 'none', reason: 'not-for-me', detail: NO_ROUTINES });
  const unknown = matcher.unknownName(said, text);
  const near = nearest(said);
  return none({
    type: 'none',
    reason: unknown === undefined ? 'no-match' : 'no-target',
    ...(unknown === undefined ? {} : { detail: unknown.name }),
    ...(near === undefined ? {} : { nearest: near }),
  });
}

/** Without any tolerance: one sentence, a question, a command under a condition, several commands. */
function exactly(words: readonly Word[], reader: ClauseReader): SeveralCommands | undefined {
  const whole = reader.sentence(words);
  if (whole !== undefined && !whole.hasText) return alone(whole);
  const asked = reader.question(words);
  if (asked !== undefined) return alone(asked);
  const waiting = underCondition(words, reader);
  if (waiting !== undefined) return waiting;
  const meant = corrected(words, reader);
  if (meant !== undefined) return meant;
  // "play … and turn on the lamp": two clear commands are more than one title.
  const several = isNoWish(words.map((word) => word.text)) ? undefined : commandsIn(words, reader);
  if (several !== undefined && (whole === undefined || isMoreThan(several))) return several;
  return whole === undefined || isIdiom(words.map((word) => word.text)) ? undefined : alone(whole);
}

/** What is said behind a correction: a command of its own, or another thing or value for the one before it. */
function corrected(words: readonly Word[], reader: ClauseReader): SeveralCommands | undefined {
  for (const { before, meant } of corrections(words)) {
    if (isNoWish(meant.map(({ text }) => text))) continue;
    const found = exactly(meant, reader);
    if (found?.matched.every(({ match, hasText, by }) => isTimed(match) && !hasText && by !== 'before') === true) return found;
    const [first, ...others] = exactly(before, reader)?.matched ?? [];
    if (first === undefined || others.length > 0 || !isTimed(first.match)) continue;
    const [lead] = meant;
    const instead = followUp([{ ...lead!, text: 'no' }, ...meant], [first.match], reader);
    const matches = instead?.type === 'matched' ? instead.matches.filter(({ intent }) => intent !== 'JarvisUndo') : [];
    if (matches.length > 0) return { matched: matches.map((match) => ({ ...first, match, which: undefined })), unclear: [] };
  }
  return undefined;
}

/** A clear command with the reason for it: "it's dark, turn on the lamp". */
function withItsReason(words: readonly Word[], reader: ClauseReader): SeveralCommands | undefined {
  for (const { words: rest, reason } of withoutReason(words)) {
    const command = withoutPoliteness(rest) ?? rest;
    const why = reason.map(({ text }) => text);
    if (isNoWish(command.map(({ text }) => text)) || isTold(why) || waitsForSomething(why)) continue;
    // A name alone is a command only where nothing else is said.
    if (reader.fragment('_thing', command) !== undefined) continue;
    const found = exactly(aboutSubject(command, reason), reader) ?? exactly(command, reader);
    if (found?.matched.every(({ match, hasText }) => !hasText && match.question === undefined && match.targets.length > 0) === true)
      return found;
  }
  return undefined;
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
    if (found?.matched.every(({ match }) => isTimed(match)) === true) {
      const isLast = timed.words.at(-1) !== words.at(-1);
      return timed.when.forSeconds !== undefined && isLast ? forTheLast(found, timed.when) : withWhen(found, timed.when);
    }
  }
  return one === undefined ? undefined : alone(one);
}

/** "dim the lamp and turn on the fan for an hour": only the fan, for it has a verb of its own. */
function forTheLast(found: SeveralCommands, when: When): SeveralCommands {
  const last = found.matched.at(-1)?.match.intent;
  const first = found.matched.findLastIndex(({ match }) => match.intent !== last) + 1;
  const timed = withWhen({ ...found, matched: found.matched.slice(first) }, when);
  return { ...timed, matched: [...found.matched.slice(0, first), ...timed.matched] };
}

/** Only what changes something can wait. */
const isTimed = (match: IntentMatch): boolean =>
  match.question === undefined && !match.intent.includes('Timer') && match.targets.length > 0;

const isMoreThan = ({ matched }: SeveralCommands): boolean => matched.length > 1 && matched.slice(1).every(({ hasText }) => !hasText);

const OTHERWISE = /^(?<main>.+?) (?:otherwise|or else|if not then|if not|and if not|but if not|else)(?: then)? (?<rest>.+)$/du;

/** "if the door is open, …", and what is done else. */
function underCondition(words: readonly Word[], reader: ClauseReader): SeveralCommands | undefined {
  const texts = words.map(({ text }) => text);
  if (!texts.some((text) => CONDITION_WORDS.has(text))) return undefined;
  const asked = askedFirst(words, reader);
  if (asked !== undefined) return asked;
  const split = OTHERWISE.exec(texts.join(' '));
  const whole = split === null ? undefined : conditional(within(words, split.indices?.groups?.main), reader);
  const condition = whole?.matched[0]?.match.when?.condition;
  if (split === null || whole === undefined || condition === undefined) return conditional(words, reader);
  const rest = within(words, split.indices?.groups?.rest);
  if (isNoWish(rest.map(({ text }) => text))) return undefined;
  const first = whole.matched[0]!;
  const other = commandsIn(rest, reader.about(first.match));
  if (other === undefined || !other.matched.every(({ match }) => isTimed(match))) return undefined;
  const done = withWhen(whole, { condition: { ...condition, paired: true } });
  const otherwise = withWhen(other, { condition: { ...opposite(condition), paired: true } });
  return { matched: [...done.matched, ...otherwise.matched], unclear: [...done.unclear, ...otherwise.unclear] };
}

const ASKED_FIRST =
  /^(?:check (?:if|whether) |see (?:if|whether) )?(?<question>.+?) (?:and |but )?if (?<kind>not|so|it is not|they are not|it is|they are)(?: then)? (?<rest>.+)$/du;

/** "is the front door locked and if not lock it". */
function askedFirst(words: readonly Word[], reader: ClauseReader): SeveralCommands | undefined {
  const found = ASKED_FIRST.exec(words.map(({ text }) => text).join(' '));
  if (found === null) return undefined;
  const question = within(words, found.indices?.groups?.question);
  const rest = within(words, found.indices?.groups?.rest);
  const asked = reader.clause(question)?.match;
  const condition = (asked === undefined ? undefined : conditionOf(asked)) ?? readCondition(question, false, reader);
  if (condition === undefined || isNoWish(rest.map(({ text }) => text))) return undefined;
  const command = commandsIn(rest, reader.about(asMatch(condition)));
  if (command === undefined || !command.matched.every(({ match }) => isTimed(match))) return undefined;
  return withWhen(command, { condition: found.groups?.kind?.includes('not') === true ? opposite(condition) : condition });
}

const CONDITION_WORDS: ReadonlySet<string> = new Set(['if', 'unless', 'provided', 'long']);

/** The command is judged without its condition. */
function conditional(words: readonly Word[], reader: ClauseReader): SeveralCommands | undefined {
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

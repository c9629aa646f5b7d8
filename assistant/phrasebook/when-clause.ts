import type { When } from '../../contract/intent.ts';
import { readClock, readDuration } from './spoken-times.ts';
import type { Word } from './words.ts';

/** A sentence without the part that says when: the words of the command, and what was said of the time or the condition. */
export interface TimedSentence {
  words: Word[];
  when: Omit<When, 'condition'>;
  /** Words of the condition, still to be understood. */
  condition?: { words: Word[]; negated: boolean };
}

const textsOf = (words: readonly Word[]): string[] => words.map(({ text }) => text);

const CONDITIONS: readonly { lead: string[]; negated: boolean }[] = [
  { lead: ['but', 'only', 'if'], negated: false },
  { lead: ['only', 'if'], negated: false },
  { lead: ['provided', 'that'], negated: false },
  { lead: ['as', 'long', 'as'], negated: false },
  { lead: ['provided'], negated: false },
  { lead: ['if'], negated: false },
  { lead: ['unless'], negated: true },
];

/**
 * The ways to take a condition off a sentence: behind the command ("turn on the lamp if …"), or before it; where the command begins is tried at every
 * word that may begin one.
 */
export function* withoutCondition(words: readonly Word[], startsSentence: (word: string) => boolean): Generator<TimedSentence> {
  const texts = textsOf(words);
  for (const { lead, negated } of CONDITIONS) {
    const at = texts.findIndex((_word, index) => lead.every((word, offset) => texts[index + offset] === word));
    if (at < 0) continue;
    const from = at + lead.length;
    const before = words.slice(0, at);
    if (before.some(({ text }) => startsSentence(text)) && before.length > 1) {
      yield { words: before, when: {}, condition: { words: words.slice(from), negated } };
    }
    for (let start = from + 2; start < words.length; start++) {
      if (!startsSentence(texts[start]!) && texts[start] !== 'then' && texts[start] !== 'please') continue;
      const command = words.slice(texts[start] === 'then' ? start + 1 : start);
      yield { words: [...before, ...command], when: {}, condition: { words: words.slice(from, start), negated } };
    }
    return;
  }
}

const DAY_PARTS: ReadonlySet<string> = new Set(['tonight', 'today']);

/** A sentence without its clock time, delay or duration; undefined where it says none. */
export function withoutTime(words: readonly Word[]): TimedSentence | undefined {
  const texts = textsOf(words);
  for (let at = 0; at < texts.length; at++) {
    const found = timeAt(texts, at);
    if (found === undefined) continue;
    let from = at;
    let { end } = found;
    let { when } = found;
    const isLater = (word: string | undefined): boolean => word === 'tonight' || word === 'evening' || word === 'afternoon';
    if (when.at !== undefined) {
      if (DAY_PARTS.has(texts[end] ?? '')) end++;
      if (DAY_PARTS.has(texts[from - 1] ?? '')) from--;
      else if (texts[from - 2] === 'this' && /^(?:morning|evening|afternoon)$/u.test(texts[from - 1] ?? '')) from -= 2;
      const nextDay = tomorrowAround(texts, from, end);
      if (nextDay !== undefined) {
        ({ from, end } = nextDay);
        // Nobody means four in the morning by "tomorrow at four".
        const isEarly = when.either === true && Number(when.at.slice(0, 2)) < 6 && !texts.slice(from, end).includes('morning');
        const later = when.either === true && (isEarly || texts.slice(from, end).some(isLater) || texts.slice(from, end).includes('night'));
        when = { at: later ? laterHalf(when.at) : when.at, inDays: 1 };
      } else if (when.either === true && texts.slice(from, end).some(isLater)) when = { at: laterHalf(when.at) };
      else if (when.either === true && texts.slice(from, end).includes('morning')) when = { at: when.at };
    }
    const rest = [...words.slice(0, from), ...words.slice(end)];
    if (rest.length > 0) return { words: rest, when };
  }
  return undefined;
}

const DAY_PART = /^(?:morning|evening|afternoon|night)$/u;

/** The time with the "tomorrow" beside it: "tomorrow morning at eight", "at eight tomorrow evening". Undefined where there is none. */
function tomorrowAround(texts: readonly string[], from: number, end: number): { from: number; end: number } | undefined {
  if (texts[end] === 'tomorrow') return { from, end: DAY_PART.test(texts[end + 1] ?? '') ? end + 2 : end + 1 };
  if (texts[from - 1] === 'tomorrow') return { from: from - 1, end };
  return texts[from - 2] === 'tomorrow' && DAY_PART.test(texts[from - 1] ?? '') ? { from: from - 2, end } : undefined;
}

function timeAt(texts: readonly string[], at: number): { when: Omit<When, 'condition'>; end: number } | undefined {
  const word = texts[at];
  if (word === 'at' || word === 'by') {
    const skip = texts[at + 1] === 'exactly' || texts[at + 1] === 'about' ? 2 : 1;
    const clock = readClock(texts, at + skip);
    const isOther = clock !== undefined && /^(?:percent|degrees|brightness|volume|speed|kelvin)$/u.test(texts[clock.end] ?? '');
    if (clock === undefined || isOther || word === 'by') return undefined;
    return { when: { at: clock.at, ...(clock.either ? { either: true } : {}) }, end: clock.end };
  }
  if (word === 'for') {
    const skip = texts[at + 1] === 'the' && texts[at + 2] === 'next' ? 3 : texts[at + 1] === 'about' || texts[at + 1] === 'just' ? 2 : 1;
    const length = readDuration(texts, at + skip);
    return length === undefined ? undefined : { when: { forSeconds: length.seconds }, end: length.end };
  }
  if (word === 'in' || word === 'after' || (word === 'wait' && at < 3)) {
    const length = readDuration(texts, at + (texts[at + 1] === 'about' || texts[at + 1] === 'for' ? 2 : 1));
    if (length === undefined) return undefined;
    const end = word === 'wait' ? behindWait(texts, length.end) : texts[length.end] === 'time' ? length.end + 1 : length.end;
    return { when: { delaySeconds: length.seconds }, end };
  }
  if (at === texts.length - 1) return undefined;
  const length = readDuration(texts, at);
  if (length !== undefined && texts[length.end] === 'from' && texts[length.end + 1] === 'now') {
    return { when: { delaySeconds: length.seconds }, end: length.end + 2 };
  }
  return undefined;
}

/** "wait five minutes, and then …". */
function behindWait(texts: readonly string[], end: number): number {
  let at = end;
  while (texts[at] === 'and' || texts[at] === 'then' || texts[at] === 'before') at++;
  return at;
}

function laterHalf(at: string): string {
  const hour = Number(at.slice(0, 2));
  return hour < 12 ? `${hour + 12}${at.slice(2)}` : at;
}

const ROUTINE =
  /\b(?:whenever|as soon as|every time|each time|the moment|once (?:the|i|we|it|everyone|everybody|someone|my)|when (?:the|i|we|it|everyone|everybody|someone|anyone|somebody|my|he|she|they|there)|until|till|while|at (?:sunset|sunrise|dawn|dusk)|(?:before|after) (?:sunset|sunrise)|every (?:day|morning|evening|night|hour|week|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekday)|on (?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|weekdays|weekends)|tomorrow|next (?:week|monday|tuesday|wednesday|thursday|friday|saturday|sunday))\b/u;

/** Does the sentence wait for something that will happen, or for another day? Its part before that may well be a command. */
export const waitsForSomething = (texts: readonly string[]): boolean => ROUTINE.test(texts.join(' '));

import type { Matched } from './sentence-matcher.ts';
import type { Word } from './words.ts';

const phrases = (text: string): string[][] => text.split(',').map((phrase) => phrase.trim().split(/\s+/u));

/** Longer phrases come first. */
const LEADS = phrases(
  'with the exception of, but just keep, but just leave, but keep, but leave, but not, but do not touch, just leave, just keep, and leave, and keep, except for, except from, except, apart from, aside from, other than, besides, excluding, not including, leaving out, leave out, save for, only not, leave, keep, bar, minus, without, not, but',
);
/** Said first: "keep the porch light on but turn off the other lights". */
const FRONT_LEADS = phrases('except for, except, apart from, aside from, other than, besides, with the exception of, leave, keep');
/** Behind what is left out: "but leave the bedroom on". */
const TAILS: ReadonlySet<string> = new Set('on off open closed alone as is it please too out running lit are they shut up down'.split(' '));
const SWITCHES: ReadonlySet<string> = new Set(['on', 'off', 'open', 'closed', 'up', 'down']);

export interface ExceptedSentence {
  main: Word[];
  /** What is left out, one part each. */
  parts: Word[][];
}

/** The ways to take the exception off a sentence: "all lights | the hall and the kitchen", wherever it stands. Likeliest first. */
export function* exceptionsOf(words: readonly Word[], startsSentence: (word: string) => boolean): Generator<ExceptedSentence> {
  const texts = words.map(({ text }) => text);
  const begins = (phrase: readonly string[], at: number): boolean => phrase.every((word, index) => texts[at + index] === word);
  const front = FRONT_LEADS.find((phrase) => begins(phrase, 0));
  if (front !== undefined) {
    for (let at = front.length + 1; at < words.length - 1; at++) {
      if (!startsSentence(texts[at]!) || SWITCHES.has(texts[at]!)) continue;
      // "leave the kitchen lights on" wants nothing done; only with a command of its own behind it is it an exception.
      const isJoined = texts[at - 1] === 'but' || texts[at - 1] === 'and';
      if (!isJoined && (texts[0] === 'leave' || texts[0] === 'keep')) continue;
      const parts = partsOf(words.slice(front.length, at));
      if (parts.length > 0) yield { main: words.slice(at), parts };
    }
    return;
  }
  for (let at = 1; at < texts.length - 1; at++) {
    const lead = LEADS.find((phrase) => begins(phrase, at));
    if (lead === undefined) continue;
    const behind = words.slice(at + lead.length);
    const parts = partsOf(behind);
    if (parts.length === 0) return;
    yield { main: words.slice(0, at), parts };
    // "everything except the tv off": the end belongs to the command.
    const last = words.at(-1)!;
    if (SWITCHES.has(last.text)) yield { main: [...words.slice(0, at), last], parts };
    return;
  }
}

function partsOf(words: readonly Word[]): Word[][] {
  let said = words;
  while (said.length > 1 && (TAILS.has(said.at(-1)!.text) || said.at(-1)!.text === 'but' || said.at(-1)!.text === 'and'))
    said = said.slice(0, -1);
  const parts: Word[][] = [[]];
  for (const word of said) {
    const part = parts.at(-1)!;
    if (word.text === 'and' || word.text === 'or' || word.text === 'nor') parts.push([]);
    // "the one in the kitchen", "in the hall", "the ones upstairs".
    else if (!(part.length === 0 && /^(?:one|ones|in|on|for|the|those|just)$/u.test(word.text))) part.push(word);
  }
  // "the big one": of a kind that the command names.
  const named = parts.map((part) => (part.length > 1 && /^ones?$/u.test(part.at(-1)!.text) ? part.slice(0, -1) : part));
  return named.filter((part) => part.length > 0);
}

/** "all the other lights", "the rest of the lights" without what makes them others; undefined where nothing does. */
export function withoutOther(words: readonly Word[]): Word[] | undefined {
  const at = words.findIndex(({ text }) => text === 'other' || text === 'remaining');
  if (at >= 0) return words.filter((_word, index) => index !== at);
  const rest = words.findIndex(({ text }, index) => text === 'rest' && words[index + 1]?.text === 'of');
  return rest < 0 ? undefined : words.filter((_word, index) => index !== rest && index !== rest + 1);
}

const NAMES: Record<string, string> = { name: 'except_name', area: 'except_area', floor: 'except_floor' };

/**
 * A group command without some of its targets. Undefined where the command speaks of one thing, or where nothing is left.
 */
export function withoutTargets(main: Matched, excepted: readonly Matched[]): Matched | undefined {
  if (main.by === 'name' || main.match.targets.length < 2) return undefined;
  const slots = { ...main.match.slots };
  let left = main.match.targets;
  for (const { match } of excepted) {
    const out = new Set(match.targets);
    left = left.filter((id) => !out.has(id));
    for (const [slot, name] of Object.entries(NAMES)) {
      const value = match.slots[slot];
      if (value !== undefined) slots[name] = slots[name] === undefined ? value : `${slots[name]}, ${value}`;
    }
  }
  if (left.length === 0) return undefined;
  return {
    ...main,
    match: { ...main.match, slots, targets: left, confidence: Math.min(...[main, ...excepted].map(({ match }) => match.confidence)) },
  };
}

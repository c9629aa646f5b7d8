import type { UnclearPart } from '../../contract/intent.ts';
import type { ClauseReader } from './clause-reader.ts';
import { isOnlyPoliteness } from './fillers.ts';
import { NUMBER_WORDS } from './number-words.ts';
import type { Matched } from './sentence-matcher.ts';
import { withoutTime } from './when-clause.ts';
import type { Word } from './words.ts';
import { ARTICLES, spokenWords } from './words.ts';

export interface SeveralCommands {
  matched: Matched[];
  unclear: UnclearPart[];
}

const MOST_COMMANDS = 6;
/** Longer sentences are no list of commands. */
const MOST_WORDS = 50;

const JOINTS =
  'and then also, and after that, and also then, and then, and also, and afterwards, as well as, after that, and, then, also, plus'
    .split(',')
    .map((phrase) => phrase.trim().split(/\s+/u));

/** The parts between "and", "then", commas; a name with an "and" of its own is put together again by `severalCommands`. */
function partsOf(words: readonly Word[], text: string): Word[][] {
  const parts: Word[][] = [[]];
  for (let at = 0; at < words.length; ) {
    const joint = JOINTS.find((phrase) => phrase.every((word, index) => words[at + index]?.text === word));
    const before = words[at - 1];
    const isStop = before !== undefined && /[,;.!?]\s/u.test(text.slice(before.end, words[at]!.start));
    if ((isStop || joint !== undefined) && parts.at(-1)!.length > 0) parts.push([]);
    if (joint === undefined) parts.at(-1)!.push(words[at]!);
    at += joint?.length ?? 1;
  }
  return parts.filter((part) => part.length > 0 && !isOnlyPoliteness(part.map((word) => word.text)));
}

/**
 * Several commands in one sentence, also where they share words: "turn on the kitchen and the hall lights and off the telly". Undefined unless
 * there are at least two parts and every one is understood; `lenient`: unless at least one is, the others are told as unclear.
 */
export function severalCommands(words: readonly Word[], reader: ClauseReader, lenient = false): SeveralCommands | undefined {
  if (words.length > MOST_WORDS) return undefined;
  const all = partsOf(words, reader.text);
  const wished = all.filter((part) => !isComment(part));
  // Alone beside a remark: the remark is why.
  if (all.length > wished.length && wished.length === 1) return undefined;
  const parts = wished.length > 1 ? wished : all;
  if (parts.length < 2) {
    return runTogether(words, reader);
  }
  if (parts.length > MOST_COMMANDS + 2) return undefined;
  const found = new CompoundReader(words, parts, reader, lenient).read();
  if (found === undefined || found.matched.length === 0 || found.matched.length + found.unclear.length < 2) return undefined;
  // "turn the light on and off": what is left over is no command, but part of one.
  const isPiece = found.unclear.some(({ reason, text }) => reason === 'no-match' && !text.includes(' '));
  // "pause and think about it": a word that is a command by itself proves little beside one that is none.
  const isChatter = found.unclear.some(({ reason }) => reason === 'no-match') && found.matched.some(({ by }) => by === 'kind');
  return isPiece || isChatter || contradictsItself(found.matched) ? undefined : found;
}

/** On and off at once for the same things: nobody can do both. */
function contradictsItself(matched: readonly Matched[]): boolean {
  const switched = matched.filter(({ match }) => match.intent === 'HassTurnOn' || match.intent === 'HassTurnOff');
  const key = ({ match }: Matched): string =>
    `${match.targets.toSorted().join(' ')} ${JSON.stringify(match.when?.delaySeconds ?? match.when?.at ?? 0)}`;
  return switched.some((one, index) =>
    switched.slice(index + 1).some((other) => other.match.intent !== one.match.intent && key(other) === key(one)),
  );
}

/** Words that begin a remark on how things are, which is a wish only where nothing else is said. */
const COMMENTS = /^(?:it|i|we|there|this|that|he|she|they|too)$/u;
const STATES = /^(?:is|am|are|feel|feels|hot|cold|dark|bright|loud|can)$/u;
const SIGHS = /^(?:oh|ooh|ah|ugh|wow|well|so|hey|ok|right|but|god|gosh)$/u;

function isComment(part: readonly Word[]): boolean {
  const at = part.findIndex(({ text }) => !SIGHS.test(text));
  return at >= 0 && COMMENTS.test(part[at]!.text) && STATES.test(part[at + 1]?.text ?? '');
}

/** Words that begin a question. */
const ASKS = /^(?:what|how|which|where|who|when)$/u;

/** Without any joint: "open the curtains turn off the lamp". Only where every word belongs to a clear command. */
function runTogether(words: readonly Word[], reader: ClauseReader, most = 3): SeveralCommands | undefined {
  if (reader.tolerant || isComment(words)) return undefined;
  for (let at = 2; at < words.length - 1; at++) {
    if (!reader.matcher.startsSentence(words[at]!.text)) continue;
    // "open the window it's stuffy": why, and no second wish.
    if (COMMENTS.test(words[at]!.text)) continue;
    const isAsking = ASKS.test(words[0]!.text) && ASKS.test(words[at]!.text);
    const first = reader.sentence(words.slice(0, at)) ?? (isAsking ? reader.question(words.slice(0, at)) : undefined);
    if (first === undefined || first.hasText || first.which !== undefined || first.by === 'before') continue;
    if ((first.match.question !== undefined) !== isAsking) continue;
    const second = reader.sentence(words.slice(at)) ?? (isAsking ? reader.question(words.slice(at)) : undefined);
    if (isAsking) {
      if (second?.match.question === undefined || second.hasText) continue;
      const isSame = second.match.intent === first.match.intent && second.match.targets.join() === first.match.targets.join();
      return { matched: isSame ? [first] : [first, second], unclear: [] };
    }
    const rest =
      second === undefined ? (most > 1 ? restOf(words.slice(at), reader, most - 1) : undefined) : { matched: [second], unclear: [] };
    if (rest?.matched.every(({ hasText, which, match }) => !hasText && which === undefined && match.question === undefined)) {
      const all = [first, ...rest.matched];
      return contradictsItself(all) ? undefined : { matched: all, unclear: rest.unclear };
    }
  }
  return undefined;
}

function restOf(words: readonly Word[], reader: ClauseReader, most: number): SeveralCommands | undefined {
  return partsOf(words, reader.text).length > 1 ? severalCommands(words, reader) : runTogether(words, reader, most);
}

interface Understood {
  matched: Matched;
  words: readonly Word[];
}

/** "… and the one in the hall": one of what was named just before. */
function namedAgain(words: readonly Word[], before: Understood | undefined): readonly Word[] {
  const at = words.findIndex(({ text }) => !ARTICLES.has(text));
  const name = before?.matched.match.slots.name;
  const one = words[at];
  if (one === undefined || (one.text !== 'one' && one.text !== 'ones') || typeof name !== 'string' || at === words.length - 1) return words;
  return [...spokenWords(name).map((text) => ({ ...one, text })), ...words.slice(at + 1)];
}

/** "… and ben's", "… and two": another of that name, said by whose it is or by its number. */
function* alikeNamed(words: readonly Word[], before: Understood | undefined, reader: ClauseReader): Generator<readonly Word[]> {
  const slots = before?.matched.match.slots;
  const name = slots?.name ?? slots?.domain;
  const [first] = words;
  if (first === undefined || typeof name !== 'string') return;
  const named = spokenWords(name);
  const as = (texts: readonly string[]): Word[] => texts.map((text) => ({ ...first, text }));
  const at = first.text === 'number' ? 1 : 0;
  if (NUMBER_WORDS.has(words[at]?.text ?? '') && NUMBER_WORDS.has(named.at(-1) ?? ''))
    yield [...as(named.slice(0, -1)), ...words.slice(at)];
  const one = words.findIndex(({ text }, index) => index > 0 && /^ones?$/u.test(text));
  if (one > 0) yield words.map((word, index) => (index === one ? { ...word, text: named.at(-1)! } : word));
  for (const end of [2, 1]) {
    const owner = words.slice(0, end);
    if (owner.length < end || !owner.at(-1)!.text.endsWith('s')) continue;
    if (
      reader.matcher.compiled.areaOf(
        owner.map(({ text }) => text),
        undefined,
      ) !== undefined
    ) {
      yield [...owner, ...as(named), ...words.slice(end)];
    }
  }
}

const POINTING = /^(?:it|them|they|that|those|these)$/u;

/** Does a part end in whose something is, and not say what? */
function isOwner(words: readonly Word[], reader: ClauseReader): boolean {
  const last = words.at(-1)!;
  return last.text.endsWith('s') && reader.matcher.compiled.areaOf([last.text], undefined) !== undefined;
}

/** Words put together from two parts must mean something that is there: "the kitchen" and "the telly" make no kitchen telly. */
const isAboutSomething = ({ match, which, by }: Matched): boolean => match.targets.length > 0 || which !== undefined || by === 'kind';

class CompoundReader {
  private readonly whole: readonly Word[];
  private readonly parts: readonly Word[][];
  private readonly reader: ClauseReader;
  private readonly lenient: boolean;
  private readonly place: readonly Word[];

  constructor(whole: readonly Word[], parts: readonly Word[][], reader: ClauseReader, lenient: boolean) {
    this.whole = whole;
    this.parts = parts;
    this.reader = reader;
    this.lenient = lenient;
    this.place = this.sharedPlace();
  }

  /** Words of a place that stands first or last and holds for every part that has none of its own. */
  private sharedPlace(): readonly Word[] {
    const first = this.parts[0]!;
    if (/^(?:in|on|upstairs|downstairs)$/u.test(first[0]!.text)) {
      for (let end = Math.min(4, first.length - 1); end > 0; end--) {
        const place = first.slice(0, end);
        if (this.reader.fragment('_place', place)?.by !== 'place') continue;
        first.splice(0, end);
        return place;
      }
    }
    const last = this.parts.at(-1)!;
    for (let from = Math.max(1, last.length - 4); from < last.length; from++) {
      if (!/^(?:in|on|upstairs|downstairs)$/u.test(last[from]!.text)) continue;
      if (this.reader.fragment('_place', last.slice(from))?.by === 'place') return last.slice(from);
    }
    return [];
  }

  read(): SeveralCommands | undefined {
    const found: Understood[] = [];
    const left: { part: readonly Word[]; before: Understood | undefined }[] = [];
    for (let at = 0; at < this.parts.length; ) {
      const one = this.next(at, found.at(-1));
      if (one !== undefined && found.length < MOST_COMMANDS) {
        found.push(one);
        at = one.end;
        continue;
      }
      const together = runTogether(this.parts[at]!, this.reader);
      if (together !== undefined) {
        found.push(...together.matched.map((matched) => ({ matched, words: this.parts[at]! })));
        at++;
        continue;
      }
      if (!this.lenient) return undefined;
      left.push({ part: this.parts[at]!, before: found.at(-1) });
      at++;
    }
    if (found.length === 0) return undefined;
    const unclear = left.map(({ part, before }) => this.unclear(part, before));
    const matched = found.map((one) => one.matched);
    const clear = matched.filter(({ which }) => which === undefined);
    // One of several is doubtful: the others are done, this one is asked about.
    if (clear.length === 0 && unclear.length === 0 && matched.length > 0) return { matched: matched.slice(0, 1), unclear: [] };
    for (const { matched: one, words } of found) {
      if (one.which === undefined) continue;
      unclear.push({ text: this.said(words), reason: 'ambiguous', match: one.match, which: one.which.map(({ id }) => id) });
    }
    return { matched: clear, unclear };
  }

  private said(words: readonly Word[]): string {
    const ordered = words.toSorted((left, right) => left.start - right.start);
    const isOnePiece = words.every((word, index) => word === ordered[index]);
    return isOnePiece ? this.reader.text.slice(words[0]!.start, words.at(-1)!.end) : words.map(({ text }) => text).join(' ');
  }

  /** The command that begins with this part; longest first, so that "salt and pepper lamp" stays whole. */
  private next(at: number, before: Understood | undefined): (Understood & { end: number }) | undefined {
    // "… and make them blue": what the part before is about; "olivia's and ben's radiators": the end says of what.
    const pointing = before === undefined ? undefined : this.pointing(this.parts[at]!, before);
    const shared = pointing === undefined && isOwner(this.parts[at]!, this.reader) ? this.completedBehind(at) : undefined;
    const sure = pointing ?? shared;
    if (sure !== undefined) return { ...sure, end: at + 1 };
    for (let end = Math.min(this.parts.length, at + 3); end > at; end--) {
      if (at === 0 && end === this.parts.length) continue;
      const words = this.joined(at, end);
      const isThing = before !== undefined && end === at + 1 && this.reader.fragment('_thing', words) !== undefined;
      // "… and the hall lights" is no command of its own, though "hall lights" alone may be one; and what follows a question is asked, too.
      const isAsked = before?.matched.match.question !== undefined && !this.reader.matcher.startsSentence(words[0]!.text);
      const alone = isThing || (isAsked && end === at + 1) ? undefined : this.inPlace(words);
      // Free text takes in whatever stands behind "and"; it is only right where nothing else is.
      if (alone !== undefined && (end === at + 1 || !alone.matched.hasText)) return { ...alone, end };
    }
    const words = this.parts[at]!;
    const completed =
      this.completedBefore(namedAgain(words, before), before) ??
      this.completedAlike(words, before) ??
      this.completedBehind(at) ??
      (before === undefined ? undefined : this.inPlace(words));
    return completed === undefined ? undefined : { ...completed, end: at + 1 };
  }

  private joined(from: number, end: number): Word[] {
    const first = this.parts[from]![0]!;
    const last = this.parts[end - 1]!.at(-1)!;
    return this.whole.slice(this.whole.indexOf(first), this.whole.indexOf(last) + 1);
  }

  /** A clause, with the place that all share where it says none. */
  private inPlace(words: readonly Word[]): Understood | undefined {
    const matched = this.reader.clause(words) ?? this.ofSeveral(words);
    if (this.place.length === 0 || words.includes(this.place[0]!)) return matched === undefined ? undefined : { matched, words };
    if (matched === undefined || matched.by === 'kind' || matched.which !== undefined) {
      const placed = this.reader.clause([...words, ...this.place]);
      if (placed !== undefined && placed.match.targets.length > 0) return { matched: placed, words: [...words, ...this.place] };
    }
    return matched === undefined ? undefined : { matched, words };
  }

  /** "turn off the lamp | the fan", "turn the lamp off | the fan", "turn on the lamp | off the telly". */
  private completedBefore(words: readonly Word[], before: Understood | undefined): Understood | undefined {
    if (before === undefined) return undefined;
    const [from, to] = before.matched.span ?? [0, 0];
    // Where no word tells what the command before was about, its first words are tried.
    const longest = from > 0 ? from : Math.min(3, before.words.length - 1);
    const starts = Array.from({ length: Math.min(longest, 4) }, (_, index) => longest - index);
    const behind = before.matched.span === undefined ? [] : before.words.slice(to);
    for (const start of starts) {
      const beginning = before.words.slice(0, start);
      const completed = [...(behind.length > 0 && start === from ? [[...beginning, ...words, ...behind]] : []), [...beginning, ...words]];
      for (const one of completed) {
        const matched = this.reader.sentence(one) ?? (start === from || from === 0 ? this.reader.clause(one) : undefined);
        if (matched !== undefined && !matched.hasText && isAboutSomething(matched)) return { matched, words: one };
      }
    }
    return undefined;
  }

  /** "turn on office lights one | and two": the first of several is called as one is. */
  private ofSeveral(words: readonly Word[]): Matched | undefined {
    const at = words.findIndex(({ text }, index) => index > 0 && NUMBER_WORDS.has(text) && /[a-z]{2}s$/u.test(words[index - 1]!.text));
    if (at < 0) return undefined;
    const one = words.map((word, index) => (index === at - 1 ? { ...word, text: word.text.slice(0, -1) } : word));
    const matched = this.reader.sentence(one);
    return matched?.by === 'name' ? matched : undefined;
  }

  private pointing(words: readonly Word[], { matched: { match, by } }: Understood): Understood | undefined {
    if (match.targets.length === 0 || by === 'before' || !words.some(({ text }) => POINTING.test(text))) return undefined;
    // "open the door and close it again in ten minutes": the time belongs to this part alone.
    const timed = withoutTime(words);
    const reader = this.reader.about(match);
    const matched = reader.clause(timed?.words ?? words);
    if (matched !== undefined && timed !== undefined && matched.by === 'before') {
      return { matched: { ...matched, match: { ...matched.match, when: timed.when } }, words };
    }
    return matched?.by === 'before' && !matched.hasText ? { matched, words } : undefined;
  }

  private completedAlike(words: readonly Word[], before: Understood | undefined): Understood | undefined {
    for (const alike of alikeNamed(words, before, this.reader)) {
      const completed = this.completedBefore(alike, before);
      if (completed !== undefined) return completed;
    }
    return undefined;
  }

  /** "turn the lamp | and the fan off", "the kitchen | and bedroom lights on": the end stands only once, at a later part. */
  private completedBehind(at: number): Understood | undefined {
    const words = this.parts[at]!;
    for (let later = this.parts.length - 1; later > at; later--) {
      const part = this.parts[later]!;
      for (let from = Math.max(0, part.length - (this.reader.tolerant ? 2 : 4)); from < part.length; from++) {
        const one = [...words, ...part.slice(from)];
        const matched = this.reader.sentence(one);
        if (matched?.span !== undefined && !matched.hasText && isAboutSomething(matched)) return { matched, words: one };
      }
    }
    return undefined;
  }

  private unclear(words: readonly Word[], before: Understood | undefined): UnclearPart {
    const [from] = before?.matched.span ?? [0];
    const completed = before === undefined ? words : [...before.words.slice(0, from), ...words];
    const unknown =
      this.reader.matcher.unknownName(words, this.reader.text) ?? this.reader.matcher.unknownName(completed, this.reader.text);
    const text = this.said(words);
    return unknown === undefined ? { text, reason: 'no-match' } : { text, reason: 'no-target', detail: unknown.name };
  }
}

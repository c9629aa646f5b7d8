import type { Entity } from '../../contract/home.ts';
import type { IntentMatch, SlotValue } from '../../contract/intent.ts';
import type { CompiledHome } from './compiled-home.ts';
import { fillersAt } from './fillers.ts';
import { latticeOf } from './lattice.ts';
import type { SourceEntry } from './phrasebook-source.ts';
import { isFragment } from './phrasebook-source.ts';
import { resolveTargets } from './resolve-targets.ts';
import type { Capture, Parse } from './sentence-search.ts';
import { searchSentences } from './sentence-search.ts';
import type { Word } from './words.ts';
import { ARTICLES } from './words.ts';

/** One sentence understood. */
export interface Matched {
  match: IntentMatch;
  entry: SourceEntry;
  /** Set where the person has to say which of these is meant. */
  which: Entity[] | undefined;
  /** How the sentence says what it means: by name, by place, as what was meant before, or not at all ("the lights", "all fans"). */
  by: 'name' | 'place' | 'before' | 'kind';
  /** Words where a place is said last, as "in the kitchen"; undefined where none is. */
  placeFrom: number | undefined;
  /** First and last node of what the sentence is about, for "… and the fan". */
  span: readonly [from: number, to: number] | undefined;
  hasText: boolean;
}

export interface MatchOptions {
  text: string;
  room: string | undefined;
  tolerant: boolean;
  /** False inside a delayed command: no delay in a delay. */
  allowCommand: boolean;
  /** What was understood before, newest first. */
  before?: readonly IntentMatch[];
  /** Name of the fragment (`_thing`) that is wanted in place of a sentence. */
  fragment?: string;
}

/** Two different meanings whose cost differs by less are equally good: neither is taken. */
const TIE = 0.04;
/** How much a person's own sentence is preferred to a built-in one. */
const OWN = 0.01;
/** A scene that is called "Good morning" is more than a greeting. */
const CHAT = 0.003;

/** Words that point at something, but do not name it. */
const NO_NAMES: ReadonlySet<string> = new Set(
  'it that this these those me us him her them you everything anything something nothing what which'.split(' '),
);

/** Words that say what kind of thing is meant: "dim the lights" speaks of lights anew, "brighter" of those just meant. */
const KIND_WORDS: ReadonlySet<string> = new Set(
  `light lights lamp lamps lighting fan fans heating heat thermostat temperature volume music tv television speaker speakers blind blinds curtain
  curtains shade shades shutter shutters drapes window windows door doors everything all here room`.split(/\s+/u),
);

const TARGET_SLOTS: ReadonlySet<string> = new Set(['name', 'area', 'floor']);

/** Understands one sentence that holds one command. */
export class SentenceMatcher {
  readonly compiled: CompiledHome;
  private readonly entries: readonly SourceEntry[];

  constructor(compiled: CompiledHome, entries: readonly SourceEntry[]) {
    this.compiled = compiled;
    this.entries = entries;
  }

  match(words: readonly Word[], options: MatchOptions): Matched | undefined {
    if (words.length === 0) return undefined;
    const texts = words.map(({ text }) => text);
    const lattice = latticeOf(texts, this.compiled.vocabulary, options.tolerant ? this.compiled.similar : undefined);
    const found = searchSentences(this.compiled, texts, lattice, options.before === undefined ? {} : { before: options.before });
    const parses = found.filter(({ entry }) => this.isWanted(this.entries[entry]!, options));
    const rank = ({ entry, doubt, weight }: Parse): number => doubt + weight + this.preferenceOf(this.entries[entry]!);
    parses.sort((left, right) => rank(left) - rank(right));
    let best: Matched | undefined;
    let bestParse: Parse | undefined;
    for (const parse of parses) {
      if (bestParse !== undefined && rank(parse) - rank(bestParse) > TIE) break;
      // The same words taken in another way: the first is the better one, that is no tie.
      if (parse.heard === bestParse?.heard) continue;
      const matched = this.meaningOf(parse, words, options);
      if (matched === undefined) continue;
      if (best === undefined) [best, bestParse] = [matched, parse];
      else if (!sameMeaning(best.match, matched.match)) return undefined;
    }
    return best;
  }

  private preferenceOf({ scope, intent }: SourceEntry): number {
    return scope.builtIn ? (intent === 'HassRespond' ? CHAT : 0) : -OWN;
  }

  private isWanted(entry: SourceEntry, { fragment }: MatchOptions): boolean {
    return isFragment(entry) ? entry.intent === fragment : fragment === undefined;
  }

  /** May a sentence begin with this word? */
  startsSentence(word: string): boolean {
    return this.compiled.automaton.states[0]!.words.has(this.compiled.vocabulary.numberOf(word));
  }

  /** The words that stand where the name of a thing or place should, where the rest is a command; undefined else. */
  unknownName(words: readonly Word[], text: string): { name: string; entry: SourceEntry } | undefined {
    const texts = words.map((word) => word.text);
    const lattice = latticeOf(texts, this.compiled.vocabulary);
    for (const parse of searchSentences(this.compiled, texts, lattice, { allowUnknown: true })) {
      const entry = this.entries[parse.entry]!;
      if (isFragment(entry)) continue;
      const unknown = parse.captures.find(
        ({ kind, reading }) => (kind.type === 'name' || kind.type === 'area') && reading.values.length === 0,
      );
      const named = unknown === undefined ? [] : texts.slice(unknown.from, unknown.reading.to).filter((word) => !ARTICLES.has(word));
      const isNoName = named.some((word) => NO_NAMES.has(word)) || named.every((word) => this.compiled.vocabulary.isSentenceWord(word));
      const hasOtherText = isNoName || parse.captures.some(({ kind }) => kind.type === 'text' || kind.type === 'command');
      if (unknown === undefined || hasOtherText || entry.question !== undefined || unknown.reading.to - unknown.from > 5) continue;
      // A name alone is no command.
      if (unknown.reading.to - unknown.from === words.length) continue;
      return { name: this.textOf(unknown, words, text), entry };
    }
    return undefined;
  }

  private meaningOf(parse: Parse, words: readonly Word[], options: MatchOptions): Matched | undefined {
    const entry = this.entries[parse.entry]!;
    const slots: Record<string, SlotValue> = { ...entry.slots };
    for (const capture of parse.captures) {
      const value = this.valueOf(capture, words, options);
      if (value === undefined) return undefined;
      slots[capture.slot] = value;
    }
    const { targets, which, meant } = resolveTargets(this.compiled, entry, slots, parse.captures, {
      room: options.room,
      before: options.before?.[0],
      texts: words.map(({ text }) => text),
      saysKind: words.some(({ text }) => KIND_WORDS.has(text)),
    });
    const [first] = targets;
    const isNamed = parse.captures.some(({ slot, kind }) => slot === 'name' && kind.type === 'name');
    if (first !== undefined && isNamed) slots.name = first.name;
    if (meant !== undefined) {
      delete slots.name;
      Object.assign(slots, placeSlotsOf(meant, entry.intent));
    }
    const about = parse.captures.filter(({ slot }) => TARGET_SLOTS.has(slot));
    const place = about.findLast(({ slot }) => slot !== 'name');
    return {
      match: {
        intent: entry.intent,
        slots: Object.fromEntries(Object.entries(slots).filter(([slot]) => !slot.startsWith('_'))),
        targets: targets.map(({ id }) => id),
        confidence: Math.max(0, Math.round((1 - parse.doubt * 0.8) * 1000) / 1000),
        ...(entry.question === undefined ? {} : { question: entry.question }),
      },
      entry,
      which,
      by: meant !== undefined ? 'before' : isNamed ? 'name' : place !== undefined ? 'place' : 'kind',
      placeFrom: place !== undefined && place.reading.to === words.length ? place.from : undefined,
      span:
        about.length === 0 ? undefined : [Math.min(...about.map(({ from }) => from)), Math.max(...about.map(({ reading }) => reading.to))],
      hasText: parse.captures.some(({ kind }) => kind.type === 'text'),
    };
  }

  private valueOf(capture: Capture, words: readonly Word[], options: MatchOptions): SlotValue | undefined {
    const { kind, reading } = capture;
    switch (kind.type) {
      case 'range':
        return reading.number;
      case 'text':
        return this.textOf(capture, words, options.text) || undefined;
      case 'command': {
        if (!options.allowCommand) return undefined;
        const inner = words.slice(capture.from, reading.to);
        const command = this.match(inner, { ...options, allowCommand: false });
        return command === undefined || command.entry.question !== undefined ? undefined : this.textOf(capture, words, options.text);
      }
      default: {
        const [first, ...others] = reading.values.map((value) => this.compiled.outOf(kind, value));
        // Which of several names is meant can be asked; which of several colours cannot.
        const isClear = reading.doubt === 0 || kind.type === 'name' || others.every((other) => other === first);
        return isClear ? first : undefined;
      }
    }
  }

  /** The words as they were written, without politeness at the end. */
  private textOf({ from: first, kind, reading }: Capture, words: readonly Word[], text: string): string {
    let { to } = reading;
    let from = first;
    while (kind.type === 'text' && kind.keepsArticles && ARTICLES.has(words[from - 1]?.text ?? '')) from--;
    const texts = words.map((word) => word.text);
    for (let at = from + 1; at < to; at++) {
      if (to === words.length && fillersAt(texts, at, false).includes(to)) to = at;
    }
    const part = words.slice(from, to);
    const isOnePiece = part.every((word, index) => index === 0 || word.start >= part[index - 1]!.start);
    return isOnePiece ? text.slice(part[0]!.start, part.at(-1)!.end) : part.map((word) => word.text).join(' ');
  }
}

/** Slots that tell what an earlier sentence was about. Its kind goes with them only where the new sentence has one too. */
export function placeSlotsOf({ slots }: IntentMatch, intent: string): Record<string, SlotValue> {
  const kept =
    intent === 'HassTurnOn' || intent === 'HassTurnOff' ? ['name', 'area', 'floor', 'domain', 'device_class'] : ['name', 'area', 'floor'];
  return Object.fromEntries(kept.flatMap((slot) => (slots[slot] === undefined ? [] : [[slot, slots[slot]]])));
}

function sameMeaning(left: IntentMatch, right: IntentMatch): boolean {
  const keys = Object.keys(left.slots);
  return (
    left.intent === right.intent &&
    left.question === right.question &&
    keys.length === Object.keys(right.slots).length &&
    keys.every((key) => left.slots[key] === right.slots[key])
  );
}

import type { Entity } from '../../contract/home.ts';
import type { IntentMatch, SlotValue } from '../../contract/intent.ts';
import type { CompiledHome } from './compiled-home.ts';
import { fillersAt } from './fillers.ts';
import { latticeOf } from './lattice.ts';
import type { SourceEntry } from './phrasebook-source.ts';
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
}

/** Two different meanings whose cost differs by less are equally good: neither is taken. */
const TIE = 0.04;
/** How much a person's own sentence is preferred to a built-in one. */
const OWN = 0.01;

/** Words that point at something, but do not name it. */
const NO_NAMES: ReadonlySet<string> = new Set(
  'it that this these those me us him her them you everything anything something nothing what which'.split(' '),
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
    const parses = searchSentences(this.compiled, texts, lattice);
    const rank = ({ entry, doubt, weight }: Parse): number => doubt + weight - (this.entries[entry]!.scope.builtIn ? 0 : OWN);
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

  /** The words that stand where the name of a thing or place should, where the rest is a command; undefined else. */
  unknownName(words: readonly Word[], text: string): { name: string; entry: SourceEntry } | undefined {
    const texts = words.map((word) => word.text);
    const lattice = latticeOf(texts, this.compiled.vocabulary);
    for (const parse of searchSentences(this.compiled, texts, lattice, true)) {
      const entry = this.entries[parse.entry]!;
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
    const { targets, which } = resolveTargets(this.compiled, entry, slots, parse.captures, options.room);
    const [first] = targets;
    if (first !== undefined && parse.captures.some(({ slot, kind }) => slot === 'name' && kind.type === 'name')) slots['name'] = first.name;
    const about = parse.captures.filter(({ slot }) => TARGET_SLOTS.has(slot));
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

function sameMeaning(left: IntentMatch, right: IntentMatch): boolean {
  const keys = Object.keys(left.slots);
  return (
    left.intent === right.intent &&
    left.question === right.question &&
    keys.length === Object.keys(right.slots).length &&
    keys.every((key) => left.slots[key] === right.slots[key])
  );
}

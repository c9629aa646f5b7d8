import type { IntentMatch } from '../../contract/intent.ts';
import { askedOtherwise } from './asked-otherwise.ts';
import { graded, withoutDegree } from './degree-words.ts';
import { exceptionsOf, withoutOther, withoutTargets } from './exceptions.ts';
import { withoutPoliteness } from './politeness.ts';
import { saidOtherwise } from './said-otherwise.ts';
import type { Matched, MatchOptions, SentenceMatcher } from './sentence-matcher.ts';
import { reordered } from './word-order.ts';
import type { Word } from './words.ts';

/** How many times one text may be matched in one way or another: what bounds the cost of any sentence. */
export const MOST_MATCHES = 60;

/** Words of a sentence that may be mis-heard and stand in another order at once. */
const MOST_TURNED = 7;

/** Understands one command of a sentence, however its words stand: as a template has it, with a degree, an exception, or in an order of its own. */
export class ClauseReader {
  readonly matcher: SentenceMatcher;
  readonly text: string;
  private readonly options: MatchOptions;
  private readonly budget: { left: number };
  private readonly known = new Map<string, Matched | undefined>();

  constructor(
    matcher: SentenceMatcher,
    options: { text: string; room: string | undefined; before: readonly IntentMatch[]; tolerant: boolean },
    budget = { left: MOST_MATCHES },
  ) {
    this.matcher = matcher;
    this.text = options.text;
    this.options = { ...options, allowCommand: true };
    this.budget = budget;
  }

  get tolerant(): boolean {
    return this.options.tolerant;
  }

  /** The same reader for mis-heard words; both spend what is left together. */
  tolerantly(): ClauseReader {
    const { text, room, before = [] } = this.options;
    return new ClauseReader(this.matcher, { text, room, before, tolerant: true }, this.budget);
  }

  /** The same reader, where "it" stands for what a part of the sentence is about. */
  about(match: IntentMatch): ClauseReader {
    const { text, room, before = [], tolerant } = this.options;
    return new ClauseReader(this.matcher, { text, room, before: [match, ...before], tolerant }, this.budget);
  }

  /** As the templates have it. */
  sentence(words: readonly Word[]): Matched | undefined {
    return this.match(words, undefined);
  }

  /** A part of a sentence: "the hall lights", "in the kitchen". */
  fragment(name: '_thing' | '_place' | '_value' | '_day', words: readonly Word[]): Matched | undefined {
    return this.match(words, name);
  }

  private match(words: readonly Word[], fragment: string | undefined): Matched | undefined {
    const key = `${fragment ?? ''} ${words.map(({ text, start }) => `${text}${start}`).join(' ')}`;
    if (this.known.has(key)) return this.known.get(key);
    if (this.budget.left <= 0) return undefined;
    this.budget.left--;
    const matched = this.matcher.match(words, fragment === undefined ? this.options : { ...this.options, fragment });
    this.known.set(key, matched);
    return matched;
  }

  /** One command in any of its forms. */
  clause(words: readonly Word[]): Matched | undefined {
    return (
      this.sentence(words) ??
      this.question(words) ??
      this.withDegree(words) ??
      this.inOtherWords(words) ??
      this.withException(words) ??
      this.inOtherOrder(words) ??
      this.withoutPoliteness(words)
    );
  }

  private withoutPoliteness(words: readonly Word[]): Matched | undefined {
    const plain = withoutPoliteness(words);
    return plain === undefined ? undefined : (this.sentence(plain) ?? this.withDegree(plain) ?? this.inOtherWords(plain));
  }

  /** A question asked in other words than the templates have. */
  question(words: readonly Word[]): Matched | undefined {
    if (this.tolerant) return undefined;
    for (const other of askedOtherwise(words)) {
      const matched = this.sentence(other);
      if (matched?.match.question !== undefined) return { ...matched, span: undefined, placeFrom: undefined };
    }
    return undefined;
  }

  private withDegree(words: readonly Word[]): Matched | undefined {
    for (const { words: rest, degree } of withoutDegree(words)) {
      const matched = this.sentence(rest) ?? this.inOtherOrder(rest);
      const match = matched === undefined ? undefined : graded(matched.match, degree);
      // What surrounds the target has changed with the words taken out.
      if (matched !== undefined && match !== undefined) return { ...matched, match, span: undefined, placeFrom: undefined };
    }
    return undefined;
  }

  /** A command in words that no template has, or by what is to be so afterwards. */
  private inOtherWords(words: readonly Word[]): Matched | undefined {
    if (this.tolerant) return undefined;
    for (const other of saidOtherwise(words)) {
      const matched = this.sentence(other) ?? this.withDegree(other);
      if (matched === undefined || matched.hasText || matched.match.question !== undefined) continue;
      if (matched.match.targets.length > 0) return { ...matched, span: undefined, placeFrom: undefined };
    }
    return undefined;
  }

  private withException(words: readonly Word[]): Matched | undefined {
    for (const found of exceptionsOf(words, (word) => this.matcher.startsSentence(word))) {
      const said = withoutOther(found.main) ?? found.main;
      const main = this.sentence(said) ?? this.withDegree(said) ?? this.inOtherWords(said) ?? this.inOtherOrder(said);
      if (main === undefined) continue;
      const excepted = found.parts.map((part) => this.excepted(part, main));
      if (excepted.includes(undefined)) continue;
      const matched = withoutTargets(
        main,
        excepted.filter((one) => one !== undefined),
      );
      if (matched !== undefined) return matched;
    }
    return this.withoutThoseBefore(words);
  }

  /** "turn off the other lights": all but those that were just spoken of. */
  private withoutThoseBefore(words: readonly Word[]): Matched | undefined {
    const [before] = this.options.before ?? [];
    const said = before === undefined || before.targets.length === 0 ? undefined : withoutOther(words);
    const main = said === undefined ? undefined : this.sentence(said);
    if (main === undefined || before === undefined || !before.targets.some((id) => main.match.targets.includes(id))) return undefined;
    return withoutTargets(main, [{ ...main, match: before }]);
  }

  /** What is left out: a thing or place; "the bedroom" of lights may also be said as "the bedroom lights". */
  private excepted(part: readonly Word[], main: Matched): Matched | undefined {
    const owned = this.matcher.compiled.areaOf(
      part.map(({ text }) => text),
      this.options.room,
    );
    if (owned !== undefined) {
      const targets = main.match.targets.filter((id) => this.matcher.compiled.entity(id)?.area === owned.id);
      return { ...main, by: 'place', match: { ...main.match, slots: { area: owned.name }, targets } };
    }
    const thing = this.fragment('_thing', part) ?? this.fragment('_thing', part.slice(0, -1));
    const begun = this.matcher.compiled.namedLike(
      part.map(({ text }) => text),
      main.match.targets,
    );
    // "the apple tree" of the garden lights is the one whose name begins so.
    const isElsewhere = thing?.by === 'name' && !thing.match.targets.some((id) => main.match.targets.includes(id));
    if (begun.length > 0 && (thing === undefined || isElsewhere)) {
      const slots = { name: this.matcher.compiled.entity(begun[0]!)!.name };
      return { ...main, by: 'name', match: { ...main.match, slots, targets: begun } };
    }
    if (thing === undefined) return undefined;
    if (thing.by === 'name') {
      const all = [...(thing.which ?? []).map(({ id }) => id), ...thing.match.targets];
      return { ...thing, match: { ...thing.match, targets: all } };
    }
    const inPlace = main.match.targets.filter((id) => {
      const entity = this.matcher.compiled.entity(id);
      return entity !== undefined && this.matcher.compiled.isInPlace(entity, thing.match.slots);
    });
    return { ...thing, match: { ...thing.match, targets: thing.match.targets.length > 0 ? thing.match.targets : inPlace } };
  }

  private inOtherOrder(words: readonly Word[]): Matched | undefined {
    // Mis-heard and turned round at once is more guess than understanding, unless it is short.
    if (this.tolerant && words.length > MOST_TURNED) return undefined;
    for (const other of reordered(words, this.matcher)) {
      if (other.topic !== undefined && this.fragment('_thing', other.topic) === undefined) continue;
      const matched = this.sentence(other.words) ?? this.withDegree(other.words);
      if (matched !== undefined) return { ...matched, span: undefined, placeFrom: undefined };
    }
    return undefined;
  }
}

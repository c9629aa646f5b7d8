import type { IntentMatch } from '../../contract/intent.ts';
import type { CompiledHome } from './compiled-home.ts';
import { getOrAdd } from './get-or-add.ts';
import type { Lattice } from './lattice.ts';
import { heardWith } from './lattice.ts';
import type { ListKind } from './list-kind.ts';
import { readNumbers } from './number-words.ts';
import type { TrieNode } from './word-trie.ts';

/** One way to fill a slot: up to which node, and with what. */
export interface SlotReading {
  to: number;
  /** Certainty lost by mis-heard words. */
  doubt: number;
  /** Tells readings of the same sounds from each other: equal where the same words were put for the same words. */
  heard: number;
  /** Preference among readings that are equally certain; never shown. */
  weight: number;
  /** Indexes into the list, equally good; several only where they cannot be told apart. */
  values: number[];
  number: number | undefined;
  /** Names that are these words only for short: meant where the place rules out `values`. */
  others?: number[];
  /** What was said before, where "it" or "them" stands for what that was about: all of it is meant. */
  meant?: IntentMatch;
}

export interface ReaderOptions {
  /** With names of unknown things: any words stand for a name or a place. */
  allowUnknown?: boolean;
  /** What "it", "them" and "there" may stand for, newest first. */
  before?: readonly IntentMatch[];
}

const PRONOUNS: ReadonlySet<string> = new Set(['it', 'them', 'that', 'those', 'these', 'both']);
/** What was just spoken of comes before a sentence that has the word "it" itself. */
const POINTED = -0.005;

/** Two values whose doubt differs by less cannot be told apart. */
const MARGIN = 0.08;
/** A name with its place is what templates with a slot for the place tell better. */
const PLACED = 0.06;
const QUANTITIES: ReadonlySet<string> = new Set(['both', 'all']);
const PLACING: ReadonlySet<string> = new Set(['in', 'inside', 'of', 'from', 'at', 'on', 'by']);
/** A name that is only part of another device's name wins only where nothing else fits. */
const PARTIAL = 0.05;

/** Of several: what the last command was given for, part by part. */
const SEVERAL: ReadonlySet<string> = new Set(['them', 'those', 'these', 'both', 'all']);

/** "them both", "both of them", "that one". */
function pronounEnd(words: readonly string[], node: number): number {
  if (words[node] === 'both' && words[node + 1] === 'of' && PRONOUNS.has(words[node + 2] ?? '')) return node + 3;
  const next = words[node + 1];
  return next === 'one' || next === 'ones' || (next === 'both' && words[node] === 'them') ? node + 2 : node + 1;
}

/** The newest commands that differ only in what they are about, as one: "turn on the lamp and the fan" were two. */
function together(before: readonly IntentMatch[]): IntentMatch {
  const [newest] = before;
  const kept = ({ intent, slots: { name: _name, area: _area, floor: _floor, domain: _domain, ...rest } }: IntentMatch): string =>
    `${intent} ${JSON.stringify(rest)}`;
  const end = before.findIndex((match) => kept(match) !== kept(newest!));
  const alike = before.slice(0, end < 0 ? before.length : end);
  if (alike.length < 2) return newest!;
  const names = [...new Set(alike.map(({ slots }) => slots.name ?? slots.area))].filter((name) => name !== undefined);
  return { ...newest!, slots: { name: names.join(', ') }, targets: [...new Set(alike.flatMap(({ targets }) => targets))] };
}

interface TrieReading {
  to: number;
  doubt: number;
  heard: number;
  values: number[];
}

const NO_READINGS: readonly SlotReading[] = [];

/** Reads what a slot may hold at a node of a lattice; every list is read once per node. */
export class SlotReader {
  private readonly compiled: CompiledHome;
  private readonly lattice: Lattice;
  private readonly words: readonly string[];
  private readonly allowUnknown: boolean;
  private readonly before: readonly IntentMatch[];
  private readonly raw = new Map<TrieNode, Map<number, TrieReading[]>>();
  private readonly done = new Map<string, Map<number, readonly SlotReading[]>>();

  constructor(
    compiled: CompiledHome,
    lattice: Lattice,
    words: readonly string[],
    { allowUnknown = false, before = [] }: ReaderOptions = {},
  ) {
    this.compiled = compiled;
    this.lattice = lattice;
    this.words = words;
    this.allowUnknown = allowUnknown;
    this.before = before;
  }

  readings(kind: ListKind, node: number): readonly SlotReading[] {
    const byNode = getOrAdd(this.done, kind.key, () => new Map<number, readonly SlotReading[]>());
    return getOrAdd(byNode, node, () => this.read(kind, node));
  }

  private read(kind: ListKind, node: number): readonly SlotReading[] {
    const isInsideWord = node > this.lattice.end;
    switch (kind.type) {
      case 'range':
        return isInsideWord ? NO_READINGS : this.numbers(kind, node);
      case 'text':
      case 'command':
        return isInsideWord ? NO_READINGS : this.text(node, 0.3);
      default: {
        const known = [...this.listed(kind, node), ...(isInsideWord || this.before.length === 0 ? [] : this.pointedAt(kind, node))];
        const anything = this.allowUnknown && !isInsideWord && (kind.type === 'name' || kind.type === 'area');
        return anything ? [...known, ...this.text(node, 2)] : known;
      }
    }
  }

  /** "it", "them": what the newest sentence before was about whose things can all stand here. "there": its room. */
  private pointedAt(kind: ListKind, node: number): SlotReading[] {
    const word = this.words[node] ?? '';
    if (kind.type === 'area' && word === 'there') {
      const values = this.compiled.areasOf(this.before[0]);
      return values.length === 0 ? [] : [{ to: node + 1, doubt: 0, heard: 0, weight: POINTED, values, number: undefined }];
    }
    if (kind.type !== 'name' || !PRONOUNS.has(word)) return [];
    const to = pronounEnd(this.words, node);
    const said = SEVERAL.has(word) ? [together(this.before), ...this.before] : this.before;
    for (const meant of said) {
      const values = this.compiled.namesOf(meant);
      if (values.length === 0 || !values.every((value) => this.compiled.allows(kind, value))) continue;
      return [{ to, doubt: 0, heard: 0, weight: POINTED, values, number: undefined, meant }];
    }
    return [];
  }

  private numbers(kind: Extract<ListKind, { type: 'range' }>, node: number): SlotReading[] {
    const readings: SlotReading[] = [];
    for (const { value, end } of readNumbers(this.words, node)) {
      const steps = (value - kind.from) / kind.step;
      if (value < kind.from || value > kind.to || Math.abs(steps - Math.round(steps)) > 1e-6) continue;
      readings.push({ to: end, doubt: 0, heard: 0, weight: 0.0005, values: [], number: kind.negated ? -value : value });
    }
    return readings;
  }

  private text(node: number, weight: number): SlotReading[] {
    const readings: SlotReading[] = [];
    for (let to = node + 1; to <= this.lattice.end; to++) {
      readings.push({ to, doubt: 0, heard: 0, weight: weight + 0.02 * (to - node), values: [], number: undefined });
    }
    return readings;
  }

  private listed(kind: ListKind, node: number): SlotReading[] {
    const trie = this.compiled.trieOf(kind);
    if (trie === undefined) return [];
    const readings = this.plain(kind, trie, node);
    if (kind.type === 'area') return [...readings, ...this.owned(kind, node)];
    return kind.type === 'name' && node < this.lattice.end ? this.withPlaces(kind, trie, node, readings) : readings;
  }

  /** "ben's blind": the owner's room, where something of it follows. */
  private owned(kind: ListKind, node: number): SlotReading[] {
    if (node >= this.lattice.end || !(this.words[node] ?? '').endsWith('s')) return [];
    return this.plain(kind, this.compiled.ownerTrie, node).flatMap((reading) =>
      reading.to === node + 1 && reading.to < this.lattice.end && reading.doubt === 0
        ? [{ ...reading, weight: reading.weight + PLACED }]
        : [],
    );
  }

  /** Names with the place they are in: "the office desk lamp", "ben's desk lamp", "the desk lamp in the office". Only where the words name the place alone. */
  private withPlaces(kind: ListKind, trie: TrieNode, node: number, plain: SlotReading[]): SlotReading[] {
    const readings = [...plain];
    // "both wall lights", "all the ceiling fans": only names of several.
    if (QUANTITIES.has(this.words[node]!)) {
      let at = node + 1;
      while (this.words[at] === 'the' || this.words[at] === 'of') at++;
      for (const name of at < this.lattice.end ? this.plain(kind, trie, at) : []) {
        const values = name.values.filter((value) => this.compiled.names.entities[value]!.plural === true);
        if (values.length > 0) readings.push({ ...name, values });
      }
    }
    const isKnown = (to: number): boolean => readings.some((reading) => reading.to === to && reading.doubt === 0);
    const add = (to: number, from: SlotReading, values: number[]): void => {
      if (values.length > 0 && !isKnown(to)) readings.push({ ...from, to, weight: from.weight + PLACED, values });
    };
    for (const place of this.walk(this.compiled.ownerTrie, node)) {
      if (place.doubt > 0 || place.to >= this.lattice.end) continue;
      for (const name of this.plain(kind, trie, place.to)) add(name.to, name, this.compiled.namesIn(name.values, place.values, undefined));
    }
    for (const name of plain) {
      const word = this.words[name.to];
      if (word === undefined) continue;
      const start = PLACING.has(word) ? name.to + 1 : name.to;
      if (start >= this.lattice.end) continue;
      const article = this.words[start] === 'the' || this.words[start] === 'my' || this.words[start] === 'our' ? start + 1 : start;
      if (start > name.to) {
        for (const place of this.walk(this.compiled.areaTrie, article)) {
          if (place.doubt === 0) add(place.to, name, this.compiled.namesIn(name.values, place.values, undefined));
        }
      }
      for (const place of this.walk(this.compiled.floorTrie, article)) {
        if (place.doubt === 0) add(place.to, name, this.compiled.namesIn(name.values, undefined, place.values));
      }
    }
    return readings;
  }

  private plain(kind: ListKind, trie: TrieNode, node: number): SlotReading[] {
    const base = kind.type === 'values' ? 0.0015 : kind.type === 'name' ? 0.001 : 0.002;
    const best = new Map<number, SlotReading>();
    for (const { to, doubt, heard, values } of this.walk(trie, node)) {
      let allowed = values.filter((value) => this.compiled.allows(kind, value));
      if (allowed.length === 0) continue;
      let partial = false;
      let others: number[] | undefined;
      if (kind.type === 'name') {
        const whole = allowed.filter((value) => !this.compiled.names.entities[value]!.partial);
        partial = whole.length === 0;
        if (!partial && whole.length < allowed.length) others = allowed;
        if (!partial) allowed = whole;
      }
      const reading: SlotReading = {
        to,
        doubt,
        heard,
        weight: base + (partial ? PARTIAL : 0) + this.compiled.weightOf(kind, allowed[0]!),
        values: allowed,
        number: undefined,
      };
      if (others !== undefined) reading.others = others;
      const before = best.get(to);
      if (before === undefined || doubt + reading.weight < before.doubt + before.weight - MARGIN) best.set(to, reading);
      else if (Math.abs(doubt - before.doubt) < MARGIN && doubt > 0) {
        const better = doubt < before.doubt ? reading : before;
        best.set(to, { ...better, values: [...new Set([...better.values, ...before.values, ...allowed])] });
      } else if (doubt + reading.weight < before.doubt + before.weight) best.set(to, reading);
    }
    return [...best.values()];
  }

  private walk(trie: TrieNode, start: number): TrieReading[] {
    const byNode = getOrAdd(this.raw, trie, () => new Map<number, TrieReading[]>());
    return getOrAdd(byNode, start, () => {
      const found: TrieReading[] = [];
      this.step(trie, start, 0, 0, found);
      return found;
    });
  }

  private step(trie: TrieNode, node: number, doubt: number, heard: number, found: TrieReading[]): void {
    if (trie.values !== undefined) found.push({ to: node, doubt, heard, values: trie.values });
    if (trie.next === undefined) return;
    for (const edge of this.lattice.edges[node]!) {
      if (edge.word < 0) {
        // Only articles are passed over inside a name, never a whole phrase.
        if (edge.to === node + 1) this.stepBehind(trie, edge.to, doubt, heard, found);
        continue;
      }
      const next = trie.next.get(edge.word);
      if (next !== undefined && doubt + edge.cost <= 0.7) this.step(next, edge.to, doubt + edge.cost, heardWith(heard, node, edge), found);
    }
  }

  /** Goes on behind a word that was passed over; the name does not end there again. */
  private stepBehind(trie: TrieNode, node: number, doubt: number, heard: number, found: TrieReading[]): void {
    for (const edge of this.lattice.edges[node]!) {
      const next = edge.word < 0 ? undefined : trie.next?.get(edge.word);
      if (next !== undefined && doubt + edge.cost <= 0.7) this.step(next, edge.to, doubt + edge.cost, heardWith(heard, node, edge), found);
    }
  }
}

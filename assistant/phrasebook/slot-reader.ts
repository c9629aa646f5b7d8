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
}

/** Two values whose doubt differs by less cannot be told apart. */
const MARGIN = 0.08;
/** A name that is only part of another device's name wins only where nothing else fits. */
const PARTIAL = 0.05;

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
  /** With names of unknown things: any words stand for a name or a place. */
  private readonly allowUnknown: boolean;
  private readonly raw = new Map<TrieNode, Map<number, TrieReading[]>>();
  private readonly done = new Map<string, Map<number, readonly SlotReading[]>>();

  constructor(compiled: CompiledHome, lattice: Lattice, words: readonly string[], allowUnknown: boolean) {
    this.compiled = compiled;
    this.lattice = lattice;
    this.words = words;
    this.allowUnknown = allowUnknown;
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
        const known = this.listed(kind, node);
        const anything = this.allowUnknown && !isInsideWord && (kind.type === 'name' || kind.type === 'area');
        return anything ? [...known, ...this.text(node, 2)] : known;
      }
    }
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
    const base = kind.type === 'values' ? 0.0015 : kind.type === 'name' ? 0.001 : 0.002;
    const best = new Map<number, SlotReading>();
    for (const { to, doubt, heard, values } of this.walk(trie, node)) {
      let allowed = values.filter((value) => this.compiled.allows(kind, value));
      if (allowed.length === 0) continue;
      let partial = false;
      if (kind.type === 'name') {
        const whole = allowed.filter((value) => !this.compiled.names.entities[value]!.partial);
        partial = whole.length === 0;
        if (!partial) allowed = whole;
      }
      const reading = { to, doubt, heard, weight: base + (partial ? PARTIAL : 0), values: allowed, number: undefined };
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

import { getOrAdd } from './get-or-add.ts';
import type { ListKind } from './list-kind.ts';
import { listKindOf } from './list-kind.ts';
import type { SourceEntry, SourceScope } from './phrasebook-source.ts';
import { findRule } from './phrasebook-source.ts';
import type { TemplateNode } from './template.ts';
import { ARTICLES, spokenWords } from './words.ts';

/** One slot of a sentence: which slot, and what it can hold. */
export interface SlotSymbol {
  slot: string;
  kind: ListKind;
}

export interface AutomatonState {
  /** Next state by word number. */
  words: Map<number, number>;
  /** Slots that may come here: index into `symbols`, next state. */
  slots: { symbol: number; to: number }[];
  /** Entries that are complete here: indexes into the entries. */
  accepts: number[];
}

/** Deterministic over words and slots: sentences that begin alike share their states. State 0 is the start. */
export interface SentenceAutomaton {
  states: AutomatonState[];
  symbols: SlotSymbol[];
  vocabulary: Map<string, number>;
}

interface Fragment {
  words: { word: number; to: number }[];
  slots: { symbol: number; to: number }[];
  free: number[];
  accept: number | undefined;
}

/** Builds the automaton of all sentences. Articles are left out; the matcher skips them. */
export function buildAutomaton(entries: readonly SourceEntry[]): SentenceAutomaton {
  const builder = new AutomatonBuilder();
  entries.forEach((entry, index) => {
    for (const sentence of entry.sentences) builder.add(sentence.node, entry.scope, index);
  });
  return builder.build();
}

function append(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

class AutomatonBuilder {
  private readonly fragments: Fragment[] = [];
  private readonly symbols: SlotSymbol[] = [];
  private readonly symbolNumbers = new Map<string, number>();
  private readonly vocabulary = new Map<string, number>();
  private readonly numbersByWord = new Map<string, number[]>();
  private readonly start = this.fragment();

  private fragment(): number {
    this.fragments.push({ words: [], slots: [], free: [], accept: undefined });
    return this.fragments.length - 1;
  }

  add(node: TemplateNode, scope: SourceScope, entry: number): void {
    const end = this.append(node, scope, this.start);
    const accept = this.fragment();
    this.fragments[end]!.free.push(accept);
    this.fragments[accept]!.accept = entry;
  }

  /** Appends what a node reads behind a fragment; returns the fragment behind it. */
  private append(node: TemplateNode, scope: SourceScope, from: number): number {
    switch (node.type) {
      case 'word': {
        let at = from;
        for (const word of this.wordNumbers(node.word)) {
          const to = this.fragment();
          this.fragments[at]!.words.push({ word, to });
          at = to;
        }
        return at;
      }
      case 'sequence':
        return node.items.reduce((at, item) => this.append(item, scope, at), from);
      case 'choice': {
        const to = this.fragment();
        for (const item of node.items) this.fragments[this.append(item, scope, from)]!.free.push(to);
        return to;
      }
      case 'optional': {
        const to = this.append(node.item, scope, from);
        // A fragment of its own: a direct way past an optional part that reads nothing would be a circle.
        const behind = this.fragment();
        this.fragments[to]!.free.push(behind);
        this.fragments[from]!.free.push(behind);
        return behind;
      }
      case 'rule': {
        const { rule, scope: owner } = findRule(scope, node.name)!;
        return this.append(rule.node, owner, from);
      }
      case 'slot': {
        const to = this.fragment();
        const kind = listKindOf(node.list, scope)!;
        this.fragments[from]!.slots.push({ symbol: this.symbolNumber({ slot: node.slot, kind }), to });
        return to;
      }
    }
  }

  /** The matched words of a template's word; articles are none. */
  private wordNumbers(written: string): number[] {
    let numbers = this.numbersByWord.get(written);
    if (numbers === undefined) {
      numbers = spokenWords(written).flatMap((text) => (ARTICLES.has(text) ? [] : [this.wordNumber(text)]));
      this.numbersByWord.set(written, numbers);
    }
    return numbers;
  }

  private wordNumber(text: string): number {
    return getOrAdd(this.vocabulary, text, () => this.vocabulary.size);
  }

  private symbolNumber(symbol: SlotSymbol): number {
    const key = `${symbol.slot} ${symbol.kind.key}`;
    return getOrAdd(this.symbolNumbers, key, () => this.symbols.push(symbol) - 1);
  }

  private closure(of: Iterable<number>): number[] {
    const found = new Set(of);
    const useful: number[] = [];
    for (const one of found) {
      const { words, slots, free, accept } = this.fragments[one]!;
      for (const next of free) found.add(next);
      if (words.length > 0 || slots.length > 0 || accept !== undefined) useful.push(one);
    }
    return useful;
  }

  build(): SentenceAutomaton {
    const states: AutomatonState[] = [];
    const sets: number[][] = [];
    const known = new Map<string, number>();
    const stateOf = (targets: Iterable<number>): number => {
      const set = this.closure(targets).sort((left, right) => left - right);
      const key = set.join(' ');
      return getOrAdd(known, key, () => {
        sets.push(set);
        return states.push({ words: new Map(), slots: [], accepts: [] }) - 1;
      });
    };
    stateOf([this.start]);
    for (let index = 0; index < states.length; index++) {
      const byWord = new Map<number, number[]>();
      const bySymbol = new Map<number, number[]>();
      const accepts = new Set<number>();
      for (const one of sets[index]!) {
        const { words, slots, accept } = this.fragments[one]!;
        for (const { word, to } of words) append(byWord, word, to);
        for (const { symbol, to } of slots) append(bySymbol, symbol, to);
        if (accept !== undefined) accepts.add(accept);
      }
      const state = states[index]!;
      state.accepts = [...accepts];
      for (const [word, targets] of byWord) state.words.set(word, stateOf(targets));
      for (const [symbol, targets] of bySymbol) state.slots.push({ symbol, to: stateOf(targets) });
    }
    return { states, symbols: this.symbols, vocabulary: this.vocabulary };
  }
}

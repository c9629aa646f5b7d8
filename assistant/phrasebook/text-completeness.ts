import type { Completeness } from '../../contract/intent.ts';
import type { CompiledHome } from './compiled-home.ts';
import { latticeOf } from './lattice.ts';
import type { ListKind } from './list-kind.ts';
import type { SourceEntry } from './phrasebook-source.ts';
import { isFragment } from './phrasebook-source.ts';
import { searchCells } from './sentence-search.ts';
import { SlotReader } from './slot-reader.ts';
import type { TrieNode } from './word-trie.ts';
import { spokenWords } from './words.ts';

/** Tells how finished a partial text is. Built once per home. */
export class CompletenessMeter {
  private readonly compiled: CompiledHome;
  private readonly entries: readonly SourceEntry[];
  /** Per state: is there a spoken sentence that goes on from here? */
  private readonly goesOn: boolean[];

  constructor(compiled: CompiledHome, entries: readonly SourceEntry[]) {
    this.compiled = compiled;
    this.entries = entries;
    this.goesOn = statesThatGoOn(compiled, entries);
  }

  /** Politeness behind a command and a second command do not count as going on. */
  of(text: string): Completeness {
    const words = spokenWords(text);
    if (words.length === 0) return 'incomplete';
    const { states, symbols } = this.compiled.automaton;
    const lattice = latticeOf(words, this.compiled.vocabulary);
    const reader = new SlotReader(this.compiled, lattice, words);
    const cells = searchCells(this.compiled, lattice, reader, false);
    const atEnd = cells[lattice.end];
    let isCommand = false;
    let goesOn = false;
    for (const state of atEnd?.keys() ?? []) {
      if (states[state]!.accepts.some((entry) => !isFragment(this.entries[entry]!))) isCommand = true;
      if (this.goesOn[state] === true) goesOn = true;
    }
    if (!isCommand) return 'incomplete';
    if (goesOn) return 'complete';
    for (const [node, here] of cells.entries()) {
      if (here === undefined || node >= lattice.end) continue;
      for (const state of here.keys()) {
        for (const { symbol, to } of states[state]!.slots) {
          if (!this.leadsOn(to)) continue;
          if (this.isOpen(symbols[symbol]!.kind, words.slice(node))) return 'complete';
        }
      }
    }
    return 'closed';
  }

  private leadsOn(state: number): boolean {
    return this.goesOn[state] === true || this.compiled.automaton.states[state]!.accepts.some((entry) => this.entries[entry]!.speech);
  }

  /** Do the words begin a longer name, number or free text of this kind? */
  private isOpen(kind: ListKind, words: readonly string[]): boolean {
    if (kind.type === 'text') return true;
    if (kind.type === 'range') return kind.to > 20 && words.length === 1 && /(?:ty|hundred)$/u.test(words[0]!);
    let node: TrieNode | undefined = this.compiled.trieOf(kind);
    for (const word of words) {
      if (node === undefined) return false;
      const number = this.compiled.vocabulary.numberOf(word);
      node = node.next?.get(number) ?? (number >= 0 && (word === 'the' || word === 'a' || word === 'my') ? node : undefined);
    }
    return node !== undefined && this.hasLonger(kind, node);
  }

  private hasLonger(kind: ListKind, node: TrieNode): boolean {
    for (const next of node.next?.values() ?? []) {
      if (next.values?.some((value) => this.compiled.allows(kind, value)) === true || this.hasLonger(kind, next)) return true;
    }
    return false;
  }
}

function statesThatGoOn(compiled: CompiledHome, entries: readonly SourceEntry[]): boolean[] {
  const { states, symbols } = compiled.automaton;
  const before: number[][] = states.map(() => []);
  states.forEach((state, index) => {
    for (const to of state.words.values()) before[to]!.push(index);
    for (const { symbol, to } of state.slots) if (symbols[symbol]!.kind.type !== 'command') before[to]!.push(index);
  });
  const goesOn = states.map(() => false);
  const open = states.flatMap(({ accepts }, index) => (accepts.some((entry) => entries[entry]!.speech) ? [index] : []));
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const one of before[state]!) {
      if (goesOn[one] === true) continue;
      goesOn[one] = true;
      open.push(one);
    }
  }
  return goesOn;
}

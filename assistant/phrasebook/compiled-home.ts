import type { Entity, HomeSnapshot } from '../../contract/home.ts';
import type { SlotValue } from '../../contract/intent.ts';
import type { HomeNames } from './home-names.ts';
import { namesOfHome } from './home-names.ts';
import type { ListKind, Selector } from './list-kind.ts';
import type { SentenceAutomaton } from './sentence-automaton.ts';
import { SimilarWords } from './similar-words.ts';
import { Vocabulary } from './vocabulary.ts';
import { wordSequences } from './word-sequences.ts';
import type { TrieNode } from './word-trie.ts';
import { addToTrie, emptyTrie } from './word-trie.ts';
import { withoutArticles } from './words.ts';

export function isSelected(entity: Entity, selectors: readonly Selector[]): boolean {
  if (selectors.length === 0) return true;
  return selectors.some(
    ({ domain, deviceClass }) => entity.domain === domain && (deviceClass === undefined || entity.device_class === deviceClass),
  );
}

/** The automaton's words and lists together with the names of one home. Values of tries are indexes. */
export class CompiledHome {
  readonly home: HomeSnapshot;
  readonly automaton: SentenceAutomaton;
  readonly names: HomeNames;
  readonly vocabulary: Vocabulary;
  readonly similar: SimilarWords;
  /** Values: index into `names.entities`. */
  readonly nameTrie = emptyTrie();
  readonly areaTrie = emptyTrie();
  readonly floorTrie = emptyTrie();
  private readonly valueTries = new Map<string, { trie: TrieNode; outs: SlotValue[] }>();
  private readonly selected = new Map<string, Uint8Array>();

  constructor(home: HomeSnapshot, automaton: SentenceAutomaton) {
    this.home = home;
    this.automaton = automaton;
    this.names = namesOfHome(home);
    this.vocabulary = new Vocabulary(automaton.vocabulary);
    const numbers = (words: readonly string[]): number[] => words.map((word) => this.vocabulary.add(word));
    this.names.entities.forEach((name, index) => {
      addToTrie(this.nameTrie, numbers(name.words), index);
    });
    for (const { words, index } of this.names.areas) addToTrie(this.areaTrie, numbers(words), index);
    for (const { words, index } of this.names.floors) addToTrie(this.floorTrie, numbers(words), index);
    for (const { kind } of automaton.symbols) {
      if (kind.type === 'name' && !this.selected.has(kind.key)) this.selected.set(kind.key, this.selectionOf(kind.selectors));
      if (kind.type !== 'values' || this.valueTries.has(kind.key)) continue;
      const trie = emptyTrie();
      kind.values.forEach(({ node }, index) => {
        for (const words of wordSequences(node, kind.scope)) addToTrie(trie, numbers(withoutArticles(words)), index);
      });
      this.valueTries.set(kind.key, { trie, outs: kind.values.map(({ out }) => out) });
    }
    this.similar = new SimilarWords(this.vocabulary.words());
  }

  private selectionOf(selectors: readonly Selector[]): Uint8Array {
    return Uint8Array.from(this.names.entities, ({ index }) => (isSelected(this.home.entities[index]!, selectors) ? 1 : 0));
  }

  trieOf(kind: ListKind): TrieNode | undefined {
    switch (kind.type) {
      case 'name':
        return this.nameTrie;
      case 'area':
        return this.areaTrie;
      case 'floor':
        return this.floorTrie;
      case 'values':
        return this.valueTries.get(kind.key)!.trie;
      default:
        return undefined;
    }
  }

  /** May this value of the trie stand in this slot? */
  allows(kind: ListKind, value: number): boolean {
    return kind.type !== 'name' || this.selected.get(kind.key)![value] === 1;
  }

  /** The slot value of a list's item. */
  outOf(kind: ListKind, value: number): SlotValue {
    switch (kind.type) {
      case 'name':
        return this.home.entities[this.names.entities[value]!.index]!.name;
      case 'area':
        return this.home.areas[value]!.name;
      case 'floor':
        return this.home.floors[value]!.name;
      case 'values':
        return this.valueTries.get(kind.key)!.outs[value]!;
      default:
        return value;
    }
  }
}

import type { Area, Entity, HomeSnapshot } from '../../contract/home.ts';
import type { IntentMatch, SlotValue } from '../../contract/intent.ts';
import { getOrAdd } from './get-or-add.ts';
import { modesOf } from './home-modes.ts';
import type { HomeNames } from './home-names.ts';
import { namesOfHome, ownersOf } from './home-names.ts';
import type { ListKind, Selector } from './list-kind.ts';
import { isOnFloor, OUTSIDE, outsideOf } from './outside.ts';
import type { SentenceAutomaton } from './sentence-automaton.ts';
import { SimilarWords } from './similar-words.ts';
import { Vocabulary } from './vocabulary.ts';
import { wordSequences } from './word-sequences.ts';
import type { TrieNode } from './word-trie.ts';
import { addToTrie, emptyTrie } from './word-trie.ts';
import { ARTICLES, spokenWords, withoutArticles } from './words.ts';

export function isSelected(entity: Entity, selectors: readonly Selector[]): boolean {
  if (selectors.length === 0) return true;
  return selectors.some(
    ({ domain, deviceClass }) => entity.domain === domain && (deviceClass === undefined || entity.device_class === deviceClass),
  );
}

const WEAK_PLACE = 0.06;

/** The automaton's words and lists together with the names of one home. Values of tries are indexes. */
export class CompiledHome {
  /** Without what is hidden or not exposed: no sentence means it. */
  readonly home: HomeSnapshot;
  readonly automaton: SentenceAutomaton;
  readonly names: HomeNames;
  readonly vocabulary: Vocabulary;
  readonly similar: SimilarWords;
  /** Values: index into `names.entities`. */
  readonly nameTrie = emptyTrie();
  readonly areaTrie = emptyTrie();
  readonly floorTrie = emptyTrie();
  /** Areas as they stand before a thing: "ben's" for Ben's room, too. Values: index into the areas. */
  readonly ownerTrie = emptyTrie();
  private readonly modes: string[] = [];
  private readonly modeTrie = emptyTrie();
  private readonly valueTries = new Map<string, { trie: TrieNode; outs: SlotValue[] }>();
  /** By name: which of the kinds of things its thing is, for there are few kinds and many names. */
  private readonly kindOfName: Uint16Array;
  private readonly selected = new Map<string, Uint8Array>();
  /** By entity id: index of one of its names. */
  private readonly nameByEntity = new Map<string, number>();
  private readonly entityById = new Map<string, Entity>();
  private readonly areaIndex: ReadonlyMap<string, number>;

  constructor(whole: HomeSnapshot, automaton: SentenceAutomaton) {
    const outside = outsideOf(whole);
    const floors = outside === undefined ? whole.floors : [...whole.floors, outside];
    const home = { ...whole, floors, entities: whole.entities.filter(({ exposed, hidden }) => exposed !== false && hidden !== true) };
    this.home = home;
    this.automaton = automaton;
    this.names = namesOfHome(home);
    this.areaIndex = new Map(home.areas.map(({ id }, index) => [id, index]));
    for (const entity of home.entities) this.entityById.set(entity.id, entity);
    this.names.entities.forEach(({ index }, name) => {
      if (!this.nameByEntity.has(home.entities[index]!.id)) this.nameByEntity.set(home.entities[index]!.id, name);
    });
    this.vocabulary = new Vocabulary(automaton.vocabulary);
    const numbers = (words: readonly string[]): number[] => words.map((word) => this.vocabulary.add(word));
    this.names.entities.forEach((name, index) => {
      addToTrie(this.nameTrie, numbers(name.words), index);
    });
    for (const { words, index } of this.names.areas) {
      addToTrie(this.areaTrie, numbers(words), index);
      addToTrie(this.ownerTrie, numbers(words), index);
    }
    home.areas.forEach((area, index) => {
      for (const owner of ownersOf([area.name, ...area.aliases])) addToTrie(this.ownerTrie, numbers(owner), index);
    });
    for (const mode of modesOf(home.entities)) addToTrie(this.modeTrie, numbers(spokenWords(mode)), this.modes.push(mode) - 1);
    for (const { words, index } of this.names.floors) addToTrie(this.floorTrie, numbers(words), index);
    const kinds: Entity[] = [];
    const known = new Map<string, number>();
    this.kindOfName = Uint16Array.from(this.names.entities, ({ index }) => {
      const entity = home.entities[index]!;
      return getOrAdd(known, `${entity.domain}.${entity.device_class ?? ''}`, () => kinds.push(entity) - 1);
    });
    for (const { kind } of automaton.symbols) {
      if (kind.type === 'name' && !this.selected.has(kind.key)) {
        this.selected.set(
          kind.key,
          Uint8Array.from(kinds, (entity) => (isSelected(entity, kind.selectors) ? 1 : 0)),
        );
      }
      if (kind.type !== 'values' || this.valueTries.has(kind.key)) continue;
      const trie = emptyTrie();
      kind.values.forEach(({ node }, index) => {
        for (const words of wordSequences(node, kind.scope)) addToTrie(trie, numbers(withoutArticles(words)), index);
      });
      this.valueTries.set(kind.key, { trie, outs: kind.values.map(({ out }) => out) });
    }
    this.similar = new SimilarWords(this.vocabulary.words());
  }

  trieOf(kind: ListKind): TrieNode | undefined {
    switch (kind.type) {
      case 'name':
        return this.nameTrie;
      case 'area':
        return this.areaTrie;
      case 'floor':
        return this.floorTrie;
      case 'mode':
        return this.modeTrie;
      case 'values':
        return this.valueTries.get(kind.key)!.trie;
      default:
        return undefined;
    }
  }

  entity(id: string): Entity | undefined {
    return this.entityById.get(id);
  }

  /** Does it lie in the area and on the floor that these slots name? True where they name none. */
  isInPlace(entity: Entity, { area, floor }: Record<string, SlotValue>): boolean {
    const place = this.home.areas.find(({ id }) => id === entity.area);
    if (area !== undefined && place?.name !== area) return false;
    return floor === undefined || isOnFloor(place, this.home.floors.find(({ name }) => name === floor)?.id);
  }

  /** Indexes of names of what a sentence meant; none where something of it has no name or is gone. */
  namesOf({ targets }: IntentMatch): number[] {
    const names = targets.map((id) => this.nameByEntity.get(id));
    return names.includes(undefined) ? [] : names.filter((name) => name !== undefined);
  }

  /** Index of the area a sentence was about, if it was one. */
  areasOf(match: IntentMatch | undefined): number[] {
    const places = new Set(match?.targets.map((id) => this.entityById.get(id)?.area));
    const named = this.home.areas.findIndex(({ id, name }) => (places.size === 1 && places.has(id)) || name === match?.slots.area);
    return named < 0 ? [] : [named];
  }

  /** May this value of the trie stand in this slot? */
  allows(kind: ListKind, value: number): boolean {
    return kind.type !== 'name' || this.selected.get(kind.key)![this.kindOfName[value]!] === 1;
  }

  /** The area that an owner's name ("ben's") or "here" and "mine" alone stand for. */
  areaOf(words: readonly string[], room: string | undefined): Area | undefined {
    if (words.length === 1 && /^(?:here|mine|ours)$/u.test(words[0]!)) return this.home.areas.find(({ id }) => id === room);
    if (words.join(' ') === 'this room' || words.join(' ') === 'this one') return this.home.areas.find(({ id }) => id === room);
    let node: TrieNode | undefined = this.ownerTrie;
    for (const word of words) if (!ARTICLES.has(word)) node = node?.next?.get(this.vocabulary.numberOf(word));
    const [only, ...others] = node?.values ?? [];
    return only === undefined || others.length > 0 || node === this.ownerTrie ? undefined : this.home.areas[only];
  }

  /** Of some things, those with a name that begins with these words. */
  namedLike(words: readonly string[], ids: readonly string[]): string[] {
    const said = withoutArticles(words).filter((word) => !ARTICLES.has(word));
    if (said.length === 0) return [];
    return ids.filter((id) => {
      const entity = this.entityById.get(id);
      const names = entity === undefined ? [] : [entity.name, ...entity.aliases];
      return names.some((name) => {
        const own = withoutArticles(spokenWords(name));
        return said.length <= own.length && said.every((word, index) => own[index] === word);
      });
    });
  }

  /** Of some names, those whose things are in one of the areas, or on one of the floors. */
  namesIn(names: readonly number[], areas: readonly number[] | undefined, floors: readonly number[] | undefined): number[] {
    return names.filter((name) => {
      const place = this.areaIndex.get(this.home.entities[this.names.entities[name]!.index]!.area ?? '');
      if (place === undefined) return false;
      return areas?.includes(place) ?? floors?.some((floor) => isOnFloor(this.home.areas[place], this.home.floors[floor]!.id)) === true;
    });
  }

  /** What a value is the worse for: "outside" is a place only where no template has the word. */
  weightOf(kind: ListKind, value: number): number {
    return kind.type === 'floor' && this.home.floors[value]!.id === OUTSIDE ? WEAK_PLACE : 0;
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
      case 'mode':
        return this.modes[value]!;
      case 'values':
        return this.valueTries.get(kind.key)!.outs[value]!;
      default:
        return value;
    }
  }
}

import type { Entity, HomeSnapshot } from '../contract/home.ts';
import { lettersOf, withinEdits } from './name-distance.ts';

export interface FoundEntity {
  entity: Entity;
  /** Higher is better; only comparable within one search. */
  score: number;
}

export interface FindOptions {
  limit: number;
  /** Hidden and unexposed ones too; a page may show them, a sentence or a model never means them. */
  hidden?: boolean;
}

/** How much a word counts by where it stands. */
const fields = { name: 1, alias: 0.95, device: 0.55, area: 0.5, label: 0.4, floor: 0.3, domain: 0.25, id: 0.2 } as const;
type Field = keyof typeof fields;
const fieldNames = Object.keys(fields) as Field[];

const wordsPerName = 40;
const wordsPerQuery = 8;
const longestWord = 64;

const word = /[\p{L}\p{M}\p{N}]+|\p{Extended_Pictographic}\uFE0F?/gu;

/** Lower case without accents, in words; a name of signs alone is one word. */
export function searchWords(text: string, most: number): string[] {
  const plain = text
    .slice(0, 1000)
    .normalize('NFKD')
    .replace(/(?<=[a-z])\p{M}+/giu, '')
    .normalize('NFC')
    .toLowerCase();
  const words = plain.match(word) ?? [];
  const whole = plain.trim();
  return (words.length === 0 && whole !== '' ? [whole] : words).slice(0, most).map((each) => each.slice(0, longestWord));
}

/** One word of the home, with the entities it stands for: `entity * 8 + field`. */
interface Entry {
  word: string;
  letters: number;
  places: number[];
}

type Named = Pick<HomeSnapshot, 'areas' | 'floors' | 'entities'>;

interface Source {
  readonly structureVersion: number;
  snapshot(): Named;
}

/**
 * Finds entities by their names, other names, rooms, floors, devices and labels: by the beginnings of words and past small errors of spelling. The same
 * question has the same answer, in the same order. Built anew at the first question after names or places have changed.
 */
export class NameIndex {
  readonly #home: Source;
  #version: number | undefined;
  #entities: readonly Entity[] = [];
  /** Of each entity, its name as it is searched. */
  #names: string[] = [];
  /** In the order of their letters. */
  #entries: Entry[] = [];
  #scores = new Float32Array(0);
  #best = new Float32Array(0);
  #hits = new Uint8Array(0);

  constructor(home: Source) {
    this.#home = home;
  }

  /** Best first; entities as they are now. */
  find(query: string, { limit, hidden = false }: FindOptions): FoundEntity[] {
    this.#refresh();
    const words = [...new Set(searchWords(query, wordsPerQuery))];
    if (words.length === 0 || limit < 1) return [];
    this.#scores.fill(0);
    this.#hits.fill(0);
    for (const each of words) this.#count(each);
    const whole = words.join(' ');
    // all words where any entity has them all, else most of them
    const wanted = this.#most(words.length);
    if (wanted * 2 < words.length || wanted === 0) return [];
    const top: { index: number; score: number }[] = [];
    for (let index = 0; index < this.#entities.length; index += 1) {
      if (this.#hits[index] !== wanted) continue;
      const entity = this.#entities[index];
      if (!entity || (!hidden && (entity.hidden || entity.exposed === false))) continue;
      const name = this.#names[index] ?? '';
      // a short name that is all said is meant more likely than a long one that has it too
      const score =
        (this.#scores[index] ?? 0) + (name === whole ? 2 : name.startsWith(whole) ? 0.5 : 0) - Math.min(name.length, 200) / 1000;
      this.#keep(top, { index, score }, limit);
    }
    return top.flatMap(({ index, score }) => {
      const entity = this.#entities[index];
      return entity ? [{ entity, score }] : [];
    });
  }

  #most(words: number): number {
    for (let wanted = words; wanted > 0; wanted -= 1) if (this.#hits.includes(wanted)) return wanted;
    return 0;
  }

  /** Keeps the best, in order: by score, then name, then id. */
  #keep(top: { index: number; score: number }[], candidate: { index: number; score: number }, limit: number): void {
    const last = top.at(-1);
    if (top.length === limit && last && !this.#before(candidate, last)) return;
    let place = top.length;
    while (place > 0 && this.#before(candidate, top[place - 1] ?? candidate)) place -= 1;
    top.splice(place, 0, candidate);
    if (top.length > limit) top.pop();
  }

  #before(one: { index: number; score: number }, other: { index: number; score: number }): boolean {
    if (Math.abs(one.score - other.score) > 1e-6) return one.score > other.score;
    const [a, b] = [this.#names[one.index] ?? '', this.#names[other.index] ?? ''];
    if (a !== b) return a < b;
    return (this.#entities[one.index]?.id ?? '') < (this.#entities[other.index]?.id ?? '');
  }

  /** Adds what one word is worth to every entity that has it: whole, as a beginning, or, where neither is, misspelt. */
  #count(said: string): void {
    this.#best.fill(0);
    let found = false;
    for (let index = this.#firstFrom(said); index < this.#entries.length; index += 1) {
      const entry = this.#entries[index];
      if (!entry?.word.startsWith(said)) break;
      found = true;
      this.#mark(entry, entry.word === said ? 1 : 0.8);
    }
    if (!found) {
      const edits = said.length >= 8 ? 2 : said.length >= 4 ? 1 : 0;
      const letters = lettersOf(said);
      if (edits > 0)
        for (const entry of this.#entries) {
          if (Math.abs(entry.word.length - said.length) > edits || !mayBeNear(entry.letters, letters, edits)) continue;
          const distance = withinEdits(entry.word, said, edits);
          if (distance !== undefined) this.#mark(entry, 0.6 - 0.1 * distance);
        }
    }
    for (let index = 0; index < this.#best.length; index += 1) {
      const best = this.#best[index] ?? 0;
      if (best === 0) continue;
      this.#scores[index] = (this.#scores[index] ?? 0) + best;
      this.#hits[index] = (this.#hits[index] ?? 0) + 1;
    }
  }

  #mark({ places }: Entry, worth: number): void {
    for (const place of places) {
      const index = place >> 3;
      const value = worth * fields[fieldNames[place & 7] ?? 'id'];
      if (value > (this.#best[index] ?? 0)) this.#best[index] = value;
    }
  }

  #firstFrom(said: string): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.word ?? '') < said) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #refresh(): void {
    const version = this.#home.structureVersion;
    const { entities, areas, floors } = this.#home.snapshot();
    if (version === this.#version && entities.length === this.#entities.length) {
      this.#entities = entities;
      return;
    }
    this.#version = version;
    this.#entities = entities;
    const areaOf = new Map(areas.map((area) => [area.id, area]));
    const floorOf = new Map(floors.map((floor) => [floor.id, floor]));
    const byWord = new Map<string, number[]>();
    const add = (index: number, field: Field, text: string | undefined): void => {
      if (text === undefined) return;
      const place = index * 8 + fieldNames.indexOf(field);
      for (const each of searchWords(text, wordsPerName)) {
        const places = byWord.get(each);
        if (!places) byWord.set(each, [place]);
        else if (places.at(-1) !== place) places.push(place);
      }
    };
    for (const [index, entity] of entities.entries()) {
      add(index, 'name', entity.name);
      for (const alias of entity.aliases) add(index, 'alias', alias);
      add(index, 'device', entity.device);
      for (const label of entity.labels ?? []) add(index, 'label', label);
      const area = areaOf.get(entity.area ?? '');
      if (area) for (const name of [area.name, ...area.aliases]) add(index, 'area', name);
      const floor = floorOf.get(area?.floor ?? '');
      if (floor) for (const name of [floor.name, ...floor.aliases]) add(index, 'floor', name);
      add(index, 'domain', entity.domain);
      add(index, 'id', entity.id.slice(entity.id.indexOf('.') + 1));
    }
    this.#names = entities.map(({ name }) => searchWords(name, wordsPerName).join(' '));
    this.#entries = [...byWord]
      .map(([each, places]) => ({ word: each, letters: lettersOf(each), places }))
      .sort((one, other) => (one.word < other.word ? -1 : 1));
    this.#scores = new Float32Array(entities.length);
    this.#best = new Float32Array(entities.length);
    this.#hits = new Uint8Array(entities.length);
  }
}

/** Every edit changes at most two of the letters that two words have apart. */
function mayBeNear(one: number, other: number, edits: number): boolean {
  let apart = one ^ other;
  let count = 0;
  while (apart !== 0 && count <= 2 * edits) {
    apart &= apart - 1;
    count += 1;
  }
  return count <= 2 * edits;
}

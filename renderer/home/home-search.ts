import type { Area, Entity, Floor } from '../../contract/home.ts';

/** Finds devices by every word of name, alias, place, device, label or kind; a slip of the finger is forgiven where nothing fits exactly. */
export class HomeSearch {
  /** Entity ids by each word that leads to them. */
  readonly #byWord = new Map<string, Set<string>>();

  constructor(entities: Iterable<Entity>, areas: readonly Area[], floors: readonly Floor[]) {
    const floorWords = new Map(floors.map((floor) => [floor.id, wordsIn([floor.name, ...floor.aliases])]));
    const areaWords = new Map(
      areas.map((area) => [area.id, [...wordsIn([area.name, ...area.aliases]), ...(floorWords.get(area.floor ?? '') ?? [])]]),
    );
    for (const entity of entities) {
      const own = wordsIn([
        entity.name,
        ...entity.aliases,
        ...(entity.labels ?? []),
        entity.device ?? '',
        entity.domain,
        entity.device_class ?? '',
      ]);
      for (const word of [...own, ...(areaWords.get(entity.area ?? '') ?? [])]) {
        const ids = this.#byWord.get(word);
        if (ids) ids.add(entity.id);
        else this.#byWord.set(word, new Set([entity.id]));
      }
    }
  }

  /** Ids of what every word of `text` leads to. Undefined for a text without words: nothing is searched for. */
  find(text: string): Set<string> | undefined {
    let found: Set<string> | undefined;
    for (const word of wordsIn([text])) {
      const ids = this.#idsOf(word);
      found = found === undefined ? ids : new Set([...found].filter((id) => ids.has(id)));
    }
    return found;
  }

  #idsOf(wanted: string): Set<string> {
    const ids = new Set<string>();
    const take = (fits: (word: string) => boolean) => {
      for (const [word, some] of this.#byWord) if (fits(word)) for (const id of some) ids.add(id);
    };
    take((word) => word.includes(wanted));
    // "lights" finds a light.
    if (ids.size === 0 && wanted.length > 3 && wanted.endsWith('s')) take((word) => word === wanted.slice(0, -1));
    const slips = wanted.length >= 7 ? 2 : wanted.length >= 4 ? 1 : 0;
    if (ids.size === 0 && slips > 0) take((word) => withinSlips(wanted, word, slips));
    return ids;
  }
}

/** Lower case, without accents, split at whatever is no letter or digit. */
function wordsIn(texts: string[]): Set<string> {
  return new Set(
    texts
      .join(' ')
      .normalize('NFD')
      .replaceAll(/\p{M}+/gu, '')
      .toLowerCase()
      .split(/[^\p{L}\p{N}\p{Extended_Pictographic}]+/u)
      .filter(Boolean),
  );
}

/** Are two words at most so many letters apart? A swap of neighbours is one slip. A word longer than the one typed may go on. */
function withinSlips(typed: string, word: string, slips: number): boolean {
  const other = word.length > typed.length + slips ? word.slice(0, typed.length) : word;
  if (Math.abs(other.length - typed.length) > slips) return false;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= typed.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = typed[row - 1] === other[column - 1];
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && typed[row - 1] === other[column - 2] && typed[row - 2] === other[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > slips) return false;
    beforeLast = last;
    last = current;
  }
  return (last[other.length] ?? slips + 1) <= slips;
}

/** Edits (insert, delete, replace, swap of neighbours) between two words; stops counting above `limit`. */
export function editDistance(left: string, right: string, limit = 3): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let value = Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        value = Math.min(value, before[column - 2]! + 1);
      }
      current.push(value);
      best = Math.min(best, value);
    }
    if (best > limit) return limit + 1;
    before = above;
    above = current;
  }
  return Math.min(above[right.length]!, limit + 1);
}

/** The nearest of some words, if one is near enough to be meant; for "did you mean". */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** "; did you mean …" or the list of what there is. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  return known.length === 0 ? 'there is none' : `known: ${known.slice(0, 12).join(', ')}${known.length > 12 ? ' …' : ''}`;
}

const SPELLED: readonly (readonly [RegExp, string])[] = [
  [/^(?:kn|gn|pn)/u, 'n'],
  [/^wr/u, 'r'],
  [/^ps/u, 's'],
  [/^wh/u, 'w'],
  [/(?:oor|ore|oar|our)$/u, 'or'],
  [/igh/u, 'i'],
  [/gh(?=$|t)/gu, ''],
  [/ph/gu, 'f'],
  [/tch|sch(?=e|$)|ch/gu, 'C'],
  [/sh|[ts]ion$/gu, 'S'],
  [/th/gu, 'T'],
  [/ck|q|c(?![eiy])/gu, 'k'],
  [/c/gu, 's'],
  [/dg(?=[eiy])/gu, 'j'],
  [/z/gu, 's'],
  [/x/gu, 'ks'],
  [/mb$/u, 'm'],
  [/(?<=[bcdfgkpstxz])le$/u, 'el'],
  [/(?<=[a-z]a)ge$/u, 'j'],
  [/(?<=[a-df-zA-Z])e$/u, ''],
  [/ee|ea|ie|y/gu, 'i'],
  [/oo|ou|u/gu, 'u'],
  [/ai|ay|ei/gu, 'a'],
  [/(.)\1+/gu, '$1'],
];

/** A rough key of how an English word sounds: "lite" and "light", "blinds" and "blynds" share theirs. Vowels count, silent letters do not. */
export function soundKey(word: string): string {
  let key = word;
  for (const [pattern, replacement] of SPELLED) key = key.replace(pattern, replacement);
  return key;
}

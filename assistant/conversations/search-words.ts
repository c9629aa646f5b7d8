/** More would only slow the search. */
const MOST_WORDS = 32;

/** A word as FTS5 reads it: everything in quotes, so that nothing a person types is a command to it. Undefined where nothing can be found by it. */
function quoted(word: string): string | undefined {
  return /[\p{L}\p{N}]/u.test(word) ? `"${word.replaceAll('"', ' ').replaceAll('\0', ' ')}"` : undefined;
}

/** All of these words, the last of them perhaps not finished yet. Undefined when there is no word in it. */
export function everyWord(words: string): string | undefined {
  const found = words
    .toWellFormed()
    .split(/\s+/u)
    .flatMap((word) => quoted(word) ?? [])
    .slice(0, MOST_WORDS);
  // A letter or two begin half of all words.
  return found.length === 0 ? undefined : `${found.join(' ')}${/[\p{L}\p{N}]{3}/u.test(found.at(-1) ?? '') ? '*' : ''}`;
}

/** Any of these words. */
export function anyWord(words: readonly string[]): string | undefined {
  const found = [...new Set(words)].flatMap((word) => quoted(word.toWellFormed()) ?? []).slice(0, MOST_WORDS);
  return found.length === 0 ? undefined : found.join(' OR ');
}

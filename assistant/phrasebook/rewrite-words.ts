import type { Word } from './words.ts';

/** A pattern over the words of a sentence, joined by single spaces, and other sentences for it: `THING` stands for the words of its group "thing". */
export type Rewriting = readonly [pattern: RegExp, ...sentences: string[]];

const MOST_WORDS = 24;

/** Every other sentence that some rewritings have for the words, likeliest first. Patterns need the flag `d`. */
export function* rewritten(words: readonly Word[], rewritings: readonly Rewriting[]): Generator<Word[]> {
  const [first] = words;
  if (first === undefined || words.length > MOST_WORDS) return;
  const text = words.map((word) => word.text).join(' ');
  for (const [pattern, ...sentences] of rewritings) {
    const found = pattern.exec(text);
    if (found?.indices === undefined) continue;
    const parts = new Map(Object.entries(found.indices.groups ?? {}).map(([name, range]) => [name.toUpperCase(), within(words, range)]));
    for (const sentence of sentences) {
      yield sentence.split(' ').flatMap((said) => parts.get(said) ?? [{ text: said, start: first.start, end: first.end }]);
    }
  }
}

/** The words whose text lies in a range of the words joined by single spaces. */
export function within(words: readonly Word[], range: readonly [number, number] | undefined): Word[] {
  if (range === undefined) return [];
  let at = 0;
  return words.filter(({ text }) => {
    const start = at;
    at += text.length + 1;
    return start >= range[0] && start + text.length <= range[1];
  });
}

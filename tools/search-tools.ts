import { type ListedTool, permissionWords } from '../contract/tool.ts';

/** How much a word found there says. */
const WEIGHTS = { name: 8, title: 6, permissions: 3, description: 2 } as const;
/** A word that only begins like the one looked for. */
const BEGINNING = 0.6;
/** Shorter beginnings are those of too many words. */
const SHORTEST = 4;
/** Found in every description, and so in none. */
const SMALL_WORDS = new Set(
  (
    'a an and any are as at be by can could did do does for from had has have he her him his how i if in is it its just let me my no not of on or our please ' +
    'she should so some that the their them then there these they this those to up us was we were what when where which who whose why will with would you your'
  ).split(' '),
);
/** Words of a query that are looked at: a model may send a whole page. */
const MOST_WORDS = 20;

/** Tools that have to do with the words, the best first; without a word all of them, as they are. */
export function searchTools(tools: readonly ListedTool[], query: string, limit = 50): ListedTool[] {
  const wanted = wordsOf(query)
    .filter((word) => !SMALL_WORDS.has(word))
    .slice(0, MOST_WORDS);
  if (wanted.length === 0) return tools.slice(0, limit);
  return tools
    .map((tool) => ({ tool, score: scoreOf(tool, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.tool.name.localeCompare(other.tool.name))
    .slice(0, limit)
    .map(({ tool }) => tool);
}

function scoreOf(tool: ListedTool, wanted: readonly string[]): number {
  const fields: [number, string[]][] = [
    [WEIGHTS.name, wordsOf(tool.name)],
    [WEIGHTS.title, wordsOf(tool.title)],
    [WEIGHTS.permissions, wordsOf(permissionWords(tool.permissions).join(' '))],
    [WEIGHTS.description, wordsOf(tool.description)],
  ];
  const scores = wanted.map((word) => Math.max(...fields.map(([weight, words]) => weight * closeness(words, word))));
  // Every word that is there counts, and a tool that has all of them comes before one that has a single word in its name.
  const found = scores.filter((score) => score > 0).length;
  return scores.reduce((sum, score) => sum + score, 0) * (found / wanted.length);
}

function closeness(words: readonly string[], word: string): number {
  if (words.includes(word)) return 1;
  if (word.length < SHORTEST) return 0;
  return words.some((each) => each.startsWith(word) || (each.length >= SHORTEST && word.startsWith(each))) ? BEGINNING : 0;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

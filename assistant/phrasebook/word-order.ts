import { readNumbers } from './number-words.ts';
import type { Word } from './words.ts';
import { ARTICLES } from './words.ts';

/** One other order of the words of a sentence. `topic`: words that must name something of the home for it to count. */
export interface Reordered {
  words: Word[];
  topic?: Word[];
}

const PRONOUNS: ReadonlySet<string> = new Set(['it', 'them', 'that', 'those', 'these']);
const LEADING: ReadonlySet<string> = new Set(['in', 'on', 'at', 'to', 'by', 'for', 'upstairs', 'downstairs', 'outside', 'inside']);
const DIRECTIONS: ReadonlySet<string> = new Set(['on', 'off', 'up', 'down']);
/** Longer sentences are not turned round: no person speaks so. */
const MOST_WORDS = 16;

const word = (text: string, like: Word): Word => ({ text, start: like.start, end: like.end });

/**
 * A sentence in the orders people speak in: "the kitchen light, turn it on", "in the hall turn on the light", "off with the lights",
 * "the lights can you turn on". Likeliest first.
 */
export function* reordered(words: readonly Word[], sentences: { startsSentence(word: string): boolean }): Generator<Reordered> {
  if (words.length < 3 || words.length > MOST_WORDS) return;
  const [first, second] = words;
  // "off with the lights", "on with the telly", "down with the blinds".
  if (DIRECTIONS.has(first!.text) && second!.text === 'with') {
    yield {
      words: [
        word(first!.text === 'up' ? 'open' : first!.text === 'down' ? 'close' : 'turn', first!),
        ...(first!.text.startsWith('o') ? [first!] : []),
        ...words.slice(2),
      ],
    };
  }
  // "put out the awning" aside, "on" and "off" may stand alone in front: "off the lights in the hall".
  if (first!.text === 'on' || first!.text === 'off') yield { words: [word('turn', first!), ...words] };
  // "how warm is it there": the place is "in there".
  const there = words.findIndex(
    ({ text }, index) => text === 'there' && index > 1 && !/^(?:in|on|up|down|over|is|are|out)$/u.test(words[index - 1]!.text),
  );
  if (there > 0) yield { words: [...words.slice(0, there), word('in', words[there]!), ...words.slice(there)] };
  const pronoun = words.findIndex(({ text }, index) => index > 1 && PRONOUNS.has(text));
  const starts = words.flatMap(({ text }, index) => (index > 0 && sentences.startsSentence(text) ? [index] : []));
  if (pronoun > 0) {
    for (const start of starts.filter((index) => index < pronoun)) {
      const said = withoutFillers(words.slice(0, start));
      // "in the kitchen the blind, lower it".
      const thing = LEADING.has(said[0]?.text ?? '') ? said.findIndex(({ text }, index) => index > 2 && ARTICLES.has(text)) : -1;
      const topic = thing > 0 ? [...said.slice(thing), ...said.slice(0, thing)] : said;
      if (topic.length === 0 || topic.length > 8) continue;
      yield { words: [...words.slice(start, pronoun), ...topic, ...words.slice(pronoun + 1)], topic };
    }
  }
  for (const start of starts) {
    const front = words.slice(0, start);
    if (front.length > 9) break;
    // "in the office the fan turn on": place, thing, verb.
    const article = LEADING.has(front[0]!.text) ? front.findIndex(({ text }, index) => index > 2 && ARTICLES.has(text)) : -1;
    if (article > 0) yield { words: [...words.slice(start), ...front.slice(article), ...front.slice(0, article)] };
    const owned = LEADING.has(front[0]!.text) && article < 0 ? front.findIndex(({ text }, index) => index > 1 && ARTICLES.has(text)) : -1;
    if (owned > 0) yield { words: [...words.slice(start), ...front.slice(owned), ...front.slice(0, owned)] };
    if (!LEADING.has(front[0]!.text) && pronoun > 0) continue;
    yield LEADING.has(front[0]!.text)
      ? { words: [...words.slice(start), ...front] }
      : { words: [...words.slice(start), ...withoutFillers(front)], topic: withoutFillers(front) };
    // "in the bedroom make it twenty degrees": "it" says nothing the place does not.
    if (pronoun >= start) yield { words: [...words.slice(start, pronoun), ...words.slice(pronoun + 1), ...front] };
  }
  // "at thirty percent the chandelier set", "to twenty degrees the hall put".
  if (/^(?:at|to|on)$/u.test(first!.text) && /^(?:set|put|turn|make|dim|have|want)$/u.test(words.at(-1)!.text)) {
    const number = readNumbers(
      words.map(({ text }) => text),
      1,
    ).at(-1);
    const unit = words[number?.end ?? 0]?.text ?? '';
    const end = number === undefined ? 0 : /^(?:percent|degrees|kelvin)$/u.test(unit) ? number.end + 1 : number.end;
    if (end > 1) yield { words: [word('set', words.at(-1)!), ...words.slice(end, -1), word('to', first!), ...words.slice(1, end)] };
  }
  // "lights in the kitchen on" and "the blinds down": the verb's second half alone, at the end.
  const last = words.at(-1)!;
  if (last.text === 'on' || last.text === 'off') yield { words: [word('turn', last), last, ...words.slice(0, -1)] };
  if (/^(?:open|close|closed|shut|lock|unlock|up|down|pause|stop|start|dim)$/u.test(last.text)) {
    const verb = last.text === 'up' ? 'open' : last.text === 'down' || last.text === 'closed' ? 'close' : last.text;
    yield { words: [word(verb, last), ...words.slice(0, -1)] };
  }
}

const BETWEEN: ReadonlySet<string> = new Set([
  'can',
  'could',
  'would',
  'will',
  'you',
  'please',
  'so',
  'well',
  'oh',
  'just',
  'uh',
  'um',
  'er',
  'then',
  'sort',
  'kind',
  'maybe',
  'to',
  'want',
  'i',
  'need',
  'like',
]);

/** Politeness between the thing and the verb: "the lamp, could you turn it off". */
function withoutFillers(words: readonly Word[]): Word[] {
  let end = words.length;
  while (end > 0 && BETWEEN.has(words[end - 1]!.text)) end--;
  let start = 0;
  while (start < end && BETWEEN.has(words[start]!.text)) start++;
  return words.slice(start, end);
}

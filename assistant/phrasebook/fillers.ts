/** Politeness and hesitation: words that change nothing about a command. Longer phrases first come first. */
const PHRASES = `
would you mind, could you please, can you please, would you please, will you please, could you, can you, would you, will you, please, pretty please,
i want you to, i would like you to, i need you to, i would like to, i want to, i need to, you should, you can, go ahead and, kindly,
hey jarvis, ok jarvis, hi jarvis, hello jarvis, jarvis, hey, ok, um, uh, uhm, er, erm, hmm, well, so, oh, yeah, right, alright, and, then, now,
right now, just, for me, thanks, thank you, thank you very much, if you can, if you could, if you would, if you do not mind, if possible, actually,
quickly, real quick, as well, also, too, immediately, straight away, at once, sir, buddy, mate, single, guys, go and, do me a favor and, again please
`
  .split(',')
  .map((phrase) => phrase.trim().split(' '));

/** Only at the beginning of a sentence may these be passed over; inside they may mean something. */
const ONLY_FIRST: ReadonlySet<string> = new Set(['and', 'then', 'so', 'well', 'oh', 'right', 'ok', 'hey', 'yeah', 'alright', 'you']);
const ONLY_EDGES: ReadonlySet<string> = new Set([
  'too',
  'also',
  'as',
  'thanks',
  'thank',
  'again',
  'quickly',
  'real',
  'sir',
  'mate',
  'buddy',
  'guys',
]);

const BY_FIRST = Map.groupBy(PHRASES, ([first]) => first!);

/** Ends (word index behind) of every filler phrase that begins at `start`. */
export function fillersAt(words: readonly string[], start: number, isFirst: boolean): number[] {
  const phrases = BY_FIRST.get(words[start]!);
  if (phrases === undefined) return [];
  if (!isFirst && ONLY_FIRST.has(words[start]!)) return [];
  const ends: number[] = [];
  for (const phrase of phrases) {
    const end = start + phrase.length;
    if (ONLY_EDGES.has(words[start]!) && !isFirst && end < words.length) continue;
    if (phrase.every((word, index) => words[start + index] === word)) ends.push(end);
  }
  return ends;
}

const GERUNDS = new Map<string, string>(
  Object.entries({
    turning: 'turn',
    switching: 'switch',
    opening: 'open',
    closing: 'close',
    setting: 'set',
    dimming: 'dim',
    locking: 'lock',
    unlocking: 'unlock',
    putting: 'put',
    making: 'make',
    starting: 'start',
    stopping: 'stop',
    playing: 'play',
    pausing: 'pause',
    adding: 'add',
    telling: 'tell',
    shutting: 'shut',
    raising: 'raise',
    lowering: 'lower',
  }),
);

/** "would you mind turning …": the plain verb. */
export const verbOfGerund = (words: readonly string[], index: number): string | undefined =>
  words.slice(Math.max(0, index - 3), index).includes('mind') ? GERUNDS.get(words[index]!) : undefined;

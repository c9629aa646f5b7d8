import { NUMBER_WORDS } from './number-words.ts';

/** Politeness and hesitation: words that change nothing about a command. Longer phrases first come first. */
const PHRASES = `
would you mind, could you please, can you please, would you please, will you please, could you, can you, would you, will you, please, pretty please,
i want you to, i would like you to, i need you to, i would like to, i want to, i need to, you should, you can, go ahead and, kindly,
hey jarvis, ok jarvis, hi jarvis, hello jarvis, jarvis, hey, ok, um, uh, uhm, er, erm, hmm, well, so, oh, yeah, right, alright, and, then, now,
right now, just, for me, thanks, thank you, thank you very much, if you can, if you could, if you would, if you do not mind, if possible, actually,
quickly, real quick, as well, also, too, immediately, straight away, at once, sir, buddy, mate, single, guys, go and, do me a favor and, again please,
again, good night, good morning, good evening, good afternoon, hi, hi there, hey there, hello, hello there, i guess, i suppose, i think, i reckon, that would be great, that would be lovely, that would be nice, that would be good, that would be wonderful, that would be perfect, i would really like, i would really love, you know what, be a love and, be a sweetheart and, might you, would it be possible to, would it be possible for you to, if it is possible, i was just wondering if you could, tell you what, quick one, real quick could you, never mind, even, could you maybe, can you maybe, maybe, perhaps, possibly, kind of, sort of, like, you know, basically, literally, ah, eh, ehm, mm, hm, ooh, yes, yep, sure, good, great,
would you be so kind as to, could you be so kind as to, be so kind as to, be so kind and, be a dear and, be an angel and, if you would be so kind,
would you be able to, are you able to, is it possible for you to, could you possibly, do you mind, do you think you could, any chance you could,
any chance of, is there any chance you could, i wonder if you could, i was wondering if you could, i was thinking you could, i was hoping you could, i think you should, i think you could,
you could, you may, you might want to, we can, let us, i want, i would like, i would love, i would love to, i need, we need, we want, we would like, we need to, we want to,
can i have, could i have, may i have, can we have, could we have, can i get, could i get, can we get, could we get, i will have, i will take, can we, could we,
could it be, can it be, i would like it, i would like it to be, i want it, i want it to be, i need it, i need it to be, i would prefer it, i would like things, it should be, it needs to be, it could be, could i get you to, can i get you to, can i ask you to, could i ask you to, i would appreciate it if you could, it would be great if you could, it would be nice if you could,
it would be lovely if you could, i would be grateful if you could, make sure to, make sure you, remember to, do not forget to, please do not forget to, feel free to, try to, help me, help me to, time to, it is time to,
how about, what about, why do not you, why do you not, why not, can not you, could not you, would not you, will not you, sorry to bother you again but, sorry to bother you but, sorry to bother you,
sorry but, sorry, excuse me, pardon, but, listen, look, hang on, hold on, one more thing, by the way, oh and, and also, then also, and then,
my dear, dear, darling, love, honey, sweetheart, man, dude, pal, friend, my friend, old chap, cheers, ta, much appreciated, thanks a lot, thank you so much, many thanks, will you please,
shall we, if that is ok, if that is alright, if that is all right, if that is fine, if that is possible, if it is not too much trouble, if it is no trouble, if it is ok, if you like, when you can, when you get a chance, when you have a moment,
when you are ready, if you have a moment, asap, as soon as possible, this instant, this minute, for a moment, for now, there is a good chap, yo, oi, i am sorry, i am so sorry, sorry about this, terribly, at the moment, this very minute, right this minute, right this second, by any chance, at all possible, if at all possible, if you would not mind, if you do not mind me asking, once again, that is all, that will be all, nothing else, no that is all, ok then, right then, well then, good boy, do me a favor, do me a favor and please, straightaway, right away, this time, in a second, already, nice and
`
  .replaceAll('\n', ' ')
  .split(',')
  .map((phrase) => phrase.trim().split(/\s+/u));

/** Only at the beginning of a sentence may these be passed over; inside they may mean something. */
const ONLY_FIRST: ReadonlySet<string> = new Set(
  `and so well oh right ok hey yeah yes yep sure alright you but sorry excuse pardon i we let us can could may how what why do it is are listen look hang hold one by make
  remember feel try help time any be good great hi hello never even would tell quick yo oi that nothing no`.split(/\s+/u),
);
const ONLY_EDGES: ReadonlySet<string> = new Set(
  `too also as thanks thank again quickly real sir mate buddy guys maybe dear darling love honey sweetheart man dude pal friend cheers ta much many shall when asap this
  there for my old already`.split(/\s+/u),
);
/** Of what may only begin a sentence, what may stand behind it, too, as whole phrases: "…, could you?". */
const ALSO_LAST: ReadonlySet<string> = new Set([
  'can you',
  'could you',
  'would you',
  'will you',
  'can you please',
  'could you please',
  'will you please',
  'do you mind',
  'would you mind',
  'i guess',
  'i suppose',
  'i think',
  'i reckon',
  'right now',
  'right away',
  'right this minute',
  'right this second',
  'i am sorry',
  'if you would not mind',
  'that is all',
  'that will be all',
  'nothing else',
  'no that is all',
  'would you be so kind',
  'be so kind',
  'will you please',
]);

const BY_FIRST = Map.groupBy(PHRASES, ([first]) => first!);

const ALL_BEFORE: ReadonlySet<string> = new Set(['on', 'off', 'out', 'open', 'closed', 'shut', 'down', 'locked']);
const PLACE_BEGINS: ReadonlySet<string> = new Set(['in', 'on', 'upstairs', 'downstairs', 'outside', 'around', 'throughout']);
const BACK_BEFORE: ReadonlySet<string> = new Set(['on', 'off', 'up', 'down', 'open']);

/** Ends (word index behind) of every filler phrase that begins at `start`. */
export function fillersAt(words: readonly string[], start: number, isFirst: boolean): number[] {
  // "turn it back on".
  if (words[start] === 'back' && BACK_BEFORE.has(words[start + 1] ?? '')) return [start + 1];
  // "turn them all off", "lights all off".
  if (words[start] === 'all' && start > 0 && ALL_BEFORE.has(words[start + 1] ?? '')) return [start + 1];
  // "everywhere in the garden".
  if (words[start] === 'everywhere' && PLACE_BEGINS.has(words[start + 1] ?? '')) return [start + 1];
  // "light number two".
  if (words[start] === 'number' && NUMBER_WORDS.has(words[start + 1] ?? '')) return [start + 1];
  const phrases = BY_FIRST.get(words[start]!);
  if (phrases === undefined) return [];
  const ends: number[] = [];
  for (const phrase of phrases) {
    const end = start + phrase.length;
    if (!phrase.every((word, index) => words[start + index] === word)) continue;
    if (!isFirst && ONLY_FIRST.has(words[start]!) && !(end === words.length && ALSO_LAST.has(phrase.join(' ')))) continue;
    if (!isFirst && ONLY_EDGES.has(words[start]!) && !isEdge(words, end)) continue;
    ends.push(end);
  }
  return ends;
}

/** Words that ask for nothing: "sorry to bother you again". */
export const isOnlyPoliteness = (words: readonly string[]): boolean => words.length > 0 && isEdge(words, 0);

/** Nothing but further politeness follows. */
function isEdge(words: readonly string[], end: number): boolean {
  if (end === words.length) return true;
  return (BY_FIRST.get(words[end]!) ?? []).some(
    (phrase) => phrase.every((word, index) => words[end + index] === word) && isEdge(words, end + phrase.length),
  );
}

export const GERUNDS: ReadonlyMap<string, string> = new Map<string, string>(
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
    pulling: 'pull',
    popping: 'pop',
    sticking: 'stick',
    brightening: 'brighten',
    bringing: 'bring',
    drawing: 'draw',
    muting: 'mute',
    skipping: 'skip',
    running: 'run',
    activating: 'activate',
    heating: 'heat',
    cooling: 'cool',
    warming: 'warm',
    having: 'have',
    getting: 'get',
  }),
);

const ASKED: ReadonlySet<string> = new Set(['mind', 'about', 'you', 'consider', 'try', 'of']);

/** "would you mind turning …", "how about opening …", "any chance of closing …": the plain verb. */
export function verbOfGerund(words: readonly string[], index: number): string | undefined {
  const before = words.slice(Math.max(0, index - 3), index);
  const isAsked = before.includes('mind') || (ASKED.has(before.at(-1) ?? '') && /^(?:how|what|would|could|any|i)$/u.test(words[0] ?? ''));
  return isAsked ? GERUNDS.get(words[index]!) : undefined;
}

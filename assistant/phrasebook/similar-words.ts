import { getOrAdd } from './get-or-add.ts';
import { editDistance, soundKey } from './word-distance.ts';

export interface SimilarWord {
  word: string;
  /** 0.15 sounds the same … 0.45 hardly alike. */
  cost: number;
}

/** What recognisers write for a word of a command, and the command word. */
export const HEARD_FOR = new Map<string, readonly (readonly [word: string, cost: number])[]>(
  Object.entries({
    of: [['off', 0.25]],
    whether: [['weather', 0.2]],
    tern: [['turn', 0.2]],
    torn: [['turn', 0.25]],
    lites: [['lights', 0.15]],
    blines: [['blinds', 0.25]],
    dem: [['dim', 0.25]],
    three: [['tree', 0.3]],
    ferry: [['fairy', 0.3]],
    their: [['there', 0.15]],
    hole: [['hall', 0.3]],
    haul: [['hall', 0.25]],
  }),
);

/** Words of everyday talk: they are what they are, not a mis-heard name. */
const EVERYDAY: ReadonlySet<string> = new Set(
  `about after again ago all also always am and any are as ask back bad be because been before being best better big but buy by call came can car
  cat come could cry day deal did do does dog done down each eat even ever every fat feel few find first fit for from fun get girl give go god
  going good got great had hair hand has hat have he hear her here him his hit hot how i if in into is it its job joke just keep kind know last
  late left less let life like line list little lock long look lot love mad made make man many may me mean meet men more most much must name need
  never new news next nice no not now of off old on once one only open or order other our out over own pay people place play please put quick
  quite ran read real right road run sad said same sat saw say see seen sell send set she should show side sing sit sleep slow small so some son
  song soon start stay still stop such sun take talk tell ten than that their them then there these they thing think this those time to today too
  took top tree true try turn two under up us use very wait walk want was water way we week well went were what when where which while who why
  will win with word work would write year yes yet you your clock block luck lick look cook book`.split(/\s+/u),
);

/** Doing the opposite is worse than doing nothing: these are only heard where they sound the same. */
const OPPOSITES: ReadonlySet<string> = new Set(
  'on off lock unlock open close up down mute unmute start stop pause unpause arm disarm not'.split(' '),
);

/** Small words that change much: they are heard or not, nothing else is taken for them. */
const NEVER_MEANT: ReadonlySet<string> = new Set('more less further wider again both every other too not no all half'.split(' '));
const MOST_KNOWN = 200;

/** Finds the words of a vocabulary that another word may have been: index by sound and by one letter left out. */
export class SimilarWords {
  private readonly byPart = new Map<string, string[]>();
  /** A sentence is read in many ways; its words are looked up once. */
  private readonly known = new Map<string, SimilarWord[]>();

  constructor(vocabulary: Iterable<string>) {
    for (const word of vocabulary) {
      if (NEVER_MEANT.has(word) || word.length < 3 || word.length > 24 || !/^[a-z]+$/u.test(word)) continue;
      for (const key of keysOf(word)) {
        const words = this.byPart.get(key);
        if (words === undefined) this.byPart.set(key, [word]);
        else words.push(word);
      }
    }
  }

  /** Candidates for a word that was heard, best first, at most four. Nothing for everyday words. */
  of(heard: string): SimilarWord[] {
    const fixed = HEARD_FOR.get(heard);
    if (fixed !== undefined) return fixed.map(([word, cost]) => ({ word, cost }));
    if (heard.length < 3 || heard.length > 24 || EVERYDAY.has(heard)) return [];
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    return getOrAdd(this.known, heard, () => this.search(heard));
  }

  private search(heard: string): SimilarWord[] {
    const found = new Map<string, number>();
    const sound = soundKey(heard);
    for (const key of keysOf(heard)) {
      for (const word of this.byPart.get(key) ?? []) {
        if (found.has(word)) continue;
        const cost = costOf(heard, word, sound);
        if (cost !== undefined) found.set(word, cost);
      }
    }
    return [...found]
      .map(([word, cost]) => ({ word, cost }))
      .sort((left, right) => left.cost - right.cost)
      .slice(0, 4);
  }
}

function* keysOf(word: string): Generator<string> {
  yield word;
  yield `~${soundKey(word)}`;
  for (let index = 0; index < word.length; index++) yield word.slice(0, index) + word.slice(index + 1);
}

function costOf(heard: string, word: string, sound: string): number | undefined {
  const distance = editDistance(heard, word, 3);
  const alike = soundKey(word) === sound;
  if (OPPOSITES.has(word)) return alike && heard[0] === word[0] ? 0.2 : isSwap(heard, word) ? 0.25 : undefined;
  if (alike && distance <= 3) return 0.15 + 0.03 * distance;
  const length = Math.min(heard.length, word.length);
  if (distance === 1 && length >= 4 && heard.length + word.length >= 9) return 0.25;
  if (distance === 1 && length === 4) return heard.at(0) === word.at(0) ? 0.3 : 0.4;
  if (distance === 2 && length >= 7) return 0.4;
  return undefined;
}

const isSwap = (left: string, right: string): boolean =>
  left.length === right.length && editDistance(left, right, 1) === 1 && [...left].sort().join('') === [...right].sort().join('');

import type { Matched } from './sentence-matcher.ts';
import type { Word } from './words.ts';

type MatchWords = (words: readonly Word[]) => Matched | undefined;

const MOST_COMMANDS = 5;
const JOINTS: ReadonlySet<string> = new Set(['and', 'then']);

/** Longer sentences are no list of commands. */
const MOST_WORDS = 50;
/** Halves tried in one sentence; a list of five clear commands takes about twenty. */
const MOST_TRIES = 48;

/** Understands a sentence of several commands, see `matchCompound`; gives up on what is too long or too tangled. */
export function matchSeveral(words: readonly Word[], match: MatchWords): Matched[] | undefined {
  if (words.length > MOST_WORDS) return undefined;
  let tries = 0;
  return matchCompound(words, (part) => (++tries > MOST_TRIES ? undefined : match(part)), MOST_COMMANDS);
}

/**
 * Several commands in one sentence: "close the blinds and turn on the lamp", "turn off the lamp and the fan",
 * "turn the lamp and the fan off". Undefined unless every part is understood.
 */
function matchCompound(words: readonly Word[], match: MatchWords, most: number): Matched[] | undefined {
  if (most < 2) return undefined;
  for (let index = 1; index < words.length - 1; index++) {
    if (!JOINTS.has(words[index]!.text) || JOINTS.has(words[index - 1]!.text)) continue;
    let behind = index + 1;
    while (JOINTS.has(words[behind]?.text ?? '')) behind++;
    const found = matchHalves(words.slice(0, index), words.slice(behind), match, most);
    if (found !== undefined) return found;
  }
  return undefined;
}

function matchHalves(left: readonly Word[], right: readonly Word[], match: MatchWords, most: number): Matched[] | undefined {
  const first = match(left);
  const rest = (words: readonly Word[]): Matched[] | undefined => {
    const one = match(words);
    return one === undefined ? matchCompound(words, match, most - 1) : [one];
  };
  if (first !== undefined) {
    const others = rest(right);
    if (others !== undefined) return [first, ...others];
    if (first.span === undefined) return undefined;
    // "turn off the lamp and the fan": the second part lacks what surrounds the first one's target.
    const [from, to] = first.span;
    const completed = rest([...left.slice(0, from), ...right, ...left.slice(to)]) ?? rest([...left.slice(0, from), ...right]);
    return completed === undefined ? undefined : [first, ...completed];
  }
  const second = match(right);
  // "turn the lamp and the fan off", "turn on the kitchen and bedroom lights": the end stands only once.
  const ends = second?.span === undefined ? [right.slice(-1)] : [right.slice(second.span[1]), right.slice(-1)];
  for (const end of ends) {
    const completed = match([...left, ...end]);
    if (completed?.span === undefined) continue;
    const beginning = left.slice(0, completed.span[0]);
    const other = match([...beginning, ...right]) ?? second;
    if (other !== undefined) return [completed, other];
  }
  return undefined;
}

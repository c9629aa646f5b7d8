import { fillersAt, verbOfGerund } from './fillers.ts';
import { sameWords } from './same-words.ts';
import type { SimilarWords } from './similar-words.ts';
import { HEARD_FOR } from './similar-words.ts';
import type { Vocabulary } from './vocabulary.ts';
import { ARTICLES } from './words.ts';

export interface LatticeEdge {
  /** Word number; -1 passes over. */
  word: number;
  to: number;
  /** What this reading costs in certainty. */
  cost: number;
}

/**
 * Every way to read a text. Node `i` lies before word `i`; nodes from `words.length + 1` on lie inside a word that was
 * heard as one and is two. `order` lists the nodes so that every edge leads to a later one.
 */
export interface Lattice {
  edges: LatticeEdge[][];
  order: number[];
  end: number;
}

/** Adds an edge to the number that tells which words were put for which; exact words leave it as it is. */
export const heardWith = (heard: number, node: number, edge: LatticeEdge): number =>
  edge.cost < 0.01 ? heard : (Math.imul(heard, 31) + Math.imul(node, 65_537) + edge.word + 1) | 0;

/** Passing over a filler costs nothing but the wish to use every word. */
const SKIP = 0.0001;

/** Another word for a template's word: the template that has the very word comes first. */
const SAME = 0.004;

export function latticeOf(words: readonly string[], vocabulary: Vocabulary, similar?: SimilarWords): Lattice {
  const count = words.length;
  const edges: LatticeEdge[][] = Array.from({ length: count + 1 }, () => []);
  const order: number[] = [];
  /** Nodes before which nothing but politeness lies. */
  const first = new Set([0]);
  for (let index = 0; index < count; index++) {
    order.push(index);
    const word = words[index]!;
    const here = edges[index]!;
    const number = vocabulary.numberOf(word);
    if (number >= 0) here.push({ word: number, to: index + 1, cost: 0 });
    if (ARTICLES.has(word)) here.push({ word: -1, to: index + 1, cost: SKIP });
    for (const to of fillersAt(words, index, first.has(index))) {
      here.push({ word: -1, to, cost: SKIP });
      if (first.has(index)) first.add(to);
    }
    for (const same of sameWords(word)) {
      const meant = vocabulary.numberOf(same);
      if (meant >= 0) here.push({ word: meant, to: index + 1, cost: SAME });
    }
    const verb = verbOfGerund(words, index);
    if (verb !== undefined && vocabulary.numberOf(verb) >= 0) here.push({ word: vocabulary.numberOf(verb), to: index + 1, cost: SKIP });
    if (similar !== undefined) addTolerance(words, index, vocabulary, similar, edges, order);
  }
  order.push(count);
  return { edges, order, end: count };
}

/** A known word may only be what sounds the same; an unknown one also what is spelled alike, or two words, or half of one. */
function addTolerance(
  words: readonly string[],
  index: number,
  vocabulary: Vocabulary,
  similar: SimilarWords,
  edges: LatticeEdge[][],
  order: number[],
): void {
  const word = words[index]!;
  const next = words[index + 1];
  const here = edges[index]!;
  const isKnown = vocabulary.numberOf(word) >= 0;
  if (!isKnown || word.length <= 2 || HEARD_FOR.has(word)) {
    for (const { word: meant, cost } of similar.of(word)) {
      const number = vocabulary.numberOf(meant);
      if (number >= 0) here.push({ word: number, to: index + 1, cost });
    }
  }
  if (next !== undefined) {
    const joined = vocabulary.numberOf(word + next);
    if (joined >= 0) here.push({ word: joined, to: index + 2, cost: 0.1 });
  }
  if (isKnown || word.length < 5) return;
  for (let cut = 2; cut <= word.length - 2; cut++) {
    const left = vocabulary.numberOf(word.slice(0, cut));
    const right = vocabulary.numberOf(word.slice(cut));
    if (left < 0 || right < 0) continue;
    const inside = edges.length;
    edges.push([{ word: right, to: index + 1, cost: 0.1 }]);
    here.push({ word: left, to: inside, cost: 0 });
    order.push(inside);
  }
}

/**
 * A closed grammar as the smallest acyclic automaton over its words: every sentence once, prefixes and suffixes shared. The recogniser's own JSGF
 * expansion copies each rule wherever it is used and follows all copies at once; on a grammar with optional parts in any order that is several
 * hundred times the work for the same sentences.
 */
export interface WordGraph {
  /** Per state its arcs, sorted by word. State 0 is the start. */
  states: readonly { final: boolean; arcs: readonly { word: string; to: number }[] }[];
}

type Node =
  | { type: 'word'; word: string }
  | { type: 'rule'; name: string }
  | { type: 'sequence'; items: Node[] }
  | { type: 'alternatives'; items: Node[] }
  | { type: 'optional'; item: Node };

/** Reads JSGF that `grammarWords` has passed. Repetition (`*`, `+`) and weights are not used by phrasebooks and are refused. */
export function wordGraph(jsgf: string): WordGraph {
  const { rules, top } = parse(jsgf);
  return minimised(determined(expanded(rules, top)));
}

/** The same in the text form that PocketSphinx reads (`fsg_model_read`): all words of a state cost nothing, so
 * that neither long lists nor long sentences are held against a phrase. With the 1/n of JSGF 15 of 24 orders at 10 dB noise were right instead of 17,
 * with a word penalty (`wip`) of 0.05 also 15, of 0.001 10; `lw` has nothing to act on. */
export function sphinxGraph(graph: WordGraph): string {
  const last = graph.states.length;
  const lines = [`FSG_BEGIN jarvis`, `NUM_STATES ${last + 1}`, 'START_STATE 0', `FINAL_STATE ${last}`];
  for (const [from, { final, arcs }] of graph.states.entries()) {
    for (const { word, to } of arcs) lines.push(`TRANSITION ${from} ${to} 1.0 ${word}`);
    if (final) lines.push(`TRANSITION ${from} ${last} 1.0`);
  }
  return `${[...lines, 'FSG_END'].join('\n')}\n`;
}

function parse(jsgf: string): { rules: Map<string, Node>; top: Node } {
  const rules = new Map<string, Node>();
  let top: Node | undefined;
  for (const [, visibility, name = '', expansion = ''] of jsgf.matchAll(/(public\s+)?<([\w.-]+)>\s*=([^;]*);/gu)) {
    const tokens = expansion.match(/<[\w.-]+>|[a-z0-9']+|[()[\]|]|\S/gu) ?? [];
    const reader = { tokens, at: 0 };
    const node = alternatives(reader);
    if (reader.at < tokens.length) throw new Error(`Rule <${name}> has a "${tokens[reader.at]}" that a phrase grammar cannot have.`);
    rules.set(name, node);
    if (visibility !== undefined) top ??= node;
  }
  if (top === undefined) throw new Error('The grammar has no public rule.');
  return { rules, top };
}

interface Reader {
  tokens: readonly string[];
  at: number;
}

function alternatives(reader: Reader): Node {
  const items = [sequence(reader)];
  while (reader.tokens[reader.at] === '|') {
    reader.at += 1;
    items.push(sequence(reader));
  }
  return items.length === 1 ? items[0]! : { type: 'alternatives', items };
}

function sequence(reader: Reader): Node {
  const items: Node[] = [];
  for (;;) {
    const token = reader.tokens[reader.at];
    if (token === undefined || token === '|' || token === ')' || token === ']') break;
    if (!/^([<([]|[a-z0-9'])/u.test(token)) break;
    reader.at += 1;
    if (token === '(' || token === '[') {
      const item = alternatives(reader);
      reader.at += 1;
      items.push(token === '(' ? item : { type: 'optional', item });
    } else items.push(token.startsWith('<') ? { type: 'rule', name: token.slice(1, -1) } : { type: 'word', word: token });
  }
  return items.length === 1 ? items[0]! : { type: 'sequence', items };
}

/** Arcs without a word are `undefined`; they are walked in `determined`. */
interface Loose {
  arcs: { word: string | undefined; to: number }[][];
  start: number;
  end: number;
}

function expanded(rules: ReadonlyMap<string, Node>, top: Node): Loose {
  const arcs: Loose['arcs'] = [];
  const state = (): number => arcs.push([]) - 1;
  /** Lays the node between two states. */
  const lay = (node: Node, from: number, to: number): void => {
    switch (node.type) {
      case 'word':
        arcs[from]!.push({ word: node.word, to });
        return;
      case 'rule': {
        const rule = rules.get(node.name);
        if (rule === undefined) throw new Error(`Rule <${node.name}> is not defined.`);
        lay(rule, from, to);
        return;
      }
      case 'optional':
        arcs[from]!.push({ word: undefined, to });
        lay(node.item, from, to);
        return;
      case 'alternatives':
        for (const item of node.items) lay(item, from, to);
        return;
      case 'sequence': {
        let at = from;
        for (const [index, item] of node.items.entries()) {
          const next = index === node.items.length - 1 ? to : state();
          lay(item, at, next);
          at = next;
        }
        if (node.items.length === 0) arcs[from]!.push({ word: undefined, to });
      }
    }
  };
  const start = state();
  const end = state();
  lay(top, start, end);
  return { arcs, start, end };
}

interface Strict {
  final: boolean[];
  arcs: Map<string, number>[];
}

/** Past this many states the sharing has failed, and with it the recogniser would. */
const MOST_STATES = 200_000;

/** Subset construction: from each state at most one arc per word. */
function determined({ arcs, start, end }: Loose): Strict {
  const closure = (seeds: Iterable<number>): number[] => {
    const seen = new Set(seeds);
    for (const state of seen) for (const arc of arcs[state] ?? []) if (arc.word === undefined) seen.add(arc.to);
    return [...seen].sort((a, b) => a - b);
  };
  const known = new Map<string, number>();
  const sets: number[][] = [];
  const numberOf = (set: number[]): number => {
    const key = set.join(' ');
    const found = known.get(key);
    if (found !== undefined) return found;
    if (sets.length >= MOST_STATES) throw new Error(`The grammar is too large for the recogniser (${MOST_STATES} states).`);
    known.set(key, sets.length);
    return sets.push(set) - 1;
  };
  numberOf(closure([start]));
  const strict: Strict = { final: [], arcs: [] };
  for (let index = 0; index < sets.length; index += 1) {
    const set = sets[index]!;
    const byWord = new Map<string, Set<number>>();
    for (const state of set) {
      for (const { word, to } of arcs[state] ?? []) {
        if (word === undefined) continue;
        const targets = byWord.get(word);
        if (targets === undefined) byWord.set(word, new Set([to]));
        else targets.add(to);
      }
    }
    strict.final.push(set.includes(end));
    strict.arcs.push(new Map([...byWord].map(([word, targets]) => [word, numberOf(closure(targets))])));
  }
  return strict;
}

/** States with the same future become one; a phrase grammar has no cycles, so one walk from the ends is enough. */
function minimised({ final, arcs }: Strict): WordGraph {
  const states: { final: boolean; arcs: { word: string; to: number }[] }[] = [];
  const byFuture = new Map<string, number>();
  const done = new Map<number, number>();
  const place = (state: number): number => {
    const before = done.get(state);
    if (before !== undefined) return before;
    const out = [...(arcs[state] ?? [])].map(([word, to]) => ({ word, to: place(to) })).sort((a, b) => (a.word < b.word ? -1 : 1));
    const key = `${final[state] === true} ${out.map(({ word, to }) => `${word}>${to}`).join(' ')}`;
    let index = byFuture.get(key);
    if (index === undefined) {
      index = states.push({ final: final[state] === true, arcs: out }) - 1;
      byFuture.set(key, index);
    }
    done.set(state, index);
    return index;
  };
  const start = place(0);
  const last = states.length - 1;
  // The start was placed last; it changes places with whatever stands first.
  const moved = (index: number): number => (index === start ? 0 : index === 0 ? start : index);
  if (start !== last) throw new Error('the start of a grammar follows nothing');
  [states[0], states[start]] = [states[start]!, states[0]!];
  return { states: states.map((each) => ({ final: each.final, arcs: each.arcs.map(({ word, to }) => ({ word, to: moved(to) })) })) };
}

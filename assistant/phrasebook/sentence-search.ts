import type { CompiledHome } from './compiled-home.ts';
import type { Lattice } from './lattice.ts';
import { heardWith } from './lattice.ts';
import type { ListKind } from './list-kind.ts';
import type { ReaderOptions, SlotReading } from './slot-reader.ts';
import { SlotReader } from './slot-reader.ts';

export interface Capture {
  slot: string;
  kind: ListKind;
  /** Node where the slot begins. */
  from: number;
  reading: SlotReading;
}

/** One way the whole text is a sentence. */
export interface Parse {
  entry: number;
  captures: Capture[];
  doubt: number;
  /** Equal for parses that put the same words for the same words. */
  heard: number;
  weight: number;
}

interface Cell {
  doubt: number;
  heard: number;
  weight: number;
  before: Cell | undefined;
  capture: Capture | undefined;
}

/** More doubt than this in one sentence is not understanding. */
const MOST_DOUBT = 0.8;

function keepBest(cells: Map<number, Cell>, state: number, cell: Cell): void {
  const known = cells.get(state);
  if (known === undefined || cell.doubt + cell.weight < known.doubt + known.weight) cells.set(state, cell);
}

/** Every state the text can be in (`withCommands` false: without delayed commands) at each node of the lattice, with the best way to it. */
export function searchCells(
  compiled: CompiledHome,
  lattice: Lattice,
  reader: SlotReader,
  withCommands = true,
): (Map<number, Cell> | undefined)[] {
  const { states, symbols } = compiled.automaton;
  const cells: (Map<number, Cell> | undefined)[] = [];
  const at = (node: number): Map<number, Cell> => {
    cells[node] ??= new Map();
    return cells[node];
  };
  at(0).set(0, { doubt: 0, heard: 0, weight: 0, before: undefined, capture: undefined });
  for (const node of lattice.order) {
    const here = cells[node];
    if (here === undefined || node === lattice.end) continue;
    for (const [index, cell] of here) {
      const state = states[index]!;
      for (const edge of lattice.edges[node]!) {
        if (edge.word < 0) {
          keepBest(at(edge.to), index, { ...cell, weight: cell.weight + edge.cost });
          continue;
        }
        const next = state.words.get(edge.word);
        if (next === undefined || cell.doubt + edge.cost > MOST_DOUBT) continue;
        keepBest(at(edge.to), next, {
          doubt: cell.doubt + edge.cost,
          heard: heardWith(cell.heard, node, edge),
          weight: cell.weight,
          before: cell,
          capture: undefined,
        });
      }
      for (const { symbol, to } of state.slots) {
        const { slot, kind } = symbols[symbol]!;
        if (kind.type === 'command' && !withCommands) continue;
        for (const reading of reader.readings(kind, node)) {
          const doubt = cell.doubt + reading.doubt;
          if (doubt > MOST_DOUBT) continue;
          const capture = { slot, kind, from: node, reading };
          const heard = reading.heard === 0 ? cell.heard : (Math.imul(cell.heard, 31) + reading.heard) | 0;
          keepBest(at(reading.to), to, { doubt, heard, weight: cell.weight + reading.weight, before: cell, capture });
        }
      }
    }
  }
  return cells;
}

function capturesOf(cell: Cell): Capture[] {
  const captures: Capture[] = [];
  for (let at: Cell | undefined = cell; at !== undefined; at = at.before) if (at.capture !== undefined) captures.push(at.capture);
  return captures.reverse();
}

/** Every way the text is a whole sentence, best first. `allowUnknown`: names that are not in the home, too. */
export function searchSentences(
  compiled: CompiledHome,
  words: readonly string[],
  lattice: Lattice,
  { allowUnknown = false, before = [] }: ReaderOptions = {},
): Parse[] {
  const reader = new SlotReader(compiled, lattice, words, { allowUnknown, before });
  const cells = searchCells(compiled, lattice, reader);
  const parses: Parse[] = [];
  for (const [state, cell] of cells[lattice.end] ?? []) {
    const accepts = compiled.automaton.states[state]!.accepts;
    if (accepts.length === 0) continue;
    const captures = capturesOf(cell);
    for (const entry of accepts) parses.push({ entry, captures, doubt: cell.doubt, heard: cell.heard, weight: cell.weight });
  }
  return parses.sort((left, right) => left.doubt + left.weight - right.doubt - right.weight);
}

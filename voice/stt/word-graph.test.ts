import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sphinxGraph, type WordGraph, wordGraph } from './word-graph.ts';

type Part = { kind: 'word'; word: string } | { kind: 'sequence' | 'choice' | 'optional' | 'rule'; parts: Part[] };

const { part } = fc.letrec<{ part: Part }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('turn', 'on', 'off', 'the', "what's").map((word): Part => ({ kind: 'word', word })),
    fc
      .tuple(fc.constantFrom('sequence', 'choice', 'optional', 'rule'), fc.array(tie('part'), { minLength: 1, maxLength: 3 }))
      .map(([kind, parts]): Part => ({ kind, parts })),
  ),
}));

function written(node: Part, rules: string[]): string {
  if (node.kind === 'word') return node.word;
  const parts = node.parts.map((each) => written(each, rules));
  switch (node.kind) {
    case 'sequence':
      return `( ${parts.join(' ')} )`;
    case 'choice':
      return `( ${parts.join(' | ')} )`;
    case 'optional':
      return `[ ${parts.join(' ')} ]`;
    case 'rule':
      return `<r${rules.push(parts.join(' | ')) - 1}>`;
  }
}

/** Every sentence of the part, written out one by one. */
function sentences(node: Part): Set<string> {
  if (node.kind === 'word') return new Set([node.word]);
  const parts = node.parts.map(sentences);
  if (node.kind === 'choice' || node.kind === 'rule') return new Set(parts.flatMap((each) => [...each]));
  let joined = new Set(['']);
  for (const each of parts) joined = new Set([...joined].flatMap((left) => [...each].map((right) => `${left} ${right}`.trim())));
  return node.kind === 'optional' ? joined.add('') : joined;
}

function spoken(graph: WordGraph): string[] {
  const walk = (state: number): string[] => {
    const { final, arcs } = graph.states[state]!;
    return [...(final ? [''] : []), ...arcs.flatMap(({ word, to }) => walk(to).map((rest) => `${word} ${rest}`.trim()))];
  };
  return walk(0);
}

const grammar = (expansion: string, rules: readonly string[] = []): string =>
  `#JSGF V1.0;\ngrammar g;\n${rules.map((rule, index) => `<r${index}> = ${rule};\n`).join('')}public <top> = ${expansion};\n`;

describe('a word graph', () => {
  it('has each sentence of its grammar exactly once, and no other', () => {
    fc.assert(
      fc.property(
        part.filter((node) => sentences(node).size <= 2_000),
        (node) => {
          const rules: string[] = [];
          const said = spoken(wordGraph(grammar(written(node, rules), rules)));
          expect(said.toSorted()).toEqual([...sentences(node)].toSorted());
        },
      ),
      { numRuns: 300 },
    );
  });

  it('shares what sentences have in common at their beginnings and ends', () => {
    const { states } = wordGraph(grammar('turn on the lamp | turn off the lamp | switch on the lamp'));
    expect(states).toHaveLength(6);
    expect(states.flatMap(({ arcs }) => arcs)).toHaveLength(7);
  });

  it('never has two states with the same future', () => {
    fc.assert(
      fc.property(
        part.filter((node) => sentences(node).size <= 2_000),
        (node) => {
          const rules: string[] = [];
          const { states } = wordGraph(grammar(written(node, rules), rules));
          expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(states.length);
        },
      ),
    );
  });

  it('may end before an optional end', () => {
    const { states } = wordGraph(grammar('stop [please]'));
    const [, afterStop] = [states[0], states[states[0]!.arcs[0]!.to]];
    expect(states[0]!.final).toBe(false);
    expect(afterStop).toMatchObject({ final: true, arcs: [{ word: 'please' }] });
  });

  it('stays small where written-out rules would not', () => {
    const names = Array.from({ length: 500 }, (_, index) => `lamp ${index}`).join(' | ');
    const any = '[ <r0> ] [ <r0> ] [ <r0> ] [ <r0> ] [ <r0> ] [ <r0> ]';
    const { states } = wordGraph(grammar(`turn ${any}`, [names]));
    expect(states.length).toBeLessThan(20);
  });

  it('that cannot be made small is refused rather than built', () => {
    // The word twelve from the end decides: the automaton has to remember the last twelve words.
    const tail = '( a | b )'.repeat(18);
    const front = '[ a | b ]'.repeat(18);
    expect(() => wordGraph(grammar(`${front} a ${tail}`))).toThrow('too large');
  });

  it.each([
    ['one rule undefined', 'turn <nowhere>', 'not defined'],
    ['a repetition', 'turn on +', '"+"'],
    ['a weight', '/0.5/ stop | go', '"/"'],
    ['a bracket too many', 'turn ) on', '")"'],
  ])('with %s is refused', (_, expansion, message) => {
    expect(() => wordGraph(grammar(expansion))).toThrow(message);
  });

  it('without a public rule is refused', () => {
    expect(() => wordGraph('#JSGF V1.0;\ngrammar g;\n<a> = stop;\n')).toThrow('no public rule');
  });

  it('is written with one last state that each possible end leads to', () => {
    expect(sphinxGraph(wordGraph(grammar('stop [now]')))).toBe(
      [
        'FSG_BEGIN jarvis',
        'NUM_STATES 4',
        'START_STATE 0',
        'FINAL_STATE 3',
        'TRANSITION 0 1 1.0 stop',
        'TRANSITION 1 2 1.0 now',
        'TRANSITION 1 3 1.0',
        'TRANSITION 2 3 1.0',
        'FSG_END',
        '',
      ].join('\n'),
    );
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { PhraseEngine } from './phrase-engine.ts';
import { wordGraph } from './word-graph.ts';

const commands = (phrases: string): string => `#JSGF V1.0;\ngrammar g;\npublic <command> = ${phrases};\n`;
const mean = new Array<number>(13).fill(0);

let engine: PhraseEngine;
beforeAll(async () => {
  engine = await PhraseEngine.create(0.5);
}, 60_000);

/** What the search makes of a second of noise: any path, so long as it is one. */
function listens(): boolean {
  engine.grammar.start(mean);
  engine.grammar.process(Float32Array.from({ length: 16_000 }, (_, index) => Math.sin(index * index)));
  engine.grammar.finish();
  return engine.grammar.segments().every(({ start, end }) => end >= start);
}

describe('a decoder', () => {
  it('refuses a graph with a word it does not know, and still hears with the one it had', () => {
    engine.setGrammar(commands('turn ( on | off ) the light'));
    expect(() => engine.grammar.setGraph(wordGraph(commands('turn on the qzxylo')))).toThrow('"qzxylo"');
    expect(listens()).toBe(true);
    engine.setGrammar(commands('lock the door'));
    expect(listens()).toBe(true);
  });

  it('does not grow with every change of grammar', () => {
    const names = (count: number): string => Array.from({ length: count }, (_, index) => `lamp ${['one', 'two'][index % 2]}`).join(' | ');
    const change = (index: number): void => engine.setGrammar(commands(`turn ( on | off ) ( ${names(1 + (index % 7))} ) [ please ]`));
    for (let index = 0; index < 20; index++) change(index);
    const before = engine.heapBytes;
    for (let index = 0; index < 200; index++) change(index);
    expect(engine.heapBytes).toBe(before);
  }, 60_000);
});

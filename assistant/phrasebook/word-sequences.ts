import type { SourceScope } from './phrasebook-source.ts';
import { findRule } from './phrasebook-source.ts';
import type { TemplateNode } from './template.ts';
import { spokenWords } from './words.ts';

/** A list value with more ways to say it than this is cut off: it would be a sentence, not a value. */
const MOST = 512;

/** Every word sequence that a template without slots stands for. */
export function wordSequences(node: TemplateNode, scope: SourceScope): string[][] {
  switch (node.type) {
    case 'word':
      return [spokenWords(node.word)];
    case 'choice':
      return node.items.flatMap((item) => wordSequences(item, scope)).slice(0, MOST);
    case 'optional':
      return [[], ...wordSequences(node.item, scope)];
    case 'rule': {
      const found = findRule(scope, node.name)!;
      return wordSequences(found.rule.node, found.scope);
    }
    case 'sequence': {
      let sequences: string[][] = [[]];
      for (const item of node.items) {
        const ways = wordSequences(item, scope);
        sequences = sequences.flatMap((before) => ways.map((way) => [...before, ...way])).slice(0, MOST);
      }
      return sequences;
    }
    case 'slot':
      return [];
  }
}

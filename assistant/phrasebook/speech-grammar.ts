import type { CompiledHome } from './compiled-home.ts';
import { GrammarTree } from './grammar-tree.ts';
import { GrammarWriter } from './grammar-writer.ts';
import type { SourceEntry } from './phrasebook-source.ts';

/**
 * JSGF of every spoken sentence with the home's names. Sentences that hold free text, that are marked `speech: false`, or
 * that need a name this home has not, are left out.
 */
export function speechGrammar(compiled: CompiledHome, entries: readonly SourceEntry[], answers: readonly string[] = []): string {
  const writer = new GrammarWriter(compiled);
  const tree = new GrammarTree();
  for (const entry of entries) {
    if (!entry.speech) continue;
    for (const { node } of entry.sentences) {
      const part = writer.write(node, entry.scope);
      if (part !== undefined && part.type !== 'nothing') tree.add(part);
    }
  }
  const body = tree.text();
  const rules = [...writer.rules()].map(([name, text]) => `<${name}> = ${text};`);
  // A second command behind "and" doubles the recogniser's graph and costs it a tenth more time.
  const sentence = '[<polite>] <single> [and <single>]';
  return `${[
    '#JSGF V1.0;',
    'grammar jarvis;',
    ...rules,
    `<single> = ${body === '' ? 'jarvis' : body};`,
    `public <command> = ${[sentence, ...answers].join(' | ')};`,
    '<polite> = please | could you | can you;',
  ].join('\n')}\n`;
}

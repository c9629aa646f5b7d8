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
  const own = new GrammarTree();
  for (const entry of entries) {
    if (!entry.speech) continue;
    for (const { node } of entry.sentences) {
      const part = writer.write(node, entry.scope);
      if (part !== undefined && part.type !== 'nothing') (entry.intent.startsWith('Hass') ? tree : own).add(part);
    }
  }
  const body = tree.text();
  const ownBody = own.text();
  const rules = [...writer.rules()].map(([name, text]) => `<${name}> = ${text};`);
  // A second command behind "and" doubles the recogniser's graph and costs it a tenth more time. A person's own sentences stand alone: they may be long
  // and have an "and" of their own, and two of them would be heard in one.
  const sentences = [
    ...(body === '' && ownBody !== '' ? [] : ['[<polite>] <single> [and <single>]']),
    ...(ownBody === '' ? [] : ['[<polite>] <own>']),
  ];
  return `${[
    '#JSGF V1.0;',
    'grammar jarvis;',
    ...rules,
    `<single> = ${body === '' ? 'jarvis' : body};`,
    ...(ownBody === '' ? [] : [`<own> = ${ownBody};`]),
    `public <command> = ${[...sentences, ...answers].join(' | ')};`,
    '<polite> = please | could you | can you;',
  ].join('\n')}\n`;
}

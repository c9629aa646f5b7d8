import type { CompiledHome } from './compiled-home.ts';
import { isSelected } from './compiled-home.ts';
import type { ListKind } from './list-kind.ts';
import { listKindOf } from './list-kind.ts';
import type { SourceEntry, SourceScope } from './phrasebook-source.ts';
import { findRule } from './phrasebook-source.ts';
import type { TemplateNode } from './template.ts';
import type { Word } from './words.ts';
import { ARTICLES, spokenWords } from './words.ts';

export interface IntentExamples {
  intent: string;
  examples: string[];
}

const EXAMPLES_PER_INTENT = 4;

/** What stands for free text in an example, by slot. */
const SAMPLE_TEXT = new Map<string, string>(
  Object.entries({
    item: 'milk',
    message: 'dinner is ready',
    search_query: 'some jazz',
    name: 'pizza',
    conversation_command: 'turn off the lights',
  }),
);

/** Sentences with this home's own names, a few for each intent that this home can do. */
export function examplesOf(compiled: CompiledHome, entries: readonly SourceEntry[]): IntentExamples[] {
  const writer = new ExampleWriter(compiled);
  const byIntent = new Map<string, string[]>();
  for (const entry of entries) {
    if (!entry.speech) continue;
    const examples = byIntent.get(entry.intent) ?? [];
    byIntent.set(entry.intent, examples);
    // One of each entry: entries differ in what they are about, sentences of one entry only in wording.
    for (const { node } of entry.sentences) {
      if (examples.length >= EXAMPLES_PER_INTENT) break;
      const text = writer.write(node, entry.scope);
      if (text === undefined || examples.includes(text)) continue;
      examples.push(text);
      break;
    }
  }
  return [...byIntent].filter(([, examples]) => examples.length > 0).map(([intent, examples]) => ({ intent, examples }));
}

class ExampleWriter {
  private readonly compiled: CompiledHome;
  private readonly used = new Map<string, number>();

  constructor(compiled: CompiledHome) {
    this.compiled = compiled;
  }

  /** Undefined where the home has no name for a slot. */
  write(node: TemplateNode, scope: SourceScope): string | undefined {
    const text = this.part(node, scope)?.replace(/\s+/gu, ' ').trim();
    return text === '' ? undefined : text;
  }

  private part(node: TemplateNode, scope: SourceScope): string | undefined {
    switch (node.type) {
      case 'word':
        return node.word;
      case 'sequence': {
        const parts = node.items.map((item) => this.part(item, scope));
        return parts.includes(undefined) ? undefined : parts.join(' ');
      }
      case 'choice': {
        for (const item of node.items) {
          const text = this.part(item, scope);
          if (text !== undefined) return text;
        }
        return undefined;
      }
      case 'optional':
        return node.item.type === 'word' && (ARTICLES.has(node.item.word) || node.item.word === 'to') ? node.item.word : '';
      case 'rule': {
        const { rule, scope: owner } = findRule(scope, node.name)!;
        return this.part(rule.node, owner);
      }
      case 'slot':
        return this.slot(node.slot, listKindOf(node.list, scope)!);
    }
  }

  private slot(slot: string, kind: ListKind): string | undefined {
    const { home } = this.compiled;
    switch (kind.type) {
      case 'name':
        return this.next(
          kind.key,
          home.entities.filter((entity) => isSelected(entity, kind.selectors)).map(({ name }) => name),
        );
      case 'area':
        return this.next(
          'area',
          home.areas.map(({ name }) => name),
        );
      case 'floor':
        return this.next(
          'floor',
          home.floors.map(({ name }) => name),
        );
      case 'values':
        return this.next(
          kind.key,
          kind.values.map(({ node }) => this.part(node, kind.scope) ?? ''),
        );
      case 'range': {
        const wanted = kind.to <= 40 ? 21 : kind.to <= 200 ? 40 : 2700;
        return String(Math.min(kind.to, Math.max(kind.from, wanted)));
      }
      default:
        return SAMPLE_TEXT.get(slot) ?? 'something';
    }
  }

  /** The names in turn, so that examples do not all speak of the same lamp; only names that can be said. */
  private next(key: string, names: readonly string[]): string | undefined {
    const fitting = names.filter((name) => name.length <= 40 && spokenWords(name).length > 0);
    if (fitting.length === 0) return undefined;
    const index = this.used.get(key) ?? 0;
    this.used.set(key, index + 1);
    return fitting[index % fitting.length]!.toLowerCase();
  }
}

const SMALL_WORDS: ReadonlySet<string> = new Set(
  'the a an in on off of to is it what my me i you please turn set and for at from'.split(' '),
);

/** Finds the example nearest to a text. Built once per home. */
export class NearestExample {
  private readonly examples: { text: string; words: string[] }[];

  constructor(all: readonly IntentExamples[]) {
    this.examples = all.flatMap(({ examples }) => examples.map((text) => ({ text, words: spokenWords(text) })));
  }

  /** The example that shares most words of meaning; undefined where none shares any. */
  of(words: readonly Word[]): string | undefined {
    const wanted = new Set(words.map(({ text }) => text).filter((word) => !SMALL_WORDS.has(word)));
    if (wanted.size === 0) return undefined;
    let best: string | undefined;
    let bestScore = 0;
    for (const { text, words: own } of this.examples) {
      const score = own.filter((word) => wanted.has(word)).length / (own.length + 2);
      if (score > bestScore) [best, bestScore] = [text, score];
    }
    return best;
  }
}

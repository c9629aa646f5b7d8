import type { CompiledHome } from './compiled-home.ts';
import type { GrammarPart } from './grammar-tree.ts';
import { unitsOf } from './grammar-tree.ts';
import type { ListKind } from './list-kind.ts';
import { listKindOf } from './list-kind.ts';
import type { SourceScope } from './phrasebook-source.ts';
import { findRule } from './phrasebook-source.ts';
import { spokenNumbers } from './spoken-numbers.ts';
import type { TemplateNode } from './template.ts';
import { wordSequences } from './word-sequences.ts';
import { spokenWords } from './words.ts';

const SPEAKABLE = /^[a-z][a-z']*$/u;
const NOTHING: GrammarPart = { type: 'nothing' };

/** Longer names are said in short. */
const MOST_WORDS = 8;

/** Writes templates as JSGF; lists become rules of their own. */
export class GrammarWriter {
  private readonly compiled: CompiledHome;
  private readonly written = new Map<string, string>();
  private readonly nameByKey = new Map<string, string | undefined>();

  constructor(compiled: CompiledHome) {
    this.compiled = compiled;
  }

  rules(): ReadonlyMap<string, string> {
    return this.written;
  }

  /** Undefined where the part cannot be said in this home. */
  write(node: TemplateNode, scope: SourceScope): GrammarPart | undefined {
    switch (node.type) {
      case 'word':
        return wordPart(node.word);
      case 'sequence': {
        const parts: GrammarPart[] = [];
        for (const item of node.items) {
          const part = this.write(item, scope);
          if (part === undefined) return undefined;
          parts.push(part);
        }
        return { type: 'row', parts };
      }
      case 'choice': {
        const texts = node.items.flatMap((item) => {
          const part = this.write(item, scope);
          return part === undefined ? [] : [[...unitsOf(part)].join(' ')];
        });
        const said = [...new Set(texts.filter((text) => text !== ''))];
        if (said.length === 0) return texts.length === 0 ? undefined : NOTHING;
        const inner = said.join(' | ');
        if (texts.includes('')) return { type: 'unit', text: `[${inner}]` };
        return { type: 'unit', text: said.length === 1 ? inner : `(${inner})` };
      }
      case 'optional': {
        const part = this.write(node.item, scope);
        const text = part === undefined ? '' : [...unitsOf(part)].join(' ');
        return text === '' ? NOTHING : { type: 'unit', text: `[${unwrapped(text)}]` };
      }
      case 'rule': {
        const { rule, scope: owner } = findRule(scope, node.name)!;
        return this.write(rule.node, owner);
      }
      case 'slot': {
        const rule = this.ruleFor(listKindOf(node.list, scope)!, node.slot.replace(/^_/u, ''));
        return rule === undefined ? undefined : { type: 'unit', text: `<${rule}>` };
      }
    }
  }

  private ruleFor(kind: ListKind, slot: string): string | undefined {
    const key = `${kind.key} ${slot === 'domain' || slot === 'device_class' ? slot : ''}`;
    if (this.nameByKey.has(key)) return this.nameByKey.get(key);
    const text = kind.type === 'range' ? spokenNumbers(kind) : this.alternativesOf(kind, slot);
    let name: string | undefined;
    if (text !== undefined) {
      name = ruleName(kind);
      for (let count = 2; this.written.has(name) && this.written.get(name) !== text; count++) name = `${ruleName(kind)}_${count}`;
      this.written.set(name, text);
    }
    this.nameByKey.set(key, name);
    return name;
  }

  private alternativesOf(kind: ListKind, slot: string): string | undefined {
    const texts = new Set<string>();
    for (const words of this.sequencesOf(kind, slot)) {
      const isSpeakable = words.length > 0 && words.length <= MOST_WORDS && words.every((word) => SPEAKABLE.test(word));
      if (isSpeakable) texts.add(words.join(' '));
    }
    return texts.size === 0 ? undefined : [...texts].join(' | ');
  }

  private sequencesOf(kind: ListKind, slot: string): string[][] {
    const { names } = this.compiled;
    switch (kind.type) {
      case 'name':
        return names.entities.filter(({ rare }, index) => rare !== true && this.compiled.allows(kind, index)).map(({ words }) => words);
      case 'area':
        return names.areas.filter(({ rare }) => rare !== true).map(({ words }) => words);
      case 'floor':
        return names.floors.filter(({ rare }) => rare !== true).map(({ words }) => words);
      case 'values':
        return kind.values.filter(({ out }) => this.isInHome(slot, String(out))).flatMap(({ node }) => wordSequences(node, kind.scope));
      default:
        return [];
    }
  }

  /** Nobody speaks of awnings in a home that has none; leaving them out makes the rest easier to hear. */
  private isInHome(slot: string, value: string): boolean {
    const { entities } = this.compiled.home;
    if (slot === 'domain') return entities.some(({ domain }) => domain === value);
    if (slot === 'device_class') return entities.some(({ device_class }) => device_class === value || device_class === `${value}_door`);
    return true;
  }
}

function wordPart(word: string): GrammarPart | undefined {
  const plain = word
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^\p{L}\p{N}'%°&+-]/gu, '');
  // A contraction is one word for the recogniser.
  const words = SPEAKABLE.test(plain) ? [plain] : spokenWords(plain);
  if (words.length === 0) return NOTHING;
  if (!words.every((one) => SPEAKABLE.test(one))) return undefined;
  return { type: 'row', parts: words.map((text) => ({ type: 'unit', text })) };
}

function unwrapped(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let index = 0; index < text.length - 1; index++) {
    if (text[index] === '(') depth++;
    if (text[index] === ')') depth--;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}

function ruleName(kind: ListKind): string {
  switch (kind.type) {
    case 'values':
      return kind.name.toLowerCase().replace(/\W+/gu, '_');
    case 'name':
      return kind.selectors.length === 0
        ? 'name'
        : kind.selectors.length > 3
          ? `name_${kind.selectors[0]!.domain}_and_${kind.selectors.length - 1}_kinds`
          : `name_${kind.selectors.map(({ domain, deviceClass }) => (deviceClass === undefined ? domain : `${domain}_${deviceClass}`)).join('_')}`;
    case 'range':
      return `number_${kind.from}_to_${kind.to}`.replaceAll('-', 'minus_').replaceAll('.', '_');
    default:
      return kind.type;
  }
}

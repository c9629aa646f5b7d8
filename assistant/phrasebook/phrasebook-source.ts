import type { SlotValue } from '../../contract/intent.ts';
import type { IntentEntry } from '../../contract/phrasebook-file.ts';
import type { TemplateNode } from './template.ts';

export interface Sentence {
  text: string;
  node: TemplateNode;
  line: number | undefined;
}

/** One entry of an intent, with its sentences read. */
export interface SourceEntry {
  intent: string;
  sentences: Sentence[];
  slots: Record<string, SlotValue>;
  question: IntentEntry['question'];
  reply: string[] | undefined;
  tool: string | undefined;
  speech: boolean;
  targets: IntentEntry['targets'];
  scope: SourceScope;
  file: string;
}

/** Built-in entries of `_…` are parts of sentences ("the hall lights"), never a sentence by themselves. */
export const isFragment = ({ intent, scope }: SourceEntry): boolean => scope.builtIn && intent.startsWith('_');

export interface SourceListValue {
  node: TemplateNode;
  out: SlotValue;
}

/** One folder: its lists and rules, and those of the built-in folder behind it. */
export interface SourceScope {
  name: string;
  builtIn: boolean;
  lists: Map<string, { values: SourceListValue[]; file: string; line: number | undefined }>;
  rules: Map<string, { node: TemplateNode; file: string; line: number | undefined }>;
  parent: SourceScope | undefined;
}

export function findRule(scope: SourceScope, name: string) {
  for (let at: SourceScope | undefined = scope; at !== undefined; at = at.parent) {
    const rule = at.rules.get(name);
    if (rule !== undefined) return { rule, scope: at };
  }
  return undefined;
}

export function findList(scope: SourceScope, name: string) {
  for (let at: SourceScope | undefined = scope; at !== undefined; at = at.parent) {
    const list = at.lists.get(name);
    if (list !== undefined) return { list, scope: at };
  }
  return undefined;
}

import { BUILT_IN_LISTS, listKindOf } from './list-kind.ts';
import { PhrasebookError } from './phrasebook-error.ts';
import type { SourceEntry, SourceScope } from './phrasebook-source.ts';
import { findRule } from './phrasebook-source.ts';
import type { TemplateNode } from './template.ts';
import { nodesOf } from './template.ts';
import { didYouMean } from './word-distance.ts';

function namesUpwards(scope: SourceScope, kind: 'lists' | 'rules'): string[] {
  const names: string[] = [];
  for (let at: SourceScope | undefined = scope; at !== undefined; at = at.parent) names.push(...at[kind].keys());
  return names;
}

function checkNode(node: TemplateNode, scope: SourceScope, file: string, line: number | undefined): void {
  for (const part of nodesOf(node)) {
    if (part.type === 'slot' && listKindOf(part.list, scope) === undefined && part.list.type === 'named') {
      const known = [...namesUpwards(scope, 'lists'), ...BUILT_IN_LISTS];
      throw new PhrasebookError(file, line, `there is no list "${part.list.name}"`, didYouMean(part.list.name, known));
    }
    if (part.type === 'rule' && findRule(scope, part.name) === undefined) {
      throw new PhrasebookError(file, line, `there is no rule "<${part.name}>"`, didYouMean(part.name, namesUpwards(scope, 'rules')));
    }
  }
}

function checkRecursion(name: string, scope: SourceScope, open: readonly string[]): void {
  const found = findRule(scope, name);
  if (found === undefined) return;
  if (open.includes(name)) {
    const circle = [...open.slice(open.indexOf(name)), name].map((one) => `<${one}>`).join(' → ');
    throw new PhrasebookError(
      found.rule.file,
      found.rule.line,
      `the rule <${name}> contains itself (${circle})`,
      'write it out without the circle',
    );
  }
  for (const part of nodesOf(found.rule.node)) if (part.type === 'rule') checkRecursion(part.name, found.scope, [...open, name]);
}

/** Every list and rule that is used exists, no rule contains itself, no sentence stands twice. Throws `PhrasebookError`. */
export function checkReferences(scope: SourceScope, entries: readonly SourceEntry[]): void {
  for (const rule of scope.rules.values()) checkNode(rule.node, scope, rule.file, rule.line);
  for (const name of scope.rules.keys()) checkRecursion(name, scope, []);
  for (const [name, list] of scope.lists) {
    for (const { node } of list.values) {
      for (const part of nodesOf(node)) {
        if (part.type !== 'slot') continue;
        throw new PhrasebookError(list.file, list.line, `the list "${name}" uses the slot {${part.slot}}`, 'a list value holds words only');
      }
      checkNode(node, scope, list.file, list.line);
    }
  }
  const seen = new Map<string, { entry: SourceEntry; line: number | undefined }>();
  for (const entry of entries) {
    for (const sentence of entry.sentences) {
      checkNode(sentence.node, scope, entry.file, sentence.line);
      const key = sentence.text.toLowerCase().replace(/\s+/gu, ' ').trim();
      const before = seen.get(key);
      if (before !== undefined) {
        const where = `${before.entry.file}:${before.line ?? 1} (${before.entry.intent})`;
        throw new PhrasebookError(entry.file, sentence.line, `the sentence "${sentence.text}" is already in ${where}`, 'keep one of them');
      }
      seen.set(key, { entry, line: sentence.line });
    }
  }
}

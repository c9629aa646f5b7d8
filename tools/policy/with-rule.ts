import { isSeq, parseDocument } from 'yaml';
import type { PolicyRule } from '../policy.ts';

/** The text with one more rule at the end of its rules. @param text of a policy that can be used */
export function withRule(text: string, { line: _line, ...rule }: PolicyRule): string {
  const document = parseDocument(text);
  if (isSeq(document.get('rules'))) document.addIn(['rules'], document.createNode(rule));
  else document.set('rules', document.createNode([rule]));
  return document.toString({ lineWidth: 0 });
}

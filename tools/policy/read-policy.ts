import { isNode, LineCounter, parseDocument } from 'yaml';
import type { PolicyProblem } from '../../contract/policy.ts';
import { type Policy, PolicySchema } from '../policy.ts';

/** Characters; a policy of a thousand rules takes a tenth of it. */
const LONGEST = 1_000_000;

/** Reads the text of `policy.yaml`; empty is the default policy. Rules carry the line they stand in. Never throws. */
export function readPolicy(text: string): { policy: Policy } | { problems: PolicyProblem[] } {
  if (text.length > LONGEST) return { problems: [{ message: `It is longer than ${LONGEST} characters.` }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    return { problems: document.errors.map(({ message, pos }) => ({ line: lines.linePos(pos[0]).line, message })) };
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    // Aliases that would unfold without end.
    return { problems: [{ message: error instanceof Error ? error.message : String(error) }] };
  }
  const lineAt = (path: readonly PropertyKey[]): number | undefined => {
    // What is absent has no line of its own; that of what it is absent from helps as well.
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range != null) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
  const parsed = PolicySchema.safeParse(value);
  if (parsed.success) {
    const rules = parsed.data.rules.map((rule, index) => {
      const line = lineAt(['rules', index]);
      return line === undefined ? rule : { ...rule, line };
    });
    return { policy: { ...parsed.data, rules } };
  }
  return {
    problems: parsed.error.issues.map((issue) => {
      const keys = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
      const line = lineAt(keys);
      const fix = issue.code === 'unrecognized_keys' ? '; remove it, or check its spelling' : '';
      return {
        ...(line !== undefined && { line }),
        message: `${keys.length === 0 ? 'top level' : keys.join('.')}: ${issue.message}${fix}`,
      };
    }),
  };
}

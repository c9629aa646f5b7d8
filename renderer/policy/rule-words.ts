import { isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { RISKS, RoleSchema, SourceSchema } from '../../contract/tool.ts';
import { RISK_WORDS } from '../safety/risk-words.ts';
import { SOURCE_WORDS } from '../safety/source-words.ts';

export type Effect = 'allow' | 'ask' | 'deny';

/** One rule of the policy as a person reads it. */
export interface RuleView {
  name: string;
  /** Undefined: the rule does not say a known one. */
  effect: Effect | undefined;
  words: string;
  because: string | undefined;
  /** In the text, from 1. */
  line: number | undefined;
}

export interface PolicyView {
  rules: RuleView[];
  /** Forbidden tools that are switched on by name. */
  enabled: string[];
}

/** What is shown of more rules than anybody reads. */
const RULES = 500;

/** Reads what can be read of a policy, also of one that is not in force for its mistakes; undefined when it is no YAML at all. */
export function policyView(text: string): PolicyView | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) return undefined;
  const nodes = document.get('rules');
  let value: unknown;
  try {
    value = document.toJS();
  } catch {
    // Aliases that unfold without end.
    return undefined;
  }
  if (value !== null && !isMap(document.contents)) return undefined;
  const { rules, enabled } = PolicySchema.parse(value ?? {});
  return {
    rules: rules.slice(0, RULES).map((rule, index) => {
      const node = isSeq(nodes) ? nodes.items[index] : undefined;
      const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;
      return { ...ruleView(rule, index), line };
    }),
    enabled,
  };
}

const texts = z
  .union([z.string(), z.array(z.unknown())])
  .transform((value) => (typeof value === 'string' ? [value] : value.filter((each) => typeof each === 'string')))
  .optional()
  .catch(undefined);
const RuleSchema = z
  .looseObject({
    id: z.string().optional().catch(undefined),
    effect: z.enum(['allow', 'ask', 'deny']).optional().catch(undefined),
    tool: texts,
    risk: texts,
    permission: texts,
    source: texts,
    role: texts,
    person: texts,
    speaker: texts,
    room: texts,
    time: z
      .looseObject({ from: z.string().optional().catch(undefined), to: z.string().optional().catch(undefined), days: texts })
      .optional()
      .catch(undefined),
    taint: z.boolean().optional().catch(undefined),
    input: z.record(z.string(), z.unknown()).optional().catch(undefined),
    because: z.string().optional().catch(undefined),
  })
  .catch({});
type Rule = z.infer<typeof RuleSchema>;
const PolicySchema = z
  .looseObject({ rules: z.array(RuleSchema).catch([]).default([]), enabled: z.array(z.string()).catch([]).default([]) })
  .catch({ rules: [], enabled: [] });

function ruleView(rule: Rule, index: number): Omit<RuleView, 'line'> {
  const parts = [
    rule.tool === undefined ? 'Every tool' : or(rule.tool),
    rule.risk &&
      `of the kind “${or(rule.risk.map((risk) => RISKS.find((known) => known === risk)).map((risk, place) => (risk ? RISK_WORDS[risk].label : (rule.risk?.[place] ?? ''))))}”`,
    rule.permission && `that uses ${or(rule.permission)}`,
    rule.source && `asked ${or(rule.source.map((source) => sourceWords(source)))}`,
    rule.role && `for ${or(rule.role.map((role) => roleWords(role)))}`,
    rule.person && `for ${or(rule.person)}`,
    rule.speaker && `in the voice of ${or(rule.speaker)}`,
    rule.room && `in the room ${or(rule.room)}`,
    rule.time && timeWords(rule.time),
    rule.taint === undefined ? undefined : rule.taint ? 'after text from outside was read' : 'unless text from outside was read',
    ...Object.entries(rule.input ?? {}).map(([place, pattern]) => `with ${place} ${patternWords(pattern)}`),
  ];
  return { name: rule.id ?? `rule ${index + 1}`, effect: rule.effect, words: parts.filter(Boolean).join(', '), because: rule.because };
}

function sourceWords(source: string): string {
  const known = SourceSchema.safeParse(source).data;
  return known === undefined ? source : SOURCE_WORDS[known];
}

const roles = { admin: 'an admin', user: 'a user', guest: 'a guest', agent: 'a program that chooses by itself' } as const;
function roleWords(role: string): string {
  const known = RoleSchema.safeParse(role).data;
  return known === undefined ? role : roles[known];
}

function timeWords({ from, to, days }: NonNullable<Rule['time']>): string {
  const hours = from !== undefined && to !== undefined ? `between ${from} and ${to}` : '';
  return [hours, days && `on ${or(days.map((day) => day.charAt(0).toUpperCase() + day.slice(1)))}`].filter(Boolean).join(' ');
}

const RangeSchema = z.object({ less: z.number().optional(), more: z.number().optional() });
const PatternSchema = z.union([
  z.string().transform((pattern) => `${/^[~/]|^[A-Z]:/u.test(pattern) ? 'in' : 'like'} ${pattern}`),
  z.object({ path: z.string() }).transform(({ path }) => `in ${path}`),
  z.object({ host: z.string() }).transform(({ host }) => `at ${host}`),
  z.object({ is: z.union([z.boolean(), z.number(), z.string()]) }).transform(({ is }) => `= ${String(is)}`),
  RangeSchema.transform(({ less, more }) =>
    [more === undefined ? '' : `over ${more}`, less === undefined ? '' : `under ${less}`].filter(Boolean).join(' and '),
  ),
]);
const patternWords = (pattern: unknown): string => PatternSchema.safeParse(pattern).data ?? 'as written';

function or(list: readonly string[]): string {
  return list.length < 2 ? (list[0] ?? '') : `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;
}

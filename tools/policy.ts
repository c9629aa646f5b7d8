import { z } from 'zod';
import { RISKS, type Risk, RiskSchema, type Source, SourceSchema } from '../contract/tool.ts';

const DecisionSchema = z.enum(['allow', 'ask', 'deny']);
export type Decision = z.infer<typeof DecisionSchema>;

const PolicyRuleSchema = z
  .object({
    /** Tool name; `*` stands for any run of characters. */
    tool: z.string().min(1).max(200),
    risk: RiskSchema.exactOptional(),
    source: SourceSchema.exactOptional(),
    effect: DecisionSchema,
  })
  .strict();
type PolicyRule = z.infer<typeof PolicyRuleSchema>;

export const PolicySchema = z
  .object({
    rules: z.array(PolicyRuleSchema).default([]),
    /** Tools of the tier `forbidden` that somebody switched on by name; they still ask. */
    enabled: z.array(z.string()).default([]),
  })
  .strict();
export interface Policy {
  readonly rules: readonly PolicyRule[];
  readonly enabled: readonly string[];
}

export const DEFAULT_POLICY: Policy = { rules: [], enabled: [] };

const BY_TIER: Record<Risk, Decision> = { observe: 'allow', change: 'allow', guarded: 'ask', forbidden: 'deny' };

const STRICTEST_FIRST: readonly Decision[] = ['deny', 'ask', 'allow'];

/** The more dangerous of two tiers: a tool may raise the risk of a call, never lower it. */
export const higherRisk = (one: Risk, other: Risk): Risk => (RISKS.indexOf(one) >= RISKS.indexOf(other) ? one : other);

/** Takes each part between stars at its first place behind the one before: linear, whatever the pattern. */
function fits(pattern: string, name: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const part of others) {
    const at = name.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}

/**
 * Deny beats ask beats allow, whatever the breadth of the rule. Without a rule the tier decides. A rule can loosen `guarded` to allow, but what is
 * `forbidden` stays so until it is switched on by name, and then it asks.
 */
export function decide(policy: Policy, call: { tool: string; risk: Risk; source: Source }): { decision: Decision; reason: string } {
  const effects = policy.rules
    .filter((rule) => fits(rule.tool, call.tool) && (rule.risk ?? call.risk) === call.risk && (rule.source ?? call.source) === call.source)
    .map((rule) => rule.effect);
  const strictest = STRICTEST_FIRST.find((effect) => effects.includes(effect));
  if (strictest === 'deny') return { decision: 'deny', reason: 'a rule of yours forbids it' };
  if (call.risk === 'forbidden') {
    return policy.enabled.includes(call.tool)
      ? { decision: 'ask', reason: 'switched on by name; asks each time' }
      : { decision: 'deny', reason: 'it is switched off until somebody switches it on by name' };
  }
  return strictest === undefined
    ? { decision: BY_TIER[call.risk], reason: `that is what ${call.risk} means` }
    : { decision: strictest, reason: 'a rule of yours says so' };
}

import type { Risk, Source } from '../contract/tool.ts';
import { RISKS } from '../contract/tool.ts';

export type Decision = 'allow' | 'ask' | 'deny';

export interface PolicyRule {
  /** Tool name; `*` stands for any run of characters. */
  tool: string;
  risk?: Risk;
  source?: Source;
  effect: Decision;
}

export interface Policy {
  rules: readonly PolicyRule[];
  /** Tools of the tier `forbidden` that somebody switched on by name; they still ask. */
  enabled: readonly string[];
}

export const DEFAULT_POLICY: Policy = { rules: [], enabled: [] };

const BY_TIER: Record<Risk, Decision> = { observe: 'allow', change: 'allow', guarded: 'ask', forbidden: 'deny' };

const STRICTNESS: readonly Decision[] = ['allow', 'ask', 'deny'];

/** The more dangerous of two tiers: a tool may raise the risk of a call, never lower it. */
export const higherRisk = (one: Risk, other: Risk): Risk => (RISKS.indexOf(one) >= RISKS.indexOf(other) ? one : other);

function fits(pattern: string, name: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 'u').test(name);
}

/**
 * Deny beats ask beats allow, whatever the breadth of the rule. Without a rule the tier decides. A rule can loosen `guarded` to allow, but what is
 * `forbidden` stays so until it is switched on by name, and then it asks.
 */
export function decide(policy: Policy, call: { tool: string; risk: Risk; source: Source }): { decision: Decision; reason: string } {
  const rules = policy.rules.filter(
    (rule) => fits(rule.tool, call.tool) && (rule.risk ?? call.risk) === call.risk && (rule.source ?? call.source) === call.source,
  );
  const [strictest] = rules.map((rule) => rule.effect).sort((a, b) => STRICTNESS.indexOf(b) - STRICTNESS.indexOf(a));
  if (strictest === 'deny') return { decision: 'deny', reason: 'a rule of yours forbids it' };
  if (call.risk === 'forbidden') {
    return policy.enabled.includes(call.tool)
      ? { decision: 'ask', reason: 'switched on by name; asks each time' }
      : { decision: 'deny', reason: 'switched off until somebody switches it on by name' };
  }
  return strictest === undefined
    ? { decision: BY_TIER[call.risk], reason: `that is what ${call.risk} means` }
    : { decision: strictest, reason: 'a rule of yours says so' };
}

import type { Risk } from '../../contract/tool.ts';
import type { Policy } from '../policy.ts';
import { fitsRule, type Surroundings } from './fits-rule.ts';
import { isTainted, type PolicyCall, roleOf } from './policy-call.ts';
import type { Decision, PolicyRule } from './policy-rule.ts';
import { type AreaOf, refusedByRole } from './role-limits.ts';

/** A rule that speaks of the call. */
export interface MatchedRule {
  /** Its id, or "rule 3". */
  rule: string;
  effect: Decision;
  line?: number;
  because?: string;
}

export interface Verdict {
  decision: Decision;
  /** In words that end a sentence: "a rule of yours forbids it". */
  reason: string;
  /** Every rule that speaks of the call, in the order of the file; `reason` says which of them decided. */
  matched: MatchedRule[];
  /** A yes alone will not do: what is asked is of the highest tier. */
  strong: boolean;
}

export interface DecideOptions {
  paths?: Surroundings['paths'];
  areaOf?: AreaOf | undefined;
  /** Tools switched on by name elsewhere than in the policy. */
  switchedOn?: ((tool: string) => boolean) | undefined;
}

const BY_TIER: Record<Risk, { decision: Decision; reason: string }> = {
  observe: { decision: 'allow', reason: 'looking is free (observe)' },
  change: { decision: 'allow', reason: 'what is easily put back is free (change)' },
  guarded: { decision: 'ask', reason: 'what could do harm is asked about (guarded)' },
  forbidden: { decision: 'deny', reason: 'it is forbidden' },
};

/**
 * Deny beats ask beats allow, whatever the breadth of the rule; without a rule the tier decides. No rule opens what is forbidden: it stays so until it is
 * switched on by name, and then it asks. What outside text may have brought about, and what a program chose, asks for everything above `observe` unless the
 * rule that allows it says `taint: true`, or names that very tool.
 */
export function decide(policy: Policy, call: PolicyCall, { paths, areaOf, switchedOn }: DecideOptions = {}): Verdict {
  const surroundings = { timeZone: policy.timeZone, ...(paths !== undefined && { paths }) };
  const fitting = policy.rules
    .map((rule, index) => ({ rule, name: rule.id ?? `rule ${index + 1}` }))
    .filter(({ rule }) => fitsRule(rule, call, surroundings));
  const matched = fitting.map(({ rule: { effect, line, because }, name }) => ({
    rule: name,
    effect,
    ...(line !== undefined && { line }),
    ...(because !== undefined && { because }),
  }));
  const verdict = (decision: Decision, reason: string): Verdict => ({
    decision,
    reason,
    matched,
    strong: decision === 'ask' && isStrong(call),
  });
  const ruled = (effect: Decision): string | undefined => {
    const first = matched.find((each) => each.effect === effect);
    return first && `${first.because ?? RULED[effect]} (${first.rule})`;
  };

  const forbidden = ruled('deny');
  if (forbidden !== undefined) return verdict('deny', forbidden);
  const refused = refusedByRole(call, areaOf);
  if (refused !== undefined) return verdict('deny', refused);
  if (call.risk === 'forbidden') {
    return policy.enabled.includes(call.tool) || switchedOn?.(call.tool) === true
      ? verdict('ask', 'switched on by name; asks each time')
      : verdict('deny', 'it is switched off until somebody switches it on by name');
  }
  const asked = ruled('ask');
  if (asked !== undefined) return verdict('ask', asked);
  const allowing = fitting.flatMap(({ rule }) => (rule.effect === 'allow' ? [rule] : []));
  const held = whatHolds(call, allowing);
  if (held !== undefined) return verdict('ask', held);
  const allowed = ruled('allow');
  const tier = BY_TIER[call.risk];
  return allowed === undefined ? verdict(tier.decision, tier.reason) : verdict('allow', allowed);
}

const RULED: Record<Decision, string> = {
  allow: 'a rule of yours allows it',
  ask: 'a rule of yours says to ask',
  deny: 'a rule of yours forbids it',
};

/** Why a person is asked whatever the tier says; undefined when nothing holds the call up. */
function whatHolds(call: PolicyCall, allowing: readonly PolicyRule[]): string | undefined {
  if (call.risk === 'observe') return undefined;
  // One rule must lift all that holds: two halves of a permission are none.
  const lifts = (rule: PolicyRule): boolean =>
    (!isTainted(call) || rule.taint === true) && (roleOf(call) !== 'agent' || [rule.tool].flat().includes(call.tool));
  if (allowing.some(lifts)) return undefined;
  if (isTainted(call)) return `this turn has read ${taintWords(call)}`;
  return roleOf(call) === 'agent' ? 'a program chose it, not a person' : undefined;
}

const TAINT_WORDS: Record<NonNullable<PolicyCall['taint']>[number]['origin'], string> = {
  web: 'a web page',
  mail: 'mail',
  file: 'a file',
  calendar: 'a calendar',
  device: 'what devices say',
  list: 'a list',
  mcp: 'what an MCP server said',
  plugin: 'what a plugin said',
  'tool-error': 'an error of a tool',
  clipboard: 'the clipboard',
  screen: 'the screen',
  transcript: 'speech that was not meant for me',
  other: 'text from outside',
};

function taintWords({ taint = [] }: PolicyCall): string {
  const all = taint.map(({ origin, name }) =>
    name === undefined ? TAINT_WORDS[origin] : `${TAINT_WORDS[origin]} (${name.replace(/[\p{C}\s]+/gu, ' ').slice(0, 80)})`,
  );
  const some = [...new Set(all)].slice(0, 3);
  return some.length < 2 ? (some[0] ?? 'text from outside') : `${some.slice(0, -1).join(', ')} and ${some.at(-1)}`;
}

/** Of the highest tier: forbidden but switched on, money, or what outside text may have made of something guarded. */
const isStrong = (call: PolicyCall): boolean =>
  call.risk === 'forbidden' || (call.permissions.money === true && call.risk !== 'observe') || (call.risk === 'guarded' && isTainted(call));

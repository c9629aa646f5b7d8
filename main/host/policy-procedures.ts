import type { Clock } from '../../contract/clock.ts';
import type { PolicyTest, PolicyTrial } from '../../contract/policy.ts';
import type { ToolRequest } from '../../contract/tool.ts';
import { judgeCall } from '../../tools/judge-call.ts';
import type { PolicyFile } from '../../tools/policy/policy-file.ts';
import { readPolicy } from '../../tools/policy/read-policy.ts';
import type { AreaOf } from '../../tools/policy/role-limits.ts';
import type { UsageProfile } from '../../tools/policy/usage-profile.ts';
import type { Policy } from '../../tools/policy.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import { Weighing } from '../../tools/weigh-call.ts';
import type { JarvisApi } from '../gateway/router.ts';

export interface PolicyParts {
  policyFile: PolicyFile;
  registry: ToolRegistry;
  clock: Clock;
  areaOf: AreaOf;
  usage: UsageProfile;
}

/** The rules, and what they would do. */
export function policyProcedures(parts: PolicyParts): Pick<JarvisApi, 'policy' | 'savePolicy' | 'testPolicy'> {
  const { policyFile } = parts;
  return {
    policy: () => policyFile.shown(),
    savePolicy: ({ text, version }) => policyFile.save(text, version),
    testPolicy: (test) => tryPolicy(test, parts),
  };
}

/** Judges a call as the gate would, with the rules in force or those given, and does nothing. */
export function tryPolicy({ text, at, source = 'page', tool, input, ...who }: PolicyTest, parts: PolicyParts): PolicyTrial {
  const read = text === undefined ? { policy: parts.policyFile.current() } : readPolicy(text);
  if ('problems' in read) {
    const [problem] = read.problems;
    return refused(`These rules cannot be used: ${problem?.line === undefined ? '' : `line ${problem.line}, `}${problem?.message ?? ''}`);
  }
  const request: ToolRequest = { id: 'trial', turnId: 'trial', tool, input, source, dryRun: true, ...who };
  const call = judgeCall(parts.registry, request);
  if ('refusal' in call) return refused(call.refusal);
  const { decision, reason, matched, strong } = weighing(read.policy, parts).verdict(call, request, {
    count: false,
    ...(at !== undefined && { at }),
  });
  return { decision, why: `${OPENING[decision]}: ${reason}.`, matched, risk: call.risk, strong };
}

const OPENING = { allow: 'It would be done', ask: 'A person would be asked', deny: 'It would be left alone' };

const refused = (why: string): PolicyTrial => ({ decision: 'deny', why, matched: [], strong: false });

function weighing(policy: Policy, { clock, areaOf, usage, registry }: PolicyParts): Weighing {
  return new Weighing({ policy, clock, areaOf, usage, switchedOn: (tool) => registry.switchedOn(tool) });
}

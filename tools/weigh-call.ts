import type { Clock } from '../contract/clock.ts';
import type { ToolRequest } from '../contract/tool.ts';
import type { JudgedCall } from './judge-call.ts';
import { decide, type Verdict } from './policy/decide.ts';
import type { PolicyCall } from './policy/policy-call.ts';
import { RateLimits } from './policy/rate-limits.ts';
import type { AreaOf } from './policy/role-limits.ts';
import type { UsageProfile } from './policy/usage-profile.ts';
import type { Policy } from './policy.ts';

export interface WeighingOptions {
  /** What is in force; a function where that may change. */
  policy: Policy | (() => Policy);
  clock: Clock;
  /** Where things are, for guests. */
  areaOf?: AreaOf;
  /** What is usual here; without it nothing is unusual. */
  usage?: UsageProfile;
  /** Was the tool switched on by name? */
  switchedOn?: (tool: string) => boolean;
}

/** Limits of sources that choose by themselves, where the policy names none: more than that is a program gone wild. */
const PROGRAM_RATE = { calls: 120, seconds: 60 };

/** Everything that decides whether a call asks, before any person is asked. */
export class Weighing {
  readonly #options: WeighingOptions;
  readonly #limits: RateLimits;

  constructor(options: WeighingOptions) {
    this.#options = options;
    this.#limits = new RateLimits(options.clock);
  }

  /**
   * What becomes of the call. Never changes anything but the count of bursts.
   * @param how.at ms since the epoch; now, where absent @param how.count false: nothing will be done
   */
  verdict(
    call: JudgedCall,
    request: ToolRequest,
    { at = this.#options.clock.now(), count = true }: { at?: number; count?: boolean } = {},
  ): Verdict {
    const { areaOf, switchedOn, usage } = this.#options;
    const policy = this.#policy();
    const asked = policyCall(call, request, at);
    const verdict = decide(policy, asked, { areaOf, switchedOn });
    const unusual = verdict.decision === 'deny' ? undefined : usage?.unusual(asked, policy, { count });
    if (unusual === undefined || verdict.decision !== 'allow') return verdict;
    return { ...verdict, decision: 'ask', reason: unusual };
  }

  /** Why it may not be tried just now, in words; undefined when it may, and then it is counted. */
  tooOften({ tool: { manifest } }: JudgedCall, { source, tool }: ToolRequest): string | undefined {
    const ofSource =
      this.#policy().limits?.[source] ?? (source === 'agent' || source === 'plugin' || source === 'mcp' ? PROGRAM_RATE : undefined);
    const used = this.#limits.take([
      ...(manifest.rateLimit === undefined ? [] : [{ name: `tool ${tool}`, rate: manifest.rateLimit }]),
      ...(ofSource === undefined ? [] : [{ name: `source ${source}`, rate: ofSource }]),
    ]);
    if (used === undefined) return undefined;
    const what = used.name.startsWith('tool ') ? manifest.title : 'That';
    const { calls, seconds } = used.rate;
    const most = `${calls === 1 ? 'once' : `${calls} times`} in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
    return `${what} may be called ${most} at most. Try again in ${Math.max(1, Math.ceil(used.waitMs / 1000))} s.`;
  }

  /** It was done: from now on it is a little more usual. */
  done(call: JudgedCall, request: ToolRequest): void {
    const { clock, usage } = this.#options;
    usage?.used(policyCall(call, request, clock.now()), this.#policy());
  }

  #policy(): Policy {
    const { policy } = this.#options;
    return typeof policy === 'function' ? policy() : policy;
  }
}

function policyCall(
  { tool: { manifest }, risk, input }: JudgedCall,
  { tool, source, person, speaker, room, taint }: ToolRequest,
  at: number,
): PolicyCall {
  return { tool, risk, permissions: manifest.permissions, source, input, at, person, speaker, room, taint };
}

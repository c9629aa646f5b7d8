import type { Clock } from '../contract/clock.ts';
import type { Outcome, Risk, ToolOutcome, ToolRequest } from '../contract/tool.ts';
import type { Approvals, Permit } from './approvals.ts';
import type { Audit } from './audit.ts';
import { requestDigest } from './canonical-json.ts';
import type { EmergencyStop } from './emergency-stop.ts';
import type { Gate, GateNotice } from './gate.ts';
import type { Policy } from './policy.ts';
import { decide, higherRisk } from './policy.ts';
import type { ToolRegistry } from './registry.ts';
import type { Tool, ToolResult } from './tool.ts';

export interface GateOptions {
  registry: ToolRegistry;
  policy: Policy;
  approvals: Approvals;
  audit: Audit;
  stop: EmergencyStop;
  clock: Clock;
}

/** A call whose input was parsed: from here on it is this input and no other. */
interface Judged {
  tool: Tool;
  input: unknown;
  risk: Risk;
  digest: string;
  request: ToolRequest;
}

const ended = (outcome: Outcome, reason: string): ToolOutcome => ({ outcome, reason });

/**
 * The one door: validate → policy → approval → audit → run under timeout → audit. Nothing else calls a tool's `run`.
 * Never throws: whatever goes wrong is an outcome with a reason in words.
 */
export function createGate(options: GateOptions): Gate {
  return {
    async call(request, signal, notice = () => undefined) {
      try {
        return await pass(options, request, signal, notice);
      } catch (error) {
        // The audit itself refused: no record, no effect.
        return ended('failed', `I cannot keep my record of it, so I did nothing: ${messageOf(error)}`);
      }
    },
  };
}

async function pass(
  options: GateOptions,
  request: ToolRequest,
  signal: AbortSignal,
  notice: (notice: GateNotice) => void,
): Promise<ToolOutcome> {
  const judged = judge(options.registry, request);
  if ('outcome' in judged) {
    await options.audit.write({ kind: 'requested', ...callOf(request, ''), source: request.source, input: null, dryRun: request.dryRun });
    return close(options, request, '', judged);
  }
  const { tool, input, risk, digest } = judged;
  await options.audit.write({ kind: 'requested', ...callOf(request, digest), source: request.source, risk, input, dryRun: request.dryRun });
  if (options.stop.latched) return close(options, request, digest, ended('denied', 'everything is stopped until somebody releases it'));
  const verdict = decide(options.policy, { tool: request.tool, risk, source: request.source });
  if (verdict.decision === 'deny') return close(options, request, digest, ended('denied', verdict.reason));
  if (request.dryRun) {
    const dry: ToolOutcome = { outcome: 'accepted', dryRun: true };
    return close(options, request, digest, verdict.decision === 'ask' ? { ...dry, reason: 'would ask first' } : dry);
  }
  const anyStop = AbortSignal.any([signal, options.stop.signal]);
  if (verdict.decision === 'ask') {
    const { answer, permit } = await askPerson(options, judged, anyStop, notice);
    if (!answer.approved) return close(options, request, digest, ended('denied', refusalBy(answer.by)));
    if (!options.approvals.redeem(permit, requestDigest(request.tool, input))) {
      return close(options, request, digest, ended('denied', 'the approval does not fit this any more'));
    }
  }
  if (anyStop.aborted) return close(options, request, digest, ended('denied', 'it was called off'));
  const durable = risk === 'guarded' || risk === 'forbidden';
  await options.audit.write({ kind: 'started', ...callOf(request, digest) }, { durable });
  return close(options, request, digest, await run(tool, input, request, options.clock, anyStop), durable);
}

function judge(registry: ToolRegistry, request: ToolRequest): Judged | ToolOutcome {
  const tool = registry.get(request.tool);
  if (tool === undefined) return ended('failed', `there is no tool called ${request.tool}`);
  const parsed = tool.manifest.input.safeParse(request.input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return ended(
      'failed',
      `${tool.manifest.title} cannot be called like this: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    );
  }
  try {
    const raised = tool.riskOf?.(parsed.data) ?? tool.manifest.risk;
    return {
      tool,
      input: parsed.data,
      risk: higherRisk(tool.manifest.risk, raised),
      digest: requestDigest(request.tool, parsed.data),
      request,
    };
  } catch (error) {
    return ended('failed', messageOf(error));
  }
}

async function askPerson(
  options: GateOptions,
  { tool, input, risk, digest, request }: Judged,
  signal: AbortSignal,
  notice: (notice: GateNotice) => void,
): Promise<{ answer: { approved: boolean; by: string }; permit: Permit | undefined }> {
  const { answer, permit } = await options.approvals.ask(
    {
      turnId: request.turnId,
      tool: request.tool,
      sentence: tool.describe(input),
      input,
      risk,
      permissions: [...tool.manifest.permissions],
      source: request.source,
      digest,
    },
    signal,
    (approval) => notice({ type: 'approval-asked', approval }),
  );
  notice({ type: 'approval-answered', approvalId: answer.approvalId, approved: answer.approved, by: answer.by });
  await options.audit.write({
    kind: 'approval',
    ...callOf(request, digest),
    approvalId: answer.approvalId,
    approved: answer.approved,
    by: answer.by,
  });
  return { answer, permit };
}

function refusalBy(by: string): string {
  if (by === 'expiry') return 'nobody answered in time';
  return by === 'cancel' ? 'it was called off' : 'you said no';
}

/** Runs under timeout and abort. A tool that ignores both is left behind: the gate answers in time all the same. */
async function run(tool: Tool, input: unknown, request: ToolRequest, clock: Clock, signal: AbortSignal): Promise<ToolOutcome> {
  const over = new AbortController();
  const limit = new AbortController();
  const context = { turnId: request.turnId, source: request.source, clock, signal: AbortSignal.any([signal, limit.signal]) };
  const aborted = new Promise<ToolResult>((resolve) => {
    context.signal.addEventListener(
      'abort',
      () => resolve({ outcome: 'failed', reason: limit.signal.aborted ? 'It took too long.' : 'It was called off.' }),
      { once: true, signal: over.signal },
    );
  });
  clock.sleep(tool.manifest.timeoutMs, over.signal).then(
    () => limit.abort(new Error('timed out')),
    () => undefined,
  );
  try {
    return await Promise.race([tool.run(input, context), aborted]);
  } catch (error) {
    return ended('failed', messageOf(error));
  } finally {
    over.abort();
  }
}

async function close(
  options: GateOptions,
  request: ToolRequest,
  digest: string,
  outcome: ToolOutcome,
  durable = false,
): Promise<ToolOutcome> {
  const entry = { kind: 'ended' as const, ...callOf(request, digest), outcome: outcome.outcome };
  try {
    await options.audit.write(outcome.reason === undefined ? entry : { ...entry, reason: outcome.reason }, { durable });
  } catch (error) {
    // The effect has happened (or not) already; the truth about it must still reach the person.
    return { ...outcome, reason: [outcome.reason, `My record of it could not be written: ${messageOf(error)}`].filter(Boolean).join(' ') };
  }
  return outcome;
}

const callOf = (request: ToolRequest, digest: string) => ({ requestId: request.id, turnId: request.turnId, tool: request.tool, digest });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

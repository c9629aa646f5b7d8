import type { Clock } from '../contract/clock.ts';
import { type ApprovalAnswer, type Outcome, permissionWords, type ToolOutcome, type ToolRequest } from '../contract/tool.ts';
import type { Approvals } from './approvals.ts';
import type { Audit } from './audit.ts';
import type { AuditBody } from './audit-entry.ts';
import { requestDigest } from './canonical-json.ts';
import type { EmergencyStop } from './emergency-stop.ts';
import type { Gate, GateNotice } from './gate.ts';
import { type JudgedCall, judgeCall, riskOf } from './judge-call.ts';
import { decide, higherRisk, type Policy } from './policy.ts';
import type { ToolRegistry } from './registry.ts';
import { runTool } from './run-tool.ts';

export interface GateOptions {
  registry: ToolRegistry;
  policy: Policy;
  approvals: Approvals;
  audit: Audit;
  stop: EmergencyStop;
  clock: Clock;
}

type Notify = (notice: GateNotice) => void;

/** Ids come from outside and end in every line. */
const LONGEST_ID = 200;

const ended = (outcome: Outcome, reason: string): ToolOutcome => ({ outcome, reason });
const STOPPED = ended('denied', 'Everything is stopped until somebody releases it.');

/**
 * The one door: validate → policy → approval → audit → run under timeout → audit. Nothing else runs a tool.
 * Never throws: whatever goes wrong is an outcome with a reason in words. No record, no effect: only `observe` goes on when the audit cannot be written.
 */
export function createGate(options: GateOptions): Gate {
  return {
    call: (request, signal, notice = () => undefined) => new GateCall(options, request, notice).pass(signal),
  };
}

/** The record refused, before anything was done. */
class NoRecord extends Error {}

class GateCall {
  readonly #options: GateOptions;
  readonly #request: ToolRequest;
  readonly #notify: Notify;
  readonly #line: { requestId: string; turnId: string; tool: string };
  #digest = '';

  constructor(options: GateOptions, request: ToolRequest, notify: Notify) {
    this.#options = options;
    this.#request = request;
    this.#notify = notify;
    const { id, turnId, tool } = request;
    this.#line = { requestId: id.slice(0, LONGEST_ID), turnId: turnId.slice(0, LONGEST_ID), tool: tool.slice(0, LONGEST_ID) };
  }

  async pass(signal: AbortSignal): Promise<ToolOutcome> {
    try {
      return await this.#pass(signal);
    } catch (error) {
      const failed = ended('failed', messageOf(error));
      return error instanceof NoRecord ? failed : this.#close([], failed);
    }
  }

  async #pass(caller: AbortSignal): Promise<ToolOutcome> {
    const { policy, stop, registry } = this.#options;
    const { source, dryRun, tool: name } = this.#request;
    const call = judgeCall(registry, this.#request);
    if ('refusal' in call) {
      return this.#close([{ kind: 'requested', ...this.#call(), source, input: null, dryRun }], ended('failed', call.refusal));
    }
    this.#digest = call.recorded.digest;
    const requested: AuditBody = { kind: 'requested', ...this.#call(), source, risk: call.risk, input: call.recorded.input, dryRun };
    if (stop.latched) return this.#close([requested], STOPPED);
    const verdict = decide(policy, { tool: name, risk: call.risk, source });
    if (verdict.decision === 'deny') return this.#close([requested], ended('denied', `I left it alone: ${verdict.reason}.`));
    if (dryRun) {
      const dry: ToolOutcome = { outcome: 'accepted', dryRun: true };
      return this.#close([requested], verdict.decision === 'ask' ? { ...dry, reason: 'would ask first' } : dry);
    }
    const signal = AbortSignal.any([caller, stop.signal]);
    if (signal.aborted) return this.#close([requested], this.#calledOff());
    if (verdict.decision === 'allow') return this.#run(call, [requested], signal);
    await this.#record([requested], false);
    return this.#ask(call, signal);
  }

  async #ask(call: JudgedCall, signal: AbortSignal): Promise<ToolOutcome> {
    const { tool, input, risk, digest } = call;
    const { turnId, source, tool: name } = this.#request;
    let sentence: string;
    try {
      sentence = tool.describe(input);
    } catch (error) {
      return this.#close([], ended('failed', `${tool.manifest.title} cannot say what it would do: ${messageOf(error)}`));
    }
    const permissions = permissionWords(tool.manifest.permissions);
    const { answer, permit } = await this.#options.approvals.ask(
      { turnId, tool: name, sentence, input, risk, permissions, source, digest },
      signal,
      (approval) => this.#notify({ type: 'approval-asked', approval }),
    );
    const { approvalId, approved, by } = answer;
    const answered: AuditBody = { kind: 'approval', ...this.#call(), approvalId, approved, by };
    this.#notify({ type: 'approval-answered', approvalId, approved, by });
    if (!approved) return this.#close([answered], this.#options.stop.latched ? STOPPED : ended('denied', refusalBy(by)));
    const verdict = this.#judgeAgain(call);
    if (verdict !== undefined) return this.#close([answered], verdict);
    if (!this.#options.approvals.redeem(permit, requestDigest(name, input))) {
      return this.#close([answered], ended('denied', 'The approval does not fit this any more.'));
    }
    return this.#run(call, [answered], signal);
  }

  /** A person takes time, and meanwhile the world may have moved: what was approved must not have become worse. */
  #judgeAgain({ tool, input, risk }: JudgedCall): ToolOutcome | undefined {
    const now = riskOf(tool, input);
    if (higherRisk(risk, now) !== risk) return ended('denied', 'It has become riskier than what was approved.');
    const { decision, reason } = decide(this.#options.policy, { tool: this.#request.tool, risk, source: this.#request.source });
    return decision === 'deny' ? ended('denied', `I left it alone: ${reason}.`) : undefined;
  }

  async #run(call: JudgedCall, before: AuditBody[], signal: AbortSignal): Promise<ToolOutcome> {
    const { tool, input, risk, digest } = call;
    const durable = risk === 'guarded' || risk === 'forbidden';
    try {
      await this.#record([...before, { kind: 'started', ...this.#call() }], durable);
    } catch (error) {
      if (risk !== 'observe') throw error; // looking changes nothing
    }
    // Writing takes time; a call that was called off or tampered with meanwhile must not start.
    if (signal.aborted) return this.#close([], this.#calledOff());
    if (requestDigest(this.#request.tool, input) !== digest) return this.#close([], ended('denied', 'Its input was changed on the way.'));
    const { outcome, late } = await runTool(tool, input, this.#request, this.#options.clock, signal);
    if (late !== undefined) this.#recordLate(late);
    return this.#close([], outcome, durable);
  }

  #calledOff(): ToolOutcome {
    return this.#options.stop.latched ? STOPPED : ended('denied', 'It was called off.');
  }

  /** The last lines and the end. What was done (or not) stays true when the record fails now, so the person hears both. */
  async #close(before: AuditBody[], outcome: ToolOutcome, durable = false): Promise<ToolOutcome> {
    const reason = outcome.reason === undefined ? {} : { reason: outcome.reason };
    try {
      await this.#options.audit.write([...before, { kind: 'ended', ...this.#call(), outcome: outcome.outcome, ...reason }], { durable });
      return outcome;
    } catch (error) {
      return {
        ...outcome,
        reason: [outcome.reason, `My record of it could not be written: ${messageOf(error)}.`].filter(Boolean).join(' '),
      };
    }
  }

  async #record(bodies: AuditBody[], durable: boolean): Promise<void> {
    try {
      await this.#options.audit.write(bodies, { durable });
    } catch (error) {
      throw new NoRecord(`I cannot keep my record of it, so I did nothing: ${messageOf(error)}.`, { cause: error });
    }
  }

  /** Nobody waits for it any more, and the audit may be closed by then: without a line the record says `failed` and no more, which stays true. */
  #recordLate(late: Promise<ToolOutcome>): void {
    void late
      .then(({ outcome, reason }) =>
        this.#options.audit.write({ kind: 'ended', ...this.#call(), outcome, ...(reason === undefined ? {} : { reason }), late: true }),
      )
      .catch(() => undefined);
  }

  #call() {
    return { ...this.#line, digest: this.#digest };
  }
}

function refusalBy(by: ApprovalAnswer['by']): string {
  if (by === 'expiry') return 'Nobody answered in time.';
  return by === 'cancel' ? 'It was called off.' : 'You said no.';
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

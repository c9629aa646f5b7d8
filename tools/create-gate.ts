import { setImmediate } from 'node:timers/promises';
import { type Outcome, permissionWords, type ToolOutcome, type ToolRequest } from '../contract/tool.ts';
import type { Repeat } from './approval-store.ts';
import { refusalWords } from './approval-words.ts';
import type { Approvals } from './approvals.ts';
import type { Audit } from './audit.ts';
import type { AuditBody } from './audit-entry.ts';
import { requestDigest } from './canonical-json.ts';
import type { EmergencyStop } from './emergency-stop.ts';
import type { Gate, GateNotice } from './gate.ts';
import { type JudgedCall, judgeCall, riskOf } from './judge-call.ts';
import type { Verdict } from './policy/decide.ts';
import { higherRisk } from './policy.ts';
import type { ToolRegistry } from './registry.ts';
import { runTool } from './run-tool.ts';
import type { SecretHandles } from './secret-handles.ts';
import { ToolRefusal } from './tool-refusal.ts';
import { Weighing, type WeighingOptions } from './weigh-call.ts';

export interface GateOptions extends Omit<WeighingOptions, 'switchedOn'> {
  registry: ToolRegistry;
  approvals: Approvals;
  audit: Audit;
  stop: EmergencyStop;
  /** Absent: no tool gets a secret. */
  secrets?: SecretHandles;
}

type Notify = (notice: GateNotice) => void;

/** Ids come from outside and end in every line. */
const LONGEST_ID = 200;

const ended = (outcome: Outcome, reason: string): ToolOutcome => ({ outcome, reason });
const STOPPED = ended('denied', 'Everything is stopped until somebody releases it.');

/**
 * The one door: validate → policy → rates → approval → audit → run under timeout → audit. Nothing else runs a tool.
 * Never throws: whatever goes wrong is an outcome with a reason in words. No record, no effect: only `observe` goes on when the audit cannot be written,
 * and only it does not wait for the audit.
 */
export function createGate(options: GateOptions): Gate {
  const { registry } = options;
  const weighing = new Weighing({ ...options, switchedOn: (tool) => registry.switchedOn(tool) });
  const behind = new WritingBehind();
  return {
    call: (request, signal, notice = () => undefined) => new GateCall({ ...options, weighing, behind }, request, notice).pass(signal),
  };
}

/** Lines of `observe` that nobody waits for. */
class WritingBehind {
  #count = 0;
  #failure: unknown;

  /** Resolves at the next turn of the event loop, or when it is written where very much is behind. The failure of it, or of one before that nobody was told. */
  async follow(writing: Promise<void>): Promise<unknown> {
    this.#count += 1;
    const settled = writing.then(
      () => undefined,
      (error: unknown) => {
        this.#failure = error;
      },
    );
    void settled.then(() => {
      this.#count -= 1;
    });
    await (this.#count > MOST_BEHIND ? settled : Promise.race([settled, setImmediate()]));
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }
}

/** A disk that hangs must not fill the memory with lines. */
const MOST_BEHIND = 1_000;

interface CallOptions extends GateOptions {
  weighing: Weighing;
  behind: WritingBehind;
}

/** The record refused, before anything was done. */
class NoRecord extends Error {}

class GateCall {
  readonly #options: CallOptions;
  readonly #request: ToolRequest;
  readonly #notify: Notify;
  readonly #line: { requestId: string; turnId: string; tool: string };
  #digest = '';
  /** A reason as the record keeps it. */
  #recorded = (sentence: string): string => sentence;

  constructor(options: CallOptions, request: ToolRequest, notify: Notify) {
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
    const { weighing, stop, registry } = this.#options;
    const { source, dryRun, person, taint = [] } = this.#request;
    const asker = { source, ...(person !== undefined && { person }), ...(taint.length > 0 && { taint }) };
    const call = judgeCall(registry, this.#request);
    if ('refusal' in call) {
      return this.#close([{ kind: 'requested', ...this.#call(), ...asker, input: null, dryRun }], {
        ...ended('failed', call.refusal),
        ...(call.taint !== undefined && { taint: call.taint }),
      });
    }
    this.#digest = call.recorded.digest;
    this.#recorded = call.recorded.sentence;
    const bare: AuditBody = { kind: 'requested', ...this.#call(), ...asker, risk: call.risk, input: call.recorded.input, dryRun };
    if (stop.latched) return this.#close([bare], STOPPED);
    const verdict = weighing.verdict(call, this.#request, { count: !dryRun });
    // What its tier alone lets through needs no reason.
    const requested = verdict.decision === 'allow' && verdict.matched.length === 0 ? bare : { ...bare, why: verdict.reason };
    if (verdict.decision === 'deny') return this.#close([requested], ended('denied', `I left it alone: ${verdict.reason}.`));
    if (dryRun) {
      const dry: ToolOutcome = { outcome: 'accepted', dryRun: true };
      return this.#close([requested], verdict.decision === 'ask' ? { ...dry, reason: 'would ask first' } : dry);
    }
    const signal = AbortSignal.any([caller, stop.signal]);
    if (signal.aborted) return this.#close([requested], this.#calledOff());
    const tooOften = weighing.tooOften(call, this.#request);
    if (tooOften !== undefined) return this.#close([requested], ended('rejected', tooOften));
    if (verdict.decision === 'allow') return this.#run(call, [requested], signal);
    await this.#record([requested], false);
    return this.#ask(call, verdict, signal);
  }

  async #ask(call: JudgedCall, { reason: why, strong }: Verdict, signal: AbortSignal): Promise<ToolOutcome> {
    const { tool, input, risk, digest } = call;
    const { turnId, source, tool: name, taint = [] } = this.#request;
    let sentence: string;
    try {
      sentence = tool.describe(input);
    } catch (error) {
      if (error instanceof ToolRefusal) return this.#close([], ended('rejected', error.message));
      return this.#close([], ended('failed', `${tool.manifest.title} cannot say what it would do: ${messageOf(error)}`));
    }
    const permissions = permissionWords(tool.manifest.permissions);
    const { answer, permit } = await this.#options.approvals.ask(
      {
        turnId,
        tool: name,
        sentence,
        // The digest binds the exact input; whoever is shown the question need not see what is secret in it.
        input: call.recorded.input,
        risk,
        permissions,
        source,
        digest,
        why,
        ...(strong && { strong }),
        ...(taint.length > 0 && { taint }),
        ...(call.recorded.digest === digest ? { repeat: whoAsks(this.#request) } : {}),
      },
      signal,
      (approval) => this.#notify({ type: 'approval-asked', approval }),
    );
    const { approvalId, approved, by } = answer;
    const answered: AuditBody = { kind: 'approval', ...this.#call(), approvalId, approved, by };
    this.#notify({ type: 'approval-answered', approvalId, approved, by });
    if (!approved) return this.#close([answered], this.#options.stop.latched ? STOPPED : ended('denied', refusalWords(by)));
    const verdict = this.#judgeAgain(call, strong);
    if (verdict !== undefined) return this.#close([answered], verdict);
    if (!this.#options.approvals.redeem(permit, requestDigest(name, input))) {
      return this.#close([answered], ended('denied', 'The approval does not fit this any more.'));
    }
    return this.#run(call, [answered], signal);
  }

  /** A person takes time, and meanwhile the world may have moved: what was approved must not have become worse. */
  #judgeAgain(call: JudgedCall, strong: boolean): ToolOutcome | undefined {
    const { tool, input, risk } = call;
    const usable = this.#options.registry.usable(this.#request.tool);
    if ('refusal' in usable) return ended('denied', usable.refusal);
    if (usable.tool !== tool) return ended('denied', `${tool.manifest.title} has changed since it was approved.`);
    const now = riskOf(tool, input);
    if (higherRisk(risk, now) !== risk) return ended('denied', 'It has become riskier than what was approved.');
    const verdict = this.#options.weighing.verdict(call, this.#request, { count: false });
    if (verdict.decision === 'deny') return ended('denied', `I left it alone: ${verdict.reason}.`);
    return verdict.strong && !strong ? ended('denied', 'It has become riskier than what was approved.') : undefined;
  }

  async #run(call: JudgedCall, before: AuditBody[], signal: AbortSignal): Promise<ToolOutcome> {
    const { tool, input, risk, digest } = call;
    const { registry, weighing, clock, behind, secrets } = this.#options;
    const isLooking = risk === 'observe';
    const durable = risk === 'guarded' || risk === 'forbidden';
    const lines: AuditBody[] = [...before, { kind: 'started', ...this.#call() }];
    // Looking changes nothing: that its line is on its way is enough.
    const following = isLooking ? behind.follow(this.#options.audit.write(lines)) : undefined;
    if (!isLooking) await this.#record(lines, durable);
    // Writing takes time; a call that was called off or tampered with meanwhile must not start.
    if (signal.aborted) return this.#close([], this.#calledOff());
    if (requestDigest(this.#request.tool, input) !== digest) return this.#close([], ended('denied', 'Its input was changed on the way.'));
    registry.used(this.#request.tool, clock.now());
    const { outcome, late } = await runTool(tool, input, {
      request: this.#request,
      clock,
      signal,
      secrets: secrets?.for(tool.manifest, this.#call()),
    });
    if (late !== undefined) this.#recordLate(late);
    if (outcome.outcome === 'confirmed' || outcome.outcome === 'accepted') weighing.done(call, this.#request);
    if (following === undefined) return this.#close([], outcome, durable);
    const failure = (await following) ?? (await behind.follow(this.#options.audit.write([this.#end(outcome)])));
    return told(outcome, failure);
  }

  #calledOff(): ToolOutcome {
    return this.#options.stop.latched ? STOPPED : ended('denied', 'It was called off.');
  }

  /** The last lines and the end. What was done (or not) stays true when the record fails now, so the person hears both. */
  async #close(before: AuditBody[], outcome: ToolOutcome, durable = false): Promise<ToolOutcome> {
    try {
      await this.#options.audit.write([...before, this.#end(outcome)], { durable });
      return outcome;
    } catch (error) {
      return told(outcome, error);
    }
  }

  #end({ outcome, reason }: ToolOutcome): Extract<AuditBody, { kind: 'ended' }> {
    return { kind: 'ended', ...this.#call(), outcome, ...(reason === undefined ? {} : { reason: this.#recorded(reason) }) };
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
    void late.then((outcome) => this.#options.audit.write({ ...this.#end(outcome), late: true })).catch(() => undefined);
  }

  #call() {
    return { ...this.#line, digest: this.#digest };
  }
}

/** What it takes to ask the same thing again after a restart. */
const whoAsks = ({ person, speaker, room }: ToolRequest): Repeat => ({ person, speaker, room });

/** With the failure of the record, when there is one. */
function told(outcome: ToolOutcome, failure: unknown): ToolOutcome {
  if (failure === undefined) return outcome;
  const unwritten = `My record of it could not be written: ${messageOf(failure)}.`;
  return { ...outcome, reason: outcome.reason === undefined ? unwritten : `${outcome.reason} ${unwritten}` };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

import { type PendingPlan, PLAN_ANSWERS, type PlanApprovals, readPlanReply } from '../../assistant/agent/plan-approvals.ts';
import { planQuestion } from '../../assistant/agent/plan-question.ts';
import { ANSWER_MS } from '../../assistant/turn/dialogue.ts';
import type { Clock } from '../../contract/clock.ts';
import type { ApprovalReaction, SaidToApproval } from '../host/approval-speech.ts';

export interface PlanSpeechOptions {
  plans: PlanApprovals;
  clock: Clock;
  /** `cut`: somebody spoke over it, or the voice failed. */
  tell(text: string, signal: AbortSignal): Promise<'heard' | 'cut' | 'nobody'>;
  listenForAnswer(answers: string[]): void;
}

/**
 * Reads plans out, and takes what a person says to them. As with approvals a spoken yes counts for what was read out last and heard to its end, for a while;
 * a written one for the plan that the page shows; and JARVIS's own voice, or a program, answers nothing.
 */
export class PlanSpeech {
  readonly #options: PlanSpeechOptions;
  /** The plan that was heard to its end last, and when (monotonic and wall clock, ms). */
  #heard: { planId: string; version: number; at: number; askedAt: number } | undefined;

  constructor(options: PlanSpeechOptions) {
    this.#options = options;
  }

  /** Until `signal` aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    for await (const change of this.#options.plans.changes(signal)) {
      if (change.type === 'asked') this.#readOut(change.pending, signal).catch(() => undefined);
      else if (this.#heard?.planId === change.answer.planId) this.#heard = undefined;
    }
  }

  /** Undefined: that was no answer to a plan. */
  take({ text, source, echo, otherAskedAt }: SaidToApproval): ApprovalReaction | undefined {
    const { plans, clock } = this.#options;
    if (source !== 'voice' && source !== 'page') return undefined;
    const open = plans.pending();
    const heard = this.#heard;
    const isRecent = heard !== undefined && clock.monotonic() - heard.at <= ANSWER_MS;
    const meant = isRecent
      ? open.find(({ plan }) => plan.planId === heard.planId && plan.version === heard.version)
      : source === 'page' && open.length === 1
        ? open[0]
        : undefined;
    const approved = readPlanReply(text, meant ?? { asked: [] });
    if (approved === undefined || open.length === 0 || (otherAskedAt ?? Number.NEGATIVE_INFINITY) > (heard?.askedAt ?? 0)) return undefined;
    if (echo) return { text: '', aloud: false };
    if (meant !== undefined) return this.#answer(meant, approved, source);
    // Nobody can mean with a yes what was not heard; a no to the only plan there is does no harm.
    const [only] = open;
    const isNo = readPlanReply(text, { asked: ['any'] })?.length === 0;
    if (isNo && only !== undefined && open.length === 1) return this.#answer(only, [], source);
    return { text: 'Please look at the page for that plan.', aloud: true };
  }

  #answer({ plan }: PendingPlan, approved: readonly string[], by: 'voice' | 'page'): ApprovalReaction {
    const isTaken = this.#options.plans.answer(plan.planId, plan.version, approved, by);
    return isTaken ? { text: 'All right.', aloud: false } : { text: 'That plan does not wait for an answer any more.', aloud: true };
  }

  async #readOut(pending: PendingPlan, signal: AbortSignal): Promise<void> {
    const { clock, tell, listenForAnswer } = this.#options;
    const { planId, version } = pending.plan;
    this.#heard = undefined;
    if ((await tell(planQuestion(pending), signal)) !== 'heard') return;
    this.#heard = { planId, version, at: clock.monotonic(), askedAt: clock.now() };
    listenForAnswer([...PLAN_ANSWERS]);
  }
}

import { Broadcast } from '../../contract/broadcast.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Source } from '../../contract/tool.ts';
import type { Plan } from '../../contract/turn-event.ts';
import type { AnsweredBy } from '../../tools/approval-words.ts';
import { readApprovalReply } from '../turn/approval-answer.ts';
import { NO_PHRASES, YES_PHRASES } from '../turn/dialogue.ts';

/** A plan that waits for a person. */
export interface PendingPlan {
  plan: Plan;
  turnId: string;
  source: Source;
  /** Steps that are asked about; the others were agreed to before. */
  asked: readonly string[];
  /** ms since the epoch */
  askedAt: number;
  expiresAt: number;
}

export interface PlanAnswer {
  planId: string;
  version: number;
  /** Of those asked about; empty: none. */
  approved: readonly string[];
  by: AnsweredBy | 'expiry' | 'cancel';
}

export type PlanChange = { type: 'asked'; pending: PendingPlan } | { type: 'ended'; answer: PlanAnswer };

export interface PlanApprovalsOptions {
  clock: Clock;
  /** ms a person has. */
  expiryMs: number;
}

interface Waiting {
  pending: PendingPlan;
  /** On the clock that cannot be set back. */
  deadline: number;
  end(answer: PlanAnswer): void;
}

/**
 * Plans that wait for a person's yes. What is agreed to here is that these steps may be tried in this order; each still goes through the gate, which asks for
 * itself whatever it asks.
 */
export class PlanApprovals {
  readonly #options: PlanApprovalsOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #changes = new Broadcast<PlanChange>();

  constructor(options: PlanApprovalsOptions) {
    this.#options = options;
  }

  /** In the order in which they were asked. */
  pending(): PendingPlan[] {
    return [...this.#waiting.values()].map(({ pending }) => pending);
  }

  /** Everything asked and ended from now on; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<PlanChange> {
    return this.#changes.subscribe(signal);
  }

  /** Resolves with the answer, its expiry, or `cancel` when `signal` aborts. One plan has one question at a time. */
  ask(question: Pick<PendingPlan, 'plan' | 'turnId' | 'source' | 'asked'>, signal: AbortSignal): Promise<PlanAnswer> {
    const { clock, expiryMs } = this.#options;
    const { planId, version } = question.plan;
    const nobody = { planId, version, approved: [] };
    if (signal.aborted) return Promise.resolve({ ...nobody, by: 'cancel' });
    const askedAt = clock.now();
    const pending: PendingPlan = { ...question, askedAt, expiresAt: askedAt + expiryMs };
    return new Promise<PlanAnswer>((resolve) => {
      const ended = new AbortController();
      const end = (answer: PlanAnswer): void => {
        if (!this.#waiting.delete(planId)) return;
        ended.abort();
        this.#changes.publish({ type: 'ended', answer });
        resolve(answer);
      };
      this.#waiting.get(planId)?.end({ ...nobody, by: 'cancel' });
      this.#waiting.set(planId, { pending, deadline: clock.monotonic() + expiryMs, end });
      signal.addEventListener('abort', () => end({ ...nobody, by: 'cancel' }), { once: true, signal: ended.signal });
      clock.sleep(expiryMs, ended.signal).then(
        () => end({ ...nobody, by: 'expiry' }),
        () => undefined,
      );
      this.#changes.publish({ type: 'asked', pending });
    });
  }

  /**
   * An answer of a person: the steps that may be done, `all` of them, or none. False when no such plan in that version waits any more, or a step is none of it:
   * what was shown is what is agreed to.
   */
  answer(planId: string, version: number, stepIds: readonly string[] | 'all', by: AnsweredBy): boolean {
    const waiting = this.#waiting.get(planId);
    if (waiting === undefined || waiting.pending.plan.version !== version) return false;
    const { clock } = this.#options;
    if (clock.now() > waiting.pending.expiresAt || clock.monotonic() > waiting.deadline) {
      waiting.end({ planId, version, approved: [], by: 'expiry' });
      return false;
    }
    const { asked } = waiting.pending;
    const approved = stepIds === 'all' ? asked : [...new Set(stepIds)];
    if (approved.some((id) => !asked.includes(id))) return false;
    waiting.end({ planId, version, approved, by });
    return true;
  }
}

/** What a person's words say to a plan: the steps that may be done. Undefined: that was no answer to it. */
export function readPlanReply(text: string, { asked }: Pick<PendingPlan, 'asked'>): readonly string[] | undefined {
  const reply = readApprovalReply(text);
  if (reply.type !== 'answers') return undefined;
  const approved = new Set<string>();
  for (const answer of reply.answers) {
    if (!answer.approved) continue;
    for (const id of answer.which === 'plain' || answer.which === 'all' ? asked : answer.which.flatMap((place) => asked[place] ?? []))
      approved.add(id);
  }
  // "Not the second": all but that one.
  if (reply.answers.every((answer) => !answer.approved && Array.isArray(answer.which))) {
    const refused = new Set(reply.answers.flatMap(({ which }) => (Array.isArray(which) ? which : [])));
    asked.forEach((id, place) => {
      if (!refused.has(place)) approved.add(id);
    });
  }
  return asked.filter((id) => approved.has(id));
}

/** Everything that answers a plan, for the recogniser to expect. */
export const PLAN_ANSWERS: readonly string[] = [...YES_PHRASES, ...NO_PHRASES];

import type { Outcome } from '../../contract/tool.ts';
import type { Plan, TurnEvent } from '../../contract/turn-event.ts';

export type PlanStep = Plan['steps'][number] & { outcome?: Outcome; reason?: string };

/** A plan as a person follows it. */
export interface PlanView {
  planId: string;
  version: number;
  title: string;
  steps: PlanStep[];
  /** Of the newest version; undefined while it waits. */
  answer?: { approved: string[]; by: 'person' | 'policy' | 'expiry' | 'cancel' };
  /** Steps of versions before that did not work, newest last: what was changed because of them. */
  failedBefore: { title: string; reason?: string }[];
  /** Nothing of it will happen any more. */
  ended: boolean;
}

/** The plans after one more event; those that it does not touch keep their identity. */
export function followPlans(plans: PlanView[], event: TurnEvent): PlanView[] {
  switch (event.type) {
    case 'plan-proposed': {
      const { plan } = event;
      const before = plans.find(({ planId }) => planId === plan.planId);
      const broken = before?.steps.filter(({ state }) => state === 'failed') ?? [];
      const view: PlanView = {
        ...plan,
        failedBefore: [
          ...(before?.failedBefore ?? []),
          ...broken.map(({ title, reason }) => ({ title, ...(reason !== undefined && { reason }) })),
        ],
        ended: false,
      };
      return before === undefined ? [...plans, view] : plans.map((each) => (each === before ? view : each));
    }
    case 'plan-answered':
      return change(plans, event.planId, (plan) =>
        // What is said of an older version says nothing of this one.
        plan.version === event.version
          ? { ...plan, answer: { approved: event.approved, by: event.by }, steps: skip(plan.steps, event.approved) }
          : plan,
      );
    case 'plan-step-started':
      return step(plans, event.planId, event.stepId, (each) => ({ ...each, state: 'running' }));
    case 'plan-step-ended': {
      const { outcome, reason } = event;
      const state = outcome === 'confirmed' || outcome === 'accepted' ? 'done' : 'failed';
      return step(plans, event.planId, event.stepId, (each) => ({ ...each, state, outcome, ...(reason !== undefined && { reason }) }));
    }
    case 'plan-ended':
      return change(plans, event.planId, (plan) => ({ ...plan, ended: true }));
    case 'turn-ended':
      // With the turn every plan of it is over, told or not.
      return plans.every(({ ended }) => ended) ? plans : plans.map((plan) => (plan.ended ? plan : { ...plan, ended: true }));
    default:
      return plans;
  }
}

/** Waiting for a person. */
export const waits = (plan: PlanView): boolean => plan.answer === undefined && !plan.ended;

/** How it stands, in a few words. */
export function planWords(plan: PlanView): string {
  const done = plan.steps.filter(({ state }) => state === 'done').length;
  const count = plan.steps.length;
  const steps = `${count} ${count === 1 ? 'step' : 'steps'}`;
  if (waits(plan)) return plan.version > 1 ? `Changed plan, ${steps}: waits for you` : `${steps}: waits for you`;
  if (plan.answer === undefined) return 'Never answered';
  if (plan.answer.approved.length === 0 && done === 0) {
    const why = { person: 'You said no', policy: 'Not allowed by the rules', expiry: 'Nobody agreed in time', cancel: 'Stopped' };
    return why[plan.answer.by];
  }
  const running = plan.steps.find(({ state }) => state === 'running');
  if (!plan.ended && running !== undefined) return `Step ${plan.steps.indexOf(running) + 1} of ${count}`;
  return `${done} of ${count} done`;
}

/** What nobody agreed to is not done, nor what builds on it. */
function skip(steps: PlanStep[], approved: readonly string[]): PlanStep[] {
  return steps.map((each) => (each.state === 'waiting' && !approved.includes(each.stepId) ? { ...each, state: 'skipped' } : each));
}

function change(plans: PlanView[], planId: string, to: (plan: PlanView) => PlanView): PlanView[] {
  return plans.map((plan) => (plan.planId === planId ? to(plan) : plan));
}

function step(plans: PlanView[], planId: string, stepId: string, to: (step: PlanStep) => PlanStep): PlanView[] {
  return change(plans, planId, (plan) => ({ ...plan, steps: plan.steps.map((each) => (each.stepId === stepId ? to(each) : each)) }));
}

/** Ticked steps without those whose own steps before are not ticked: they could not be done. */
export function possibleTicks(steps: readonly PlanStep[], ticked: ReadonlySet<string>): Set<string> {
  const possible = new Set<string>();
  const done = new Set(steps.filter(({ state }) => state === 'done').map(({ stepId }) => stepId));
  // Steps may stand before what they build on: until nothing more is added.
  for (let before = -1; before !== possible.size; ) {
    before = possible.size;
    for (const { stepId, after } of steps)
      if (ticked.has(stepId) && after.every((id) => possible.has(id) || done.has(id))) possible.add(stepId);
  }
  return possible;
}

/** Ticked steps with one more, and with all that it builds on. */
export function withBefore(steps: readonly PlanStep[], ticked: ReadonlySet<string>, stepId: string): Set<string> {
  const next = new Set(ticked);
  const open = [stepId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = steps.find((each) => each.stepId === id);
    if (step?.state !== 'waiting' || (next.has(id) && id !== stepId)) continue;
    next.add(id);
    open.push(...step.after.filter((before) => before !== stepId));
  }
  return next;
}

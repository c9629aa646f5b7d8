import type { ToolOutcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import type { CheckedStep } from './check-plan.ts';
import { MissingResult, resolved } from './plan-references.ts';

/** A step on its way. */
export interface LiveStep {
  step: CheckedStep;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
  outcome?: ToolOutcome;
}

export interface PlanRun {
  planId: string;
  /** All of the plan; done ones are left alone. */
  steps: readonly LiveStep[];
  call(step: CheckedStep, input: Record<string, unknown>): Promise<ToolOutcome>;
  emit(event: TurnEventBody): void;
}

const isDone = ({ outcome }: ToolOutcome): boolean => outcome === 'confirmed' || outcome === 'accepted';

/**
 * Runs what waits, in the order of the plan: steps that only look and stand together at once, all others one after the other. Begins nothing more after a failure; what is under
 * way then ends first. Throws only what a call throws.
 */
export async function runPlan({ planId, steps, call, emit }: PlanRun, signal: AbortSignal): Promise<void> {
  const results = new Map<string, unknown>();
  for (const { step, state, outcome } of steps) if (state === 'done') results.set(step.stepId, outcome?.output ?? null);
  const run = async (live: LiveStep): Promise<void> => {
    const { step } = live;
    live.state = 'running';
    emit({ type: 'plan-step-started', planId, stepId: step.stepId });
    let outcome: ToolOutcome;
    try {
      outcome = await call(step, Object.fromEntries(Object.entries(step.input).map(([key, value]) => [key, resolved(value, results)])));
    } catch (error) {
      if (!(error instanceof MissingResult)) throw error;
      outcome = { outcome: 'failed', reason: error.message };
    }
    live.outcome = outcome;
    live.state = isDone(outcome) ? 'done' : 'failed';
    if (live.state === 'done') results.set(step.stepId, outcome.output ?? null);
    const { reason } = outcome;
    emit({ type: 'plan-step-ended', planId, stepId: step.stepId, outcome: outcome.outcome, ...(reason === undefined ? {} : { reason }) });
  };
  const isReady = ({ step, state }: LiveStep): boolean =>
    state === 'waiting' && step.after.every((id) => steps.some((other) => other.step.stepId === id && other.state === 'done'));
  while (!steps.some(({ state }) => state === 'failed')) {
    signal.throwIfAborted();
    const ready = steps.filter(isReady);
    const [first] = ready;
    if (first === undefined) return;
    // What looks after a change was put there to see that change.
    const change = steps.findIndex(
      (live) => live.state === 'waiting' && live.step.risk !== 'observe' && steps.indexOf(live) > steps.indexOf(first),
    );
    const looking = ready.filter((live) => live.step.risk === 'observe' && (change < 0 || steps.indexOf(live) < change));
    const together = first.step.risk === 'observe' ? looking : [first];
    const ended = await Promise.allSettled(together.map(run));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  }
}

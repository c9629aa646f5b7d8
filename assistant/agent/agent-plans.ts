import type { Taint, ToolOutcome } from '../../contract/tool.ts';
import type { Plan, TurnEventBody } from '../../contract/turn-event.ts';
import type { AnsweredBy } from '../../tools/approval-words.ts';
import { redact } from '../../tools/redact.ts';
import type { MindRequest } from '../turn/mind.ts';
import type { AgentOptions } from './agent-options.ts';
import { issueWords } from './check-input.ts';
import { type CheckedStep, checkPlan, type PlanCheck, PlanProposalSchema } from './check-plan.ts';
import type { PlanAnswer } from './plan-approvals.ts';
import { type LiveStep, runPlan } from './run-plan.ts';

/** A turn that proposes more than so many plans does not get anywhere. */
const MOST_PLANS = 3;

export interface PlanHands extends Omit<PlanCheck, 'done'> {
  call(step: CheckedStep, input: Record<string, unknown>): Promise<ToolOutcome>;
  /** What a step came to, for the model. */
  words(outcome: ToolOutcome): string;
}

interface LivePlan {
  planId: string;
  version: number;
  title: string;
  /** Done ones of all versions, then those of the newest. */
  steps: LiveStep[];
  /** Keys of steps that a person agreed to. */
  agreed: Set<string>;
  /** Take back what was agreed ahead, by key. */
  ahead: Map<string, () => void>;
  repairs: number;
  /** Nothing of it is going to be done any more. */
  over: boolean;
  /** Nobody wants it any more: what is left of it is not missed. */
  declined: boolean;
}

/** The plans of one turn: each checked, shown, agreed to, run, and repaired where a step fails. */
export class AgentPlans {
  readonly #options: AgentOptions;
  readonly #request: MindRequest;
  readonly #hands: PlanHands;
  readonly #emit: (event: TurnEventBody) => void;
  readonly #signal: AbortSignal;
  readonly #plans: LivePlan[] = [];

  constructor(options: AgentOptions, request: MindRequest, hands: PlanHands, emit: (event: TurnEventBody) => void, signal: AbortSignal) {
    this.#options = options;
    this.#request = request;
    this.#hands = hands;
    this.#emit = emit;
    this.#signal = signal;
  }

  /** Takes what a model hands in as a plan, or as the rest of one that did not work, to its end. @returns what came of it, for the model */
  async propose(input: Record<string, unknown>): Promise<{ text: string; isError: boolean }> {
    const parsed = PlanProposalSchema.safeParse(input);
    if (!parsed.success) return problem(issueWords(parsed.error.issues));
    const broken = this.#plans.find(({ over }) => !over);
    if (broken !== undefined && broken.repairs >= this.#options.settings().repairs) {
      this.#end(broken);
      return problem('This plan has been changed too often. Tell the person what is not done.');
    }
    if (broken === undefined && this.#plans.length >= MOST_PLANS)
      return problem('There have been too many plans. Tell the person how far you came.');
    const done = (broken?.steps ?? []).filter(({ state }) => state === 'done');
    const checked = checkPlan(parsed.data, { ...this.#hands, done: new Set(done.map(({ step }) => step.stepId)) });
    if ('problem' in checked) return problem(`The plan cannot be run: ${checked.problem}`);
    const rest = withoutDone(checked.steps, done);
    if ('problem' in rest) return problem(rest.problem);
    const plan = broken ?? this.#begin();
    if (broken !== undefined) {
      plan.version += 1;
      plan.repairs += 1;
    }
    plan.title = parsed.data.title;
    plan.steps = [...done, ...rest.steps.map((step): LiveStep => ({ step, state: 'waiting' }))];
    this.#emit({ type: 'plan-proposed', plan: shown(plan) });
    if (this.#request.dryRun) {
      plan.over = true;
      plan.declined = true;
      return { text: 'Dry run: the plan was shown, and nothing of it was done.', isError: false };
    }
    return this.#carryOut(plan);
  }

  /** The turn is over: nothing waits or counts as agreed any more. */
  end(): void {
    for (const plan of this.#plans) this.#end(plan);
  }

  /** What is not done of what a person wanted done, in a sentence for people. */
  undone(): string | undefined {
    const sentences = this.#plans.flatMap(({ steps, declined }) => {
      const open = declined ? [] : steps.filter(({ state }) => state === 'failed' || state === 'waiting' || state === 'running');
      if (open.length === 0) return [];
      const done = steps.filter(({ state }) => state === 'done').length;
      return [`${done} of ${done + open.length} steps are done. Not done: ${open.map(({ step }) => bare(step.title)).join('; ')}.`];
    });
    return sentences.length === 0 ? undefined : sentences.join(' ');
  }

  #begin(): LivePlan {
    const plan: LivePlan = {
      planId: this.#options.newId(),
      version: 1,
      title: '',
      steps: [],
      agreed: new Set(),
      ahead: new Map(),
      repairs: 0,
      over: false,
      declined: false,
    };
    this.#plans.push(plan);
    return plan;
  }

  async #carryOut(plan: LivePlan): Promise<{ text: string; isError: boolean }> {
    const by = await this.#agree(plan);
    this.#signal.throwIfAborted();
    const { planId, steps } = plan;
    if (steps.every(({ state }) => state === 'done' || state === 'skipped') && steps.some(({ state }) => state === 'skipped')) {
      plan.declined = true;
      this.#end(plan);
      return {
        text:
          by === 'expiry'
            ? 'Nobody agreed to the plan in time. Nothing more was done.'
            : 'The person does not want that. Do not try it another way.',
        isError: true,
      };
    }
    await runPlan({ planId, steps, call: (step, input) => this.#hands.call(step, input), emit: this.#emit }, this.#signal);
    const failed = steps.some(({ state }) => state === 'failed');
    if (!failed) this.#end(plan);
    return { text: this.#report(plan), isError: failed };
  }

  /** Asks for what is new and changes something; steps that are not agreed to, and what builds on them, are skipped. */
  async #agree(plan: LivePlan): Promise<PlanAnswer['by'] | 'policy'> {
    const { planId, version, steps, agreed } = plan;
    const waiting = steps.filter(({ state }) => state === 'waiting');
    const isNew = ({ step }: LiveStep): boolean => step.risk !== 'observe' && !agreed.has(step.key);
    // What is shown may be unticked as a whole: looking as well, once anything is asked.
    const asked = waiting.some(isNew) ? waiting.filter(({ step }) => !agreed.has(step.key)).map(({ step }) => step.stepId) : [];
    if (asked.length === 0) {
      this.#emit({ type: 'plan-answered', planId, version, approved: waiting.map(({ step }) => step.stepId), by: 'policy' });
      return 'policy';
    }
    const { turnId, source } = this.#request;
    // As it was when it was asked: what is read while a person thinks was not shown.
    const taint = [...this.#request.taints()];
    const answer = await this.#options.plans.ask({ plan: shown(plan), turnId, source, asked }, this.#signal);
    const approved = waiting.filter(({ step }) => answer.approved.includes(step.stepId) || !asked.includes(step.stepId));
    this.#emit({
      type: 'plan-answered',
      planId,
      version,
      approved: approved.map(({ step }) => step.stepId),
      by: answer.by === 'expiry' || answer.by === 'cancel' ? answer.by : 'person',
    });
    for (const live of waiting) if (!approved.includes(live)) live.state = 'skipped';
    skipWhatBuildsOn(steps);
    if (answer.by !== 'expiry' && answer.by !== 'cancel')
      for (const { step } of approved) if (asked.includes(step.stepId)) this.#agreeTo(plan, step, taint, answer.by);
    return answer.by;
  }

  #agreeTo(plan: LivePlan, { key, preview }: CheckedStep, taint: readonly Taint[], by: AnsweredBy): void {
    plan.agreed.add(key);
    if (preview === undefined || preview.risk === 'observe') return;
    const { digest, risk } = preview;
    const takeBack = this.#options.agreeAhead?.({ turnId: this.#request.turnId, digest, risk, taint, by });
    if (takeBack !== undefined) plan.ahead.set(key, takeBack);
  }

  #end(plan: LivePlan): void {
    for (const takeBack of plan.ahead.values()) takeBack();
    plan.ahead.clear();
    if (plan.over) return;
    plan.over = true;
    const count = (...states: LiveStep['state'][]): number => plan.steps.filter(({ state }) => states.includes(state)).length;
    this.#emit({
      type: 'plan-ended',
      planId: plan.planId,
      done: count('done'),
      failed: count('failed'),
      left: count('waiting', 'running', 'skipped'),
    });
  }

  #report({ steps, repairs }: LivePlan): string {
    const lines = steps.map(({ step, state, outcome }) => {
      const words = outcome === undefined ? '' : ` ${this.#hands.words(outcome)}`;
      return `${step.stepId}: ${STATES[state]}.${words}`;
    });
    const failed = steps.some(({ state }) => state === 'failed');
    const left = this.#options.settings().repairs - repairs;
    const next = !failed
      ? 'The plan is at its end.'
      : left > 0
        ? 'Hand in the rest as a changed plan, without what is done, or tell the person what does not work.'
        : 'Tell the person what is not done.';
    return `${lines.join('\n')}\n${next}`;
  }
}

const STATES: Readonly<Record<LiveStep['state'], string>> = {
  waiting: 'not tried',
  running: 'not finished',
  done: 'done',
  failed: 'failed',
  skipped: 'the person does not want it',
};

const problem = (text: string): { text: string; isError: boolean } => ({ text, isError: true });
const bare = (title: string): string => title.trim().replace(/[.?!]+$/u, '');

function skipWhatBuildsOn(steps: readonly LiveStep[]): void {
  const skipped = (id: string): boolean => steps.some(({ step, state }) => step.stepId === id && state === 'skipped');
  for (;;) {
    const next = steps.find(({ step, state }) => state === 'waiting' && step.after.some(skipped));
    if (next === undefined) return;
    next.state = 'skipped';
  }
}

/** What is done is never done again, and keeps its id: the same id for something else would blur what happened. */
function withoutDone(proposed: readonly CheckedStep[], done: readonly LiveStep[]): { steps: CheckedStep[] } | { problem: string } {
  const steps: CheckedStep[] = [];
  for (const step of proposed) {
    const same = done.find((live) => live.step.key === step.key);
    if (same?.step.stepId === step.stepId) continue;
    if (same !== undefined) return { problem: `${step.stepId}: that is done already, as the step ${same.step.stepId}. Leave it out.` };
    if (done.some((live) => live.step.stepId === step.stepId))
      return { problem: `${step.stepId} is the id of a step that is done. Take another one.` };
    steps.push(step);
  }
  return steps.length === 0 ? { problem: 'Everything in this plan is done already.' } : { steps };
}

function shown({ planId, version, title, steps }: LivePlan): Plan {
  return {
    planId,
    version,
    title,
    steps: steps.map(({ step, state }) => ({
      stepId: step.stepId,
      title: step.title,
      tool: step.tool?.name ?? 'say_command',
      input: step.preview?.input ?? redact(step.input),
      ...sentenceOf(step),
      risk: step.risk,
      after: [...step.after],
      state,
    })),
  };
}

function sentenceOf({ tool, input, preview }: CheckedStep): { sentence?: string } {
  if (preview !== undefined) return { sentence: preview.sentence };
  return tool === undefined ? { sentence: `Say to the home: "${String(input.sentence)}"` } : {};
}

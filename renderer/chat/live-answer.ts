import type { ChatSource } from '../../contract/chat.ts';
import { sentenceFor } from '../../contract/failure.ts';
import type { TurnRecord } from '../../contract/interface.ts';
import type { Usage } from '../../contract/models.ts';
import type { Outcome, Taint } from '../../contract/tool.ts';
import type { TurnEvent, TurnEventOf } from '../../contract/turn-event.ts';
import { followPlans, type PlanView } from './plan-view.ts';

/** One call of a tool; without `outcome` it is under way. */
export interface ShownStep {
  requestId: string;
  tool: string;
  title?: string;
  input: unknown;
  outcome?: Outcome;
  reason?: string | undefined;
  /** Waits for a person. */
  approvalId?: string;
}

export interface ShownModel {
  provider: string;
  model: string;
  usage: Usage;
  /** ms from the first call of a model to its first word. */
  firstTokenMs?: number;
  leavesHouse?: boolean;
}

/** An answer as the events of its turn tell it. */
export interface LiveAnswer {
  turnId: string;
  startedAt: number;
  started?: TurnEventOf<'turn-started'>;
  /** What was asked; empty until it is known. */
  question: string;
  /** Markdown. */
  text: string;
  steps: ShownStep[];
  plans: PlanView[];
  sources: ChatSource[];
  taint: Taint[];
  model?: ShownModel;
  /** Models that broke off or did not answer, and who went on; sentences. */
  switches: string[];
  /** How often the model was asked, of how often at most. */
  round?: { step: number; of: number };
  /** Why there is no whole answer, in words. */
  failed?: string;
  stopped: boolean;
  interrupted: boolean;
  ended: boolean;
}

const known = new WeakMap<TurnRecord, LiveAnswer>();

/** Reads a turn's events. The same record is read once. */
export function liveAnswer(turn: TurnRecord): LiveAnswer {
  const before = known.get(turn);
  if (before !== undefined) return before;
  const answer: LiveAnswer = {
    turnId: turn.turnId,
    startedAt: turn.startedAt,
    question: '',
    text: '',
    steps: [],
    plans: [],
    sources: [],
    taint: [],
    switches: [],
    stopped: false,
    interrupted: false,
    ended: false,
  };
  for (const event of turn.events) follow(answer, event);
  known.set(turn, answer);
  return answer;
}

function follow(answer: LiveAnswer, event: TurnEvent): void {
  answer.plans = followPlans(answer.plans, event);
  switch (event.type) {
    case 'turn-started':
      answer.started = event;
      return;
    case 'transcript-ended':
      answer.question = event.text;
      return;
    case 'tool-requested':
      answer.steps.push({ requestId: event.requestId, tool: event.tool, input: event.input });
      return;
    case 'approval-asked':
      changeStep(answer, event.requestId, (step) => ({ ...step, approvalId: event.approvalId }));
      return;
    case 'approval-answered':
      changeStep(answer, event.requestId, ({ approvalId: _, ...step }) => step);
      return;
    case 'tool-ended':
      changeStep(answer, event.requestId, ({ approvalId: _, ...step }) => ({
        ...step,
        outcome: event.outcome,
        ...(event.reason !== undefined && { reason: event.reason }),
      }));
      return;
    case 'turn-tainted':
      answer.taint.push(event.taint);
      return;
    case 'model-chosen':
      chosen(answer, event);
      return;
    case 'model-failed': {
      const before = answer.switches.at(-1);
      const sentence = `${event.model} did not answer: ${event.reason}`;
      if (before !== sentence) answer.switches.push(sentence);
      return;
    }
    case 'model-ended':
      ended(answer, event);
      return;
    case 'step-started':
      answer.round = { step: event.step, of: event.of };
      return;
    case 'reply-delta':
      answer.text += event.text;
      return;
    case 'reply-ended':
      answer.text = event.rich ?? event.text;
      answer.sources = event.sources ?? answer.sources;
      return;
    case 'playback-ended':
      answer.interrupted = event.interrupted;
      return;
    case 'turn-failed':
      answer.stopped = true;
      if (event.failure.code !== 'cancelled') answer.failed = sentenceFor(event.failure);
      return;
    case 'turn-ended':
      answer.ended = true;
      return;
    default:
      return;
  }
}

const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, costMicros: 0 };

function chosen(answer: LiveAnswer, { provider, model, leavesHouse, continues }: TurnEventOf<'model-chosen'>): void {
  const before = answer.model;
  // The failure has been told already: told together it is one line.
  if (before !== undefined && before.model !== model) {
    const last = answer.switches.at(-1);
    const sentence =
      continues === true ? `${before.model} broke off, ${model} went on.` : `${before.model} did not answer, ${model} did instead.`;
    if (last?.startsWith(`${before.model} `) === true) answer.switches[answer.switches.length - 1] = sentence;
    else answer.switches.push(sentence);
  }
  answer.model = {
    ...before,
    provider,
    model,
    usage: before?.usage ?? NOTHING,
    // What has left the house once has left it.
    leavesHouse: leavesHouse || (before?.leavesHouse ?? false),
  };
}

function ended(answer: LiveAnswer, { provider, model, usage, firstTokenMs }: TurnEventOf<'model-ended'>): void {
  const before = answer.model;
  const cached = (before?.usage.cachedInputTokens ?? 0) + (usage.cachedInputTokens ?? 0);
  const first = before?.firstTokenMs ?? firstTokenMs;
  answer.model = {
    ...before,
    provider,
    model,
    usage: {
      inputTokens: (before?.usage.inputTokens ?? 0) + usage.inputTokens,
      outputTokens: (before?.usage.outputTokens ?? 0) + usage.outputTokens,
      ...(cached > 0 && { cachedInputTokens: cached }),
      costMicros: (before?.usage.costMicros ?? 0) + usage.costMicros,
    },
    ...(first !== undefined && { firstTokenMs: first }),
  };
}

function changeStep(answer: LiveAnswer, requestId: string, to: (step: ShownStep) => ShownStep): void {
  answer.steps = answer.steps.map((step) => (step.requestId === requestId ? to(step) : step));
}

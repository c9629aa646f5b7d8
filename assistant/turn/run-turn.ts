import type { Clock } from '../../contract/clock.ts';
import type { Failure } from '../../contract/failure.ts';
import { sentenceFor } from '../../contract/failure.ts';
import type { IntentMatch, Understanding } from '../../contract/intent.ts';
import type { Source, ToolOutcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import type { Gate } from '../../tools/gate.ts';
import type { Phrasebook } from '../phrasebook.ts';
import type { CallResult, Plan, PlannedCall, SkillView } from '../skills/skill.ts';
import { skillFor } from '../skills/skills.ts';
import { capitalised, listed, theName } from '../skills/wording.ts';
import { customPlan } from './custom-plan.ts';
import type { OpenQuestion } from './dialogue.ts';
import { ANSWER_MS, choiceIn, needsRoom } from './dialogue.ts';

export interface TurnRequest {
  turnId: string;
  text: string;
  source: Source;
  room?: string;
  dryRun: boolean;
}

export interface TurnServices {
  phrasebook(): Phrasebook;
  gate: Gate;
  view(room: string | undefined): SkillView;
  clock: Clock;
  newId(): string;
}

/** What a turn leaves for the next one. */
export interface TurnResult {
  /** The dialogue is over: nothing more is expected. */
  ended: boolean;
  question?: OpenQuestion;
}

/**
 * From text to effect and words: understands, plans, calls through the gate, says what was seen. Emits every event from `intent-matched` to
 * `reply-ended`. Parts of a compound sentence run in order, each judged by itself. Rejects only with the signal's reason.
 */
export async function runTurn(
  request: TurnRequest,
  open: OpenQuestion | undefined,
  services: TurnServices,
  emit: (event: TurnEventBody) => void,
  signal: AbortSignal,
): Promise<TurnResult> {
  const view = services.view(request.room);
  const understanding =
    answered(request.text, open, view) ??
    services.phrasebook().understand(request.text, request.room === undefined ? {} : { room: request.room });
  switch (understanding.type) {
    case 'none':
      return { ended: fallThrough(understanding, emit) };
    case 'ambiguous':
      return askBack(understanding, view, services.clock, emit);
    case 'matched': {
      const said: string[] = [];
      let ended = false;
      for (const match of understanding.matches) {
        emit({ type: 'intent-matched', intent: match.intent, slots: match.slots, targets: match.targets, confidence: match.confidence });
        if (needsRoom(match, request.text, view)) {
          reply(`${said.length === 0 ? '' : `${said.join(' ')} `}In which room, or everywhere?`, emit, true);
          return { ended: false, question: { match, which: match.targets, until: services.clock.now() + ANSWER_MS } };
        }
        const plan = planFor(match, services, view);
        const text = await carryOut(plan, request, services, emit, signal);
        if (text !== '' && !said.includes(text)) {
          emit({ type: 'reply-delta', text: said.length === 0 ? text : ` ${text}` });
          said.push(text);
        }
        ended ||= plan.type === 'end';
      }
      emit({ type: 'reply-ended', text: said.join(' ') });
      return { ended };
    }
  }
}

function answered(text: string, open: OpenQuestion | undefined, view: SkillView): Understanding | undefined {
  if (open === undefined || view.now > open.until) return undefined;
  const targets = choiceIn(text, open, view);
  return targets === undefined ? undefined : { type: 'matched', matches: [{ ...open.match, targets }] };
}

function planFor(match: IntentMatch, services: TurnServices, view: SkillView): Plan {
  const custom = customPlan(match, services.phrasebook(), view);
  return custom ?? skillFor(match.intent)?.plan(match, view) ?? { type: 'answer', text: 'I understood, but nothing is set up to do that.' };
}

function reply(text: string, emit: (event: TurnEventBody) => void, expectsAnswer = false): void {
  emit({ type: 'reply-delta', text });
  emit(expectsAnswer ? { type: 'reply-ended', text, expectsAnswer } : { type: 'reply-ended', text });
}

function fallThrough(understanding: Extract<Understanding, { type: 'none' }>, emit: (event: TurnEventBody) => void): boolean {
  if (understanding.reason === 'not-for-me') {
    reply('I have left everything as it is.', emit);
    return true;
  }
  const failure: Failure = { code: understanding.reason, ...(understanding.detail === undefined ? {} : { detail: understanding.detail }) };
  emit({ type: 'turn-failed', failure });
  const hint = understanding.nearest === undefined ? '' : ` You could say: ${understanding.nearest}.`;
  reply(`${sentenceFor(failure)}${hint}`, emit);
  return false;
}

function askBack(
  understanding: Extract<Understanding, { type: 'ambiguous' }>,
  view: SkillView,
  clock: Clock,
  emit: (event: TurnEventBody) => void,
): TurnResult {
  const { match, which } = understanding;
  const names = which.slice(0, 4).map((entityId) => callEach(entityId, which, view));
  reply(`Which one: ${listed(names, 'or')}?`, emit, true);
  return { ended: false, question: { match, which, until: clock.now() + ANSWER_MS } };
}

/** By name where the names differ, else by place. */
function callEach(entityId: string, which: string[], view: SkillView): string {
  const entity = view.entity(entityId);
  if (entity === undefined) return entityId;
  const shared = which.filter((other) => view.entity(other)?.name.toLowerCase() === entity.name.toLowerCase()).length > 1;
  const area = entity.area === undefined ? undefined : view.area(entity.area);
  return shared && area !== undefined ? `the one in ${theName(area.name)}` : theName(entity.name);
}

async function carryOut(
  plan: Plan,
  request: TurnRequest,
  services: TurnServices,
  emit: (event: TurnEventBody) => void,
  signal: AbortSignal,
): Promise<string> {
  switch (plan.type) {
    case 'answer':
      return plan.text;
    case 'end':
      return plan.text ?? '';
    case 'fail':
      emit({ type: 'turn-failed', failure: plan.failure });
      return capitalised(sentenceFor(plan.failure));
    case 'act': {
      const results: CallResult[] = [];
      for (const call of plan.calls) {
        signal.throwIfAborted();
        results.push({ call, outcome: await callTool(call, request, services, emit, signal) });
      }
      return plan.say(results);
    }
  }
}

async function callTool(
  call: PlannedCall,
  request: TurnRequest,
  services: TurnServices,
  emit: (event: TurnEventBody) => void,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const requestId = services.newId();
  const dryRun = request.dryRun ? { dryRun: true } : {};
  emit({ type: 'tool-requested', requestId, tool: call.tool, input: call.input, ...dryRun });
  const outcome = await services.gate.call(
    { id: requestId, turnId: request.turnId, tool: call.tool, input: call.input, source: request.source, dryRun: request.dryRun },
    signal,
    (notice) => {
      if (notice.type === 'approval-asked') {
        const { id: approvalId, sentence, expiresAt } = notice.approval;
        emit({ type: 'approval-asked', requestId, approvalId, sentence, expiresAt });
      } else {
        emit({ type: 'approval-answered', requestId, approvalId: notice.approvalId, approved: notice.approved, by: notice.by });
      }
    },
  );
  emit({
    type: 'tool-ended',
    requestId,
    tool: call.tool,
    outcome: outcome.outcome,
    ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
    ...dryRun,
  });
  return outcome;
}

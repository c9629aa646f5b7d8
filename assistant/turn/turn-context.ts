import type { Clock } from '../../contract/clock.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import type { Person, Source, Taint, ToolOutcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import type { Gate } from '../../tools/gate.ts';
import { redact } from '../../tools/redact.ts';
import type { Phrasebook } from '../phrasebook.ts';
import type { PlannedCall, SkillView } from '../skills/skill.ts';
import type { OpenQuestion } from './dialogue.ts';
import type { Mind } from './mind.ts';
import type { OutageNotices } from './outage-notices.ts';
import type { Reader, TurnTaint } from './turn-taint.ts';

/** Delayed commands that one turn has set. */
export interface TimersSet {
  ids: readonly string[];
  /** Something was done at once, too, and will be taken back by them. */
  alsoActed: boolean;
}

export interface TurnRequest {
  turnId: string;
  text: string;
  source: Source;
  room?: string;
  dryRun: boolean;
  /** What was understood last in this conversation, newest first. */
  before?: readonly IntentMatch[];
  /** Timers that the turn before has set: "cancel that". */
  timers?: TimersSet;
  /** A command whose time has come: understood and agreed to when it was given. */
  matches?: readonly IntentMatch[];
  /** Who asks; absent: whoever sits at this machine. */
  person?: Person;
  /** Voice that was recognised. */
  speaker?: string;
  /** The words themselves came from outside: a sentence that was only overheard, text that somebody sent. */
  taint?: readonly Taint[];
  /** What earlier turns of this conversation have read and a mind may remember. */
  carried?: readonly Taint[];
}

export interface TurnServices {
  phrasebook(): Phrasebook;
  gate: Gate;
  view(room: string | undefined): SkillView;
  clock: Clock;
  newId(): string;
  /** A language model, asked what the phrasebook does not know. */
  mind?: Mind;
  /** Which tools a mind may call, through the gate as everybody; absent: `MIND_TOOLS`. */
  mindMayCall?(tool: string): boolean;
  /** Is Home Assistant's conversation agent to be asked, and there? */
  converse?(): boolean;
  /** Remembers which way into the home was told to be away. */
  outages?: OutageNotices;
}

/** What a turn leaves for the next one. */
export interface TurnResult {
  /** The dialogue is over: nothing more is expected. */
  ended: boolean;
  question?: OpenQuestion;
  /** What "it" means from now on, newest first; empty forgets what was meant before, undefined leaves it. */
  remembered?: IntentMatch[];
  timers?: TimersSet;
  /** What a mind has read of outside, and may act on in the next turns. */
  taint?: readonly Taint[];
}

/** One turn and everything it works with. */
export interface TurnContext {
  request: TurnRequest;
  services: TurnServices;
  view: SkillView;
  emit(event: TurnEventBody): void;
  signal: AbortSignal;
  taint: TurnTaint;
}

export function reply(text: string, { emit }: TurnContext, expectsAnswer = false): void {
  emit({ type: 'reply-delta', text });
  emit(expectsAnswer ? { type: 'reply-ended', text, expectsAnswer } : { type: 'reply-ended', text });
}

/** One call through the gate, told by its events. */
export async function callTool(call: PlannedCall, context: TurnContext, reader: Reader = 'skill'): Promise<ToolOutcome> {
  const { request, services, emit, signal, taint } = context;
  signal.throwIfAborted();
  const requestId = services.newId();
  const dryRun = request.dryRun ? { dryRun: true } : {};
  emit({ type: 'tool-requested', requestId, tool: call.tool, input: redact(call.input), ...dryRun });
  const outcome = await services.gate.call(
    {
      id: requestId,
      turnId: request.turnId,
      tool: call.tool,
      input: call.input,
      source: request.source,
      dryRun: request.dryRun,
      ...(request.person !== undefined && { person: request.person }),
      ...(request.speaker !== undefined && { speaker: request.speaker }),
      ...(request.room !== undefined && { room: request.room }),
      ...(taint.list().length > 0 && { taint: [...taint.list()] }),
    },
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
  taint.answered(call.tool, outcome, reader);
  return outcome;
}

import type { IntentMatch } from '../../contract/intent.ts';
import type { Source, ToolOutcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import type { PlannedCall } from '../skills/skill.ts';

/** A sentence that the phrasebook does not know, with the only hands a mind gets. */
export interface MindRequest {
  turnId: string;
  text: string;
  source: Source;
  room?: string;
  dryRun: boolean;
  /** What was understood before, newest first. */
  before: readonly IntentMatch[];
  /** Names of the tools it may call. The home is never pasted into a prompt: `home.find-entities` finds what is meant. */
  tools: readonly string[];
  /** Through the gate, told by the events of the turn; a call of another tool is refused. */
  call(call: PlannedCall): Promise<ToolOutcome>;
}

export interface MindAnswer {
  text: string;
  /** It asked something back. */
  expectsAnswer?: boolean;
}

/**
 * What it remembers of a conversation it forgets when the conversation ends (`TurnResult.ended`) or has rested for `TAINT_MS`: until then what it has read of
 * outside taints every turn that it answers.
 */
export interface Mind {
  /** Undefined when it has nothing to say to this, or cannot answer just now. It emits pieces of its words as `reply-delta`, never `reply-ended`. */
  answer(request: MindRequest, emit: (event: TurnEventBody) => void, signal: AbortSignal): Promise<MindAnswer | undefined>;
}

/** What a mind may do: the tools that the skills use. */
export const MIND_TOOLS: readonly string[] = [
  'home.find-entities',
  'home.call-service',
  'home.get-history',
  'home.get-events',
  'home.get-forecast',
  'home.get-items',
  'home.undo',
  'timer.start',
  'timer.cancel',
  'timer.change',
];

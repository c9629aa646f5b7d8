import type { ChatSource } from '../../contract/chat.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import type { Outcome, Source, Taint, ToolOutcome } from '../../contract/tool.ts';
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
  /** May it call this tool? The home is never pasted into a prompt: `home.find-entities` finds what is meant. */
  mayCall(tool: string): boolean;
  /** Through the gate, told by the events of the turn; a call of another tool is refused. */
  call(call: PlannedCall): Promise<ToolOutcome>;
  /**
   * Carries out a sentence as if a person had said it here: the phrasebook understands it, the skills do it through the gate, and what they say is what was
   * seen. Never comes back to a mind. What the turn has read of outside goes with every call of it.
   */
  say(sentence: string): Promise<SaidSentence>;
  /** Its model is given words of outside that came by no call: a name of the home, an old conversation, a file. To be told before it chooses anything. */
  read(taint: Taint): void;
  /** What of outside the turn has read so far. */
  taints(): readonly Taint[];
}

/** What became of a sentence that a mind said. */
export type SaidSentence =
  /** Nothing was done. */
  | { understood: false; because: 'no-match' | 'no-target' | 'not-for-me' }
  | {
      understood: true;
      /**
       * Of commands the worst that happened; `answered`: it was a question, or there was nothing to do; `asks`: a person has to choose or to agree first, which
       * the turn does at its end.
       */
      outcome: Outcome | 'answered' | 'asks';
      dryRun?: boolean;
      /** For the person. Holds names and states of the home: a model that is to see it makes `read` necessary. */
      reply?: string;
    };

export interface MindAnswer {
  /** As it is said. */
  text: string;
  /** The same for the page, in Markdown, where it differs. */
  rich?: string;
  sources?: readonly ChatSource[];
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
  /** Why it cannot answer just now, in a sentence for people; undefined where it could, or where there is nothing to say of it. */
  whyNot?(): string | undefined;
}

/** What a mind may do where nothing else is set: the tools that the skills use. */
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

import type { Failure } from '../../contract/failure.ts';
import type { Area, BridgeStatus, Entity, Floor } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import type { Timer } from '../timers/timer.ts';

/** What a skill may look at; it changes nothing itself. */
export interface SkillView {
  entity(entityId: string): Entity | undefined;
  entities(): readonly Entity[];
  area(areaId: string): Area | undefined;
  areas(): readonly Area[];
  floors(): readonly Floor[];
  /** The ways into the home and whether they are open. */
  bridges(): readonly BridgeStatus[];
  /** Area id of the room that heard it. */
  room: string | undefined;
  /** ms since the epoch */
  now: number;
  timers(): readonly Timer[];
  /** Examples of what can be said in this home. */
  examples(): readonly string[];
  /** One of several equally good wordings. */
  pick(wordings: readonly [string, ...string[]]): string;
}

export interface PlannedCall {
  tool: string;
  input: unknown;
}

export interface CallResult {
  call: PlannedCall;
  outcome: ToolOutcome;
}

/** What a match leads to: words alone, calls through the gate and words about what came of them, a question back, or a failure in words. */
export type Plan =
  | { type: 'answer'; text: string }
  | { type: 'act'; calls: PlannedCall[]; say(results: CallResult[]): string }
  /** Exactly one of these entities is meant; the answer becomes the target of the match. */
  | { type: 'ask'; which: string[] }
  | { type: 'fail'; failure: Failure }
  /** Ends the dialogue: "never mind", "stop". Silence unless there are words. */
  | { type: 'end'; text?: string };

export interface Skill {
  /** Intent names it answers. */
  intents: readonly string[];
  plan(match: IntentMatch, view: SkillView): Plan;
}

export const answer = (text: string): Plan => ({ type: 'answer', text });

export const fail = (code: Failure['code'], detail?: string): Plan => ({
  type: 'fail',
  failure: detail === undefined ? { code } : { code, detail },
});

import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Clock } from '../../contract/clock.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import type { ListedTool, Source, Taint } from '../../contract/tool.ts';
import type { ModelRouter } from '../../models/routing/model-router.ts';
import type { Ahead } from '../../tools/agreed-ahead.ts';
import type { CallPreview } from '../../tools/preview-call.ts';
import type { PlanApprovals } from './plan-approvals.ts';

/** Whose words they are and where they were said: what a prompt is made of. */
export interface ContextRequest {
  turnId: string;
  text: string;
  source: Source;
  room?: string;
  /** What the phrasebook understood before, newest first. */
  before: readonly IntentMatch[];
  /** Rules of the loop in plain words: part of the system prompt, whatever else is in it. */
  instructions: string;
  /** Tokens that prompt and answer may take together; undefined: unknown. */
  contextLength: number | undefined;
  /** Tokens to leave free for tools, what they give back, and the answer. */
  reserve: number;
}

/** What a model reads before its first word. */
export interface AgentContext {
  /** Ends with what the person has just said. */
  prompt: LanguageModelV4Prompt;
  /** Estimate for all of it. */
  tokens: number;
  /**
   * Words of outside in it: devices, files that were dropped in, old answers that quote such. Whoever leaves one out lets a stranger's words act unasked
   * (docs/adr/0009).
   */
  taint?: readonly Taint[];
  /** There are pictures in it. */
  vision?: boolean;
  /** It must not leave the house. */
  localOnly?: boolean;
}

export interface AgentSettings {
  /** How often a model is asked in one turn at most. */
  steps: number;
  /** Tools shown at the beginning. */
  tools: number;
  /** Characters of one tool's output that a model gets to read. */
  outputCharacters: number;
  /** Characters of all of them in one turn, where the model's context is not known to be smaller. */
  readCharacters: number;
  /** Tokens of one answer. */
  answerTokens: number;
  /** Characters of one answer; what goes on longer is cut off. */
  answerCharacters: number;
  /** Calls of one step; the others are not made. */
  callsAtOnce: number;
  /** How often a plan may be repaired. */
  repairs: number;
}

export const AGENT_SETTINGS: AgentSettings = {
  steps: 12,
  tools: 8,
  outputCharacters: 6_000,
  readCharacters: 40_000,
  answerTokens: 2_048,
  answerCharacters: 16_000,
  callsAtOnce: 8,
  repairs: 3,
};

export interface AgentOptions {
  router: ModelRouter;
  /** Every tool, the best for these words first. */
  tools(words: string, limit: number): ListedTool[];
  tool(name: string): ListedTool | undefined;
  /** What a call would do, for a person to see; nothing is done, and nothing is judged by it. */
  preview(tool: string, input: unknown): CallPreview;
  /** A yes to a step of a plan is a yes to the gate's own question for it (`Approvals.agreeAhead`). Absent: every step asks for itself. */
  agreeAhead?(agreed: Ahead): () => void;
  plans: PlanApprovals;
  context(request: ContextRequest, signal: AbortSignal): Promise<AgentContext>;
  /** Sentences that the phrasebook knows, of no home in particular. */
  examples(): readonly string[];
  /** Markdown as it is said aloud. */
  spoken(markdown: string): string;
  settings(): AgentSettings;
  clock: Clock;
  newId(): string;
}

import type { z } from 'zod';
import type { Clock } from '../contract/clock.ts';
import type { Outcome, Risk, Source } from '../contract/tool.ts';

export interface ToolManifest<Input> {
  /** `home.call-service`, `timer.start` … */
  name: string;
  version: string;
  title: string;
  description: string;
  /** Parses to plain JSON data (no Date, no Map): an approval and the audit are bound to exactly that. */
  input: z.ZodType<Input>;
  /** Paths in the input that the audit must not keep (`data.message`); members called `code`, `pin`, `password` and the like are left out anyhow. */
  secrets?: readonly string[];
  /** In words for people: what it may touch. */
  permissions: ('home' | 'timers' | 'network' | 'filesystem' | 'system' | 'money')[];
  /** The least risk a call has; `riskOf` may raise it for a certain input, never lower it. */
  risk: Risk;
  reversible: boolean;
  /** ms after which a call is aborted. */
  timeoutMs: number;
}

export interface ToolContext {
  turnId: string;
  source: Source;
  signal: AbortSignal;
  clock: Clock;
}

export interface ToolResult {
  outcome: Exclude<Outcome, 'denied'>;
  reason?: string;
  output?: unknown;
}

/** Everything that has an effect. Only the gate calls `run`. */
export interface Tool<Input = unknown> {
  readonly manifest: ToolManifest<Input>;
  /** The sentence a person approves: "Unlock the front door". */
  describe(input: Input): string;
  riskOf?(input: Input): Risk;
  /** Throws on failure; says `confirmed` only when it has seen the new state. */
  run(input: Input, context: ToolContext): Promise<ToolResult>;
}

import type { z } from 'zod';
import type { Clock } from '../contract/clock.ts';
import type { Outcome, Permissions, Risk, Source, Taint, ToolOrigin } from '../contract/tool.ts';

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
  /** What a call gives back, where that is said; checked at the border for tools that are not ours. */
  output?: z.ZodType;
  permissions: Permissions;
  /** The least risk a call has; `riskOf` may raise it for a certain input, never lower it. */
  risk: Risk;
  reversible: boolean;
  /** ms after which a call is aborted. */
  timeoutMs: number;
  /** Absent: `none`, for what is part of JARVIS. */
  sandbox?: 'none' | 'process' | 'isolated';
  /** Calls in any so many seconds, for all callers together. */
  rateLimit?: { calls: number; seconds: number };
  /** Its output or its errors are words from outside, of this origin: they taint the turn. */
  taints?: Taint['origin'];
  /** Absent: built in. */
  origin?: ToolOrigin;
}

export interface ToolContext {
  turnId: string;
  /** The value behind a handle that the manifest names; rejects for any other, and with words when there is none. */
  secret?(name: string): Promise<string>;
  source: Source;
  signal: AbortSignal;
  clock: Clock;
}

export interface ToolResult {
  outcome: Exclude<Outcome, 'denied'>;
  reason?: string;
  output?: unknown;
  /** Which outside text the output holds; with the manifest's `taints`. */
  taintName?: string;
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

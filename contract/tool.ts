import { z } from 'zod';

/**
 * Risk decides what the gate asks: `observe` free; `change` reversible home comfort, free by default; `guarded` asks a person;
 * `forbidden` refused until switched on by name.
 */
export const RISKS = ['observe', 'change', 'guarded', 'forbidden'] as const;
export const RiskSchema = z.enum(RISKS);
export type Risk = z.infer<typeof RiskSchema>;

/** Who or what asks for an effect. */
export const SourceSchema = z.enum(['voice', 'page', 'cli', 'api', 'timer']);
export type Source = z.infer<typeof SourceSchema>;

export const ToolRequestSchema = z.object({
  id: z.string(),
  turnId: z.string(),
  tool: z.string(),
  /** Parsed by the tool's own schema at the gate. */
  input: z.unknown(),
  source: SourceSchema,
  dryRun: z.boolean().default(false),
});
export type ToolRequest = z.infer<typeof ToolRequestSchema>;

export const OutcomeSchema = z.enum(['confirmed', 'accepted', 'rejected', 'denied', 'failed']);
export type Outcome = z.infer<typeof OutcomeSchema>;

/** How a call through the gate ended. `confirmed` only when the new state was seen. */
export const ToolOutcomeSchema = z.object({
  outcome: OutcomeSchema,
  /** For people: why it was not confirmed. */
  reason: z.string().optional(),
  /** What the tool gave back, when it ran. */
  output: z.unknown().optional(),
  dryRun: z.boolean().optional(),
});
export type ToolOutcome = z.infer<typeof ToolOutcomeSchema>;

export const ApprovalSchema = z.object({
  id: z.string(),
  turnId: z.string(),
  tool: z.string(),
  /** The sentence a person approves, e.g. "Unlock the front door". */
  sentence: z.string(),
  /** The exact parsed input, for the card. */
  input: z.unknown(),
  risk: RiskSchema,
  permissions: z.array(z.string()),
  source: SourceSchema,
  /** SHA-256 of tool and canonical input; the approval holds for exactly this. */
  digest: z.string(),
  /** ms since the epoch */
  askedAt: z.number(),
  expiresAt: z.number(),
});
export type Approval = z.infer<typeof ApprovalSchema>;

export const ApprovalAnswerSchema = z.object({
  approvalId: z.string(),
  approved: z.boolean(),
  /** Where the answer came from: a person at the page, the command line, the API, or a spoken yes. */
  by: z.enum(['page', 'cli', 'api', 'voice', 'expiry', 'cancel']),
});
export type ApprovalAnswer = z.infer<typeof ApprovalAnswerSchema>;

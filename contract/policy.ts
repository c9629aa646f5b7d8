import { z } from 'zod';
import { PersonSchema, RiskSchema, SourceSchema, TaintSchema } from './tool.ts';

/** What is wrong with a policy, for people. Lines count from 1. */
export const PolicyProblemSchema = z.object({ line: z.number().optional(), message: z.string() });
export type PolicyProblem = z.infer<typeof PolicyProblemSchema>;

/** `policy.yaml` as it stands. */
export const ShownPolicySchema = z.object({
  text: z.string(),
  /** Names exactly this text; whoever saves says which one was changed. */
  version: z.string(),
  path: z.string(),
  /** Why the text is not in force; empty when it is. */
  problems: z.array(PolicyProblemSchema),
});
export type ShownPolicy = z.infer<typeof ShownPolicySchema>;

export const SavedPolicySchema = z.object({ saved: z.boolean(), version: z.string(), problems: z.array(PolicyProblemSchema) });
export type SavedPolicy = z.infer<typeof SavedPolicySchema>;

/** "What would become of this call?" */
export const PolicyTestSchema = z.object({
  tool: z.string().min(1).max(200),
  input: z.unknown(),
  source: SourceSchema.optional(),
  person: PersonSchema.optional(),
  speaker: z.string().max(100).optional(),
  room: z.string().max(200).optional(),
  /** ms since the epoch; now, where absent */
  at: z.number().optional(),
  taint: z.array(TaintSchema).max(50).optional(),
  /** A policy to be tried instead of the one in force. */
  text: z.string().max(1_000_000).optional(),
});
export type PolicyTest = z.infer<typeof PolicyTestSchema>;

export const PolicyTrialSchema = z.object({
  decision: z.enum(['allow', 'ask', 'deny']),
  /** In a sentence. */
  why: z.string(),
  /** Every rule that speaks of the call, in the order of the file. */
  matched: z.array(
    z.object({ rule: z.string(), effect: z.enum(['allow', 'ask', 'deny']), line: z.number().optional(), because: z.string().optional() }),
  ),
  /** Absent where the tool cannot be called like this. */
  risk: RiskSchema.optional(),
  /** A yes alone would not do. */
  strong: z.boolean(),
});
export type PolicyTrial = z.infer<typeof PolicyTrialSchema>;

import { z } from 'zod';
import { OutcomeSchema, PersonSchema, RiskSchema, SourceSchema, TaintSchema } from './tool.ts';

/** One line of the record, as pages, programs and command lines read it. */
export const AuditEntrySchema = z.object({
  /** File in the audit folder, and the line in it (from 1): together they name the entry. */
  file: z.string(),
  line: z.number().int().positive(),
  /** ISO 8601 */
  time: z.string(),
  kind: z.enum(['requested', 'approval', 'started', 'ended', 'secret', 'signed', 'stop', 'checkpoint', 'torn', 'continued', 'pruned']),
  requestId: z.string().optional(),
  turnId: z.string().optional(),
  tool: z.string().optional(),
  /** SHA-256 of tool and input: the same for everything about one call. */
  digest: z.string().optional(),
  source: SourceSchema.optional(),
  risk: RiskSchema.optional(),
  /** Who asked, where that was known; else whoever sits at this machine. */
  person: PersonSchema.optional(),
  /** Outside text that the turn had read by then. */
  taint: z.array(TaintSchema).optional(),
  /** What decided whether a person was asked, in words. */
  why: z.string().optional(),
  /** Secrets and speech are left out of it. */
  input: z.unknown().optional(),
  dryRun: z.boolean().optional(),
  approvalId: z.string().optional(),
  approved: z.boolean().optional(),
  by: z.string().optional(),
  outcome: OutcomeSchema.optional(),
  reason: z.string().optional(),
  late: z.boolean().optional(),
  /** Of a secret, or of the sender of a signed command. */
  name: z.string().optional(),
  /** What was done with a secret, with a signed command, or with the emergency stop. */
  act: z.string().optional(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntrySchema>;

/** Everything that is given must fit. */
export const AuditFilterSchema = z.object({
  /** Anywhere in the line. */
  text: z.string().min(1).max(200).optional(),
  /** Exact, or with `*` for any characters. */
  tool: z.string().min(1).max(200).optional(),
  turnId: z.string().min(1).max(200).optional(),
  outcome: OutcomeSchema.optional(),
  /** ms since the epoch, both inclusive. */
  from: z.number().optional(),
  to: z.number().optional(),
});
export type AuditFilter = z.infer<typeof AuditFilterSchema>;

export const AuditSearchSchema = AuditFilterSchema.extend({
  limit: z.number().int().min(1).max(500).default(50),
  /** `next` of the page before. */
  before: z.string().max(200).optional(),
});

/** Newest first. `next` is there as long as there may be more. */
export const AuditPageSchema = z.object({ entries: z.array(AuditEntrySchema), next: z.string().optional() });
export type AuditPage = z.infer<typeof AuditPageSchema>;

export const AuditProblemSchema = z.object({
  file: z.string(),
  /** 1 = first line; 0 = the file as a whole. */
  line: z.number(),
  problem: z.string(),
});
export type AuditProblem = z.infer<typeof AuditProblemSchema>;

export const AuditVerdictSchema = z.object({ ok: z.boolean(), entries: z.number(), problems: z.array(AuditProblemSchema) });
export type AuditVerdict = z.infer<typeof AuditVerdictSchema>;

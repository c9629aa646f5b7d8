import { z } from 'zod';
import { OutcomeSchema, RiskSchema, SourceSchema } from '../contract/tool.ts';
import { canonicalJson, sha256 } from './canonical-json.ts';

const common = {
  /** 1, 2, 3 … within one file. */
  sequence: z.number().int().positive(),
  /** ISO 8601 */
  time: z.string(),
  /** Hash of the line before; 64 zeros for the first. */
  previous: z.string().length(64),
};
const call = { requestId: z.string(), turnId: z.string(), tool: z.string(), digest: z.string() };

const BodySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('requested'),
    ...call,
    source: SourceSchema,
    risk: RiskSchema.optional(),
    input: z.unknown(),
    dryRun: z.boolean(),
  }),
  z.object({ kind: z.literal('approval'), ...call, approvalId: z.string(), approved: z.boolean(), by: z.string() }),
  /** On its way to the effect: without the `ended` that belongs to it, the effect may or may not have happened. */
  z.object({ kind: z.literal('started'), ...call }),
  z.object({ kind: z.literal('ended'), ...call, outcome: OutcomeSchema, reason: z.string().optional() }),
  /** Signs everything up to the line before. */
  z.object({ kind: z.literal('checkpoint'), signature: z.string() }),
  /** The last line of an earlier run was torn by a crash and lies aside in this file. */
  z.object({ kind: z.literal('torn'), keptIn: z.string() }),
]);
export type AuditBody = z.infer<typeof BodySchema>;

export const AuditLineSchema = z.intersection(z.object({ ...common, hash: z.string().length(64) }), BodySchema);
export type AuditLine = z.infer<typeof AuditLineSchema>;

export const FIRST_PREVIOUS = '0'.repeat(64);

/** The line with its hash over everything else in it. */
export function sealed(body: AuditBody, place: { sequence: number; time: string; previous: string }): { text: string; hash: string } {
  const bare = { ...place, ...body };
  const hash = sha256(canonicalJson(bare));
  return { text: `${canonicalJson({ ...bare, hash })}\n`, hash };
}

/** Does the line say what it said when it was written? */
export function isSound(line: AuditLine): boolean {
  const { hash, ...bare } = line;
  return sha256(canonicalJson(bare)) === hash;
}

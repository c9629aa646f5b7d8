import { z } from 'zod';
import { RISKS, type Risk, SourceSchema } from '../contract/tool.ts';
import { type PolicyRule, PolicyRuleSchema } from './policy/policy-rule.ts';

export type { PolicyRule } from './policy/policy-rule.ts';

const RateSchema = z.object({ calls: z.number().int().min(1).max(100_000), seconds: z.number().min(1).max(86_400) }).strict();
export type Rate = z.infer<typeof RateSchema>;

const AnomalySchema = z
  .object({
    off: z.boolean().exactOptional(),
    /** Days of history before an hour can be unusual. */
    days: z.number().int().min(1).max(365).exactOptional(),
    /** Uses of the tool on its target before an hour can be unusual. */
    uses: z.number().int().min(1).max(100_000).exactOptional(),
    /** Also comfort that a person asks for in person: light at an hour without light so far. */
    people: z.boolean().exactOptional(),
    /** More calls of one tool by one source than these are a burst. */
    burst: RateSchema.exactOptional(),
  })
  .strict();

export const PolicySchema = z
  .object({
    rules: z.array(PolicyRuleSchema).max(2_000).default([]),
    /** Tools of the tier `forbidden` that somebody switched on by name; they still ask. */
    enabled: z.array(z.string().min(1).max(200)).max(500).default([]),
    /** Most calls of a source; none for a source that is absent. */
    limits: z.partialRecord(SourceSchema, RateSchema).exactOptional(),
    anomaly: AnomalySchema.exactOptional(),
    /** IANA name for the times of rules; that of this machine where absent. */
    timeZone: z.string().max(60).refine(isTimeZone, 'there is no such time zone; write one like "Europe/Berlin"').exactOptional(),
  })
  .strict();

export interface Policy {
  readonly rules: readonly PolicyRule[];
  readonly enabled: readonly string[];
  readonly limits?: z.infer<typeof PolicySchema>['limits'];
  readonly anomaly?: z.infer<typeof AnomalySchema>;
  readonly timeZone?: string;
}

export const DEFAULT_POLICY: Policy = { rules: [], enabled: [] };

/** The more dangerous of two tiers: a tool may raise the risk of a call, never lower it. */
export const higherRisk = (one: Risk, other: Risk): Risk => (RISKS.indexOf(one) >= RISKS.indexOf(other) ? one : other);

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

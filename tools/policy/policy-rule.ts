import { z } from 'zod';
import { RISKS, RoleSchema, SourceSchema } from '../../contract/tool.ts';

export const DecisionSchema = z.enum(['allow', 'ask', 'deny']);
export type Decision = z.infer<typeof DecisionSchema>;

/** Longest pattern; a name or a path that needs more is no pattern that anybody reads. */
const PATTERN = z.string().min(1).max(500);

/** One value, or any of a list. */
const anyOf = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.array(schema).min(1).max(100)]);

export const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

const ClockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'write a time of day in quotes, like "22:30"');

/** From and to in local time; over midnight when it ends before it begins, and then `days` are those on which it begins. */
const TimeSchema = z
  .object({
    from: ClockTimeSchema.exactOptional(),
    to: ClockTimeSchema.exactOptional(),
    days: z.array(z.enum(DAYS)).min(1).exactOptional(),
  })
  .strict()
  .refine((time) => (time.from === undefined) === (time.to === undefined), 'a time needs both `from` and `to`')
  .refine((time) => time.from !== undefined || time.days !== undefined, 'a time needs `from` and `to`, or `days`');
export type RuleTime = z.infer<typeof TimeSchema>;

/**
 * What a value of the input must be. A text is a pattern for the value as it stands, or for a path when it begins like one (`/`, `~`, `C:`).
 */
const ValuePatternSchema = z.union(
  [
    PATTERN,
    z.object({ path: PATTERN }).strict(),
    z.object({ host: PATTERN }).strict(),
    z
      .object({ less: z.number().exactOptional(), more: z.number().exactOptional() })
      .strict()
      .refine((range) => Object.keys(range).length > 0, 'say `less`, `more` or both'),
    z.object({ is: z.union([z.boolean(), z.number(), z.string().max(500)]) }).strict(),
  ],
  'write a pattern in quotes, or one of {path}, {host}, {less, more}, {is}',
);
export type ValuePattern = z.infer<typeof ValuePatternSchema>;

const PermissionPatternSchema = z
  .string()
  .max(500)
  .regex(
    /^(network|filesystem|system|home|timers|secrets|money)(:.+)?$/u,
    'a permission is network, filesystem, system, home, timers, secrets or money, with a pattern behind a colon if you like: "system:power"',
  );

export const PolicyRuleSchema = z
  .object({
    /** Name, for people; the rule's number where absent. */
    id: z.string().min(1).max(100).exactOptional(),
    effect: DecisionSchema,
    /** Tool name; `*` stands for any run of characters. Absent: every tool. */
    tool: anyOf(PATTERN).exactOptional(),
    risk: anyOf(z.enum(RISKS)).exactOptional(),
    permission: anyOf(PermissionPatternSchema).exactOptional(),
    source: anyOf(SourceSchema).exactOptional(),
    role: anyOf(RoleSchema).exactOptional(),
    person: anyOf(z.string().min(1).max(100)).exactOptional(),
    speaker: anyOf(z.string().min(1).max(100)).exactOptional(),
    room: anyOf(PATTERN).exactOptional(),
    time: TimeSchema.exactOptional(),
    /** Only calls of turns that have read outside text, or only those that have not. An `allow` holds for the former only where this is true. */
    taint: z.boolean().exactOptional(),
    /** By place in the input: `path`, `entityIds`, `data.brightness`. */
    input: z.record(z.string().min(1).max(200), ValuePatternSchema).exactOptional(),
    /** The input must hold nothing else than what `input` names. */
    only: z.literal(true).exactOptional(),
    /** Why, in the words of whoever wrote it. */
    because: z.string().max(300).exactOptional(),
  })
  .strict();

export type PolicyRule = z.infer<typeof PolicyRuleSchema> & {
  /** Of the file it stands in, from 1. */
  line?: number;
};

import { z } from 'zod';

const OneConditionSchema = z.object({
  /** Slots of the question inside it, `state` among them. */
  slots: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  targets: z.array(z.string()),
  question: z.enum(['is', 'any', 'all']),
  /** "unless", "if … is not". */
  negated: z.boolean(),
});

/** A condition said with a command: "if the door is open", "unless anybody is home". */
export const ConditionSchema = OneConditionSchema.extend({
  /** Further ones: "if the door is open and nobody is home". */
  also: z.array(OneConditionSchema).optional(),
  /** How they are joined; `and` where it is not said. */
  joined: z.enum(['and', 'or']).optional(),
  /** One of two commands of which one is done ("otherwise …"): that it is not this one needs no words. */
  paired: z.boolean().optional(),
});
export type Condition = z.infer<typeof ConditionSchema>;

/** When a command is to be carried out, where not at once. */
export const WhenSchema = z.object({
  condition: ConditionSchema.optional(),
  /** s from now: "in ten minutes". */
  delaySeconds: z.number().positive().optional(),
  /** Local time `HH:MM`: "at half past seven"; the next time the clock shows it. */
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
  /** Nothing told morning from evening: `at` is a time of a twelve-hour clock, and the next of both is meant. */
  either: z.boolean().optional(),
  /** Not today: so many days from now ("tomorrow at eight"). */
  inDays: z.number().int().min(1).max(7).optional(),
  /** s after which it is taken back: "for ten minutes". */
  forSeconds: z.number().positive().optional(),
});
export type When = z.infer<typeof WhenSchema>;

/** What a sentence means, with Home Assistant's intent and slot names. */
export const SlotValueSchema = z.union([z.string(), z.number(), z.boolean()]);
export type SlotValue = z.infer<typeof SlotValueSchema>;

export const IntentMatchSchema = z.object({
  /** `HassTurnOn`, `HassLightSet` … or a name of the person's own phrasebook. */
  intent: z.string(),
  /** Slots under their standard names: `name area floor domain device_class brightness color temperature …`. */
  slots: z.record(z.string(), SlotValueSchema),
  /** Entity ids the sentence means, resolved against the home; empty where the intent has none. */
  targets: z.array(z.string()),
  /** 0–1; 1 = every word as the phrasebook has it. */
  confidence: z.number().min(0).max(1),
  /** What a question wants to know ("is it", "are any", "which", "how many" …); absent for commands. */
  question: z.enum(['is', 'any', 'all', 'which', 'how-many', 'where', 'what', 'how-long', 'since-when', 'when-last']).optional(),
  when: WhenSchema.optional(),
});
export type IntentMatch = z.infer<typeof IntentMatchSchema>;

/** A part of a sentence of several commands that is not clear; the other parts are. */
export interface UnclearPart {
  /** The part as it was said. */
  text: string;
  reason: 'no-match' | 'no-target' | 'ambiguous';
  /** `no-target`: the name or place that is not known. */
  detail?: string;
  /** `ambiguous`: the command, and the entity ids of which one is meant. */
  match?: IntentMatch;
  which?: string[];
}

/**
 * What the phrasebook makes of one sentence.
 * `matches` holds one command or, for "… and …", several in order; `unclear` the parts beside them that are not clear. `ambiguous` names the
 * candidates to ask about (`which`: the entity ids that fit equally well). `none` gives the nearest thing JARVIS could do, when there is one.
 * `detail` is the unknown name for `no-target`, and a whole sentence to say for `not-for-me`.
 */
export type Understanding =
  | { type: 'matched'; matches: IntentMatch[]; unclear?: UnclearPart[] }
  | { type: 'ambiguous'; match: IntentMatch; which: string[] }
  | { type: 'none'; reason: 'no-match' | 'no-target' | 'not-for-me'; detail?: string; nearest?: string };

/**
 * How finished a sentence is while it is still being spoken.
 * `closed`: a command that no known sentence continues. `complete`: a command, but more may follow. `incomplete`: not yet one.
 */
export const CompletenessSchema = z.enum(['incomplete', 'complete', 'closed']);
export type Completeness = z.infer<typeof CompletenessSchema>;

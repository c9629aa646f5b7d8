import { z } from 'zod';

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
  question: z.enum(['is', 'any', 'all', 'which', 'how-many', 'where', 'what', 'how-long']).optional(),
});
export type IntentMatch = z.infer<typeof IntentMatchSchema>;

/**
 * What the phrasebook makes of one sentence.
 * `matches` holds one command or, for "… and …", several in order. `ambiguous` names the candidates to ask about
 * (`which`: the entity ids that fit equally well). `none` gives the nearest thing JARVIS could do, when there is one.
 */
export type Understanding =
  | { type: 'matched'; matches: IntentMatch[] }
  | { type: 'ambiguous'; match: IntentMatch; which: string[] }
  | { type: 'none'; reason: 'no-match' | 'no-target' | 'not-for-me'; detail?: string; nearest?: string };

/**
 * How finished a sentence is while it is still being spoken.
 * `closed`: a command that no known sentence continues. `complete`: a command, but more may follow. `incomplete`: not yet one.
 */
export const CompletenessSchema = z.enum(['incomplete', 'complete', 'closed']);
export type Completeness = z.infer<typeof CompletenessSchema>;

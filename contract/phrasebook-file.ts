import { z } from 'zod';
import { IntentMatchSchema } from './intent.ts';

/**
 * One YAML file of a phrasebook folder. A sentence template is written with `[optional]`, `(a|b)`, `{slot}` (list of the same
 * name), `{slot:list}`, `{slot:0-100}` (spoken number range) and `<rule>`.
 */
export const ListValueSchema = z.union([
  z.string().min(1),
  z.number(),
  /** `in` is a template of what is said, `out` the value the slot gets. */
  z.object({ in: z.string().min(1), out: z.union([z.string(), z.number(), z.boolean()]) }).strict(),
]);

export const IntentEntrySchema = z
  .object({
    sentences: z.array(z.string().min(1)).min(1),
    /** Slots every sentence of this entry carries without saying them. */
    slots: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    /** What JARVIS answers; several = one of them. `{slot}` is filled. */
    reply: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    /** What a question wants to know; see `IntentMatchSchema`. */
    question: IntentMatchSchema.shape.question,
    /** Name of the tool that is called with the slots as its input. */
    tool: z.string().optional(),
    /** False for sentences that are matched in text but left out of the speech grammar, where rare variants only hurt. */
    speech: z.boolean().optional(),
    /** What the sentences are about where no slot says so: "are any lights on" has no domain slot, but means lights. */
    targets: z
      .object({
        domain: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
        device_class: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
        /** `room`: of the room that heard it; `home`: everywhere; `auto`: of the room if it has any, else everywhere; `one`: as `auto`, but exactly one. */
        scope: z.enum(['room', 'home', 'auto', 'one']).optional(),
      })
      .strict()
      .optional(),
  })
  .strict();
export type IntentEntry = z.infer<typeof IntentEntrySchema>;

export const PhrasebookFileSchema = z
  .object({
    language: z.string().default('en'),
    /** One entry, or several entries of one intent with different fixed slots. */
    intents: z.record(z.string(), z.union([IntentEntrySchema, z.array(IntentEntrySchema).min(1)])).default({}),
    lists: z.record(z.string(), z.array(ListValueSchema).min(1)).default({}),
    rules: z.record(z.string(), z.string().min(1)).default({}),
  })
  .strict();
export type PhrasebookFile = z.infer<typeof PhrasebookFileSchema>;

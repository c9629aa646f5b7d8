import { z } from 'zod';
import { AreaSchema, EntitySchema, FloorSchema } from './home.ts';

/** A home written down by hand (YAML or JSON). Unknown keys are refused, so that a typing error never passes in silence. */
const FileEntitySchema = EntitySchema.omit({ available: true, lastChanged: true, domain: true, state: true })
  .extend({
    domain: z.string().min(1).optional(),
    /** YAML reads a bare `on` or `21` as boolean or number; both are taken. Home Assistant's test homes write `{in: spoken, out: state}`. */
    state: z.union([z.string(), z.number(), z.boolean(), z.object({ in: z.unknown(), out: z.string() }).strict()]).optional(),
    unavailable: z.boolean().optional(),
  })
  .strict();

export const HomeFileSchema = z
  .object({
    floors: z.array(FloorSchema.strict()).default([]),
    areas: z.array(AreaSchema.strict()).default([]),
    entities: z.array(FileEntitySchema).default([]),
  })
  .strict();
export type HomeFile = z.infer<typeof HomeFileSchema>;

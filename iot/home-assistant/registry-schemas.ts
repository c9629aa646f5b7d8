import { z } from 'zod';
import type { Log } from '../log.ts';
import { plainName } from '../plain-name.ts';

const longestName = 300;
const name = z
  .string()
  .max(longestName)
  .transform((text) => plainName(text, longestName))
  .pipe(z.string().min(1));
/** Newer versions write null where the entity's own name stands among its aliases. */
const aliases = z
  .array(z.unknown())
  .default([])
  .transform((words) => words.flatMap((word) => (typeof word === 'string' ? plainName(word, longestName) || [] : [])));
const id = z.string().min(1).max(300);
const ids = z.array(z.string()).default([]);
const optionalId = id.nullish().transform((value) => value ?? undefined);

export const FloorRowSchema = z.object({ floor_id: id, name, aliases, level: z.number().int().nullish() });
export const AreaRowSchema = z.object({ area_id: id, name, aliases, floor_id: optionalId, labels: ids });
export const LabelRowSchema = z.object({ label_id: id, name });
export const DeviceRowSchema = z.object({
  id,
  name: z.string().nullish(),
  name_by_user: z.string().nullish(),
  area_id: optionalId,
  labels: ids,
});
export const EntityRowSchema = z.object({
  entity_id: id,
  /** Integrations have been seen to use numbers. */
  unique_id: z.union([z.string(), z.number()]).transform(String).optional(),
  platform: z.string().optional(),
  device_id: optionalId,
  area_id: optionalId,
  /** The person's own name. */
  name: z.string().nullish(),
  original_name: z.string().nullish(),
  has_entity_name: z.boolean().default(false),
  entity_category: z.string().nullish(),
  hidden_by: z.string().nullish(),
  labels: ids,
  options: z.object({ conversation: z.object({ should_expose: z.boolean().optional() }).optional() }).nullish(),
});
/** `config/entity_registry/get_entries` tells the aliases, which the list does not. */
export const ExtendedEntityRowSchema = EntityRowSchema.extend({ aliases });

export type FloorRow = z.infer<typeof FloorRowSchema>;
export type AreaRow = z.infer<typeof AreaRowSchema>;
export type DeviceRow = z.infer<typeof DeviceRowSchema>;
export type EntityRow = z.infer<typeof EntityRowSchema> & { aliases?: string[] };

/** One broken row costs that row, and one line in the log for all of them. */
export function readRows<Row>(schema: z.ZodType<Row>, rows: readonly unknown[], what: string, log: Log): Row[] {
  let left = 0;
  const read = rows.flatMap((row) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return [parsed.data];
    left += 1;
    return [];
  });
  if (left > 0) log.warn(`Home Assistant: ${left} ${what} could not be read and are left out`);
  return read;
}

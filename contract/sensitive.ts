import { z } from 'zod';

/** What the record must not keep: what opens doors and accounts, and what people say. */
export type Sensitivity = 'secret' | 'speech';

const sensitive = z.registry<{ kind: Sensitivity }>();

/** Marks a part of a tool's input or output as a secret: no log, record or export keeps it. */
export const secret = <Schema extends z.ZodType>(schema: Schema): Schema => mark(schema, 'secret');

/** Marks a part of a tool's input or output as words of a person: a message, a note, a search. */
export const speech = <Schema extends z.ZodType>(schema: Schema): Schema => mark(schema, 'speech');

/** Undefined for what may be kept. The mark lies on exactly this schema; what wraps it (`optional()`) is looked through by whoever asks. */
export const sensitivityOf = (schema: z.core.$ZodType): Sensitivity | undefined => sensitive.get(schema)?.kind;

/** A copy bears the mark: the same schema may be used elsewhere for what is no secret. */
function mark<Schema extends z.ZodType>(schema: Schema, kind: Sensitivity): Schema {
  const marked = schema.clone();
  sensitive.add(marked, { kind });
  return marked;
}

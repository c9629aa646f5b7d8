import { z } from 'zod';

/** A state as Home Assistant has it now. Times are ms since the epoch. */
export interface RawState {
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly lastChanged: number;
  readonly lastUpdated: number;
  /** Id of the call that led to it, where known. */
  readonly contextId: string | undefined;
}

const AttributesSchema = z.record(z.string(), z.unknown());
/** Either the id alone, or the whole context where somebody or something is behind it. */
const ContextSchema = z.union([z.string(), z.object({ id: z.string().optional() })]);

/** `s` state, `a` attributes, `c` context, `lc` last changed and `lu` last updated, s since the epoch; `lu` is left out when both are one. */
const AddedSchema = z.object({
  s: z.string(),
  a: AttributesSchema.default({}),
  c: ContextSchema.optional(),
  lc: z.number().optional(),
  lu: z.number().optional(),
});
const ChangedSchema = z.object({
  '+': AddedSchema.partial().extend({ a: AttributesSchema.optional() }).default({}),
  '-': z.object({ a: z.array(z.string()).default([]) }).default({ a: [] }),
});

/** One message of `subscribe_entities`: `a` added (or the whole picture), `c` changed, `r` removed. */
export const EntitiesEventSchema = z.object({
  a: z.record(z.string(), z.unknown()).optional(),
  c: z.record(z.string(), z.unknown()).optional(),
  r: z.array(z.string()).optional(),
});

const idOf = (context: z.infer<typeof ContextSchema> | undefined): string | undefined =>
  typeof context === 'string' ? context : context?.id;
const inMs = (seconds: number): number => Math.round(seconds * 1000);

/** @throws ZodError */
export function readAdded(value: unknown): RawState {
  const { s, a, c, lc, lu } = AddedSchema.parse(value);
  const changed = lc ?? lu ?? 0;
  return { state: s, attributes: a, lastChanged: inMs(changed), lastUpdated: inMs(lu ?? changed), contextId: idOf(c) };
}

/** @throws ZodError */
export function applyChange(before: RawState, value: unknown): RawState {
  const { '+': added, '-': removed } = ChangedSchema.parse(value);
  let attributes = before.attributes;
  if (added.a !== undefined || removed.a.length > 0) {
    const gone = new Set(removed.a);
    const kept =
      gone.size === 0 ? before.attributes : Object.fromEntries(Object.entries(before.attributes).filter(([name]) => !gone.has(name)));
    attributes = { ...kept, ...added.a };
  }
  return {
    state: added.s ?? before.state,
    attributes,
    lastChanged: added.lc === undefined ? before.lastChanged : inMs(added.lc),
    lastUpdated: added.lu === undefined && added.lc === undefined ? before.lastUpdated : inMs(added.lu ?? added.lc ?? 0),
    contextId: idOf(added.c) ?? before.contextId,
  };
}

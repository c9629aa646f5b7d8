import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

/** Sentences said in the house of `home.yaml`, each with what must be different afterwards. */

const KindSchema = z.enum([
  'compound',
  'exception',
  'relative',
  'follow-up',
  'order',
  'filler',
  'mis-heard',
  'number',
  'unit',
  'condition',
  'delay',
  'scene',
  'group',
  'question',
  'list',
  'climate',
  'media',
  'cover',
  'nothing',
  'ask',
  'decline',
]);
export type Kind = z.infer<typeof KindSchema>;

const BoundsSchema = z.strictObject({ from: z.number(), to: z.number() });
export type Bounds = z.infer<typeof BoundsSchema>;

export const HUES = ['red', 'green', 'blue', 'purple'] as const;

const ExpectedChangeSchema = z.union([
  z.string(),
  z.strictObject({
    /** The state word afterwards, or any of several. */
    state: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    /** % of brightness, position, speed or volume, whichever the device has. */
    percent: z.union([z.number(), BoundsSchema]).optional(),
    colour: z.enum(HUES).optional(),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), BoundsSchema])).optional(),
    /** A service without its domain that leaves no trace in the state: scenes, scripts, the next track. */
    does: z.string().optional(),
  }),
]);
export type ExpectedChange = z.infer<typeof ExpectedChangeSchema>;
const ChangesSchema = z.record(z.string(), ExpectedChangeSchema);
export type ExpectedChanges = z.infer<typeof ChangesSchema>;

const ExpectSchema = z
  .strictObject({
    /** Exactly what is different after the sentence and its answers; whatever else changes is wrong. */
    changes: ChangesSchema.default({}),
    /** What may change as well: people differ on whether it is meant. */
    may: ChangesSchema.default({}),
    /** What is different from before the sentence once this much time has passed. Shortly before that, only `changes` is. */
    later: z.strictObject({ afterSeconds: z.number().int().min(10), changes: ChangesSchema }).optional(),
    nothing: z.literal(true).optional(),
    /** It must ask before anything changes. */
    asks: z.literal(true).optional(),
    /** To ask is as good as to do. */
    asksOk: z.literal(true).optional(),
    /** To do nothing is as good. */
    orNothing: z.literal(true).optional(),
    /** A person had to approve. */
    approval: z.literal(true).optional(),
    /** Regular expression, any case, somewhere in the answer. */
    reply: z.string().refine(isPattern, 'is no regular expression').optional(),
  })
  .refine(
    ({ changes, later, nothing, asks }) => nothing || asks || later !== undefined || Object.keys(changes).length > 0,
    'says nothing of what is expected',
  )
  .refine(({ changes, later, nothing }) => !nothing || (later === undefined && Object.keys(changes).length === 0), 'nothing is nothing');

const CaseSchema = z.strictObject({
  kind: KindSchema,
  say: z.string().min(1),
  /** Area id of the room that hears it. */
  room: z.string().optional(),
  /** Said before, in the same room. */
  before: z.array(z.string()).default([]),
  /** s that pass between those and the sentence. */
  wait: z.number().positive().optional(),
  /** Said after it, in reply to what is asked back. */
  answers: z.array(z.string()).default([]),
  expect: ExpectSchema,
});
export type HouseholdCase = z.infer<typeof CaseSchema>;

const SuiteSchema = z.strictObject({ cases: z.array(CaseSchema).min(1) });

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'iu');
    return true;
  } catch {
    return false;
  }
}

/** @throws when the file is no suite */
export async function loadHouseholdSuite(path: string): Promise<HouseholdCase[]> {
  return SuiteSchema.parse(parse(await readFile(path, 'utf8'))).cases;
}

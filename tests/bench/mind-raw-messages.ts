import { z } from 'zod';
import { GenerateRequestSchema } from '../../contract/models-message.ts';

/** What the benchmark and the bare engine say to each other. */
export const RawCommandSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('load'),
    path: z.string(),
    kind: z.enum(['chat', 'embedding']),
    contextSize: z.number().int(),
    batchSize: z.number().int(),
    threads: z.number().int().min(1),
  }),
  z.object({ type: z.literal('unload') }),
  z.object({
    type: z.literal('generate'),
    request: GenerateRequestSchema,
    /** `loop`: tokens alone, the least there is. `chat`: the engine's own chat, with its text, stops and grammars. */
    by: z.enum(['loop', 'chat']),
    /** Nothing of an earlier prompt is taken up again. */
    fresh: z.boolean(),
  }),
  z.object({ type: z.literal('embed'), texts: z.array(z.string()) }),
]);
export type RawCommand = z.infer<typeof RawCommandSchema>;

export const RawAnswerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), engine: z.string() }),
  z.object({ type: z.literal('loaded'), ms: z.number() }),
  z.object({ type: z.literal('unloaded') }),
  z.object({
    type: z.literal('generated'),
    tokens: z.number(),
    inputTokens: z.number(),
    cachedTokens: z.number(),
    firstMs: z.number(),
    ms: z.number(),
    cpuMs: z.number(),
    text: z.string(),
  }),
  z.object({ type: z.literal('embedded'), count: z.number(), ms: z.number(), cpuMs: z.number() }),
  z.object({ type: z.literal('failed'), reason: z.string() }),
]);
export type RawAnswer = z.infer<typeof RawAnswerSchema>;
export type RawGenerated = Extract<RawAnswer, { type: 'generated' }>;

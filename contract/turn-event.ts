import { z } from 'zod';
import { FailureSchema } from './failure.ts';
import { SlotValueSchema } from './intent.ts';
import { ApprovalAnswerSchema, OutcomeSchema, SourceSchema, TaintSchema } from './tool.ts';

/**
 * A turn told by its events: one closed union that page, log, tests and latency figures all read.
 * `at` is ms since the turn began, on the audio clock where sound is meant.
 */
const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ turnId: z.string(), at: z.number(), type: z.literal(type), ...shape });

export const TurnEventSchema = z.discriminatedUnion('type', [
  event('turn-started', {
    source: SourceSchema,
    /** Area id of the room that heard it. */
    room: z.string().optional(),
    /** What opened the turn. */
    by: z.enum(['wake', 'push-to-talk', 'follow-up', 'text', 'file', 'timer']),
  }),
  event('wake-heard', { word: z.string(), engine: z.string(), score: z.number().optional() }),
  event('speech-started', {}),
  /** The best text so far; replaces the one before. */
  event('transcript-delta', { text: z.string() }),
  event('speech-ended', {
    /** Why the turn end was called. */
    reason: z.enum(['command-complete', 'silence', 'maximum-length', 'end-of-stream', 'released', 'cancelled']),
  }),
  event('transcript-ended', {
    text: z.string(),
    /** 0–1 */
    confidence: z.number(),
    engine: z.string(),
    /** True: this was speech, but none of the sentences that the engine knows; `text` is then its nearest guess, or empty. */
    rejected: z.boolean().optional(),
  }),
  event('intent-matched', {
    intent: z.string(),
    slots: z.record(z.string(), SlotValueSchema),
    targets: z.array(z.string()),
    confidence: z.number(),
  }),
  event('tool-requested', { requestId: z.string(), tool: z.string(), input: z.unknown(), dryRun: z.boolean().optional() }),
  /** Text from outside has come into the turn; from here on everything above `observe` asks. */
  event('turn-tainted', { taint: TaintSchema }),
  event('approval-asked', { requestId: z.string(), approvalId: z.string(), sentence: z.string(), expiresAt: z.number() }),
  event('approval-answered', {
    requestId: z.string(),
    approvalId: z.string(),
    approved: z.boolean(),
    by: ApprovalAnswerSchema.shape.by,
  }),
  event('tool-ended', {
    requestId: z.string(),
    tool: z.string(),
    outcome: OutcomeSchema,
    reason: z.string().optional(),
    dryRun: z.boolean().optional(),
  }),
  /** The next piece of the reply; pieces joined are the reply. */
  event('reply-delta', { text: z.string() }),
  event('reply-ended', {
    text: z.string(),
    /** A question back: JARVIS listens for the answer without the wake word. */
    expectsAnswer: z.boolean().optional(),
  }),
  event('playback-started', {}),
  event('playback-ended', { heardMs: z.number(), interrupted: z.boolean() }),
  event('turn-failed', { failure: FailureSchema }),
  event('turn-ended', {}),
]);
export type TurnEvent = z.infer<typeof TurnEventSchema>;
export type TurnEventType = TurnEvent['type'];
export type TurnEventOf<Type extends TurnEventType> = Extract<TurnEvent, { type: Type }>;

/** An event before the turn stamps its `turnId` and `at` on it. */
export type TurnEventBody = TurnEvent extends infer Each ? (Each extends TurnEvent ? Omit<Each, 'turnId' | 'at'> : never) : never;

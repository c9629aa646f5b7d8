import { z } from 'zod';
import { ChatSourceSchema } from './chat.ts';
import { FailureSchema } from './failure.ts';
import { SlotValueSchema } from './intent.ts';
import { UsageSchema } from './models.ts';
import { ApprovalAnswerSchema, OutcomeSchema, RiskSchema, SourceSchema, TaintSchema } from './tool.ts';

/** A plan of several steps. */
export const PlanSchema = z.object({
  planId: z.string(),
  version: z.number().int().min(1),
  title: z.string(),
  steps: z.array(
    z.object({
      stepId: z.string(),
      title: z.string(),
      tool: z.string(),
      /** Redacted as in the audit. */
      input: z.unknown(),
      /** What a person would approve; absent where the input refers to results of earlier steps. */
      sentence: z.string().optional(),
      risk: RiskSchema,
      /** Steps that have to be done before. */
      after: z.array(z.string()).default([]),
      state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']).default('waiting'),
    }),
  ),
});
export type Plan = z.infer<typeof PlanSchema>;

/**
 * A turn told by its events: one closed union that page, log, tests and latency figures all read.
 * `at` is ms since the turn began, on the audio clock where sound is meant.
 */
const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ turnId: z.string(), at: z.number(), type: z.literal(type), ...shape });

export const TurnEventSchema = z.discriminatedUnion('type', [
  event('turn-started', {
    source: SourceSchema,
    /** Conversation that it belongs to, and the message it answers to; absent: the one that is open at its place. */
    conversationId: z.string().optional(),
    parentId: z.string().nullable().optional(),
    /** A question that is kept already is answered anew: the person's message. */
    again: z.string().optional(),
    /** Ids of files that go with the question. */
    attachments: z.array(z.string()).optional(),
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
  /** A language model was chosen for this turn, or takes over from one that failed. */
  event('model-chosen', {
    provider: z.string(),
    model: z.string(),
    leavesHouse: z.boolean(),
    /** For people: why this one. */
    because: z.string(),
    /** It goes on where another broke off. */
    continues: z.boolean().optional(),
  }),
  event('model-failed', { provider: z.string(), model: z.string(), reason: z.string(), retryable: z.boolean() }),
  /** One answer of a model: what it took. `firstTokenMs` and `ms` from its start. */
  event('model-ended', {
    provider: z.string(),
    model: z.string(),
    usage: UsageSchema,
    firstTokenMs: z.number().optional(),
    ms: z.number(),
    finish: z.enum(['stop', 'length', 'tool-calls', 'content-filter', 'aborted', 'error', 'other']),
  }),
  /** The model is asked for the `step`th time, of at most `of`. */
  event('step-started', { step: z.number().int(), of: z.number().int() }),
  /** A way to do something in several steps, shown before anything of it is done. A repaired plan keeps its id and counts up `version`. */
  event('plan-proposed', { plan: PlanSchema }),
  /** Ids of the steps a person agreed to; empty: none. */
  event('plan-answered', {
    planId: z.string(),
    version: z.number().int(),
    approved: z.array(z.string()),
    by: z.enum(['person', 'policy', 'expiry', 'cancel']),
  }),
  event('plan-step-started', { planId: z.string(), stepId: z.string() }),
  event('plan-step-ended', { planId: z.string(), stepId: z.string(), outcome: OutcomeSchema, reason: z.string().optional() }),
  event('plan-ended', { planId: z.string(), done: z.number().int(), failed: z.number().int(), left: z.number().int() }),
  /** The next piece of the reply; pieces joined are the reply. */
  event('reply-delta', {
    text: z.string(),
    /** The pieces are Markdown, for the page; what is said aloud is in `reply-ended`. */
    rich: z.boolean().optional(),
  }),
  event('reply-ended', {
    /** As it is said: no Markdown. */
    text: z.string(),
    /** The same for the page, in Markdown, where it differs. */
    rich: z.string().optional(),
    sources: z.array(ChatSourceSchema).optional(),
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

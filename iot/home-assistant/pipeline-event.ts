import { z } from 'zod';

const text = z.string();
const ConversationOutputSchema = z.object({
  response: z.object({
    response_type: text,
    speech: z.object({ plain: z.object({ speech: text }).optional() }).default({}),
  }),
  conversation_id: text.nullish(),
  continue_conversation: z.boolean().default(false),
});

const event = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) => z.object({ type: z.literal(type), data });

/**
 * What Home Assistant's voice assistant tells of one run (`assist_pipeline/pipeline.py`). Of each event only what a satellite
 * needs; times within the sound are ms since its beginning.
 */
export const PipelineEventSchema = z.discriminatedUnion('type', [
  event(
    'run-start',
    z.object({
      pipeline: text,
      language: text,
      conversation_id: text.optional(),
      runner_data: z.object({ stt_binary_handler_id: z.number().int().min(0).max(255).nullish(), timeout: z.number().optional() }),
      /** Where the speech will be, told early where it is streamed. */
      tts_output: z.object({ url: text, mime_type: text, stream_response: z.boolean().optional() }).partial().optional(),
    }),
  ),
  event('wake_word-start', z.object({ entity_id: text.nullish(), timeout: z.number().nullish() })),
  event(
    'wake_word-end',
    z.object({
      wake_word_output: z.object({ wake_word_id: text, wake_word_phrase: text, timestamp: z.number().nullable() }).partial().nullish(),
    }),
  ),
  event('stt-start', z.object({ engine: text })),
  event('stt-vad-start', z.object({ timestamp: z.number() })),
  event('stt-vad-end', z.object({ timestamp: z.number() })),
  event('stt-end', z.object({ stt_output: z.object({ text }) })),
  event('intent-start', z.object({ engine: text, language: text, intent_input: text, conversation_id: text.nullish() })),
  event(
    'intent-progress',
    z.object({
      chat_log_delta: z.object({ role: text.optional(), content: text.nullish() }).optional(),
      tts_start_streaming: z.boolean().optional(),
    }),
  ),
  event('intent-end', z.object({ processed_locally: z.boolean().optional(), intent_output: ConversationOutputSchema })),
  event('tts-start', z.object({ engine: text, language: text.nullish(), voice: text.nullish(), tts_input: text })),
  event('tts-end', z.object({ tts_output: z.object({ media_id: text.optional(), url: text, mime_type: text }) })),
  event('run-end', z.unknown()),
  event('error', z.object({ code: text, message: text })),
]);
export type PipelineEvent = z.infer<typeof PipelineEventSchema>;

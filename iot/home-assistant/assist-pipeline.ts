import { z } from 'zod';
import { asJarvisError, ask } from './ask-home-assistant.ts';
import { type PipelineEvent, PipelineEventSchema } from './pipeline-event.ts';
import type { CommandChannel } from './session.ts';

type Stage = 'wake_word' | 'stt' | 'intent' | 'tts';

export interface PipelineRequest {
  startStage: Stage;
  endStage: Stage;
  /** What to understand or to say, for a run that starts with `intent` or `tts`. */
  text?: string;
  /** 16 kHz mono, for a run that starts with `wake_word` or `stt`; its end is the end of the speech. */
  audio?: AsyncIterable<Int16Array>;
  /** Id of one of `listPipelines`; else the preferred one. */
  pipeline?: string;
  conversationId?: string;
  /** s after which Home Assistant gives up; its own default is 5 minutes. */
  timeout?: number;
}

export interface PipelineSummary {
  id: string;
  name: string;
  language: string;
  preferred: boolean;
  /** Entities or engines; absent where this assistant has none. */
  speechToText?: string;
  textToSpeech?: string;
}

const sampleRate = 16_000;

const engine = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const PipelinesSchema = z.object({
  pipelines: z.array(z.object({ id: z.string(), name: z.string(), language: z.string(), stt_engine: engine, tts_engine: engine })),
  preferred_pipeline: z.string().nullish(),
});

/** @throws JarvisError */
export async function listPipelines(channel: CommandChannel, signal: AbortSignal): Promise<PipelineSummary[]> {
  const { pipelines, preferred_pipeline: preferred } = await ask(
    channel,
    PipelinesSchema,
    { type: 'assist_pipeline/pipeline/list' },
    signal,
  );
  return pipelines.map(({ id, name, language, stt_engine, tts_engine }) => ({
    id,
    name,
    language,
    preferred: id === preferred,
    ...(stt_engine !== undefined && { speechToText: stt_engine }),
    ...(tts_engine !== undefined && { textToSpeech: tts_engine }),
  }));
}

/** @throws TypeError for a request without what its first stage needs */
function inputOf({ startStage, text, audio }: PipelineRequest): Record<string, unknown> {
  switch (startStage) {
    case 'wake_word':
    case 'stt':
      if (!audio) throw new TypeError(`a run that starts with ${startStage} needs audio`);
      return { sample_rate: sampleRate };
    case 'intent':
    case 'tts':
      if (text === undefined) throw new TypeError(`a run that starts with ${startStage} needs text`);
      return { text };
    default:
      return startStage satisfies never;
  }
}

/**
 * One run of Home Assistant's voice assistant, told by its events; `run-end` and `error` are the last. Ending the iteration
 * cancels the run. Events of kinds that came after this was written are passed over.
 * @throws JarvisError where the run cannot begin or the connection is lost; what `audio` throws
 */
export async function* runPipeline(
  channel: CommandChannel,
  request: PipelineRequest,
  signal: AbortSignal,
): AsyncGenerator<PipelineEvent, void, undefined> {
  const message = {
    type: 'assist_pipeline/run',
    start_stage: request.startStage,
    end_stage: request.endStage,
    input: inputOf(request),
    ...(request.pipeline !== undefined && { pipeline: request.pipeline }),
    ...(request.conversationId !== undefined && { conversation_id: request.conversationId }),
    ...(request.timeout !== undefined && { timeout: request.timeout }),
  };
  const ended = new AbortController();
  const listened = new AbortController();
  const stop = AbortSignal.any([signal, channel.over, ended.signal]);
  const events: PipelineEvent[] = [];
  let wake: () => void = () => undefined;
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    wake();
  };
  const onStop = (): void => fail(stop.reason);
  stop.addEventListener('abort', onStop, { once: true });
  try {
    try {
      await channel.subscribe(
        message,
        (event) => {
          const parsed = PipelineEventSchema.safeParse(event);
          if (!parsed.success) return;
          events.push(parsed.data);
          wake();
        },
        stop,
      );
    } catch (error) {
      signal.throwIfAborted();
      throw asJarvisError(error, message.type);
    }
    for (;;) {
      const event = events.shift();
      if (!event) {
        if (failure) {
          signal.throwIfAborted();
          throw asJarvisError(failure.error, message.type);
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const handlerId = event.type === 'run-start' ? event.data.runner_data.stt_binary_handler_id : undefined;
      if (handlerId != null && request.audio)
        sendAudio(channel, handlerId, request.audio, AbortSignal.any([stop, listened.signal])).catch((error: unknown) => {
          if (!stop.aborted) fail(error);
        });
      if (event.type === 'stt-end') listened.abort();
      yield event;
      if (event.type === 'run-end' || event.type === 'error') return;
    }
  } finally {
    stop.removeEventListener('abort', onStop);
    ended.abort();
  }
}

/** Each message is the run's handler id, then 16-bit samples with the low byte first; one without samples ends the speech. */
async function sendAudio(channel: CommandChannel, handlerId: number, audio: AsyncIterable<Int16Array>, stop: AbortSignal): Promise<void> {
  for await (const frame of audio) {
    if (stop.aborted) return;
    const message = new Uint8Array(1 + frame.length * 2);
    message[0] = handlerId;
    const view = new DataView(message.buffer);
    for (let index = 0; index < frame.length; index += 1) view.setInt16(1 + index * 2, frame[index] ?? 0, true);
    channel.sendBinary(message);
  }
  if (!stop.aborted) channel.sendBinary(Uint8Array.of(handlerId));
}

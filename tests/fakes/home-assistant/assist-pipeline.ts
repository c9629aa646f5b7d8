import type { CommandConnection } from './command.ts';
import type { ConversationAgent } from './conversation-agent.ts';
import { isoTime } from './event-bus.ts';
import type { SpeechStore } from './speech-store.ts';

export const stages = ['wake_word', 'stt', 'intent', 'tts'] as const;
export type PipelineStage = (typeof stages)[number];

export interface PipelineRunOptions {
  id: number;
  connection: CommandConnection;
  conversation: ConversationAgent;
  speech: SpeechStore;
  start: PipelineStage;
  end: PipelineStage;
  /** The text for a run that begins after hearing. */
  text: string;
  conversationId: string | null;
  timeoutSeconds: number;
  /** What "hears" the audio, given how much came; undefined: nothing recognisable was said. */
  transcribe(audio: Buffer): string | undefined;
}

export const pipeline = {
  conversation_engine: 'conversation.home_assistant',
  conversation_language: 'en',
  id: '01j0fakepipeline0000000000',
  language: 'en',
  name: 'Home Assistant',
  prefer_local_intents: false,
  stt_engine: 'stt.fake',
  stt_language: 'en-US',
  tts_engine: 'tts.fake',
  tts_language: 'en-US',
  tts_voice: null,
  wake_word_entity: null,
  wake_word_id: null,
};

const metadata = { language: 'en-US', format: 'wav', codec: 'pcm', bit_rate: 16, sample_rate: 16000, channel: 1 };

/** One run of the pipeline: events from `run-start` to `run-end`, audio by binary frames until an empty one. */
export async function runPipeline(options: PipelineRunOptions): Promise<void> {
  const { connection, id, start, end } = options;
  const emit = (type: string, data: unknown) =>
    connection.sendEvent(id, { type, data, timestamp: isoTime(connection.house.settings.now()) });
  const hears = start === 'stt';
  const audio = hears ? receiveAudio(connection) : undefined;
  const conversationId = options.conversationId ?? `01L${String(id).padStart(23, '0')}`;
  const token = end === 'tts' ? options.speech.reserve() : undefined;
  const output = token === undefined ? undefined : { token, url: `/api/tts_proxy/${token}`, mime_type: 'audio/x-wav' };
  let ended = false;
  connection.subscribe(id, () => {
    ended = true;
    audio?.end();
  });
  connection.sendResult(id);
  emit('run-start', {
    pipeline: pipeline.id,
    language: pipeline.language,
    conversation_id: conversationId,
    runner_data: { stt_binary_handler_id: audio?.id ?? null, timeout: options.timeoutSeconds },
    ...(output ? { tts_output: { ...output, stream_response: false } } : {}),
  });
  const text = audio ? await hear(audio, options, emit) : options.text;
  if (ended) return;
  if (text !== undefined && end !== 'stt') await answer(text, conversationId, output, options, emit);
  emit('run-end', null);
}

type Emit = (type: string, data: unknown) => void;

/** Voice is "seen" to begin with the first sound and to end with the last: the fake has no ears. */
async function hear(audio: ReturnType<typeof receiveAudio>, options: PipelineRunOptions, emit: Emit): Promise<string | undefined> {
  emit('stt-start', { engine: pipeline.stt_engine, metadata });
  audio.onFirst(() => emit('stt-vad-start', { timestamp: 0 }));
  const sound = await audio.whole;
  audio.end();
  // 16 bit, 16 kHz: 32 bytes are a millisecond.
  if (sound.length > 0) emit('stt-vad-end', { timestamp: Math.round(sound.length / 32) });
  const text = options.transcribe(sound);
  if (text === undefined) emit('error', { code: 'stt-no-text-recognized', message: 'No text recognized' });
  else emit('stt-end', { stt_output: { text } });
  return text;
}

async function answer(
  text: string,
  conversationId: string,
  output: { token: string; url: string; mime_type: string } | undefined,
  options: PipelineRunOptions,
  emit: Emit,
): Promise<void> {
  let speech = text;
  if (options.start !== 'tts') {
    emit('intent-start', {
      engine: pipeline.conversation_engine,
      language: pipeline.language,
      intent_input: text,
      conversation_id: conversationId,
      device_id: null,
      satellite_id: null,
      prefer_local_intents: false,
    });
    const context = options.connection.context();
    const result = await options.conversation.process({ text, conversationId, language: pipeline.language, context });
    emit('intent-end', { processed_locally: true, intent_output: result });
    speech = result.response.speech.plain?.speech ?? '';
  }
  if (!output || speech === '') return;
  emit('tts-start', {
    engine: pipeline.tts_engine,
    language: pipeline.tts_language,
    voice: null,
    tts_input: speech,
    acknowledge_override: false,
  });
  options.speech.fill(output.token, speech);
  emit('tts-end', { tts_output: { media_id: `media-source://tts/-stream-/${output.token}`, ...output } });
}

function receiveAudio(connection: CommandConnection) {
  const chunks: Buffer[] = [];
  let first = () => {};
  const { promise: whole, resolve } = Promise.withResolvers<Buffer>();
  const handler = connection.registerBinary((data) => {
    if (data.length === 0) return resolve(Buffer.concat(chunks));
    if (chunks.length === 0) first();
    chunks.push(data);
  });
  const end = () => {
    handler.end();
    resolve(Buffer.concat(chunks));
  };
  return {
    id: handler.id,
    whole,
    end,
    onFirst(act: () => void) {
      first = act;
    },
  };
}

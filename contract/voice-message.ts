import { z } from 'zod';
import { CompletenessSchema } from './intent.ts';
import { VoiceSettingsSchema } from './settings.ts';
import { TurnEventSchema } from './turn-event.ts';

/** What the host and the voice process say to each other. Sound travels as `Int16Array`, mono. */
const Samples = z.instanceof(Int16Array);

export const HostToVoiceSchema = z.discriminatedUnion('type', [
  /** First message; a later one changes engines in place. */
  z.object({ type: z.literal('configure'), settings: VoiceSettingsSchema, dataFolder: z.string() }),
  /** The closed grammar of what may be said now. The old one serves until the new one is ready. */
  z.object({ type: z.literal('set-grammar'), id: z.string(), jsgf: z.string() }),
  z.object({
    type: z.literal('open-stream'),
    streamId: z.string(),
    /** `none`: the whole stream is one command. `auto`: wait for the wake word. */
    wake: z.enum(['auto', 'none']),
    /** `live` sound comes as it happens; `offline` sound is pulled as fast as it can be heard. */
    pace: z.enum(['live', 'offline']),
    source: z.enum(['page', 'file', 'microphone', 'satellite']),
    room: z.string().optional(),
  }),
  /** 16 kHz mono; any number of samples. */
  z.object({ type: z.literal('audio'), streamId: z.string(), samples: Samples }),
  z.object({ type: z.literal('end-stream'), streamId: z.string() }),
  z.object({ type: z.literal('drop-stream'), streamId: z.string() }),
  /** Listen now, without the wake word. */
  z.object({ type: z.literal('listen'), streamId: z.string(), by: z.enum(['push-to-talk', 'follow-up']) }),
  /** Push-to-talk released (what was said is taken), or listening called off. */
  z.object({ type: z.literal('stop-listening'), streamId: z.string(), take: z.boolean() }),
  z.object({ type: z.literal('completeness'), questionId: z.number(), completeness: CompletenessSchema }),
  z.object({ type: z.literal('speak'), speechId: z.string(), turnId: z.string(), text: z.string() }),
  z.object({ type: z.literal('stop-speaking'), speechId: z.string() }),
  /** True while JARVIS is heard in that room: the wake detector is stricter, its own words are not commands. */
  z.object({ type: z.literal('playing'), streamId: z.string(), playing: z.boolean() }),
  z.object({ type: z.literal('ping'), id: z.number() }),
]);
export type HostToVoice = z.infer<typeof HostToVoiceSchema>;

export const EnginePartSchema = z.enum(['wake', 'vad', 'stt', 'tts']);
export const EngineReportSchema = z.object({
  part: EnginePartSchema,
  /** The engine in use, e.g. `porcupine-1.9`, `none`. */
  engine: z.string(),
  /** Why this one, or what failed. */
  detail: z.string(),
  /** The one command or setting that would improve it. */
  improve: z.string().optional(),
  fellBack: z.boolean().default(false),
});
export type EngineReport = z.infer<typeof EngineReportSchema>;

export const VoiceToHostSchema = z.discriminatedUnion('type', [
  /** Engines are loaded; again whenever one of them changes. */
  z.object({ type: z.literal('engines'), engines: z.array(EngineReportSchema) }),
  z.object({ type: z.literal('grammar-ready'), id: z.string(), ms: z.number(), error: z.string().optional() }),
  z.object({ type: z.literal('turn-event'), streamId: z.string(), event: TurnEventSchema }),
  /** How finished is this? Asked for every new partial text; the host's phrasebook answers. */
  z.object({ type: z.literal('completeness-question'), questionId: z.number(), text: z.string() }),
  /** An offline stream may send this many samples more. */
  z.object({ type: z.literal('pull'), streamId: z.string(), samples: z.number() }),
  z.object({ type: z.literal('stream-ended'), streamId: z.string() }),
  /** For the orb: loudness in dBFS of the last 100 ms and whether it is speech. */
  z.object({ type: z.literal('level'), streamId: z.string(), dbfs: z.number(), speech: z.boolean() }),
  z.object({ type: z.literal('speech-audio'), speechId: z.string(), samples: Samples, sampleRate: z.number() }),
  z.object({ type: z.literal('speech-ended'), speechId: z.string(), error: z.string().optional() }),
  z.object({ type: z.literal('pong'), id: z.number(), residentBytes: z.number() }),
  z.object({
    type: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: z.string(),
    turnId: z.string().optional(),
  }),
]);
export type VoiceToHost = z.infer<typeof VoiceToHostSchema>;

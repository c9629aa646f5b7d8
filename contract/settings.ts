import { z } from 'zod';
import { EngineBuildSchema } from './models.ts';

/** The settings file (`settings.yaml` in the data folder). Every key has a default; unknown keys are refused. */
export const VoiceSettingsSchema = z
  .object({
    wake: z
      .object({
        engine: z.enum(['auto', 'porcupine-keyless', 'porcupine', 'none']).default('auto'),
        /** 0–1; higher hears more and errs more. */
        sensitivity: z.number().min(0).max(1).default(0.7),
        /** Picovoice AccessKey for the v4 engine. */
        accessKey: z.string().optional(),
        /** Keyword file (.ppn) for the v4 engine. */
        keywordFile: z.string().optional(),
      })
      .strict()
      .prefault({}),
    vad: z
      .object({
        engine: z.enum(['auto', 'energy', 'silero']).default('auto'),
        /** Path of silero_vad.onnx */
        model: z.string().optional(),
      })
      .strict()
      .prefault({}),
    turnEnd: z
      .object({
        /** ms of silence after a command that cannot continue. */
        closedMs: z.number().int().min(60).max(2000).default(160),
        /** ms of silence after a complete command that could continue. */
        completeMs: z.number().int().min(100).max(3000).default(350),
        /** ms of silence after words that are no command yet. */
        incompleteMs: z.number().int().min(200).max(5000).default(1000),
        /** ms without any speech after the wake word. */
        noSpeechMs: z.number().int().min(1000).max(30000).default(5000),
        maximumMs: z.number().int().min(2000).max(60000).default(15000),
      })
      .strict()
      .prefault({}),
    stt: z
      .object({
        engine: z.enum(['auto', 'phrases', 'none']).default('auto'),
        /** 0 takes nearly everything for a command, 1 nearly nothing; 0.5 is where the published figures were taken. */
        rejection: z.number().min(0).max(1).optional(),
      })
      .strict()
      .prefault({}),
    tts: z
      .object({
        engine: z.enum(['auto', 'espeak-ng', 'espeak-ng-wasm', 'none']).default('auto'),
        voice: z.string().default('en-gb'),
        /** words per minute */
        rate: z.number().int().min(80).max(450).default(175),
        /** 0–99 */
        pitch: z.number().int().min(0).max(99).default(40),
      })
      .strict()
      .prefault({}),
  })
  .strict();
export type VoiceSettings = z.infer<typeof VoiceSettingsSchema>;

export const HomeSettingsSchema = z.discriminatedUnion('type', [
  z
    .object({ type: z.literal('demo'), /** port of the embedded broker; 0 = any */ port: z.number().int().min(0).max(65535).default(0) })
    .strict(),
  z.object({ type: z.literal('file'), path: z.string() }).strict(),
  z
    .object({
      type: z.literal('mqtt'),
      /** mqtt://host:1883, mqtts://… */
      url: z.string(),
      username: z.string().optional(),
      password: z.string().optional(),
      discoveryPrefix: z.string().default('homeassistant'),
      /** PEM files, for a broker with a certificate of its own or one that wants to see ours. */
      tls: z
        .object({
          ca: z.string().optional(),
          cert: z.string().optional(),
          key: z.string().optional(),
          insecure: z.boolean().default(false),
        })
        .strict()
        .optional(),
      /** Announce JARVIS itself by discovery, so that it appears in Home Assistant. */
      announce: z.boolean().default(true),
      /** What was understood last is part of that: intent and devices, never the words. */
      announceLastCommand: z.boolean().default(true),
    })
    .strict(),
  z
    .object({
      type: z.literal('home-assistant'),
      /** http://homeassistant.local:8123; the token lies with the secrets, never here. */
      url: z.string(),
      /** Take a certificate that no authority has signed. */
      insecure: z.boolean().default(false),
      /** Ask Home Assistant's conversation agent what JARVIS does not understand. */
      conversation: z.boolean().default(false),
    })
    .strict(),
]);
export type HomeSettings = z.infer<typeof HomeSettingsSchema>;

export const SettingsSchema = z
  .object({
    /** One home or several ways into it; the first is believed where two know the same thing. */
    home: z.union([HomeSettingsSchema.transform((one) => [one]), z.array(HomeSettingsSchema).min(1)]).prefault({ type: 'demo' }),
    /** Area id of the room this machine stands in. */
    room: z.string().optional(),
    voice: VoiceSettingsSchema.prefault({}),
    /** Folders of phrasebook files beside the built-in one. */
    phrasebooks: z.array(z.string()).default([]),
    server: z
      .object({
        host: z.string().default('127.0.0.1'),
        /** 0 = any free one. */
        port: z.number().int().min(0).max(65535).default(7400),
        openBrowser: z.boolean().default(true),
      })
      .strict()
      .prefault({}),
    /** JARVIS as a conversation agent for Home Assistant's Wyoming integration; absent: off. The protocol has no passwords. */
    wyoming: z
      .object({ host: z.string().default('127.0.0.1'), port: z.number().int().min(0).max(65535).default(10420) })
      .strict()
      .optional(),
    /** Local language models. What a person changes while JARVIS runs is in `mind.json`. */
    models: z
      .object({
        /** Where they lie; absent: `models` in the data folder. */
        folder: z.string().optional(),
        /** Native build of the engine; `auto` takes the best for the card and its driver. */
        build: z.enum(['auto', ...EngineBuildSchema.options]).default('auto'),
        /** At most so much of the card and of the machine's memory, in bytes; absent: what is left after the system and the voice. */
        gpuBytes: z.number().int().min(0).optional(),
        memoryBytes: z.number().int().min(0).optional(),
      })
      .strict()
      .prefault({}),
    gate: z
      .object({
        /** ms a person has to answer an approval. */
        approvalMs: z.number().int().min(1000).max(600_000).default(60_000),
      })
      .strict()
      .prefault({}),
    log: z
      .object({
        level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
        /** Also write down what people say; off unless switched on by name. */
        speech: z.boolean().default(false),
      })
      .strict()
      .prefault({}),
  })
  .strict();
export type Settings = z.infer<typeof SettingsSchema>;

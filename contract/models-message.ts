import { z } from 'zod';
import { EngineBuildSchema, ModelShapeSchema } from './models.ts';

/** What host and models process say to each other. Structured clone carries it; vectors are `Float32Array`s. */

const TextPart = z.object({ type: z.literal('text'), text: z.string() });
const ToolCallPart = z.object({
  type: z.literal('tool-call'),
  toolCallId: z.string(),
  name: z.string(),
  /** Parsed. */
  input: z.unknown(),
});
const ToolResultPart = z.object({ type: z.literal('tool-result'), toolCallId: z.string(), name: z.string(), text: z.string() });

export const ChatTurnSchema = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), text: z.string() }),
  z.object({ role: z.literal('user'), text: z.string() }),
  z.object({ role: z.literal('assistant'), parts: z.array(z.discriminatedUnion('type', [TextPart, ToolCallPart])) }),
  z.object({ role: z.literal('tool'), parts: z.array(ToolResultPart) }),
]);
export type ChatTurn = z.infer<typeof ChatTurnSchema>;

export const GenerateRequestSchema = z.object({
  prompt: z.array(ChatTurnSchema),
  tools: z.array(z.object({ name: z.string(), description: z.string(), /** JSON Schema */ input: z.unknown() })),
  /** `required`: some tool; a name: just that one. */
  toolChoice: z.union([z.enum(['auto', 'none', 'required']), z.object({ name: z.string() })]),
  /** Absent: free text. */
  json: z.object({ /** JSON Schema; absent: any JSON. */ schema: z.unknown().optional() }).optional(),
  maximumTokens: z.number().int().min(1).optional(),
  /** 0 = always the likeliest. */
  temperature: z.number().min(0).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.number().int().min(0).optional(),
  seed: z.number().int().optional(),
  stop: z.array(z.string()).optional(),
});
export type GenerateRequest = z.infer<typeof GenerateRequestSchema>;

export const LoadRequestSchema = z.object({
  /** Absolute path of the GGUF. */
  path: z.string(),
  kind: z.enum(['chat', 'embedding']),
  contextSize: z.number().int().min(16),
  batchSize: z.number().int().min(1),
  /** Layers on the card; 0 = memory alone. */
  gpuLayers: z.number().int().min(0),
  /** Conversations held at once, each with its own KV cache. */
  sequences: z.number().int().min(1).default(1),
  threads: z.number().int().min(1).optional(),
});
export type LoadRequest = z.infer<typeof LoadRequestSchema>;

/** Why a model could not be loaded, or an answer not be given. `aborted` is nobody's fault. */
export const ModelTroubleSchema = z.enum([
  'no-engine',
  'missing-file',
  'broken-file',
  'unsupported',
  'out-of-memory',
  'too-long',
  'not-loaded',
  'process-lost',
  'aborted',
  'failed',
]);
export type ModelTrouble = z.infer<typeof ModelTroubleSchema>;

export const LoadedModelSchema = z.object({
  contextSize: z.number().int(),
  batchSize: z.number().int(),
  gpuLayers: z.number().int(),
  /** As measured, where the engine tells; else as estimated by it. */
  gpuBytes: z.number().int().min(0),
  memoryBytes: z.number().int().min(0),
  loadMs: z.number(),
  shape: ModelShapeSchema.optional(),
  /** Numbers in one embedding. */
  dimensions: z.number().int().optional(),
});
export type LoadedModel = z.infer<typeof LoadedModelSchema>;

export const HostToModelsSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('configure'),
    /** Folder with `node_modules/node-llama-cpp`; absent: wherever the process finds it. */
    engineFolder: z.string().optional(),
    build: EngineBuildSchema,
    threads: z.number().int().min(1).optional(),
  }),
  z.object({
    type: z.literal('load'),
    id: z.string(),
    /** Name it is known by from then on. */ handle: z.string(),
    request: LoadRequestSchema,
  }),
  z.object({ type: z.literal('unload'), id: z.string(), handle: z.string() }),
  z.object({ type: z.literal('generate'), id: z.string(), handle: z.string(), request: GenerateRequestSchema }),
  z.object({ type: z.literal('embed'), id: z.string(), handle: z.string(), texts: z.array(z.string()).max(256) }),
  z.object({ type: z.literal('count'), id: z.string(), handle: z.string(), text: z.string() }),
  /** Of a load, a generation or an embedding. */
  z.object({ type: z.literal('abort'), id: z.string() }),
  z.object({ type: z.literal('ping'), id: z.number() }),
]);
export type HostToModels = z.infer<typeof HostToModelsSchema>;

export const ModelsToHostSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('engine-ready'),
    build: EngineBuildSchema,
    version: z.string(),
    /** Names of the cards it uses; empty on the CPU. */
    cards: z.array(z.string()),
    gpuTotalBytes: z.number().optional(),
    gpuFreeBytes: z.number().optional(),
  }),
  z.object({ type: z.literal('engine-failed'), reason: z.string() }),
  z.object({ type: z.literal('load-progress'), id: z.string(), progress: z.number().min(0).max(1) }),
  z.object({ type: z.literal('loaded'), id: z.string(), model: LoadedModelSchema }),
  z.object({ type: z.literal('unloaded'), id: z.string() }),
  z.object({ type: z.literal('text'), id: z.string(), text: z.string() }),
  z.object({ type: z.literal('tool-call'), id: z.string(), toolCallId: z.string(), name: z.string(), /** JSON text */ input: z.string() }),
  z.object({
    type: z.literal('generated'),
    id: z.string(),
    finish: z.enum(['stop', 'length', 'tool-calls', 'aborted']),
    inputTokens: z.number().int(),
    /** Of the input, those whose state was still there. */
    cachedTokens: z.number().int(),
    outputTokens: z.number().int(),
    firstTokenMs: z.number().optional(),
    ms: z.number(),
  }),
  z.object({ type: z.literal('embedded'), id: z.string(), vectors: z.array(z.instanceof(Float32Array)) }),
  z.object({ type: z.literal('counted'), id: z.string(), tokens: z.number().int() }),
  z.object({ type: z.literal('failed'), id: z.string(), trouble: ModelTroubleSchema, reason: z.string() }),
  z.object({
    type: z.literal('pong'),
    id: z.number(),
    residentBytes: z.number(),
    gpuUsedBytes: z.number().optional(),
    gpuFreeBytes: z.number().optional(),
  }),
  z.object({ type: z.literal('log'), level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() }),
]);
export type ModelsToHost = z.infer<typeof ModelsToHostSchema>;

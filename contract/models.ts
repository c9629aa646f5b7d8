import { z } from 'zod';

/** What a model is for. */
export const ModelKindSchema = z.enum(['chat', 'vision', 'embedding', 'stt', 'tts', 'wake', 'vad']);
export type ModelKind = z.infer<typeof ModelKindSchema>;

const Bytes = z.number().int().min(0);

/** What decides the memory of a transformer: enough for weights, KV cache and compute buffers. */
export const ModelShapeSchema = z.object({
  /** GGUF's `general.architecture`: llama, qwen3, gemma3, bert … */
  architecture: z.string().max(100),
  parameters: z.number().min(0).optional(),
  layers: z.number().int().min(1).max(10_000),
  embedding: z.number().int().min(1),
  heads: z.number().int().min(1),
  kvHeads: z.number().int().min(1),
  /** Per head, of keys and of values, in elements. */
  keyLength: z.number().int().min(1),
  valueLength: z.number().int().min(1),
  vocabulary: z.number().int().min(1),
  /** Tokens it was trained for. */
  contextLength: z.number().int().min(1),
  /** Layers that see only the last so many tokens, for architectures that mix both. */
  slidingWindow: z.object({ tokens: z.number().int().min(1), layers: z.number().int().min(0) }).optional(),
  /** Mixture of experts: parameters that one token reads. */
  activeParameters: z.number().min(0).optional(),
});
export type ModelShape = z.infer<typeof ModelShapeSchema>;

export const ModelFileSchema = z.object({
  /** `Q4_K_M`, `F16` …; `-` where there is no choice. */
  quantisation: z.string().max(20),
  /** File name on disk. */
  name: z.string().min(1).max(200),
  url: z.url(),
  bytes: Bytes,
  /** True: `bytes` is computed from the quantisation, not read from the publisher. */
  estimated: z.boolean().optional(),
  /** Lower-case hex. Absent: the publisher's own sum, told by the server, is what the file is checked against. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/u)
    .optional(),
  /** Names of other files of the same entry that this one is useless without: a projector, a voice's settings. */
  alongside: z.array(z.string().min(1).max(200)).max(10).optional(),
});
export type ModelFile = z.infer<typeof ModelFileSchema>;

/** A model of the curated list. */
export const CatalogueEntrySchema = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/u),
  kind: ModelKindSchema,
  title: z.string(),
  publisher: z.string(),
  licence: z.object({
    name: z.string(),
    url: z.url().optional(),
    /** A person has to say yes to it before the file is fetched. */
    mustAccept: z.boolean().optional(),
  }),
  /** What it is good for, in one sentence. */
  goodFor: z.string(),
  /** Name of the chat template; `file` = the one in the GGUF. */
  template: z.string().optional(),
  tools: z.boolean().optional(),
  shape: ModelShapeSchema.optional(),
  /** 0–100, only to choose among models of the list: higher answers better. */
  quality: z.number().min(0).max(100).optional(),
  languages: z.array(z.string()).optional(),
  /** The first is the one to take when nothing else is said. */
  files: z.array(ModelFileSchema).min(1),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntrySchema>;

/** A model that lies on this machine. */
export const InstalledModelSchema = z.object({
  /** Stable name for commands and settings: `llama-3.1-8b-instruct-q4_k_m`. */
  id: z.string().min(1).max(200),
  kind: ModelKindSchema,
  title: z.string(),
  path: z.string(),
  bytes: Bytes,
  sha256: z.string().optional(),
  /** `downloaded`: ours, `rm` deletes the file. `referenced`: another program's file, or the person's own: `rm` only forgets it. */
  source: z.enum(['downloaded', 'referenced']),
  /** Of the catalogue, when it is from there. */
  catalogueId: z.string().optional(),
  quantisation: z.string().optional(),
  licence: z.string().optional(),
  tools: z.boolean().optional(),
  shape: ModelShapeSchema.optional(),
  /** ms since the epoch */
  addedAt: z.number(),
  /** Why it cannot be used, in words: gone, changed, broken. */
  problem: z.string().optional(),
});
export type InstalledModel = z.infer<typeof InstalledModelSchema>;

/** A graphics card, as far as it could be read. */
export const GraphicsCardSchema = z.object({
  name: z.string(),
  vendor: z.enum(['nvidia', 'amd', 'intel', 'apple', 'other']),
  memoryBytes: Bytes,
  freeBytes: Bytes.optional(),
  /** Bytes per second its memory gives at most, by its data sheet. */
  bandwidth: z.number().optional(),
  /** Of NVIDIA: '6.1' */
  computeCapability: z.string().optional(),
  driver: z.string().optional(),
  /** Newest CUDA the driver can do: '12.4' */
  cuda: z.string().optional(),
  /** Shares the memory of the machine. */
  integrated: z.boolean().optional(),
});
export type GraphicsCard = z.infer<typeof GraphicsCardSchema>;

/** The machine, as it decides what fits. */
export const MachineSchema = z.object({
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  arch: z.string(),
  cpu: z.object({ name: z.string(), cores: z.number().int() }),
  memory: z.object({
    totalBytes: Bytes,
    freeBytes: Bytes,
    /** Bytes per second, measured or by the kind of memory; absent: unknown. */
    bandwidth: z.number().optional(),
  }),
  cards: z.array(GraphicsCardSchema),
  /** A Vulkan loader is installed. */
  vulkan: z.boolean(),
});
export type Machine = z.infer<typeof MachineSchema>;

/** Native builds of the LLM engine. `cuda`: CUDA 13, compute capability 7.5 and up. `cuda-12`: the fallback that still knows Pascal. */
export const EngineBuildSchema = z.enum(['cpu', 'cuda', 'cuda-12', 'vulkan', 'metal']);
export type EngineBuild = z.infer<typeof EngineBuildSchema>;

/** Which build this machine should use, and why. */
export const BuildChoiceSchema = z.object({
  build: EngineBuildSchema,
  /** For people. */
  because: z.string(),
  /** The person's settings say so. */
  forced: z.boolean(),
  /** What else would run here, the better one first. */
  others: z.array(EngineBuildSchema),
});
export type BuildChoice = z.infer<typeof BuildChoiceSchema>;

/** The native engine on disk. */
export const EnginePackSchema = z.object({
  build: EngineBuildSchema,
  version: z.string(),
  state: z.enum(['absent', 'fetching', 'installed', 'broken']),
  /** Of the packages in it, when they are known. */
  bytes: Bytes.optional(),
  doneBytes: Bytes.optional(),
  path: z.string().optional(),
  problem: z.string().optional(),
});
export type EnginePack = z.infer<typeof EnginePackSchema>;

/** What a model would take on this machine. */
export const FitSchema = z.object({
  /** `gpu` wholly on the card, `partly` some layers, `cpu` memory alone, `no` not at all. */
  verdict: z.enum(['gpu', 'partly', 'cpu', 'no']),
  contextSize: z.number().int(),
  weightsBytes: Bytes,
  kvBytes: Bytes,
  /** Compute buffers and what the engine itself takes. */
  overheadBytes: Bytes,
  gpuLayers: z.number().int(),
  layers: z.number().int(),
  gpuBytes: Bytes,
  memoryBytes: Bytes,
  /** Of generated text, from the bandwidth; the ceiling that physics sets, times what is usually reached. */
  tokensPerSecond: z.number().optional(),
  ceilingTokensPerSecond: z.number().optional(),
  /** In plain words. */
  sentence: z.string(),
});
export type Fit = z.infer<typeof FitSchema>;

export const DownloadSchema = z.object({
  id: z.string(),
  /** What it is of: a catalogue id with quantisation, or the file's name. */
  title: z.string(),
  modelId: z.string(),
  kind: ModelKindSchema,
  url: z.string(),
  state: z.enum(['waiting', 'running', 'paused', 'checking', 'done', 'failed', 'cancelled']),
  doneBytes: Bytes,
  totalBytes: Bytes.optional(),
  bytesPerSecond: z.number().optional(),
  /** For people. */
  problem: z.string().optional(),
  /** ms since the epoch */
  startedAt: z.number(),
});
export type Download = z.infer<typeof DownloadSchema>;

/** A model that is loaded, or being loaded. */
export const ResidentModelSchema = z.object({
  modelId: z.string(),
  title: z.string(),
  kind: ModelKindSchema,
  state: z.enum(['loading', 'ready', 'unloading']),
  /** 0–1 while loading. */
  progress: z.number().min(0).max(1),
  gpuLayers: z.number().int(),
  contextSize: z.number().int(),
  batchSize: z.number().int().optional(),
  gpuBytes: Bytes,
  memoryBytes: Bytes,
  pinned: z.boolean(),
  /** Somebody is being answered by it. */
  busy: z.boolean(),
  /** ms since the epoch */
  lastUsedAt: z.number(),
  loadMs: z.number().optional(),
  /** From the ask until it was ready, those that had to leave for it included. */
  swapMs: z.number().optional(),
});
export type ResidentModel = z.infer<typeof ResidentModelSchema>;

export const PoolStatusSchema = z.object({
  build: EngineBuildSchema.optional(),
  /** What may be used by language models, after what voice and the system need. */
  gpuBudgetBytes: Bytes,
  memoryBudgetBytes: Bytes,
  resident: z.array(ResidentModelSchema),
  /** Less than wished, in words: hot card, short memory. */
  reduced: z.string().optional(),
});
export type PoolStatus = z.infer<typeof PoolStatusSchema>;

/** Where language models come from. */
export const ProviderTypeSchema = z.enum(['local', 'ollama', 'openai', 'anthropic', 'google', 'openai-compatible']);
export type ProviderType = z.infer<typeof ProviderTypeSchema>;

/** Money for a million tokens, in the currency of the budget. */
export const PriceSchema = z.object({
  input: z.number().min(0),
  output: z.number().min(0),
  /** Of tokens that the provider had in its cache; absent: as input. */
  cachedInput: z.number().min(0).optional(),
});
export type Price = z.infer<typeof PriceSchema>;

export const ProviderModelSchema = z.object({
  id: z.string().min(1).max(300),
  tools: z.boolean().default(true),
  vision: z.boolean().default(false),
  /** Tokens; absent: not known, taken for 8,192. */
  contextLength: z.number().int().min(1).optional(),
  quality: z.number().min(0).max(100).default(50),
  price: PriceSchema.optional(),
});
export type ProviderModel = z.infer<typeof ProviderModelSchema>;

export const ProviderSettingsSchema = z
  .object({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/u),
    type: ProviderTypeSchema,
    title: z.string().min(1).max(100).optional(),
    /** Where it answers; absent: the publisher's own address, or for Ollama this machine. */
    url: z.url().max(500).optional(),
    /** Name of the secret that holds its key. */
    secret: z.string().min(1).max(200).optional(),
    enabled: z.boolean().default(true),
    /** What is said to it leaves the house. Absent: true for everything but `local` and addresses of this machine or network. */
    leavesHouse: z.boolean().optional(),
    models: z.array(ProviderModelSchema).max(200).default([]),
  })
  .strict();
export type ProviderSettings = z.infer<typeof ProviderSettingsSchema>;

export const BudgetSchema = z
  .object({
    currency: z.string().length(3).default('EUR'),
    /** Money for all providers together; absent: no limit. */
    perDay: z.number().min(0).optional(),
    perMonth: z.number().min(0).optional(),
    /** Tokens that may leave the house a day. */
    tokensPerDay: z.number().int().min(0).optional(),
  })
  .strict();
export type Budget = z.infer<typeof BudgetSchema>;

export const PersonaSchema = z
  .object({
    /** 0 easy-going … 100 formal */
    formality: z.number().int().min(0).max(100).default(60),
    /** 0 as few words as will do … 100 talkative */
    verbosity: z.number().int().min(0).max(100).default(25),
    /** 0 none … 100 at every chance */
    humour: z.number().int().min(0).max(100).default(40),
    /** How the person is called: "sir", "Anna"; absent: not at all. */
    address: z.string().trim().min(1).max(40).optional(),
    /** In the person's own words, added to the prompt. */
    extra: z.string().max(2000).optional(),
  })
  .strict();
export type Persona = z.infer<typeof PersonaSchema>;

/** What a person sets about the mind, at the page or by command: `mind.json` in the data folder. */
export const MindSettingsSchema = z
  .object({
    enabled: z.boolean().default(true),
    /** `local-only`: nothing leaves the house. */
    privacy: z.enum(['local-only', 'may-leave']).default('local-only'),
    prefer: z.enum(['fast', 'balanced', 'best', 'cheap']).default('balanced'),
    /** Tried in this order before all others: `provider/model`. */
    order: z.array(z.string().max(350)).max(20).default([]),
    providers: z.array(ProviderSettingsSchema).max(30).default([]),
    budget: BudgetSchema.prefault({}),
    persona: PersonaSchema.prefault({}),
    /** Of people who want another one, by their name. */
    personas: z.record(z.string().max(100), PersonaSchema).default({}),
    /** Most calls of the model in one turn. */
    steps: z.number().int().min(1).max(50).default(8),
    /** Tokens of the local context. */
    contextSize: z.number().int().min(512).max(1_048_576).default(8192),
    /** Installed model ids that stay loaded. */
    pinned: z.array(z.string().max(200)).max(10).default([]),
    /** Minutes without use after which a local model leaves the memory; 0 = never. */
    idleUnloadMinutes: z.number().int().min(0).max(10_080).default(15),
    /** Days that conversations are kept; 0 = for ever. */
    keepDays: z.number().int().min(0).max(36_500).default(0),
    /** What goes into the conversations on disk. */
    keep: z.enum(['everything', 'chat', 'nothing']).default('everything'),
  })
  .strict();
export type MindSettings = z.infer<typeof MindSettingsSchema>;

export const ProviderStatusSchema = z.object({
  settings: ProviderSettingsSchema,
  /** `resting`: failed too often, tried again after `until`. */
  state: z.enum(['ready', 'resting', 'no-key', 'off', 'no-models', 'over-budget']),
  leavesHouse: z.boolean(),
  /** For people: the last failure. */
  problem: z.string().optional(),
  /** ms since the epoch */
  until: z.number().optional(),
});
export type ProviderStatus = z.infer<typeof ProviderStatusSchema>;

/** What one answer took. Costs in millionths of the budget's currency. */
export const UsageSchema = z.object({
  inputTokens: z.number().int().min(0),
  outputTokens: z.number().int().min(0),
  cachedInputTokens: z.number().int().min(0).optional(),
  costMicros: z.number().int().min(0),
});
export type Usage = z.infer<typeof UsageSchema>;

export const UsageDaySchema = UsageSchema.extend({
  /** Of the host's calendar: `2026-11-21` */
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/u),
  provider: z.string(),
  model: z.string(),
  answers: z.number().int().min(0),
});
export type UsageDay = z.infer<typeof UsageDaySchema>;

export const SpendingSchema = z.object({
  budget: BudgetSchema,
  today: UsageSchema,
  month: UsageSchema,
  /** Newest first. */
  days: z.array(UsageDaySchema),
});
export type Spending = z.infer<typeof SpendingSchema>;

/** A line of `jarvis models list`. */
export const ListedModelSchema = z.object({
  id: z.string(),
  kind: ModelKindSchema,
  title: z.string(),
  quantisation: z.string(),
  bytes: Bytes,
  entry: CatalogueEntrySchema.optional(),
  file: ModelFileSchema.optional(),
  installed: InstalledModelSchema.optional(),
  download: DownloadSchema.optional(),
  resident: ResidentModelSchema.optional(),
  /** Of kinds that have a shape. */
  fit: FitSchema.optional(),
  /** The one to take for this kind on this machine. */
  recommended: z.boolean(),
  /** Why no part of JARVIS uses it by itself yet, in words. */
  unused: z.string().optional(),
});
export type ListedModel = z.infer<typeof ListedModelSchema>;

/** One plan over everything that wants memory at once. */
export const EnginePlanSchema = z.object({
  parts: z.array(
    z.object({
      kind: ModelKindSchema,
      title: z.string(),
      where: z.enum(['gpu', 'partly', 'cpu', 'off']),
      gpuBytes: Bytes,
      memoryBytes: Bytes,
    }),
  ),
  gpuBytes: Bytes,
  gpuTotalBytes: Bytes,
  memoryBytes: Bytes,
  memoryTotalBytes: Bytes,
  sentence: z.string(),
});
export type EnginePlan = z.infer<typeof EnginePlanSchema>;

export const ModelsReportSchema = z.object({
  machine: MachineSchema,
  build: BuildChoiceSchema,
  pack: EnginePackSchema,
  models: z.array(ListedModelSchema),
  plan: EnginePlanSchema,
  pool: PoolStatusSchema,
  downloads: z.array(DownloadSchema),
  /** Where models lie, and what is free there. */
  folder: z.string(),
  freeBytes: Bytes.optional(),
});
export type ModelsReport = z.infer<typeof ModelsReportSchema>;

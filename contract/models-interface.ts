import { oc } from '@orpc/contract';
import { z } from 'zod';
import { HardwareReportSchema } from './hardware.ts';
import {
  DownloadSchema,
  EngineBuildSchema,
  EnginePackSchema,
  InstalledModelSchema,
  type MindSettings,
  MindSettingsSchema,
  ModelsReportSchema,
  ProviderModelSchema,
  ProviderSettingsSchema,
  ProviderStatusSchema,
  SpendingSchema,
} from './models.ts';
import { queryNumber } from './query-number.ts';

/** Another program's model, or a file of the person's own, that could be used where it lies. */
export const FoundModelSchema = z.object({
  path: z.string(),
  title: z.string(),
  bytes: z.number().int().min(0),
  from: z.enum(['lm-studio', 'ollama', 'file']),
  /** It is in the library already. */
  installedAs: z.string().optional(),
});
export type FoundModel = z.infer<typeof FoundModelSchema>;

export const ModelBenchSchema = z.object({
  id: z.string(),
  loadMs: z.number(),
  /** Of a prompt of `promptTokens` that was not there before, and again when it was. */
  coldFirstTokenMs: z.number(),
  warmFirstTokenMs: z.number(),
  promptTokens: z.number().int(),
  tokensPerSecond: z.number(),
  tokens: z.number().int(),
  gpuBytes: z.number().int(),
  memoryBytes: z.number().int(),
});
export type ModelBench = z.infer<typeof ModelBenchSchema>;

/** Everything about the mind that a person can look at and change. */
export const MindReportSchema = z.object({
  settings: MindSettingsSchema,
  providers: z.array(ProviderStatusSchema),
  spending: SpendingSchema,
  /** Why the settings could not be read; what was there is left alone. */
  problem: z.string().optional(),
  /** Can anything answer a question just now? */
  available: z.boolean(),
});
export type MindReport = z.infer<typeof MindReportSchema>;

const { shape } = MindSettingsSchema;
/** Some of the settings. Without the defaults: what is left out would come to its own, and with it over what was saved. */
export const MindChangeSchema = z
  .object({
    enabled: shape.enabled.unwrap(),
    privacy: shape.privacy.unwrap(),
    prefer: shape.prefer.unwrap(),
    order: shape.order.unwrap(),
    providers: shape.providers.unwrap(),
    budget: shape.budget.unwrap(),
    persona: shape.persona.unwrap(),
    personas: shape.personas.unwrap(),
    steps: shape.steps.unwrap(),
    contextSize: shape.contextSize.unwrap(),
    pinned: shape.pinned.unwrap(),
    idleUnloadMinutes: shape.idleUnloadMinutes.unwrap(),
    keepDays: shape.keepDays.unwrap(),
    keep: shape.keep.unwrap(),
  } satisfies Record<keyof MindSettings, z.ZodType>)
  .partial()
  .strict();
export type MindChange = z.input<typeof MindChangeSchema>;

const ModelId = z.string().trim().min(1).max(300);
const DownloadId = z.object({ id: z.string().min(1).max(100) });

export const modelsInterface = {
  models: oc
    .route({ method: 'GET', path: '/models', summary: 'What fits this machine, what is installed, fetched and loaded' })
    .input(z.object({ contextSize: queryNumber(512, 1_048_576).optional() }).optional())
    .output(ModelsReportSchema),
  pullModel: oc
    .route({
      method: 'POST',
      path: '/models/pull',
      summary: 'Fetch a model of the list (`id` or `id:quantisation`), or any file by its URL',
    })
    .input(
      z.object({
        id: ModelId,
        /** The person has read the licence that the model asks to accept. */ acceptLicence: z.boolean().optional(),
      }),
    )
    .output(DownloadSchema),
  pauseDownload: oc.route({ method: 'POST', path: '/downloads/pause', summary: 'Pause a download' }).input(DownloadId).output(z.object({})),
  resumeDownload: oc
    .route({ method: 'POST', path: '/downloads/resume', summary: 'Go on with a paused or failed download' })
    .input(DownloadId)
    .output(z.object({})),
  cancelDownload: oc
    .route({ method: 'POST', path: '/downloads/cancel', summary: 'Give up a download; what was fetched of it is deleted' })
    .input(DownloadId)
    .output(z.object({})),
  foundModels: oc
    .route({ method: 'GET', path: '/models/found', summary: 'Models of other programs on this machine that could be used where they lie' })
    .output(z.array(FoundModelSchema)),
  importModel: oc
    .route({ method: 'POST', path: '/models/import', summary: 'Use a model file where it lies; nothing is copied' })
    .input(z.object({ path: z.string().trim().min(1).max(4096), title: z.string().max(200).optional() }))
    .output(InstalledModelSchema),
  removeModel: oc
    .route({ method: 'POST', path: '/models/remove', summary: 'Delete a fetched model; of an imported one only the reference' })
    .input(z.object({ id: ModelId }))
    .output(z.object({ deleted: z.boolean() })),
  loadModel: oc
    .route({ method: 'POST', path: '/models/load', summary: 'Load a model now; `pinned` keeps it loaded' })
    .input(z.object({ id: ModelId, pinned: z.boolean().optional() }))
    .output(z.object({ loadMs: z.number() })),
  unloadModel: oc
    .route({ method: 'POST', path: '/models/unload', summary: 'Give back the memory of a model' })
    .input(z.object({ id: ModelId }))
    .output(z.object({})),
  benchModel: oc
    .route({ method: 'POST', path: '/models/bench', summary: 'How fast a local model is here' })
    .input(z.object({ id: ModelId }))
    .output(ModelBenchSchema),
  fetchEngine: oc
    .route({ method: 'POST', path: '/models/engine', summary: 'Fetch the native engine for local models from the package registry' })
    .input(z.object({ build: EngineBuildSchema.optional() }).optional())
    .output(EnginePackSchema),
  removeEngine: oc
    .route({ method: 'POST', path: '/models/engine/remove', summary: 'Delete a native engine' })
    .input(z.object({ build: EngineBuildSchema }))
    .output(z.object({ deleted: z.boolean() })),
  mind: oc.route({ method: 'GET', path: '/mind', summary: 'Settings of the mind, providers, budget' }).output(MindReportSchema),
  saveMind: oc
    .route({ method: 'POST', path: '/mind', summary: 'Replace the settings of the mind; members left out stay as they are' })
    .input(MindChangeSchema)
    .output(MindReportSchema),
  checkProvider: oc
    .route({ method: 'POST', path: '/mind/check', summary: 'Does this provider answer, and which models has it?' })
    .input(
      z.object({ settings: ProviderSettingsSchema, /** Tried instead of the secret; not kept. */ key: z.string().max(10_000).optional() }),
    )
    .output(z.object({ ok: z.boolean(), sentence: z.string(), models: z.array(ProviderModelSchema) })),
  hardware: oc
    .route({ method: 'GET', path: '/hardware', summary: 'Processor, memory, cards, disks: now and lately' })
    .input(z.object({ /** ms of history; absent: ten minutes. */ history: queryNumber(0, 86_400_000).optional() }).optional())
    .output(HardwareReportSchema),
};

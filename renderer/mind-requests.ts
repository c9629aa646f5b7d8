import type { HardwareReport } from '../contract/hardware.ts';
import type {
  Download,
  EngineBuild,
  EnginePack,
  InstalledModel,
  ModelsReport,
  ProviderModel,
  ProviderSettings,
} from '../contract/models.ts';
import type { FoundModel, MindChange, MindReport, ModelBench } from '../contract/models-interface.ts';
import type { JarvisClient } from './host-link.ts';

export interface ProviderCheck {
  ok: boolean;
  sentence: string;
  models: ProviderModel[];
}

/** What the page asks about models, providers and the machine; each throws with a sentence for people. */
export interface MindRequests {
  /** `contextSize` in tokens: what everything would take with it; absent: the one that is set. */
  models(contextSize: number | undefined): Promise<ModelsReport>;
  /** `id`, `id:quantisation` or an address. */
  pull(id: string, acceptLicence: boolean): Promise<Download>;
  pauseDownload(id: string): Promise<void>;
  resumeDownload(id: string): Promise<void>;
  cancelDownload(id: string): Promise<void>;
  foundModels(): Promise<FoundModel[]>;
  importModel(path: string): Promise<InstalledModel>;
  /** Resolves to whether the file is gone; else it was only forgotten. */
  removeModel(id: string): Promise<boolean>;
  /** `pinned` true keeps it loaded from now on, false no longer, absent leaves that as it is. Resolves to ms. */
  loadModel(id: string, pinned?: boolean): Promise<number>;
  unloadModel(id: string): Promise<void>;
  benchModel(id: string, signal: AbortSignal): Promise<ModelBench>;
  /** Resolves when it is there, which can take minutes. */
  fetchEngine(): Promise<EnginePack>;
  removeEngine(build: EngineBuild): Promise<boolean>;
  mind(): Promise<MindReport>;
  saveMind(change: MindChange): Promise<MindReport>;
  /** `key` is tried instead of the kept one, and not kept. */
  checkProvider(settings: ProviderSettings, key: string | undefined, signal: AbortSignal): Promise<ProviderCheck>;
  /** `history` in ms. */
  hardware(history: number, signal: AbortSignal): Promise<HardwareReport>;
}

export function mindRequests(client: () => JarvisClient): MindRequests {
  return {
    models: async (contextSize) => client().models(contextSize === undefined ? undefined : { contextSize }),
    pull: async (id, acceptLicence) => client().pullModel({ id, ...(acceptLicence && { acceptLicence }) }),
    pauseDownload: async (id) => {
      await client().pauseDownload({ id });
    },
    resumeDownload: async (id) => {
      await client().resumeDownload({ id });
    },
    cancelDownload: async (id) => {
      await client().cancelDownload({ id });
    },
    foundModels: async () => client().foundModels(),
    importModel: async (path) => client().importModel({ path }),
    removeModel: async (id) => (await client().removeModel({ id })).deleted,
    loadModel: async (id, pinned) => (await client().loadModel({ id, ...(pinned !== undefined && { pinned }) })).loadMs,
    unloadModel: async (id) => {
      await client().unloadModel({ id });
    },
    benchModel: async (id, signal) => client().benchModel({ id }, { signal }),
    fetchEngine: async () => client().fetchEngine(),
    removeEngine: async (build) => (await client().removeEngine({ build })).deleted,
    mind: async () => client().mind(),
    saveMind: async (change) => client().saveMind(change),
    checkProvider: async (settings, key, signal) => client().checkProvider({ settings, ...(key !== undefined && { key }) }, { signal }),
    hardware: async (history, signal) => client().hardware({ history }, { signal }),
  };
}

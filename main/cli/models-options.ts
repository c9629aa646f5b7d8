import type { EngineBuild, ModelKind } from '../../contract/models.ts';

export interface ModelsOptions {
  json?: boolean;
}

export interface ListOptions extends ModelsOptions {
  kind?: ModelKind;
  fits?: boolean;
  installed?: boolean;
  /** Tokens. */
  context?: number;
}

export interface PullOptions extends ModelsOptions {
  acceptLicence?: boolean;
}

export interface ImportOptions extends ModelsOptions {
  title?: string;
  found?: boolean;
}

export interface RemoveOptions extends ModelsOptions {
  yes?: boolean;
}

export interface LoadOptions extends ModelsOptions {
  keep?: boolean;
}

/** What `jarvis models engine` shall do; absent: show. */
export type EngineAct = 'fetch' | 'rm';

export interface EngineWish {
  act?: EngineAct;
  build?: EngineBuild;
}

import { type ProviderModel, ProviderModelSchema } from '../../contract/models.ts';

export interface ModelKnowledge {
  id: string;
  contextLength?: number | null | undefined;
  vision?: boolean;
  tools?: boolean;
}

/** What the contract makes of it; what is not known stays away. */
export function knownModel({ contextLength, ...rest }: ModelKnowledge): ProviderModel {
  return ProviderModelSchema.parse({ ...rest, ...(typeof contextLength === 'number' ? { contextLength } : {}) });
}

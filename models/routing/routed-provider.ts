import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderModel, ProviderSettings } from '../../contract/models.ts';

/** A provider as the router sees it. */
export interface RoutedProvider {
  settings: ProviderSettings;
  /** What is said to it leaves the house. */
  leavesHouse: boolean;
  /** Those that may be chosen now. */
  models: readonly ProviderModel[];
  languageModel(id: string): LanguageModelV4;
}

import type { Budget, MindSettings, Persona } from '../../contract/models.ts';

/** Which model is asked, and in which order. */
export type RoutingForm = Pick<MindSettings, 'enabled' | 'privacy' | 'prefer' | 'order'>;

/** Fields as they are written; empty: no limit. */
export interface BudgetForm {
  currency: string;
  perDay: string;
  perMonth: string;
  tokensPerDay: string;
}

export interface PersonaForm {
  everybody: Persona;
  /** By name. */
  people: Record<string, Persona>;
}

export interface KeepingForm {
  keep: MindSettings['keep'];
  keepDays: number;
  steps: number;
  contextSize: number;
  idleUnloadMinutes: number;
}

/** Of a provider that is being added or changed. Its key is not among it: that leaves the page's memory with the form. */
export interface ProviderForm {
  /** Of the one that is changed; empty for a new one. */
  id: string;
  type: 'ollama' | 'openai' | 'anthropic' | 'google' | 'openai-compatible';
  title: string;
  url: string;
  /** `auto`: as the address says. */
  leavesHouse: 'auto' | 'yes' | 'no';
  /** Name of the secret that it has already. */
  secret: string;
  models: ProviderModelForm[];
}

export interface ProviderModelForm {
  id: string;
  chosen: boolean;
  tools: boolean;
  vision: boolean;
  contextLength: number | undefined;
  quality: number;
  /** Money for a million tokens, as written; empty: not known. */
  priceInput: string;
  priceOutput: string;
  /** Cannot be written here, but must not be lost. */
  cachedInput: number | undefined;
}

/** What is written and not saved, by section. It outlives the view, not the page. */
export interface MindDrafts {
  routing?: RoutingForm;
  budget?: BudgetForm;
  persona?: PersonaForm;
  keeping?: KeepingForm;
  provider?: ProviderForm;
}

export function budgetForm({ currency, perDay, perMonth, tokensPerDay }: Budget): BudgetForm {
  const text = (number: number | undefined): string => (number === undefined ? '' : String(number));
  return { currency, perDay: text(perDay), perMonth: text(perMonth), tokensPerDay: text(tokensPerDay) };
}

import type { ProviderType } from '../../contract/models.ts';

export interface MindOptions {
  json?: boolean;
}

export interface ProviderOptions extends MindOptions {
  type?: ProviderType;
  url?: string;
  title?: string;
  /** Models by name; none: what it says it has. */
  model: string[];
  /** Name of a secret that is kept already. */
  secret?: string;
  keyStdin?: boolean;
  /** It needs no key. */
  key?: boolean;
  /** Kept without asking whether it answers. */
  check?: boolean;
}

export interface BudgetOptions extends MindOptions {
  perDay?: number;
  perMonth?: number;
  tokensPerDay?: number;
  currency?: string;
  off?: boolean;
}

import type { ModelTrouble } from '../../contract/models-message.ts';
import { ModelError } from '../model-link.ts';
import type { ProviderFailureKind } from '../providers/failure-nature.ts';
import { ProviderFailure, providerFailure } from '../providers/provider-failure.ts';
import { BrokenOffError, SilentError } from './attempt.ts';
import type { Route } from './choose-route.ts';
import type { FailureWeight } from './circuit-breaker.ts';

/** Whatever went wrong at a route, in one form. */
export function routeFailure(error: unknown, { provider, model }: Route, now: number): ProviderFailure {
  const subject = { name: provider.settings.title ?? provider.settings.id, model: model.id };
  if (error instanceof SilentError) return new ProviderFailure({ kind: 'timed-out', sentence: error.message }, subject);
  if (error instanceof BrokenOffError) return new ProviderFailure({ kind: 'broken-answer', sentence: error.message }, subject);
  if (error instanceof ModelError) return new ProviderFailure({ kind: TROUBLES[error.trouble], sentence: error.message }, subject);
  return providerFailure(error, { ...subject, now });
}

const TROUBLES: Record<ModelTrouble, ProviderFailureKind> = {
  'no-engine': 'unreachable',
  'missing-file': 'no-such-model',
  'broken-file': 'no-such-model',
  unsupported: 'no-such-model',
  'out-of-memory': 'failed',
  'too-long': 'too-long',
  'not-loaded': 'failed',
  'process-lost': 'failed',
  aborted: 'failed',
  failed: 'failed',
};

/**
 * Whom a failure is held against. An account and a line are the provider's; the rest is the model's. A prompt too long, or one that is refused, says nothing
 * of the next one.
 */
export const BLAME: Record<ProviderFailureKind, { whom: 'provider' | 'model'; weight: FailureWeight }> = {
  key: { whom: 'provider', weight: 'for-good' },
  quota: { whom: 'provider', weight: 'at-once' },
  unreachable: { whom: 'provider', weight: 'count' },
  'rate-limit': { whom: 'model', weight: 'at-once' },
  'no-such-model': { whom: 'model', weight: 'at-once' },
  overloaded: { whom: 'model', weight: 'count' },
  'timed-out': { whom: 'model', weight: 'count' },
  'broken-answer': { whom: 'model', weight: 'count' },
  failed: { whom: 'model', weight: 'count' },
  'too-long': { whom: 'model', weight: 'none' },
  refused: { whom: 'model', weight: 'none' },
};

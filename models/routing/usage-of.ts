import type { Usage } from '../../contract/models.ts';
import type { Attempt } from './attempt.ts';

/** What a model took: as its provider told it, else as estimated. The contract has no room for saying which. */
export function usageOf(attempt: Attempt, promptTokens: number): Omit<Usage, 'costMicros'> {
  const told = attempt.finish?.usage;
  const inputTokens = whole(told?.inputTokens.total) ?? promptTokens;
  const outputTokens = whole(told?.outputTokens.total) ?? attempt.outputTokens;
  const cached = whole(told?.inputTokens.cacheRead);
  return { inputTokens, outputTokens, ...(cached === undefined ? {} : { cachedInputTokens: cached }) };
}

/** Servers send anything for a number. */
const whole = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;

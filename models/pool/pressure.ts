import type { LoadLimits, LoadPlan } from './load-plan.ts';

/** What the machine suffers from. */
export interface Pressure {
  hotCard: boolean;
  shortMemory: boolean;
}

export const NO_PRESSURE: Pressure = { hotCard: false, shortMemory: false };

/** Tokens; small batches draw less power at once and need smaller buffers. */
const BATCH_UNDER_PRESSURE = 128;
/** Of the layers that would fit on the card. */
const LAYERS_WHEN_HOT = 0.75;
/** Tokens that a conversation still needs. */
const CONTEXT_WHEN_SHORT = 2_048;

/** What a load that would go by `plan` is held to. */
export function limitsUnder({ hotCard, shortMemory }: Pressure, plan: LoadPlan): LoadLimits {
  if (!hotCard && !shortMemory) return {};
  return {
    batchSize: Math.min(plan.batchSize, BATCH_UNDER_PRESSURE),
    ...(hotCard ? { gpuLayers: Math.floor(plan.gpuLayers * LAYERS_WHEN_HOT) } : {}),
    ...(shortMemory ? { contextSize: Math.min(plan.contextSize, Math.max(CONTEXT_WHEN_SHORT, Math.floor(plan.contextSize / 2))) } : {}),
  };
}

/** For people; undefined: nothing is wrong. */
export function pressureInWords({ hotCard, shortMemory }: Pressure): string | undefined {
  if (hotCard && shortMemory) return 'The graphics card is hot and memory is short, so models are loaded smaller.';
  if (hotCard) return 'The graphics card is hot, so models are loaded with less on it.';
  return shortMemory ? 'Memory is short, so models are loaded smaller.' : undefined;
}

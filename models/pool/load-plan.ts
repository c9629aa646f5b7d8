import type { InstalledModel } from '../../contract/models.ts';

/** Bytes on the graphics card and in the memory of the machine. */
export interface ModelMemory {
  gpuBytes: number;
  memoryBytes: number;
}

/** At most so much; absent: as much as is good. */
export interface LoadLimits {
  gpuLayers?: number;
  /** Tokens. */
  contextSize?: number;
  batchSize?: number;
}

/** How one model would be loaded, and what that takes. */
export interface LoadPlan extends ModelMemory {
  gpuLayers: number;
  /** Tokens. */
  contextSize: number;
  batchSize: number;
  /** Conversations held at once; absent: one. */
  sequences?: number;
  threads?: number;
}

/**
 * The best way to load `model` into `available`, within `limits`. Where nothing fits it is the smallest way there is, whose bytes are then more than
 * `available`. Pure and quick: it is asked many times for one load.
 */
export type PlanLoad = (model: InstalledModel, available: ModelMemory, limits: LoadLimits) => LoadPlan;

export const fitsInto = (need: ModelMemory, room: ModelMemory): boolean =>
  need.gpuBytes <= room.gpuBytes && need.memoryBytes <= room.memoryBytes;

export const without = (all: ModelMemory, taken: ModelMemory): ModelMemory => ({
  gpuBytes: Math.max(0, all.gpuBytes - taken.gpuBytes),
  memoryBytes: Math.max(0, all.memoryBytes - taken.memoryBytes),
});

export const together = (parts: Iterable<ModelMemory>): ModelMemory => {
  const sum = { gpuBytes: 0, memoryBytes: 0 };
  for (const part of parts) {
    sum.gpuBytes += part.gpuBytes;
    sum.memoryBytes += part.memoryBytes;
  }
  return sum;
};

const SMALLEST_CONTEXT = 512;

/**
 * What to try, in this order, when `plan` turned out to need more memory than there is: fewer layers on the card until none is there, then a smaller
 * context.
 */
export function smallerLimits(plan: LoadPlan): LoadLimits[] {
  const { gpuLayers, contextSize, batchSize } = plan;
  const layers = [0.75, 0.5, 0].map((part) => Math.floor(gpuLayers * part));
  const contexts = [0.5, 0.25].map((part) => Math.max(Math.min(SMALLEST_CONTEXT, contextSize), Math.floor(contextSize * part)));
  const rungs: LoadLimits[] = [
    ...layers.map((count) => ({ gpuLayers: count, contextSize, batchSize })),
    ...contexts.map((tokens) => ({ gpuLayers: 0, contextSize: tokens, batchSize: Math.min(batchSize, tokens) })),
  ];
  let before: LoadLimits = { gpuLayers, contextSize };
  return rungs.filter((rung) => {
    const same = rung.gpuLayers === before.gpuLayers && rung.contextSize === before.contextSize;
    before = rung;
    return !same;
  });
}

/** The narrower of both. */
export function narrower(one: LoadLimits, other: LoadLimits): LoadLimits {
  const least = (first: number | undefined, second: number | undefined): number | undefined =>
    first === undefined ? second : second === undefined ? first : Math.min(first, second);
  const gpuLayers = least(one.gpuLayers, other.gpuLayers);
  const contextSize = least(one.contextSize, other.contextSize);
  const batchSize = least(one.batchSize, other.batchSize);
  return {
    ...(gpuLayers === undefined ? {} : { gpuLayers }),
    ...(contextSize === undefined ? {} : { contextSize }),
    ...(batchSize === undefined ? {} : { batchSize }),
  };
}

import { describe, expect, it } from 'vitest';
import { type LoadPlan, narrower, smallerLimits, without } from './load-plan.ts';

const plan = (gpuLayers: number, contextSize: number, batchSize = 512): LoadPlan => ({
  gpuLayers,
  contextSize,
  batchSize,
  gpuBytes: 1,
  memoryBytes: 1,
});

describe('smaller ways to load a model', () => {
  it('are fewer layers first, then a smaller context, and never the same twice', () => {
    expect(smallerLimits(plan(32, 8_192)).map(({ gpuLayers, contextSize }) => [gpuLayers, contextSize])).toEqual([
      [24, 8_192],
      [16, 8_192],
      [0, 8_192],
      [0, 4_096],
      [0, 2_048],
    ]);
    expect(smallerLimits(plan(1, 600)).map(({ gpuLayers, contextSize }) => [gpuLayers, contextSize])).toEqual([
      [0, 600],
      [0, 512],
    ]);
  });

  it('are none where nothing can be smaller', () => {
    expect(smallerLimits(plan(0, 256))).toEqual([]);
  });

  it('have no batch that is larger than their context', () => {
    expect(smallerLimits(plan(0, 1_024, 1_024)).map(({ batchSize }) => batchSize)).toEqual([512]);
  });
});

it('takes the narrower of two limits', () => {
  expect(narrower({ gpuLayers: 3, contextSize: 100 }, { gpuLayers: 5, batchSize: 8 })).toEqual({
    gpuLayers: 3,
    contextSize: 100,
    batchSize: 8,
  });
  expect(narrower({}, {})).toEqual({});
});

it('never has less than nothing', () => {
  expect(without({ gpuBytes: 1, memoryBytes: 5 }, { gpuBytes: 2, memoryBytes: 2 })).toEqual({ gpuBytes: 0, memoryBytes: 3 });
});

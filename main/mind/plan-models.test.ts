import { describe, expect, it } from 'vitest';
import type { GraphicsCard, Machine } from '../../contract/models.ts';
import { modelBudget } from './plan-models.ts';

const GB = 1_000_000_000;
const machine = (card?: Partial<GraphicsCard>): Machine => ({
  platform: 'linux',
  arch: 'x64',
  cpu: { name: 'Processor', cores: 6 },
  memory: { totalBytes: 32 * GB, freeBytes: 20 * GB },
  cards: card === undefined ? [] : [{ name: 'Card', vendor: 'nvidia', memoryBytes: 11 * GB, ...card }],
  vulkan: false,
});

describe('what models may take together', () => {
  it('is what other programs leave of the card, and does not grow by what was loaded since it was read', () => {
    // Another program holds five of eleven.
    expect(modelBudget({ machine: machine({ freeBytes: 6 * GB }), heldGpuBytes: 0 }, {}).gpuBytes).toBe(6 * GB);
    // Four of ours were loaded, and the card was read again.
    expect(modelBudget({ machine: machine({ freeBytes: 2 * GB }), heldGpuBytes: 4 * GB }, {}).gpuBytes).toBe(6 * GB);
  });

  it('is never more than the system leaves of a card of its own, nor than the person allows', () => {
    expect(modelBudget({ machine: machine({ freeBytes: 11 * GB }), heldGpuBytes: 0 }, {}).gpuBytes).toBeLessThan(11 * GB);
    expect(modelBudget({ machine: machine({ freeBytes: 11 * GB }), heldGpuBytes: 0 }, { gpuBytes: 3 * GB, memoryBytes: 5 * GB })).toEqual({
      gpuBytes: 3 * GB,
      memoryBytes: 5 * GB,
    });
  });

  it('is memory alone without a card', () => {
    const { gpuBytes, memoryBytes } = modelBudget({ machine: machine(), heldGpuBytes: 0 }, {});
    expect(gpuBytes).toBe(0);
    expect(memoryBytes).toBeGreaterThan(20 * GB);
  });
});

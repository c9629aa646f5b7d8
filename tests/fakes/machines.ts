import type { GraphicsCard, Machine } from '../../contract/models.ts';

const GB = 1024 ** 3;

/** Two channels of DDR4-3200. */
const DDR4 = 51.2e9;

export const PASCAL: GraphicsCard = {
  name: 'GeForce GTX 1080 Ti',
  vendor: 'nvidia',
  memoryBytes: 11 * GB,
  bandwidth: 484e9,
  computeCapability: '6.1',
  driver: '550.90',
  cuda: '12.4',
};

export function machine(cards: readonly GraphicsCard[], memoryGigabytes: number, more: Partial<Machine> = {}): Machine {
  const totalBytes = memoryGigabytes * GB;
  return {
    platform: 'linux',
    arch: 'x64',
    cpu: { name: 'test', cores: 8 },
    memory: { totalBytes, freeBytes: totalBytes, bandwidth: DDR4 },
    cards: [...cards],
    vulkan: true,
    ...more,
  };
}

import { describe, expect, test } from 'vitest';
import { canMeasureProcesses, childrenOf, memoryOf, processorMs, ticksIn } from './process-usage.ts';

test('ticks are found behind a name with spaces and brackets', () => {
  expect(ticksIn('12 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0')).toBe(300);
  expect(() => ticksIn('12 (a) S 1')).toThrow('/proc/PID/stat');
});

describe.runIf(canMeasureProcesses)('this process', () => {
  test('has used a processor and memory', async () => {
    expect(await processorMs(process.pid)).toBeGreaterThan(0);
    const { resident, proportional } = await memoryOf(process.pid);
    expect(proportional).toBeGreaterThan(10);
    expect(resident).toBeGreaterThanOrEqual(proportional);
    expect(await childrenOf(process.pid)).toBeInstanceOf(Array);
  });
});

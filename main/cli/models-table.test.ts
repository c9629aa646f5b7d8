import { expect, test } from 'vitest';
import type { ListedModel } from '../../contract/models.ts';
import { modelsTable } from './models-table.ts';

const model = (id: string, title: string): ListedModel => ({
  id,
  kind: 'chat',
  title,
  quantisation: 'Q4_K_M',
  bytes: 4_920_000_000,
  recommended: id === 'a',
  fit: {
    verdict: 'partly',
    contextSize: 8192,
    weightsBytes: 5_000_000_000,
    kvBytes: 1_073_741_824,
    overheadBytes: 300_000_000,
    gpuLayers: 20,
    layers: 33,
    gpuBytes: 1,
    memoryBytes: 1,
    tokensPerSecond: 12.4,
    sentence: '',
  },
});
const models = [model('a', 'A model whose title goes on and on and on'), model('another-model-q4', 'Short')];

test.each([undefined, 120, 80, 60, 20])('a table of %s columns cuts titles, never ids or numbers', (width) => {
  const lines = modelsTable(models, width);
  expect(lines).toHaveLength(3);
  for (const [index, each] of models.entries()) {
    const line = lines[index + 1] ?? '';
    for (const whole of [each.id, '4.9 GB', 'partly 20/33', '1 GB', '12']) expect(line).toContain(whole);
    if (width !== undefined && width >= 80) expect([...line].length).toBeLessThanOrEqual(width);
  }
  expect(lines.some((line) => line.includes('goes on and on and on'))).toBe(width === undefined || width === 120);
});

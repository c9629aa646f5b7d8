import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FitSchema, type Machine, type ModelShape } from '../../contract/models.ts';
import { machine, PASCAL } from '../../tests/fakes/machines.ts';
import { findInCatalogue } from '../catalogue/catalogue.ts';
import { computeBytes, kvBytes } from './context-bytes.ts';
import { type FitOptions, fitOf } from './fit-of.ts';

const GB = 1024 ** 3;
const home = machine([PASCAL], 32);

function fitting(id: string, on: Machine, options: FitOptions = { contextSize: 8192 }) {
  const chosen = findInCatalogue(id);
  if (chosen?.entry.shape === undefined) throw new Error(`${id} is not in the catalogue`);
  return fitOf(chosen.entry.shape, chosen.file.bytes, chosen.file.quantisation, on, { title: chosen.entry.title, ...options });
}

describe('facts', () => {
  test('a 70B in four bits is 42 GB and crawls at about a token a second on 11 + 32 GB', () => {
    const found = fitting('llama-3.1-70b-instruct', home, { contextSize: 4096 });
    expect(found.weightsBytes / 1e9).toBeCloseTo(42.5, 1);
    expect(found.tokensPerSecond).toBeGreaterThan(0.7);
    expect(found.tokensPerSecond).toBeLessThan(1.3);
    expect(found.sentence).toBe(
      'Llama 3.1 70B Q4_K_M needs 42 GB; you have 11 + 32: it does not fit, and if it did it would crawl at about 1 token a second.',
    );
  });

  test('with 48 GB of memory the same 70B fits, and still crawls', () => {
    const found = fitting('llama-3.3-70b-instruct', machine([PASCAL], 48));
    expect(found).toMatchObject({ verdict: 'partly', layers: 80 });
    expect(found.sentence).toMatch(
      /^Llama 3\.3 70B Q4_K_M needs 4\d GB; you have 11 \+ 48: \d\d of 80 layers fit on GeForce GTX 1080 Ti, it would crawl at about 1 token a second\.$/u,
    );
  });

  test('484 GB/s set an 8B in four bits a ceiling of about 95 tokens a second', () => {
    const found = fitting('llama-3.1-8b-instruct', home);
    expect(found.ceilingTokensPerSecond).toBeGreaterThan(90);
    expect(found.ceilingTokensPerSecond).toBeLessThan(100);
    expect(found.tokensPerSecond).toBeLessThan(70);
  });

  test('an 8B with 8,192 tokens is wholly on 11 GB', () => {
    const found = fitting('llama-3.1-8b-instruct', home);
    expect(found).toMatchObject({ verdict: 'gpu', gpuLayers: 32, layers: 32, contextSize: 8192, kvBytes: GB });
    expect(found.gpuBytes).toBeLessThan(7.5 * GB);
    expect(FitSchema.parse(found)).toEqual(found);
  });

  test('the buffer for computing is what llama.cpp itself reports for an 8B: 258.5 MiB and the mask', () => {
    const shape = findInCatalogue('llama-3.1-8b-instruct')?.entry.shape;
    if (shape === undefined) throw new Error('no shape');
    const mask = 8192 * 512 * 2;
    expect((computeBytes(shape, 8192) - mask) / 1024 ** 2).toBe(258.5);
  });

  test('layers with a window keep only the window: Gemma 3 12B at 32,768 tokens', () => {
    const shape = findInCatalogue('gemma-3-12b-it')?.entry.shape;
    if (shape === undefined) throw new Error('no shape');
    const perToken = 8 * 512 * 2;
    expect(kvBytes(shape, 32_768)).toBe(perToken * (8 * 32_768 + 40 * 1792));
    expect(kvBytes(shape, 32_768, 'q8_0')).toBe(kvBytes(shape, 32_768) * (17 / 32));
  });

  test('a mixture of experts reads only its experts: 30B in memory alone is quicker than an 8B', () => {
    const bare = machine([], 32);
    const mixture = fitting('qwen3-30b-a3b-instruct-2507', bare);
    expect(mixture.verdict).toBe('cpu');
    expect(mixture.tokensPerSecond).toBeGreaterThan(fitting('qwen3-8b', bare).tokensPerSecond ?? Number.POSITIVE_INFINITY);
  });

  test('never more context than the model was trained for', () => {
    expect(fitting('qwen3-8b', home, { contextSize: 1_000_000 }).contextSize).toBe(40_960);
  });
});

describe('machines', () => {
  test('no card, no bandwidth: no speed is invented', () => {
    const { bandwidth: _, ...memory } = home.memory;
    const found = fitting('qwen3-4b-instruct-2507', machine([], 32, { memory }));
    expect(found.verdict).toBe('cpu');
    expect(found.tokensPerSecond).toBeUndefined();
    expect(found.sentence).toBe('Qwen3 4B Instruct 2507 Q4_K_M needs 3.9 GB; you have 32 GB: it runs in memory alone.');
  });

  test('a chip with shared memory counts it once', () => {
    const apple = machine([{ name: 'Apple M2', vendor: 'apple', memoryBytes: 16 * GB, integrated: true }], 16, {
      platform: 'darwin',
      arch: 'arm64',
      vulkan: false,
    });
    const small = fitting('qwen3-8b', apple);
    expect(small.verdict).toBe('gpu');
    expect(small.gpuBytes + small.memoryBytes).toBeLessThan(13 * GB);
    expect(fitting('qwen3-14b', machine(apple.cards, 8)).verdict).toBe('no');
  });

  test('two cards are one after the other', () => {
    const two = fitting('mistral-small-3.2-24b', machine([PASCAL, PASCAL], 32));
    expect(two.verdict).toBe('gpu');
    expect(two.ceilingTokensPerSecond).toBeCloseTo(484e9 / 14_333_915_264, 1);
    expect(two.sentence).toContain('2 × GeForce GTX 1080 Ti');
  });

  test('the budget of the pool holds, not the card', () => {
    expect(fitting('qwen3-8b', home, { contextSize: 8192, gpuBudgetBytes: 3 * GB })).toMatchObject({ verdict: 'partly' });
    expect(fitting('qwen3-8b', home, { contextSize: 8192, gpuBudgetBytes: 0 })).toMatchObject({ verdict: 'cpu', gpuBytes: 0 });
    expect(fitting('qwen3-8b', home, { contextSize: 8192, gpuBudgetBytes: 0, memoryBudgetBytes: GB })).toMatchObject({ verdict: 'no' });
  });
});

const RANK = { gpu: 3, partly: 2, cpu: 1, no: 0 } as const;

describe('always', () => {
  const anyShape: fc.Arbitrary<ModelShape> = fc
    .record({
      architecture: fc.constantFrom('llama', 'gemma2', 'gemma3', 'bert', 'qwen3moe'),
      layers: fc.integer({ min: 1, max: 120 }),
      embedding: fc.integer({ min: 64, max: 16_384 }),
      heads: fc.integer({ min: 1, max: 128 }),
      kvHeads: fc.integer({ min: 1, max: 64 }),
      keyLength: fc.integer({ min: 1, max: 576 }),
      valueLength: fc.integer({ min: 1, max: 576 }),
      vocabulary: fc.integer({ min: 100, max: 300_000 }),
      contextLength: fc.integer({ min: 512, max: 1_000_000 }),
      window: fc.option(fc.record({ tokens: fc.integer({ min: 1, max: 8192 }), part: fc.double({ min: 0, max: 1, noNaN: true }) }), {
        nil: undefined,
      }),
    })
    .map(({ window, ...shape }) => ({
      ...shape,
      ...(window === undefined ? {} : { slidingWindow: { tokens: window.tokens, layers: Math.floor(shape.layers * window.part) } }),
    }));
  const anyWeights = fc.integer({ min: 1_000_000, max: 200_000_000_000 });
  const anyMemory = fc.integer({ min: 1, max: 512 });
  const card = (gigabytes: number) => ({ ...PASCAL, memoryBytes: gigabytes * GB });

  test('more context never needs less', () => {
    fc.assert(
      fc.property(
        anyShape,
        anyWeights,
        fc.integer({ min: 1, max: 500_000 }),
        fc.integer({ min: 0, max: 500_000 }),
        (shape, weights, context, more) => {
          const need = (contextSize: number): number => {
            const found = fitOf(shape, weights, 'Q4_K_M', home, { contextSize });
            return found.weightsBytes + found.kvBytes + found.overheadBytes;
          };
          expect(need(context + more)).toBeGreaterThanOrEqual(need(context));
        },
      ),
    );
  });

  test('more memory, on the card or in the machine, never makes the verdict worse', () => {
    fc.assert(
      fc.property(anyShape, anyWeights, anyMemory, anyMemory, anyMemory, anyMemory, (shape, weights, gpu, moreGpu, memory, moreMemory) => {
        const rank = (on: Machine): number => RANK[fitOf(shape, weights, 'Q4_K_M', on, { contextSize: 8192 }).verdict];
        const before = rank(machine([card(gpu)], memory));
        expect(rank(machine([card(gpu + moreGpu)], memory))).toBeGreaterThanOrEqual(before);
        expect(rank(machine([card(gpu)], memory + moreMemory))).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  test('what is said to fit keeps to its budgets, and all numbers to the contract', () => {
    fc.assert(
      fc.property(anyShape, anyWeights, anyMemory, anyMemory, (shape, weights, gpu, memory) => {
        const gpuBudgetBytes = gpu * GB;
        const memoryBudgetBytes = memory * GB;
        const found = fitOf(shape, weights, 'Q4_K_M', home, { contextSize: 4096, gpuBudgetBytes, memoryBudgetBytes });
        expect(FitSchema.safeParse(found).error).toBeUndefined();
        expect(found.gpuBytes).toBeLessThanOrEqual(gpuBudgetBytes);
        if (found.verdict !== 'no') expect(found.memoryBytes).toBeLessThanOrEqual(memoryBudgetBytes);
      }),
    );
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeWav } from '../audio/wav.ts';
import { createVoiceActivityDetector } from './create-voice-activity-detector.ts';

const fixtures = process.env.JARVIS_FIXTURES ?? join(import.meta.dirname, '../../../shared/fixtures');
const modelFile = join(fixtures, 'models/silero-vad/silero_vad.onnx');
/** Any file that is there; the fake runtime does not read it. */
const someFile = import.meta.filename;

class FakeTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dimensions: readonly number[];
  constructor(type: string, data: unknown, dimensions: readonly number[]) {
    this.type = type;
    this.data = data;
    this.dimensions = dimensions;
  }
}

type Inputs = Record<string, FakeTensor>;

/** Answers with the first new sample, and counts in its state how often it was asked. */
function fakeRuntime(inputNames = ['input', 'state', 'sr']) {
  const asked: { input: number[]; inputShape: readonly number[]; stateShape: readonly number[]; state: number; rate: unknown }[] = [];
  const numbers = (tensor: FakeTensor | undefined) => (tensor?.data instanceof Float32Array ? tensor.data : new Float32Array(1));
  const session = {
    inputNames,
    run: async ({ input, state, sr }: Inputs) => {
      const sound = numbers(input);
      const count = numbers(state)[0] ?? 0;
      asked.push({
        input: [...sound],
        inputShape: input?.dimensions ?? [],
        stateShape: state?.dimensions ?? [],
        state: count,
        rate: sr?.data,
      });
      return { output: { data: Float32Array.of(sound[64] ?? 0) }, stateN: { data: new Float32Array(256).fill(count + 1) } };
    },
    release: async () => {},
  };
  return { asked, runtime: { Tensor: FakeTensor, InferenceSession: { create: async () => session } } };
}

describe('createVoiceActivityDetector', () => {
  test('is the embedded energy detector when nothing is set, and says what would be better', async () => {
    const { detector, report } = await createVoiceActivityDetector({ engine: 'auto' });
    expect(detector.name).toBe('energy');
    expect(report).toMatchObject({ part: 'vad', engine: 'energy', fellBack: false });
    expect(report.improve).toContain('npm i onnxruntime-node');
  });

  test('is quiet about it when energy was chosen', async () => {
    expect((await createVoiceActivityDetector({ engine: 'energy', model: someFile })).report).not.toHaveProperty('improve');
  });

  test.each([
    [{ engine: 'silero' as const }, 'no model file is set'],
    [{ engine: 'auto' as const, model: '/no/such/model.onnx' }, '/no/such/model.onnx cannot be read'],
  ])('falls back to energy and says why: %o', async (settings, words) => {
    const { detector, report } = await createVoiceActivityDetector(settings);
    expect(detector.name).toBe('energy');
    expect(report).toMatchObject({ engine: 'energy', fellBack: true });
    expect(report.detail).toContain(words);
    expect(report.improve).toBeDefined();
  });

  test('says how to add the runtime when it is missing', async () => {
    const loadRuntime = () => Promise.reject(new Error("Cannot find package 'onnxruntime-node'"));
    const { report } = await createVoiceActivityDetector({ engine: 'silero', model: someFile }, { loadRuntime });
    expect(report).toMatchObject({ engine: 'energy', fellBack: true, improve: 'npm i onnxruntime-node' });
  });

  test.each([
    ['something else than a runtime', { hello: 1 }],
    ['a model of another kind', fakeRuntime(['input', 'h', 'c']).runtime],
    ['a broken model', { Tensor: FakeTensor, InferenceSession: { create: () => Promise.reject(new Error('protobuf parsing failed')) } }],
  ])('falls back to energy on %s', async (_, runtime) => {
    const { detector, report } = await createVoiceActivityDetector(
      { engine: 'auto', model: someFile },
      { loadRuntime: async () => runtime },
    );
    expect(detector.name).toBe('energy');
    expect(report.fellBack).toBe(true);
  });

  test('gives Silero 64 samples of context, 512 new ones and its own memory', async () => {
    const { asked, runtime } = fakeRuntime();
    const { detector, report } = await createVoiceActivityDetector(
      { engine: 'auto', model: someFile },
      { loadRuntime: async () => runtime },
    );
    expect(report).toMatchObject({ engine: 'silero-v5', fellBack: false });
    asked.length = 0;
    expect(await detector.process(new Int16Array(512).fill(16_384))).toBe(0.5);
    expect(await detector.process(new Int16Array(512).fill(8_192))).toBe(0.25);
    expect(asked[0]).toMatchObject({ inputShape: [1, 576], stateShape: [2, 1, 128], state: 0, rate: BigInt64Array.of(16_000n) });
    expect(asked[0]?.input.slice(0, 65)).toEqual([...new Array(64).fill(0), 0.5]);
    expect(asked[1]?.state).toBe(1);
    expect(asked[1]?.input.slice(0, 65)).toEqual([...new Array(64).fill(0.5), 0.25]);
    detector.reset();
    await detector.process(new Int16Array(512));
    expect(asked[2]).toMatchObject({ state: 0 });
    expect(asked[2]?.input.every((sample) => sample === 0)).toBe(true);
  });

  test('a reset in the middle of an answer forgets that answer', async () => {
    const { asked, runtime } = fakeRuntime();
    const { detector } = await createVoiceActivityDetector({ engine: 'auto', model: someFile }, { loadRuntime: async () => runtime });
    const answer = detector.process(new Int16Array(512).fill(1_000));
    detector.reset();
    await answer;
    await detector.process(new Int16Array(512));
    expect(asked.at(-1)).toMatchObject({ state: 0 });
  });

  test('the real model tells a person from the pause before (needs the recordings and onnxruntime-node)', async (context) => {
    const recording = join(fixtures, 'wake/jarvis/000.wav');
    if (!existsSync(modelFile) || !existsSync(recording)) return context.skip('recordings are not here');
    const { detector, report } = await createVoiceActivityDetector({ engine: 'silero', model: modelFile });
    if (report.engine === 'energy') return context.skip(report.detail);
    const samples = decodeWav(readFileSync(recording));
    const heard: number[] = [];
    for (let at = 0; at + 512 <= samples.length; at += 512) heard.push(await detector.process(samples.subarray(at, at + 512)));
    expect(Math.max(...heard)).toBeGreaterThan(0.9);
    expect(Math.min(...heard)).toBeLessThan(0.1);
    detector[Symbol.dispose]();
  });
});

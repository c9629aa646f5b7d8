import { z } from 'zod';
import { FRAME_LENGTH } from '../../contract/audio.ts';
import type { VoiceActivityDetector } from '../engine.ts';

/** Silero VAD version 5, 16 kHz: the network hears 64 samples of what came before, then 512 new ones. */
const CONTEXT = 64;
const STATE_DIMENSIONS = [2, 1, 128];
const STATE_LENGTH = 256;

interface Tensor {
  readonly data: unknown;
}
interface Session {
  readonly inputNames: readonly string[];
  run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}
export interface OnnxRuntime {
  Tensor: new (type: 'float32' | 'int64', data: Float32Array | BigInt64Array, dimensions: readonly number[]) => Tensor;
  InferenceSession: { create(path: string, options: object): Promise<Session> };
}

/** Module namespaces keep the exports of a CommonJS package under `default`. */
export const OnnxRuntimeSchema = z.custom<OnnxRuntime>(
  (value) => typeof value === 'object' && value !== null && 'InferenceSession' in value && 'Tensor' in value,
  'this is not an ONNX runtime',
);

const FloatTensorSchema = z.object({ data: z.instanceof(Float32Array) });
const AnswerSchema = z.object({ output: FloatTensorSchema, stateN: FloatTensorSchema });

/**
 * Opens a Silero v5 model file and tries it on silence. Rejects when the file cannot be read, is no ONNX model, or is another model.
 * `process` answers by promise; ask one frame at a time.
 */
export async function createSileroDetector(runtime: OnnxRuntime, modelFile: string): Promise<VoiceActivityDetector> {
  const session = await runtime.InferenceSession.create(modelFile, {
    interOpNumThreads: 1,
    intraOpNumThreads: 1,
    executionMode: 'sequential',
  });
  const missing = ['input', 'state', 'sr'].filter((name) => !session.inputNames.includes(name));
  if (missing.length > 0) {
    await session.release();
    throw new Error(`it is no Silero VAD of version 5: it has no input ${missing.map((name) => `"${name}"`).join(', ')}`);
  }
  const rate = new runtime.Tensor('int64', BigInt64Array.of(16_000n), []);
  const sound = new Float32Array(CONTEXT + FRAME_LENGTH);
  let state = new Float32Array(STATE_LENGTH);
  let generation = 0;

  async function process(frame: Int16Array): Promise<number> {
    const mine = generation;
    sound.copyWithin(0, FRAME_LENGTH);
    for (let index = 0; index < FRAME_LENGTH; index += 1) sound[CONTEXT + index] = (frame[index] ?? 0) / 32768;
    const answer = AnswerSchema.parse(
      await session.run({
        input: new runtime.Tensor('float32', sound.slice(), [1, sound.length]),
        state: new runtime.Tensor('float32', state, STATE_DIMENSIONS),
        sr: rate,
      }),
    );
    // A reset while the network was thinking wins: what it remembers belongs to the stream before.
    if (mine === generation) state = Float32Array.from(answer.stateN.data);
    return Math.min(1, Math.max(0, answer.output.data[0] ?? 0));
  }
  function reset(): void {
    generation += 1;
    sound.fill(0);
    state = new Float32Array(STATE_LENGTH);
  }

  await process(new Int16Array(FRAME_LENGTH));
  reset();
  return {
    name: 'silero-v5',
    frameLength: FRAME_LENGTH,
    process,
    reset,
    [Symbol.dispose]() {
      void session.release();
    },
  };
}

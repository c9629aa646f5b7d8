import { access } from 'node:fs/promises';
import type { VoiceSettings } from '../../contract/settings.ts';
import type { EngineReport } from '../../contract/voice-message.ts';
import type { VoiceActivityDetector } from '../engine.ts';
import { createEnergyDetector } from './energy-detector.ts';
import { createSileroDetector, OnnxRuntimeSchema } from './silero-detector.ts';

export interface VoiceActivityOptions {
  /** Loads the ONNX runtime; by default the package `onnxruntime-node`, where somebody has added it. */
  loadRuntime?: () => Promise<unknown>;
}

export interface CreatedVoiceActivityDetector {
  detector: VoiceActivityDetector;
  report: EngineReport;
}

const RUNTIME = 'onnxruntime-node';
const ADD_RUNTIME = `npm i ${RUNTIME}`;
const SET_MODEL = `${ADD_RUNTIME}, and set voice.vad.model to the path of a silero_vad.onnx (version 5).`;

/** Silero where the settings name its file and the runtime is there, else the embedded energy detector, with the reason. Never rejects. */
export async function createVoiceActivityDetector(
  settings: VoiceSettings['vad'],
  options: VoiceActivityOptions = {},
): Promise<CreatedVoiceActivityDetector> {
  const { engine, model } = settings;
  if (engine === 'energy') return energy('Adaptive energy, as set.', undefined, false);
  if (model === undefined) {
    return engine === 'silero'
      ? energy('Silero is not used: no model file is set. Adaptive energy instead.', SET_MODEL, true)
      : energy('Adaptive energy, embedded.', SET_MODEL, false);
  }
  try {
    await access(model);
  } catch {
    return energy(`Silero is not used: ${model} cannot be read. Adaptive energy instead.`, 'Correct voice.vad.model.', true);
  }
  let runtime: unknown;
  try {
    runtime = await (options.loadRuntime ?? loadOnnxRuntime)();
  } catch (error) {
    return energy(`Silero is not used: ${RUNTIME} cannot be loaded (${messageOf(error)}). Adaptive energy instead.`, ADD_RUNTIME, true);
  }
  try {
    const detector = await createSileroDetector(OnnxRuntimeSchema.parse(runtime), model);
    return { detector, report: { part: 'vad', engine: detector.name, detail: `Silero from ${model}.`, fellBack: false } };
  } catch (error) {
    const detail = `Silero is not used: ${model} does not work (${messageOf(error)}). Adaptive energy instead.`;
    return energy(detail, 'Set voice.vad.model to a silero_vad.onnx of version 5.', true);
  }
}

async function loadOnnxRuntime(): Promise<unknown> {
  // The name is held in a variable because the package is not ours: no build may look for it.
  const loaded: unknown = await import(RUNTIME);
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : loaded;
}

function energy(detail: string, improve: string | undefined, fellBack: boolean): CreatedVoiceActivityDetector {
  return { detector: createEnergyDetector(), report: { part: 'vad', engine: 'energy', detail, fellBack, ...(improve && { improve }) } };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

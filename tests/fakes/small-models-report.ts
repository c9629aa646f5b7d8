import type { Fit, ListedModel, ModelsReport } from '../../contract/models.ts';
import { LLAMA } from './fake-models-parts.ts';

const GB = 1024 ** 3;

const fitting = (verdict: Fit['verdict'], gigabytes: number): Fit => ({
  verdict,
  contextSize: 8192,
  weightsBytes: gigabytes * GB,
  kvBytes: GB,
  overheadBytes: GB,
  gpuLayers: verdict === 'gpu' ? 33 : 0,
  layers: 33,
  gpuBytes: verdict === 'gpu' ? (gigabytes + 2) * GB : 0,
  memoryBytes: 0,
  sentence: '',
});

function listed(id: string, more: Partial<ListedModel>, publisher: string, licence = 'Apache 2.0'): ListedModel {
  const { kind = 'chat', title = id, quantisation = 'Q4_K_M', bytes = 4 * GB } = more;
  const file = { quantisation, name: `${id}.gguf`, url: `https://example.org/${id}.gguf`, bytes };
  const entry = { id, kind, title, publisher, licence: { name: licence }, goodFor: 'Trying things out.', files: [file] };
  const full = quantisation === '-' ? id : `${id}-${quantisation.toLowerCase()}`;
  return { id: full, kind, title, quantisation, bytes, entry, file, recommended: false, ...more };
}

/** A machine with a card of 11 GB and a short list of models, made by hand: it needs nothing but the contract. */
export function smallModelsReport(more: Partial<ModelsReport> = {}): ModelsReport {
  return {
    machine: {
      platform: 'linux',
      arch: 'x64',
      cpu: { name: 'Core i7-8700K', cores: 6 },
      memory: { totalBytes: 32 * GB, freeBytes: 21 * GB },
      cards: [{ name: 'GeForce GTX 1080 Ti', vendor: 'nvidia', memoryBytes: 11 * GB, freeBytes: 10 * GB }],
      vulkan: true,
    },
    build: { build: 'cuda-12', because: 'The card is a Pascal.', forced: false, others: ['vulkan', 'cpu'] },
    pack: { build: 'cuda-12', version: '3.22.1', state: 'installed' },
    models: [
      listed(
        'llama-3.1-8b-instruct',
        { title: 'Llama 3.1 8B', installed: LLAMA, fit: fitting('gpu', 5) },
        'Meta',
        'Llama 3.1 Community License',
      ),
      listed('qwen3-8b', { title: 'Qwen3 8B', recommended: true, fit: fitting('gpu', 5) }, 'Qwen (Alibaba)'),
      listed('llama-3.3-70b-instruct', { title: 'Llama 3.3 70B', fit: fitting('no', 40) }, 'Meta', 'Llama 3.3 Community License'),
      listed('qwen3-embedding-0.6b', { kind: 'embedding', title: 'Qwen3 Embedding 0.6B', fit: fitting('gpu', 1) }, 'Qwen (Alibaba)'),
      listed('silero-vad-v5', { kind: 'vad', title: 'Silero VAD v5', quantisation: '-' }, 'Silero', 'MIT'),
    ],
    plan: {
      parts: [
        { kind: 'chat', title: 'Qwen3 8B', where: 'gpu', gpuBytes: 7 * GB, memoryBytes: GB },
        { kind: 'embedding', title: 'Qwen3 Embedding 0.6B', where: 'cpu', gpuBytes: 0, memoryBytes: 2 * GB },
        { kind: 'stt', title: 'Phrase recogniser', where: 'cpu', gpuBytes: 0, memoryBytes: 60_000_000 },
        { kind: 'tts', title: 'espeak-ng', where: 'cpu', gpuBytes: 0, memoryBytes: 20_000_000 },
      ],
      gpuBytes: 7 * GB,
      gpuTotalBytes: 11 * GB,
      memoryBytes: 3 * GB,
      memoryTotalBytes: 32 * GB,
      sentence: 'Together they take 7 GB.',
    },
    pool: { gpuBudgetBytes: 10 * GB, memoryBudgetBytes: 27 * GB, resident: [] },
    downloads: [],
    folder: '/data/models',
    freeBytes: 100 * GB,
    ...more,
  };
}

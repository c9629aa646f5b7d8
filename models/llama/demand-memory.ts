import type { ModelShape } from '../../contract/models.ts';
import type { LoadRequest } from '../../contract/models-message.ts';
import { ModelError } from '../model-link.ts';

/** Keys and values are kept in half precision. */
const BYTES = 2;

/**
 * Throws `out-of-memory` where the KV cache alone is more than there is: the system ends a process that touches more memory than it has, and even the
 * engine's own estimate would. `available`: bytes of the machine's memory.
 */
export function demandMemory(shape: ModelShape, request: LoadRequest, available: number): void {
  const { layers, kvHeads, keyLength, valueLength, slidingWindow } = shape;
  const windowed = Math.min(slidingWindow?.layers ?? 0, layers);
  const seen = Math.min(request.contextSize, (slidingWindow?.tokens ?? 0) + request.batchSize);
  const tokens = (layers - windowed) * request.contextSize + windowed * seen;
  const inMemory = Math.max(0, layers - request.gpuLayers) / layers;
  const needed = tokens * request.sequences * kvHeads * (keyLength + valueLength) * BYTES * inMemory;
  if (needed <= available) return;
  const sequences = request.sequences > 1 ? ` for ${request.sequences} conversations` : '';
  throw new ModelError(
    'out-of-memory',
    `A context of ${request.contextSize} tokens${sequences} needs ${gigabytes(needed)} of memory; ${gigabytes(available)} are free.`,
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

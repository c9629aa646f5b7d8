import type { InstalledModel } from '../../contract/models.ts';
import { fitsInto, type LoadPlan, type PlanLoad } from '../pool/load-plan.ts';
import { USUAL_BATCH } from './context-bytes.ts';
import { layersThatFit, placements } from './fit-of.ts';

const USUAL_CONTEXT = 8192;
/** Texts that are embedded are short, and an encoder takes each as one batch. */
const USUAL_EMBEDDING_CONTEXT = 2048;
const SMALLEST_CONTEXT = 512;
const SMALLEST_BATCH = 128;

/**
 * How one model is loaded into what is free: the wished context first, as many layers on the card as fit, a smaller batch where that brings the model
 * wholly onto it, and a smaller context only where memory would not do. `gpuLayers` equal to the model's layers means the output table as well.
 */
export const planLoad: PlanLoad = (model, available, limits) => {
  const embeds = model.kind === 'embedding';
  const trained = model.shape?.contextLength ?? Number.MAX_SAFE_INTEGER;
  const wished = Math.min(trained, limits.contextSize ?? (embeds ? USUAL_EMBEDDING_CONTEXT : USUAL_CONTEXT));
  const smallest = Math.min(wished, SMALLEST_CONTEXT);
  for (let contextSize = wished; ; contextSize = Math.max(smallest, Math.floor(contextSize / 2))) {
    const plan = bestAt(model, contextSize, embeds, available, limits);
    if (contextSize === smallest || fitsInto(plan, available)) return plan;
  }
};

function bestAt(
  model: InstalledModel,
  contextSize: number,
  embeds: boolean,
  available: Parameters<PlanLoad>[1],
  limits: Parameters<PlanLoad>[2],
): LoadPlan {
  const usual = Math.min(limits.batchSize ?? (embeds ? contextSize : USUAL_BATCH), contextSize);
  const { shape } = model;
  // Without a shape nothing is known of layers and cache: memory alone, and a guess on the safe side.
  if (shape === undefined) return { gpuLayers: 0, gpuBytes: 0, memoryBytes: Math.ceil(model.bytes * 1.5), contextSize, batchSize: usual };
  const most = Math.min(shape.layers, limits.gpuLayers ?? shape.layers);
  const at = (batchSize: number): LoadPlan => {
    const place = placements(shape, model.bytes, model.quantisation ?? '-', contextSize, 'f16', batchSize);
    return { ...layersThatFit(place, most, available.gpuBytes, available.memoryBytes, false), contextSize, batchSize };
  };
  const first = at(usual);
  if (first.gpuLayers === most || embeds) return first;
  for (let batchSize = Math.floor(usual / 2); batchSize >= SMALLEST_BATCH; batchSize = Math.floor(batchSize / 2)) {
    const plan = at(batchSize);
    if (plan.gpuLayers === most) return plan;
  }
  return first;
}

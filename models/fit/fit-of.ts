import type { Fit, Machine, ModelShape } from '../../contract/models.ts';
import { computeBytes, type KvType, kvBytes, USUAL_BATCH } from './context-bytes.ts';
import { fitSentence } from './fit-sentence.ts';
import { gpuBudget, memoryBudget, type UsableCard, usableCard } from './usable-card.ts';
import { tableBytes } from './weights-bytes.ts';

export interface FitOptions {
  /** Tokens that are wanted; never more than the model was trained for. */
  contextSize: number;
  /** Absent: what the machine has, less what the system keeps. */
  gpuBudgetBytes?: number;
  memoryBudgetBytes?: number;
  kvType?: KvType;
  batchSize?: number;
  /** At most so many layers on the card. */
  gpuLayers?: number;
  /** For the sentence. */
  title?: string;
}

/** What a model takes when so many of its layers are on the card. */
export interface Placement {
  gpuLayers: number;
  gpuBytes: number;
  memoryBytes: number;
}

/** The engine's own tables on a card (CUDA's context with cuBLAS is the largest), and its process. */
const ON_CARD = 320 * 1024 * 1024;
export const IN_PROCESS = 200 * 1024 * 1024;
/** Of the bandwidth on the data sheet, what generating usually reaches; between 0.6 and 0.7 on most cards and processors. */
const USUAL_SHARE = 0.65;
/** s that a card takes to start the work of one layer, whatever its size. */
const START_OF_LAYER = 40e-6;
/** Tokens of a conversation whose keys and values are read again for each further token. */
const USUAL_TOKENS = 2048;

/**
 * What a model would take on this machine at the wanted context, and how quick it would be. All bytes; `weightsBytes` is the file's size. Without the
 * bandwidth of a part that is read from, no speed is said.
 */
export function fitOf(shape: ModelShape, weightsBytes: number, quantisation: string, machine: Machine, options: FitOptions): Fit {
  const { kvType, batchSize, title = 'This model' } = options;
  const contextSize = Math.min(options.contextSize, shape.contextLength);
  const card = usableCard(machine);
  const gpuRoom = Math.max(0, card === undefined ? 0 : (options.gpuBudgetBytes ?? gpuBudget(card)));
  const memoryRoom = options.memoryBudgetBytes ?? memoryBudget(machine);
  const place = placements(shape, weightsBytes, quantisation, contextSize, kvType, batchSize);
  const chosen = layersThatFit(
    place,
    Math.min(shape.layers, options.gpuLayers ?? shape.layers),
    gpuRoom,
    memoryRoom,
    card?.shared === true,
  );
  const holds = chosen.memoryBytes + (card?.shared === true ? chosen.gpuBytes : 0) <= memoryRoom;
  const verdict = !holds ? 'no' : chosen.gpuLayers === shape.layers ? 'gpu' : chosen.gpuLayers > 0 ? 'partly' : 'cpu';
  const speed = speedOf(shape, weightsBytes, machine, card, chosen.gpuLayers, kvBytes(shape, Math.min(contextSize, USUAL_TOKENS), kvType));
  const kv = kvBytes(shape, contextSize, kvType, batchSize);
  const overheadBytes = computeBytes(shape, contextSize, batchSize) + IN_PROCESS + (gpuRoom > 0 ? ON_CARD : 0);
  const found = {
    verdict,
    contextSize,
    weightsBytes,
    kvBytes: kv,
    overheadBytes,
    gpuLayers: chosen.gpuLayers,
    layers: shape.layers,
    gpuBytes: chosen.gpuBytes,
    memoryBytes: chosen.memoryBytes,
    ...speed,
  } as const;
  return { ...found, sentence: fitSentence(`${title} ${quantisation}`, found, machine, card) };
}

/** What each number of layers on the card takes, on the card and in memory. */
export function placements(
  shape: ModelShape,
  weightsBytes: number,
  quantisation: string,
  contextSize: number,
  kvType: KvType = 'f16',
  batchSize = USUAL_BATCH,
): (gpuLayers: number) => Placement {
  const table = Math.min(tableBytes(shape, quantisation), Math.floor(weightsBytes * 0.6));
  const layer = (weightsBytes - table + kvBytes(shape, contextSize, kvType, batchSize)) / shape.layers;
  const compute = computeBytes(shape, contextSize, batchSize);
  return (gpuLayers) => ({
    gpuLayers,
    gpuBytes: gpuLayers === 0 ? 0 : Math.ceil(gpuLayers * layer + compute + ON_CARD + (gpuLayers === shape.layers ? table : 0)),
    memoryBytes: Math.ceil((shape.layers - gpuLayers) * layer + table + IN_PROCESS + (gpuLayers === shape.layers ? 0 : compute)),
  });
}

/** As many layers on the card as it holds; none where memory shared with it would not do for both. */
export function layersThatFit(
  place: (gpuLayers: number) => Placement,
  most: number,
  gpuRoom: number,
  memoryRoom: number,
  shared: boolean,
): Placement {
  let gpuLayers = most;
  while (gpuLayers > 0 && place(gpuLayers).gpuBytes > gpuRoom) gpuLayers -= 1;
  const chosen = place(gpuLayers);
  if (shared && chosen.gpuBytes + chosen.memoryBytes > memoryRoom) return place(0);
  return chosen;
}

/** Each token reads all weights once, or of a mixture those of its experts; the ceiling is what the memories give, the rest is experience. */
function speedOf(
  shape: ModelShape,
  weightsBytes: number,
  machine: Machine,
  card: UsableCard | undefined,
  gpuLayers: number,
  cache: number,
): { tokensPerSecond?: number; ceilingTokensPerSecond?: number } {
  const { activeParameters: active, parameters } = shape;
  const read = active !== undefined && parameters !== undefined && parameters > 0 ? (weightsBytes * active) / parameters : weightsBytes;
  const onCard = gpuLayers / shape.layers;
  const seconds = (bytes: number): number =>
    (onCard === 0 ? 0 : (bytes * onCard) / (card?.bandwidth ?? Number.NaN)) +
    (onCard === 1 ? 0 : (bytes * (1 - onCard)) / (machine.memory.bandwidth ?? Number.NaN));
  const least = seconds(read);
  if (!(least > 0)) return {};
  return {
    ceilingTokensPerSecond: 1 / least,
    tokensPerSecond: 1 / (seconds(read + cache) / USUAL_SHARE + gpuLayers * START_OF_LAYER),
  };
}

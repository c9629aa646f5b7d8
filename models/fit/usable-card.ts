import type { GraphicsCard, Machine } from '../../contract/models.ts';

/** The cards that a model would be spread over, as one. */
export interface UsableCard {
  name: string;
  memoryBytes: number;
  /** Bytes per second over all of them, one after the other as the layers are. */
  bandwidth?: number;
  /** Its memory is the machine's. */
  shared: boolean;
  count: number;
}

/** What the driver and the picture on the screen keep: a twelfth, at most a gigabyte for each card. */
const KEPT_PART = 0.08;
const KEPT_MOST = 1024 ** 3;

/** Undefined where no card is good for more than pictures. */
export function usableCard(machine: Machine): UsableCard | undefined {
  const own = machine.cards.filter((card) => card.integrated !== true && card.memoryBytes > 0);
  const best = own.toSorted((one, other) => other.memoryBytes - one.memoryBytes)[0];
  if (best !== undefined) {
    const same = own.filter((card) => card.vendor === best.vendor);
    return together(same, false);
  }
  const [built] = machine.cards.filter((card) => card.vendor === 'apple' || goodForModels(card, machine));
  if (built === undefined) return undefined;
  // The memory of a chip's own graphics is the machine's, and as quick.
  const bandwidth = built.bandwidth ?? machine.memory.bandwidth;
  return together([{ ...built, ...(bandwidth === undefined ? {} : { bandwidth }) }], true);
}

/** Graphics on an AMD chip read memory as quickly as its cores and compute quicker; those of others are slower than the cores. */
export const goodForModels = (card: GraphicsCard, machine: Machine): boolean =>
  card.integrated === true && card.vendor === 'amd' && machine.vulkan;

function together(cards: readonly GraphicsCard[], shared: boolean): UsableCard {
  const memoryBytes = cards.reduce((sum, card) => sum + card.memoryBytes, 0);
  const seconds = cards.reduce((sum, card) => sum + card.memoryBytes / (card.bandwidth ?? Number.NaN), 0);
  return {
    name: cards.length === 1 ? (cards[0]?.name ?? '') : `${cards.length} × ${cards[0]?.name ?? ''}`,
    memoryBytes,
    ...(Number.isFinite(seconds) && seconds > 0 ? { bandwidth: memoryBytes / seconds } : {}),
    shared,
    count: cards.length,
  };
}

/** Of the card's memory, what models may take. */
export function gpuBudget(card: UsableCard | undefined): number {
  if (card === undefined) return 0;
  // The system allows the graphics of a chip about three quarters of all memory.
  if (card.shared) return Math.floor(card.memoryBytes * 0.75);
  return Math.max(0, Math.floor(card.memoryBytes - Math.min(card.memoryBytes * KEPT_PART, KEPT_MOST * card.count)));
}

const GIGABYTE = 1024 ** 3;

/** Of the machine's memory, what models may take: the system, the browser and the rest of JARVIS keep theirs. */
export function memoryBudget(machine: Machine): number {
  const total = machine.memory.totalBytes;
  const kept = Math.min(Math.max(total * 0.15, Math.min(total * 0.5, 1.5 * GIGABYTE)), 8 * GIGABYTE);
  return Math.max(0, Math.floor(total - kept));
}

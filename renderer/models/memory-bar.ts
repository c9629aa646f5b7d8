import type { ModelKind, ModelsReport } from '../../contract/models.ts';

export interface MemoryPiece {
  key: string;
  title: string;
  bytes: number;
  /** `now`: loaded; `planned`: would be; `voice`: hearing and speaking; `other`: everything else on this machine. */
  use: 'now' | 'planned' | 'voice' | 'other';
  /** 0–1 of the whole */
  share: number;
}

export interface MemoryBar {
  title: string;
  totalBytes: number;
  /** Of language models and their like, from the left: what is loaded, then what would be. */
  models: MemoryPiece[];
  /** From the right. */
  rest: MemoryPiece[];
  /** 0–1: as far as language models may go; undefined where nothing limits them. */
  budget: number | undefined;
  budgetBytes: number;
}

const VOICE: ReadonlySet<ModelKind> = new Set(['stt', 'tts', 'wake', 'vad']);

/** Card and memory, with everything that wants a part of them. The card is left out where there is none. */
export function memoryBars({ plan, pool, machine }: ModelsReport): MemoryBar[] {
  const cards = machine.cards.filter(({ integrated }) => integrated !== true);
  const free = cards.map(({ freeBytes }) => freeBytes);
  const cardFree = free.every((each) => each !== undefined) ? free.reduce((sum, each) => sum + each, 0) : undefined;
  const card = {
    of: 'gpuBytes',
    title: cards.length === 1 ? (cards[0]?.name ?? 'Graphics card') : 'Graphics cards',
    totalBytes: plan.gpuTotalBytes,
    freeBytes: cardFree,
    budgetBytes: pool.gpuBudgetBytes,
  } as const;
  const memory = {
    of: 'memoryBytes',
    title: 'Memory',
    totalBytes: plan.memoryTotalBytes,
    freeBytes: machine.memory.freeBytes,
    budgetBytes: pool.memoryBudgetBytes,
  } as const;
  return [card, memory].flatMap(({ of, title, totalBytes, freeBytes, budgetBytes }) => {
    if (totalBytes <= 0) return [];
    const piece = (key: string, name: string, bytes: number, use: MemoryPiece['use']): MemoryPiece => ({
      key: `${use} ${key}`,
      title: name,
      bytes,
      use,
      share: Math.min(1, bytes / totalBytes),
    });
    const now = pool.resident.map((each) => piece(each.modelId, each.title, each[of], 'now'));
    const loaded = new Set(pool.resident.map(({ kind }) => kind));
    const planned = plan.parts
      .filter(({ kind }) => !VOICE.has(kind) && !loaded.has(kind))
      .map((part) => piece(part.title, part.title, part[of], 'planned'));
    const voice = plan.parts.filter(({ kind }) => VOICE.has(kind)).map((part) => piece(part.title, part.title, part[of], 'voice'));
    const ours = [...now, ...voice].reduce((sum, { bytes }) => sum + bytes, 0);
    const others = freeBytes === undefined ? 0 : Math.max(0, totalBytes - freeBytes - ours);
    return [
      {
        title,
        totalBytes,
        models: [...now, ...planned].filter(({ bytes }) => bytes > 0),
        rest: [...voice, piece('others', 'Other programs', others, 'other')].filter(({ bytes }) => bytes > 0),
        budget: budgetBytes >= totalBytes ? undefined : budgetBytes / totalBytes,
        budgetBytes,
      },
    ];
  });
}

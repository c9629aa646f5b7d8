import type { ModelKind } from '../../contract/models.ts';

/** A model that another program keeps on this machine. */
export interface FoundModel {
  program: 'LM Studio' | 'Ollama';
  title: string;
  /** The file itself, not copied. */
  path: string;
  bytes: number;
  kind: ModelKind;
  /** What of it is not taken over, in words. */
  note?: string;
  /** Why it cannot be used, in words. */
  problem?: string;
}

/** Names come from files of others: no control signs, not endless. */
export function plainTitle(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
    .slice(0, 200);
}

/** What a model is for, by its name alone. */
export function kindByName(name: string): ModelKind {
  if (/(^|[-_./])(bge|e5|gte|embed(ding)?s?|minilm|nomic-embed[a-z-]*|mxbai|arctic-embed)([-_./:]|$)/iu.test(name)) return 'embedding';
  return 'chat';
}

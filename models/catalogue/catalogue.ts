import type { CatalogueEntry, InstalledModel, ModelFile, ModelKind, ModelShape } from '../../contract/models.ts';
import type { GgufHeader } from '../gguf/read-gguf.ts';
import { CHAT_MODELS } from './chat-models.ts';
import { EMBEDDING_MODELS } from './embedding-models.ts';
import { SPEECH_MODELS } from './speech-models.ts';
import { VISION_MODELS } from './vision-models.ts';

/** The curated list. Nothing of it is fetched before a person asks. */
export const CATALOGUE: readonly CatalogueEntry[] = [...CHAT_MODELS, ...VISION_MODELS, ...EMBEDDING_MODELS, ...SPEECH_MODELS];

export interface Chosen {
  entry: CatalogueEntry;
  file: ModelFile;
  /** Files that have to be fetched with it. */
  alongside: ModelFile[];
}

/**
 * What a person means by `qwen3-8b`, `qwen3-8b:Q8_0` or the name of a file; undefined where it is nothing of the list. Capitals do not matter.
 */
export function findInCatalogue(wanted: string, catalogue: readonly CatalogueEntry[] = CATALOGUE): Chosen | undefined {
  const [id = '', quantisation] = wanted.trim().toLowerCase().split(':');
  for (const entry of catalogue) {
    const named = entry.files.find((file) => file.name.toLowerCase() === id);
    const file =
      named ??
      (entry.id !== id
        ? undefined
        : quantisation === undefined
          ? entry.files[0]
          : entry.files.find((each) => each.quantisation.toLowerCase() === quantisation));
    if (file === undefined) continue;
    const names = new Set(file.alongside);
    return { entry, file, alongside: entry.files.filter((each) => names.has(each.name)) };
  }
  return undefined;
}

/** What `jarvis models` shows and loads of a GGUF that is in no list. */
export interface FromGguf {
  id: string;
  kind: ModelKind;
  title: string;
  quantisation: string;
  bytes: number;
  licence?: string;
  tools: boolean;
  shape?: ModelShape;
  template?: string;
  /** Why it cannot be used alone, in words. */
  problem?: string;
}

/**
 * Words about any GGUF by file name or address and its header (`readGgufFile`, `readGgufUrl`). The id is the file's name in the letters of ids, so that
 * two quantisations of a model are two.
 */
export function fromGguf(name: string, header: GgufHeader): FromGguf {
  const stem = (name.split(/[/\\]/u).at(-1) ?? name).replace(/\?.*$/u, '').replace(/(-\d{5}-of-\d{5})?\.gguf$/iu, '');
  const problem =
    header.kind === 'projector'
      ? 'These are only the eyes of a vision model; it needs the model itself'
      : header.kind === 'other'
        ? `Models of the kind "${header.architecture.slice(0, 40)}" answer nothing here`
        : undefined;
  return {
    id: idFrom(stem),
    kind: header.kind === 'embedding' ? 'embedding' : header.kind === 'projector' ? 'vision' : 'chat',
    title: header.name?.slice(0, 120).trim() || stem.slice(0, 120),
    quantisation: header.quantisation.slice(0, 20),
    bytes: header.weightsBytes,
    ...(header.licence === undefined ? {} : { licence: header.licence.slice(0, 120) }),
    tools: header.toolsInTemplate,
    ...(header.shape === undefined ? {} : { shape: header.shape }),
    ...(header.chatTemplate === undefined ? {} : { template: 'file' }),
    ...(problem === undefined ? {} : { problem }),
  };
}

function idFrom(stem: string): InstalledModel['id'] {
  const id = stem
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/gu, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/gu, '')
    .slice(0, 200);
  return id === '' ? 'model' : id;
}

import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ModelShape, ModelShapeSchema } from '../../contract/models.ts';
import { type ByteSource, fileByteSource, urlByteSource } from './byte-source.ts';
import { GgufError } from './gguf-error.ts';
import { type GgufTensor, type GgufValue, type ParsedHeader, parseHeader } from './parse-header.ts';
import { shapeOf } from './shape-of.ts';
import { splitParts } from './split-parts.ts';
import { FILE_TYPES } from './tensor-types.ts';

/** What is to be known of a model without loading it. */
export interface GgufHeader {
  architecture: string;
  /** As its maker called it. */
  name?: string;
  licence?: string;
  /** `projector`: the eyes of a vision model, useless alone. */
  kind: 'chat' | 'embedding' | 'projector' | 'other';
  /** Absent for what is no transformer over tokens. */
  shape?: ModelShape;
  parameters: number;
  /** Of all tensors, over all parts. */
  weightsBytes: number;
  /** `Q4_K_M` … */
  quantisation: string;
  tokenizer?: string;
  chatTemplate?: string;
  /** The template knows how to show tools to the model. */
  toolsInTemplate: boolean;
  /** Of a model in several files. */
  split?: { index: number; count: number };
}

/** Reads one file's header; for a split model only this part's tensors are counted. Throws `GgufError`. */
export async function readGguf(source: ByteSource, signal?: AbortSignal): Promise<GgufHeader> {
  return headerOf([await parseHeader(source, signal)]);
}

/** By path; of a split model all parts, whichever of them is named. Throws `GgufError`, also where a file is not there. */
export async function readGgufFile(path: string, signal?: AbortSignal): Promise<GgufHeader> {
  return readAllParts(basename(path), async (name) => {
    const handle = await open(join(dirname(path), name)).catch((error: unknown) => {
      throw new GgufError('unreachable', `The file ${name} is not there, or cannot be read`, { cause: error });
    });
    try {
      return await parseHeader(await fileByteSource(handle), signal);
    } finally {
      await handle.close();
    }
  });
}

/** By address, of which only the header is fetched. Throws `GgufError`, or the signal's reason. */
export async function readGgufUrl(address: string, signal?: AbortSignal, ask: typeof fetch = fetch): Promise<GgufHeader> {
  const url = URL.parse(address);
  if (url === null) throw new GgufError('unsupported', 'This is no address');
  const folder = url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1);
  return readAllParts(url.pathname.slice(folder.length), (name) => {
    const part = new URL(url);
    part.pathname = folder + name;
    return parseHeader(urlByteSource(part, ask, signal), signal);
  });
}

async function readAllParts(name: string, read: (name: string) => Promise<ParsedHeader>): Promise<GgufHeader> {
  const named = splitParts(name);
  if (named === undefined) return headerOf([await read(name)]);
  const parts: ParsedHeader[] = [];
  for (const [index, part] of named.entries()) {
    const header = await read(part);
    const count = numberAt(header.metadata, 'split.count');
    if (count !== undefined && (count !== named.length || numberAt(header.metadata, 'split.no') !== index)) {
      throw new GgufError('broken', `${part} is another part of another model than its name says`);
    }
    parts.push(header);
  }
  return headerOf(parts);
}

function headerOf(parts: readonly ParsedHeader[]): GgufHeader {
  // The first part holds what is said of the model; later ones repeat little of it.
  const metadata = parts[0]?.metadata ?? new Map<string, GgufValue>();
  const tensors = parts.flatMap((part) => part.tensors);
  const architecture = textAt(metadata, 'general.architecture');
  if (architecture === undefined || architecture.length > 100)
    throw new GgufError('broken', 'The header does not say what kind of model this is');
  const shape = ModelShapeSchema.safeParse(shapeOf(architecture, metadata, tensors));
  const chatTemplate = textAt(metadata, 'tokenizer.chat_template');
  const name = textAt(metadata, 'general.name');
  const licence = textAt(metadata, 'general.license');
  const tokenizer = textAt(metadata, 'tokenizer.ggml.model');
  const count = numberAt(metadata, 'split.count');
  return {
    architecture,
    ...(name === undefined ? {} : { name }),
    ...(licence === undefined ? {} : { licence }),
    kind: kindOf(architecture, metadata, shape.success),
    ...(shape.success ? { shape: shape.data } : {}),
    parameters: tensors.reduce((sum, each) => sum + each.elements, 0),
    weightsBytes: tensors.reduce((sum, each) => sum + each.bytes, 0),
    quantisation: quantisationOf(metadata, tensors),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
    toolsInTemplate: chatTemplate !== undefined && /\{[%{][^%}]*\btools\b/u.test(chatTemplate),
    ...(count === undefined || count < 2 ? {} : { split: { index: numberAt(metadata, 'split.no') ?? 0, count } }),
  };
}

/** Encoders have no chat to them; others say with their pooling that they were trained to embed. */
export const ENCODERS = /^(bert|modern-bert|neo-bert|nomic-bert|nomic-bert-moe|jina-bert-v2|jina-bert-v3|t5encoder|gemma-embedding)$/u;

function kindOf(architecture: string, metadata: ReadonlyMap<string, GgufValue>, shaped: boolean): GgufHeader['kind'] {
  if (architecture === 'clip' || textAt(metadata, 'general.type') === 'mmproj') return 'projector';
  if (!shaped) return 'other';
  return ENCODERS.test(architecture) || (numberAt(metadata, `${architecture}.pooling_type`) ?? 0) > 0 ? 'embedding' : 'chat';
}

function quantisationOf(metadata: ReadonlyMap<string, GgufValue>, tensors: readonly GgufTensor[]): string {
  const said = FILE_TYPES[numberAt(metadata, 'general.file_type') ?? -1];
  if (said !== undefined) return said;
  const bytes = new Map<string, number>();
  for (const each of tensors) bytes.set(each.type, (bytes.get(each.type) ?? 0) + each.bytes);
  const [most] = [...bytes].sort((one, other) => other[1] - one[1]);
  return most?.[0] ?? '-';
}

function textAt(metadata: ReadonlyMap<string, GgufValue>, key: string): string | undefined {
  const found = metadata.get(key);
  return typeof found === 'string' ? found : undefined;
}

function numberAt(metadata: ReadonlyMap<string, GgufValue>, key: string): number | undefined {
  const found = metadata.get(key);
  return typeof found === 'number' ? found : undefined;
}

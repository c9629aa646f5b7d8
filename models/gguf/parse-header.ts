import type { ByteSource } from './byte-source.ts';
import { GgufError } from './gguf-error.ts';
import { HeaderCursor } from './header-cursor.ts';
import { TENSOR_TYPES } from './tensor-types.ts';

/** Of an array that is not kept only the length is known. */
export type GgufValue = number | boolean | string | readonly number[] | { length: number };

export interface GgufTensor {
  name: string;
  dimensions: readonly number[];
  /** ggml's name, or `type 77` where this version does not know it. */
  type: string;
  elements: number;
  bytes: number;
  /** From the start of the data. */
  offset: number;
}

export interface ParsedHeader {
  version: number;
  metadata: ReadonlyMap<string, GgufValue>;
  tensors: readonly GgufTensor[];
  /** Where the tensors begin in the file. */
  dataOffset: number;
}

const MOST_VALUES = 2000;
const MOST_TENSORS = 65_536;
const LONGEST_KEY = 65_535;
const LONGEST_TEXT = 1024 * 1024;
const LONGEST_TENSOR_NAME = 256;
/** ggml's GGML_MAX_DIMS */
const MOST_DIMENSIONS = 4;
/** Lists of one number for each layer are kept, vocabularies are not. */
const LONGEST_KEPT_LIST = 1024;
const UNTIL_BREATH = 4096;

const SCALARS: Readonly<Record<number, { bytes: number; read(cursor: HeaderCursor): number | boolean }>> = {
  0: { bytes: 1, read: (cursor) => cursor.uint8() },
  1: { bytes: 1, read: (cursor) => cursor.int8() },
  2: { bytes: 2, read: (cursor) => cursor.uint16() },
  3: { bytes: 2, read: (cursor) => cursor.int16() },
  4: { bytes: 4, read: (cursor) => cursor.uint32() },
  5: { bytes: 4, read: (cursor) => cursor.int32() },
  6: { bytes: 4, read: (cursor) => cursor.float32() },
  7: { bytes: 1, read: (cursor) => cursor.uint8() !== 0 },
  10: { bytes: 8, read: (cursor) => cursor.uint64() },
  11: { bytes: 8, read: (cursor) => cursor.int64() },
  12: { bytes: 8, read: (cursor) => cursor.float64() },
};
const TEXT = 8;
const LIST = 9;

/**
 * Header of a GGUF 2 or 3, as it stands there. Whatever the bytes are it ends, holds at most a few times the header's size in memory and throws
 * `GgufError` with a reason; no count in the file is believed before that many bytes have been seen.
 */
export async function parseHeader(source: ByteSource, signal?: AbortSignal): Promise<ParsedHeader> {
  const cursor = new HeaderCursor(source);
  await magic(cursor);
  await cursor.fill(20);
  const version = cursor.uint32();
  if (version !== 2 && version !== 3) {
    const swapped = version === 0x0200_0000 || version === 0x0300_0000;
    throw new GgufError(
      'unsupported',
      swapped ? 'This GGUF was made for a big-endian machine' : `This GGUF is of version ${version}; only 2 and 3 can be read`,
    );
  }
  const tensorCount = countUpTo(cursor.uint64(), MOST_TENSORS, 'tensors');
  const valueCount = countUpTo(cursor.uint64(), MOST_VALUES, 'values');
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < valueCount; index += 1) {
    signal?.throwIfAborted();
    const key = await text(cursor, LONGEST_KEY, 'a name');
    if (metadata.has(key)) throw new GgufError('broken', `The header says "${shown(key)}" twice`);
    await cursor.fill(4);
    metadata.set(key, await value(cursor, cursor.uint32(), signal));
  }
  const alignment = alignmentOf(metadata);
  const tensors: GgufTensor[] = [];
  for (let index = 0; index < tensorCount; index += 1) {
    if (index % UNTIL_BREATH === 0) signal?.throwIfAborted();
    tensors.push(await tensor(cursor, alignment));
  }
  const dataOffset = Math.ceil(cursor.offset / alignment) * alignment;
  const end = dataOffset + withSizesOfUnknownTypes(tensors);
  const size = source.size();
  if (size !== undefined && tensors.length > 0 && end > size) {
    throw new GgufError('truncated', `The file is ${end - size} bytes shorter than its header says; it was not fetched whole`);
  }
  return { version, metadata, tensors, dataOffset };
}

async function magic(cursor: HeaderCursor): Promise<void> {
  try {
    await cursor.fill(4);
  } catch (error) {
    if (error instanceof GgufError && error.reason === 'truncated')
      throw new GgufError('not-gguf', 'This is no GGUF file: it is empty, or nearly so', { cause: error });
    throw error;
  }
  if (cursor.uint32() !== 0x4655_4747) throw new GgufError('not-gguf', 'This is no GGUF file');
}

function countUpTo(count: number, most: number, what: string): number {
  if (count > most) throw new GgufError('broken', `The header speaks of ${count} ${what}; no real model has so many`);
  return count;
}

async function text(cursor: HeaderCursor, longest: number, what: string): Promise<string> {
  await cursor.fill(8);
  const length = cursor.uint64();
  if (length > longest) throw new GgufError('broken', `The header holds ${what} of ${length} bytes`);
  await cursor.fill(length);
  return new TextDecoder().decode(cursor.bytes(length));
}

async function value(cursor: HeaderCursor, type: number, signal: AbortSignal | undefined): Promise<GgufValue> {
  if (type === TEXT) return text(cursor, LONGEST_TEXT, 'a text');
  if (type === LIST) return list(cursor, signal);
  const scalar = SCALARS[type];
  if (scalar === undefined) throw new GgufError('broken', `The header holds a value of an unknown kind (${type})`);
  await cursor.fill(scalar.bytes);
  return scalar.read(cursor);
}

async function list(cursor: HeaderCursor, signal: AbortSignal | undefined): Promise<GgufValue> {
  await cursor.fill(12);
  const type = cursor.uint32();
  const length = cursor.uint64();
  if (type === TEXT) {
    for (let index = 0; index < length; index += 1) {
      if (index % UNTIL_BREATH === 0) signal?.throwIfAborted();
      if (!cursor.has(8)) await cursor.fill(8);
      const bytes = cursor.uint64();
      if (bytes > LONGEST_TEXT) throw new GgufError('broken', `The header holds a word of ${bytes} bytes`);
      if (cursor.has(bytes)) cursor.bytes(bytes);
      else await cursor.skip(bytes);
    }
    return { length };
  }
  const scalar = SCALARS[type];
  // llama.cpp knows no lists of lists either.
  if (scalar === undefined) throw new GgufError('broken', `The header holds a list of an unknown kind (${type})`);
  if (length > LONGEST_KEPT_LIST) {
    await cursor.skip(length * scalar.bytes);
    return { length };
  }
  await cursor.fill(length * scalar.bytes);
  return Array.from({ length }, () => Number(scalar.read(cursor)));
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>): number {
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || !(alignment >= 1 && alignment <= 1024 * 1024) || !Number.isInteger(Math.log2(alignment))) {
    throw new GgufError('broken', `The header asks for an impossible alignment (${String(alignment)})`);
  }
  return alignment;
}

async function tensor(cursor: HeaderCursor, alignment: number): Promise<GgufTensor> {
  const name = await text(cursor, LONGEST_TENSOR_NAME, 'a tensor name');
  await cursor.fill(4);
  const count = cursor.uint32();
  if (count > MOST_DIMENSIONS) throw new GgufError('broken', `The tensor "${shown(name)}" has ${count} dimensions`);
  await cursor.fill(count * 8 + 12);
  const dimensions = Array.from({ length: count }, () => cursor.uint64());
  const elements = dimensions.reduce((product, each) => product * each, 1);
  if (!Number.isSafeInteger(elements)) throw new GgufError('broken', `The tensor "${shown(name)}" is impossibly large`);
  const type = cursor.uint32();
  const offset = cursor.uint64();
  if (!Number.isSafeInteger(offset) || offset % alignment !== 0)
    throw new GgufError('broken', `The tensor "${shown(name)}" lies at an impossible place`);
  const traits = TENSOR_TYPES[type];
  if (traits === undefined) return { name, dimensions, type: `type ${type}`, elements, bytes: 0, offset };
  if ((dimensions[0] ?? 1) % traits.elements !== 0)
    throw new GgufError('broken', `The rows of the tensor "${shown(name)}" do not fit its type ${traits.name}`);
  const bytes = (elements / traits.elements) * traits.bytes;
  if (!Number.isSafeInteger(offset + bytes)) throw new GgufError('broken', `The tensor "${shown(name)}" is impossibly large`);
  return { name, dimensions, type: traits.name, elements, bytes, offset };
}

/** A type that is newer than this table takes what lies between it and the next tensor; a last one stays at 0. Gives where the last tensor ends. */
function withSizesOfUnknownTypes(tensors: GgufTensor[]): number {
  const inOrder = tensors.toSorted((one, other) => one.offset - other.offset);
  let end = 0;
  for (const [index, each] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (each.type.startsWith('type ') && next !== undefined) each.bytes = next.offset - each.offset;
    end = Math.max(end, each.offset + each.bytes);
  }
  return end;
}

/** Text of a stranger's file, for a message: short and printable. */
const shown = (name: string): string => name.slice(0, 60).replace(/[^\x20-\x7e]/gu, '?');

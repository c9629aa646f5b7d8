import { closeSync, openSync, writeSync } from 'node:fs';

/** Values of a GGUF header that models made for tests need. */
export type GgufValue =
  | { type: 'string'; value: string }
  | { type: 'uint32' | 'float32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'floats' | 'integers'; value: readonly number[] };

export interface GgufTensor {
  name: string;
  /** Columns (inputs) first, as ggml counts. */
  shape: readonly number[];
  /** Fills the next stretch of the tensor; called in order until it is full. */
  fill(target: Float32Array, offset: number): void;
}

const TYPES = { uint32: 4, integers: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const ALIGNMENT = 32;
/** Elements that are made at a time, so that a file of hundreds of megabytes needs few. */
const STRETCH = 1 << 20;

/** Writes a GGUF of version 3 whose tensors are all F32. Returns its size in bytes. */
export function writeGguf(path: string, header: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]): number {
  const entries = Object.entries(header);
  const parts: Buffer[] = [Buffer.from('GGUF'), uint32(3), uint64(tensors.length), uint64(entries.length)];
  for (const [key, value] of entries) parts.push(text(key), encode(value));
  let offset = 0;
  for (const { name, shape } of tensors) {
    parts.push(text(name), uint32(shape.length), ...shape.map(uint64), uint32(0), uint64(offset));
    const bytes = elements(shape) * 4;
    offset += bytes + padding(bytes);
  }
  const head = Buffer.concat(parts);
  const file = openSync(path, 'w');
  try {
    let written = writeSync(file, Buffer.concat([head, Buffer.alloc(padding(head.length))]));
    for (const { shape, fill } of tensors) {
      const count = elements(shape);
      for (let at = 0; at < count; at += STRETCH) {
        const stretch = new Float32Array(Math.min(STRETCH, count - at));
        fill(stretch, at);
        written += writeSync(file, Buffer.from(stretch.buffer));
      }
      written += writeSync(file, Buffer.alloc(padding(count * 4)));
    }
    return written;
  } finally {
    closeSync(file);
  }
}

function encode(item: GgufValue): Buffer {
  switch (item.type) {
    case 'string':
      return Buffer.concat([uint32(TYPES.string), text(item.value)]);
    case 'uint32':
      return Buffer.concat([uint32(TYPES.uint32), uint32(item.value)]);
    case 'float32':
      return Buffer.concat([uint32(TYPES.float32), Buffer.from(Float32Array.of(item.value).buffer)]);
    case 'bool':
      return Buffer.concat([uint32(TYPES.bool), Buffer.from([item.value ? 1 : 0])]);
    case 'strings':
      return Buffer.concat([uint32(TYPES.array), uint32(TYPES.string), uint64(item.value.length), ...item.value.map(text)]);
    case 'floats':
      return Buffer.concat([
        uint32(TYPES.array),
        uint32(TYPES.float32),
        uint64(item.value.length),
        Buffer.from(Float32Array.from(item.value).buffer),
      ]);
    case 'integers':
      return Buffer.concat([
        uint32(TYPES.array),
        uint32(TYPES.integers),
        uint64(item.value.length),
        Buffer.from(Int32Array.from(item.value).buffer),
      ]);
    default:
      return item satisfies never;
  }
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function padding(bytes: number): number {
  return (ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function uint64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([uint64(bytes.length), bytes]);
}

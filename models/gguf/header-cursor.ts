import type { ByteSource } from './byte-source.ts';
import { GgufError } from './gguf-error.ts';

/** The largest vocabularies make headers of about 20 MB. */
const LARGEST_HEADER = 64 * 1024 * 1024;
const FIRST_BLOCK = 64 * 1024;
const LARGEST_BLOCK = 4 * 1024 * 1024;

/**
 * Walks through the header of a GGUF from its start. `has` and the reading methods do not wait, so that hundreds of thousands of small values take no
 * promise each; where `has` says no, `fill` fetches more.
 */
export class HeaderCursor {
  readonly #source: ByteSource;
  readonly #largest: number;
  #window = new Uint8Array(0);
  #view = new DataView(this.#window.buffer);
  /** Of the window's first byte, in the source. */
  #start = 0;
  #at = 0;
  #block = FIRST_BLOCK;

  constructor(source: ByteSource, largest = LARGEST_HEADER) {
    this.#source = source;
    this.#largest = largest;
  }

  /** Bytes from the start of the file. */
  get offset(): number {
    return this.#start + this.#at;
  }

  has(length: number): boolean {
    return this.#window.length - this.#at >= length;
  }

  /** Throws `GgufError` where the file ends before `length` more bytes, or the header is too large to be one. */
  async fill(length: number): Promise<void> {
    if (this.has(length)) return;
    this.#guard(length);
    const rest = this.#window.subarray(this.#at);
    const start = this.offset;
    const more = await this.#source.read(start + rest.length, Math.max(this.#block, length - rest.length));
    this.#block = Math.min(LARGEST_BLOCK, this.#block * 2);
    const joined = new Uint8Array(rest.length + more.length);
    joined.set(rest);
    joined.set(more, rest.length);
    this.#window = joined;
    this.#view = new DataView(joined.buffer);
    this.#start = start;
    this.#at = 0;
    if (!this.has(length)) throw new GgufError('truncated', 'The file ends in the middle of its header; it was not fetched whole');
  }

  /** Passes over bytes that nobody needs, without reading what lies beyond the window. */
  async skip(length: number): Promise<void> {
    if (this.has(length)) {
      this.#at += length;
      return;
    }
    this.#guard(length);
    const target = this.offset + length;
    const size = this.#source.size();
    if (size !== undefined && target > size)
      throw new GgufError('truncated', 'The file ends in the middle of its header; it was not fetched whole');
    this.#start = target;
    this.#at = 0;
    this.#window = new Uint8Array(0);
    this.#view = new DataView(this.#window.buffer);
  }

  #guard(length: number): void {
    if (length > this.#largest || this.offset + length > this.#largest) {
      throw new GgufError('too-large', `The header says it is larger than ${this.#largest / 1024 / 1024} MB; no real model has such a one`);
    }
  }

  bytes(length: number): Uint8Array {
    const part = this.#window.subarray(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }

  uint8(): number {
    return this.#view.getUint8(this.#step(1));
  }
  int8(): number {
    return this.#view.getInt8(this.#step(1));
  }
  uint16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }
  int16(): number {
    return this.#view.getInt16(this.#step(2), true);
  }
  uint32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }
  int32(): number {
    return this.#view.getInt32(this.#step(4), true);
  }
  float32(): number {
    return this.#view.getFloat32(this.#step(4), true);
  }
  float64(): number {
    return this.#view.getFloat64(this.#step(8), true);
  }
  /** Exact up to 2^53, rounded above. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#step(8), true));
  }
  int64(): number {
    return Number(this.#view.getBigInt64(this.#step(8), true));
  }

  #step(length: number): number {
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

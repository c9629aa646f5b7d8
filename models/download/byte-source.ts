import type { ByteRange } from './byte-ranges.ts';
import type { Representation } from './partial-file.ts';

/** What came back for a wish. */
export interface OpenedFile {
  about: Representation;
  /** False: `body` is the whole file from its first byte, and `again` cannot be called. */
  ranges: boolean;
  /** Of the wish, from its start; with ranges never more than was wished. */
  body: AsyncIterable<Uint8Array>;
  /** Another part of the same file. Rejects with trouble `changed` when it is another file by now. */
  again(range: ByteRange, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** A place that a file may come from. */
export interface ByteSource {
  url: string;
  /** For people: host or folder. */
  title: string;
  isMirror: boolean;
  /**
   * Asks the place anew. `range` undefined: the whole file. `known`: what a part was begun from, so that a server may say that it changed.
   * Rejects with a `DownloadTrouble`, or with the signal's reason.
   */
  open(range: ByteRange | undefined, known: Representation | undefined, signal: AbortSignal): Promise<OpenedFile>;
}

/**
 * Whether bytes of the one may be joined with bytes of the other. Where nothing proves it, they may only when a checksum will (`proven`).
 */
export function sameFile(one: Representation, other: Representation, proven: boolean): boolean {
  if (one.total !== undefined && other.total !== undefined && one.total !== other.total) return false;
  if (one.vouched === true && other.vouched === true) return one.sum === other.sum;
  if (one.url === other.url && one.validator !== undefined && other.validator !== undefined) return one.validator === other.validator;
  return proven;
}

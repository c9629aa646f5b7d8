/**
 * What stands between us and the bytes:
 * - `lost`, `busy`: trying again may help. `expired`: the signed address ran out, ask the first one anew.
 * - `changed`: the server has another file than the one begun. `no-ranges`: it cannot send parts, whatever it claims.
 * - `absent`, `refused`: this place will not give it. `mismatch`: the list and the publisher speak of different files.
 * - `disk`: it cannot be written; goes on once there is room.
 */
export type TroubleKind = 'lost' | 'busy' | 'expired' | 'changed' | 'no-ranges' | 'absent' | 'refused' | 'mismatch' | 'disk';

/** `message` is a sentence for people. */
export class DownloadTrouble extends Error {
  readonly kind: TroubleKind;
  /** ms that the server asked us to wait. */
  readonly waitMs: number | undefined;
  constructor(kind: TroubleKind, message: string, options?: ErrorOptions & { waitMs?: number | undefined }) {
    super(message, options);
    this.name = 'DownloadTrouble';
    this.kind = kind;
    this.waitMs = options?.waitMs;
  }
}

const DISK_WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full',
  EDQUOT: 'Your share of the disk is used up',
  EFBIG: 'The file system of this folder cannot hold a file this large',
  EROFS: 'This folder is read-only',
  EACCES: 'This folder may not be written to',
  EPERM: 'This folder may not be written to',
  EIO: 'The disk reports an error',
};

/** The system's error at writing, in words; undefined when it is none of the disk's. */
export function diskTrouble(error: unknown, path: string): DownloadTrouble | undefined {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return undefined;
  const words = DISK_WORDS[error.code];
  return words === undefined ? undefined : new DownloadTrouble('disk', `${words} (${path}).`, { cause: error });
}

/** `4.7 GB`, as shops and publishers count: powers of a thousand. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[power - 1] ?? 'TB'}`;
}

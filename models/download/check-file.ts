import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

export interface FileSum {
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  /** The first four bytes, for the kind of file. */
  head: string;
}

const PIECE = 1024 * 1024;

/** Reads a file from the disk, whole. Undefined: it is not there. Rejects with the system's error, or the signal's reason. */
export async function sumOfFile(path: string, signal: AbortSignal): Promise<FileSum | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const hash = createHash('sha256');
    const buffers: [Buffer, Buffer] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)];
    let head = '';
    let bytes = 0;
    // The next piece is read while this one is summed.
    let reading = file.read(buffers[0], 0, PIECE, 0);
    for (let turn = 1; ; turn += 1) {
      const { bytesRead, buffer } = await reading;
      signal.throwIfAborted();
      if (bytesRead === 0) break;
      reading = file.read(turn % 2 === 0 ? buffers[0] : buffers[1], 0, PIECE, bytes + bytesRead);
      reading.catch(() => undefined);
      if (bytes === 0) head = buffer.toString('latin1', 0, Math.min(4, bytesRead));
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
    return { bytes, sha256: hash.digest('hex'), head };
  } finally {
    await file.close();
  }
}

/** What is wrong with a file that came, in words; undefined: nothing that can be told from outside. */
export function faultOf(
  name: string,
  file: FileSum,
  wanted: { bytes: number | undefined; sha256: string | undefined },
): string | undefined {
  if (wanted.bytes !== undefined && wanted.bytes !== file.bytes) return `It has ${file.bytes} bytes instead of ${wanted.bytes}.`;
  if (wanted.sha256 !== undefined && wanted.sha256 !== file.sha256) return 'It does not match its checksum.';
  if (file.bytes === 0) return 'It is empty.';
  if (/\.gguf$/iu.test(name) && file.head !== 'GGUF') return 'It is no GGUF file, whatever its name says.';
  return undefined;
}

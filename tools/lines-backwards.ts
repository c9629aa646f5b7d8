import { open } from 'node:fs/promises';

const CHUNK = 256 * 1024;

/**
 * Whole lines of a file without their line feeds, the last one first; an unfinished last one is left out. What is appended meanwhile is not seen.
 * Throws the system's error when the file is not there.
 */
export async function* linesBackwards(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    let position = (await file.stat()).size;
    /** What stands before the first line feed of the chunk behind; the last chunk's rest behind its last line feed is dropped. */
    let pieces: Buffer[] | undefined;
    while (position > 0) {
      const length = Math.min(CHUNK, position);
      position -= length;
      const chunk = Buffer.alloc(length);
      const { bytesRead } = await file.read(chunk, 0, length, position);
      if (bytesRead < length) throw new Error('the file became shorter while it was read');
      let end = chunk.length;
      for (let at = chunk.lastIndexOf(10); at !== -1; at = at === 0 ? -1 : chunk.lastIndexOf(10, at - 1)) {
        if (pieces !== undefined) yield Buffer.concat([chunk.subarray(at + 1, end), ...pieces]);
        pieces = [];
        end = at;
      }
      pieces = pieces === undefined ? undefined : [chunk.subarray(0, end), ...pieces];
    }
    if (pieces !== undefined) yield Buffer.concat(pieces);
  } finally {
    await file.close();
  }
}

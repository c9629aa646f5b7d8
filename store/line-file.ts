import { type FileHandle, open } from 'node:fs/promises';

/** The calls that appending needs; the file system's own `FileHandle` fits. */
export type AppendTarget = Pick<FileHandle, 'appendFile' | 'datasync' | 'truncate' | 'close'>;

/**
 * An append-only text file that never keeps half of what was refused: when the disk is full in the middle of an append, what came through of it is cut
 * off again, and later appends may succeed. One append at a time.
 */
export class LineFile implements AsyncDisposable {
  readonly #target: AppendTarget;
  /** Bytes that hold; behind them may lie the rest of a refused append. */
  #size: number;
  #dirty = false;

  constructor(target: AppendTarget, size: number) {
    this.#target = target;
    this.#size = size;
  }

  /** Resolves when written; with `durable`, when on the disk itself. Rejects with the system's error, and the file is as before. */
  async append(text: string, durable: boolean): Promise<void> {
    const bytes = Buffer.from(text);
    await this.#repair();
    this.#dirty = true;
    try {
      await this.#target.appendFile(bytes);
      if (durable) await this.#target.datasync();
    } catch (error) {
      // A failing repair is told by the next append, which tries it again.
      await this.#repair().catch(() => undefined);
      throw error;
    }
    this.#size += bytes.length;
    this.#dirty = false;
  }

  /** Resolves when everything appended so far is on the disk itself. */
  async sync(): Promise<void> {
    await this.#target.datasync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#repair();
    } finally {
      await this.#target.close();
    }
  }

  async #repair(): Promise<void> {
    if (!this.#dirty) return;
    await this.#target.truncate(this.#size);
    this.#dirty = false;
  }
}

export interface FileTail {
  /** The last line that ends with a line feed, without it; undefined when there is none. */
  lastLine: Buffer | undefined;
  /** Bytes up to and with the last line feed. */
  wholeBytes: number;
  /** What stands behind the last line feed: a line that was never finished. */
  torn: Buffer;
}

const CHUNK = 64 * 1024;

/** Reads the end of a line file without reading the file. A missing file reads as an empty one. */
export async function readTail(path: string): Promise<FileTail> {
  // 'a+' makes a missing file; reading and appending have separate places in it.
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    for (let length = Math.min(size, CHUNK); ; length = Math.min(size, length * 4)) {
      const bytes = Buffer.alloc(length);
      await readFully(file, bytes, size - length);
      const end = bytes.lastIndexOf(10);
      const before = end <= 0 ? -1 : bytes.lastIndexOf(10, end - 1);
      if (length < size && before === -1) continue;
      return {
        lastLine: end === -1 ? undefined : bytes.subarray(before + 1, end),
        wholeBytes: size - length + end + 1,
        torn: bytes.subarray(end + 1),
      };
    }
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    done += bytesRead;
  }
}

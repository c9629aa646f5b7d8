import { open as openFile, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ByteRanges } from './byte-ranges.ts';
import { diskTrouble } from './download-trouble.ts';

/** What a server said about the file it sends. */
export const RepresentationSchema = z.object({
  /** As it was asked for, before any redirect. */
  url: z.string(),
  total: z.number().int().min(0).optional(),
  /** Nobody said `total`: it is what came until the end. */
  counted: z.boolean().optional(),
  /** SHA-256 that the publisher tells, lower-case hex. */
  sum: z.string().optional(),
  /** The sum was told as one; otherwise it is a tag that looks like one. */
  vouched: z.boolean().optional(),
  /** Strong ETag, or the date of the last change. */
  validator: z.string().optional(),
});
export type Representation = z.infer<typeof RepresentationSchema>;

const JournalSchema = z.object({
  version: z.literal(1),
  about: RepresentationSchema,
  /** Bytes that were on the disk itself when this was written. */
  done: z.array(z.object({ start: z.number().int().min(0), end: z.number().int().min(0) })),
});

/** The calls that a partial file needs; `open` of the file system fits. */
export interface PartHandle {
  writev(buffers: Uint8Array[], position: number): Promise<{ bytesWritten: number }>;
  writeFile(data: string): Promise<void>;
  truncate(length: number): Promise<void>;
  stat(): Promise<{ size: number }>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}
export type OpenPart = (path: string, flags: string) => Promise<PartHandle>;

export const openPart: OpenPart = (path, flags) => openFile(path, flags, 0o644);

/**
 * A file on its way (`name.part`) with a journal beside it (`name.part.json`). The journal claims bytes only after they are on the disk, and is replaced
 * whole, so that a kill or a power cut at any point leaves too little claimed, never too much. One process at a time.
 */
export class PartialFile implements AsyncDisposable {
  readonly path: string;
  readonly #journal: string;
  readonly #open: OpenPart;
  readonly #handle: PartHandle;
  #about: Representation | undefined;
  #done: ByteRanges;
  #checkpoint: Promise<void> = Promise.resolve();

  private constructor(path: string, open: OpenPart, handle: PartHandle, about: Representation | undefined, done: ByteRanges) {
    this.path = path;
    this.#journal = `${path}.json`;
    this.#open = open;
    this.#handle = handle;
    this.#about = about;
    this.#done = done;
  }

  /** Takes up what is there; a journal that cannot be read, or claims more than the file holds, counts as none. The folder must exist. */
  static async open(path: string, open: OpenPart = openPart): Promise<PartialFile> {
    try {
      // 'a' makes a missing file and leaves a present one alone; appending itself is not wanted.
      await (await open(path, 'a')).close();
      const handle = await open(path, 'r+');
      const journal = await readJournal(`${path}.json`);
      const done = new ByteRanges(journal?.done);
      const { size } = await handle.stat();
      const trusted = journal !== undefined && done.end <= size && done.end <= (journal.about.total ?? Number.POSITIVE_INFINITY);
      return new PartialFile(path, open, handle, trusted ? journal.about : undefined, trusted ? done : new ByteRanges());
    } catch (error) {
      throw diskTrouble(error, path) ?? error;
    }
  }

  /** Undefined until something was begun. */
  get about(): Representation | undefined {
    return this.#about;
  }

  /** Bytes that were written; not all of them need be on the disk yet. */
  get done(): ByteRanges {
    return this.#done;
  }

  get isComplete(): boolean {
    return this.#about?.total !== undefined && this.#done.bytes === this.#about.total;
  }

  /** Throws away what there is. The journal goes first and for good, or it would claim bytes of a file that was emptied. */
  async begin(about: Representation): Promise<void> {
    await this.#checkpoint.catch(() => undefined);
    try {
      await rm(this.#journal, { force: true });
      await syncFolder(dirname(this.path));
      await this.#handle.truncate(0);
    } catch (error) {
      throw diskTrouble(error, this.path) ?? error;
    }
    this.#about = about;
    this.#done = new ByteRanges();
  }

  /** Same bytes by other words: a fresh address, a length that is known by now. */
  describe(about: Representation): void {
    this.#about = about;
  }

  /** Rejects with trouble `disk` when they cannot be written; what came through of them counts. */
  async write(position: number, chunks: Uint8Array[]): Promise<void> {
    const done = this.#done;
    let rest = chunks;
    for (let at = position; rest.length > 0; ) {
      let written: number;
      try {
        written = (await this.#handle.writev(rest, at)).bytesWritten;
      } catch (error) {
        throw diskTrouble(error, this.path) ?? error;
      }
      done.add({ start: at, end: at + written });
      at += written;
      rest = behind(rest, written);
    }
  }

  /** Resolves when everything written before the call is on the disk and claimed. */
  checkpoint(): Promise<void> {
    const next = this.#checkpoint.catch(() => undefined).then(() => this.#claim());
    this.#checkpoint = next;
    // Whoever called hears of it; the chain itself must not become an unhandled rejection.
    next.catch(() => undefined);
    return next;
  }

  async #claim(): Promise<void> {
    if (this.#about === undefined) return;
    const journal: z.infer<typeof JournalSchema> = { version: 1, about: this.#about, done: this.#done.list() };
    try {
      await this.#handle.datasync();
      const temporary = `${this.#journal}.tmp`;
      const file = await this.#open(temporary, 'w');
      try {
        await file.writeFile(JSON.stringify(journal));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#journal);
    } catch (error) {
      throw diskTrouble(error, this.path) ?? error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#checkpoint.catch(() => undefined);
    await this.#handle.close();
  }
}

/** Removes a partial file and everything that belongs to it. */
export async function discardPartial(path: string): Promise<void> {
  for (const each of [`${path}.json`, `${path}.json.tmp`, path]) await rm(each, { force: true });
}

async function readJournal(path: string): Promise<z.infer<typeof JournalSchema> | undefined> {
  try {
    return JournalSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Absent or damaged: nothing is claimed then, which costs time and never truth.
    return undefined;
  }
}

function behind(chunks: Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  return chunks.flatMap((chunk) => {
    const cut = Math.min(skip, chunk.byteLength);
    skip -= cut;
    return cut === chunk.byteLength ? [] : [chunk.subarray(cut)];
  });
}

/** Makes names in the folder outlive a power cut. Windows cannot open folders, and needs no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await openFile(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

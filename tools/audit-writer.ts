import type { KeyObject } from 'node:crypto';
import type { Clock } from '../contract/clock.ts';
import { writeFileAtomic } from '../store/atomic-file.ts';
import type { LineFile } from '../store/line-file.ts';
import { type AuditBody, type ChainEnd, sealLine } from './audit-entry.ts';
import { signCheckpoint, signHead } from './audit-key.ts';

/** A checkpoint is signed after this many lines, and when the file is closed. */
const CHECKPOINT_LINES = 100;

interface Waiting {
  bodies: readonly AuditBody[];
  durable: boolean;
  resolve(): void;
  reject(error: Error): void;
}

/** The file that is being written. */
export interface OpenFile {
  file: LineFile;
  end: ChainEnd;
  bytes: number;
  /** ms since the epoch at which its first line was written. */
  begunAt: number;
}

export interface AuditWriterOptions {
  path: string;
  headPath: string;
  opened: OpenFile;
  key: KeyObject;
  clock: Clock;
  /** Absent: this file never ends. */
  rotation?: {
    maximumBytes: number;
    maximumAgeMs: number;
    /** Begins the next file behind `end`. */
    next(end: ChainEnd, now: number): Promise<Omit<OpenFile, 'begunAt'>>;
  };
}

/** Seals lines onto the chain. What arrives while the disk is busy goes to it together: one write, at most one flush. */
export class AuditWriter {
  readonly path: string;
  readonly #options: AuditWriterOptions;
  #file: LineFile;
  #end: ChainEnd;
  #bytes: number;
  #begunAt: number;
  #sinceCheckpoint = 0;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #head: Promise<void> | undefined;
  #headFailure: unknown;
  #wantedHead: { end: ChainEnd; durable: boolean } | undefined;
  #closed = false;

  constructor(options: AuditWriterOptions) {
    this.path = options.path;
    this.#options = options;
    const { file, end, bytes, begunAt } = options.opened;
    this.#file = file;
    this.#end = end;
    this.#bytes = bytes;
    this.#begunAt = begunAt;
  }

  get end(): ChainEnd {
    return this.#end;
  }

  write(bodies: AuditBody | readonly AuditBody[], options: { durable?: boolean } = {}): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the audit is closed'));
    return this.#enqueue(isList(bodies) ? bodies : [bodies], options.durable ?? false);
  }

  /** Signs what was written since the last checkpoint; rejects when that fails, and is closed all the same. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    try {
      if (this.#sinceCheckpoint > 0) await this.#enqueue([this.#checkpoint(this.#end)], true);
    } catch (error) {
      this.#headFailure = error;
    }
    await this.#head;
    await this.#file[Symbol.asyncDispose]();
    if (this.#headFailure !== undefined) throw this.#headFailure;
  }

  #enqueue(bodies: readonly AuditBody[], durable: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bodies, durable, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // One turn of the microtask queue lets calls that are made together go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      const durable = batch.some((each) => each.durable);
      try {
        // The last checkpoint belongs to the file whose end it signs.
        if (!this.#closed && this.#isFull()) await this.#rotate();
        const { text, end, lines, signed } = this.#seal(batch.flatMap((each) => each.bodies));
        await this.#file.append(text, durable);
        this.#took(text, end, lines);
        if (durable || signed) this.#updateHead(durable);
        for (const each of batch) each.resolve();
      } catch (error) {
        const refused = new Error(`the audit cannot be written: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
        for (const each of batch) each.reject(refused);
      }
    }
    this.#writing = undefined;
  }

  #took(text: string, end: ChainEnd, lines: number): void {
    this.#bytes += Buffer.byteLength(text);
    this.#end = end;
    this.#sinceCheckpoint = lines;
  }

  #isFull(): boolean {
    const { rotation, clock } = this.#options;
    if (rotation === undefined || this.#end.sequence === 0) return false;
    return this.#bytes >= rotation.maximumBytes || clock.now() - this.#begunAt >= rotation.maximumAgeMs;
  }

  /** A file that cannot be closed off goes on: what was refused here is tried again before the next lines, which are worth more than the order of files. */
  async #rotate(): Promise<void> {
    const { rotation, clock } = this.#options;
    if (rotation === undefined) return;
    // Its head must not be written over that of the next file.
    await this.#head;
    const full = this.#file;
    try {
      const last = this.#seal([this.#checkpoint(this.#end)]);
      await full.append(last.text, true);
      this.#took(last.text, last.end, last.lines);
      const now = clock.now();
      const next = await rotation.next(this.#end, now);
      this.#file = next.file;
      this.#end = next.end;
      this.#bytes = next.bytes;
      this.#begunAt = now;
    } catch {
      return;
    }
    // It is whole and on the disk; a failing close takes nothing away.
    await full[Symbol.asyncDispose]().catch(() => undefined);
  }

  #seal(bodies: readonly AuditBody[]): { text: string; end: ChainEnd; lines: number; signed: boolean } {
    const time = new Date(this.#options.clock.now()).toISOString();
    let end = this.#end;
    let lines = this.#sinceCheckpoint;
    let signed = false;
    let text = '';
    const add = (body: AuditBody): void => {
      const line = sealLine(body, time, end);
      text += line.text;
      end = line.end;
      lines = body.kind === 'checkpoint' ? 0 : lines + 1;
      signed ||= body.kind === 'checkpoint';
    };
    for (const body of bodies) {
      add(body);
      if (lines >= CHECKPOINT_LINES) add(this.#checkpoint(end));
    }
    return { text, end, lines, signed };
  }

  #checkpoint(end: ChainEnd): AuditBody {
    return { kind: 'checkpoint', signature: signCheckpoint(this.#options.key, end.hash) };
  }

  /** Beside the writing, so that nobody waits for it. Only what is on the disk itself is named in the head, or a power cut would look like a theft. */
  #updateHead(durable: boolean): void {
    this.#wantedHead = { end: this.#end, durable };
    this.#head ??= this.#writeHeads();
  }

  async #writeHeads(): Promise<void> {
    for (let wanted = this.#wantedHead; wanted !== undefined; wanted = this.#wantedHead) {
      this.#wantedHead = undefined;
      try {
        if (!wanted.durable) await this.#file.sync();
        await writeFileAtomic(this.#options.headPath, signHead(this.#options.key, wanted.end));
        this.#headFailure = undefined;
      } catch (error) {
        // An older head is still true; the next line tries again, and `close` tells.
        this.#headFailure = error;
      }
    }
    this.#head = undefined;
  }
}

const isList = (bodies: AuditBody | readonly AuditBody[]): bodies is readonly AuditBody[] => Array.isArray(bodies);

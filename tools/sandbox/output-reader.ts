import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Reads what a program prints up to a limit; more than that is not kept, and told once. */
export class OutputReader {
  readonly closed: Promise<void>;
  readonly #decoder = new StringDecoder('utf8');
  readonly #limit: number;
  readonly #onTooMuch: () => void;
  readonly #parts: string[] = [];
  #bytes = 0;
  #told = false;
  #line = '';
  #listen: ((line: string) => void) | undefined;

  constructor(stream: Readable, limit: number, onTooMuch: () => void) {
    this.#limit = limit;
    this.#onTooMuch = onTooMuch;
    this.closed = new Promise((resolve) => stream.once('close', resolve));
    // A pipe that breaks is closed; there is nothing else to do about it.
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  get text(): string {
    return this.#parts.join('');
  }

  onLine(listen: (line: string) => void): void {
    this.#listen = listen;
  }

  #take(chunk: Buffer): void {
    const room = this.#limit - this.#bytes;
    if (room <= 0) {
      this.#tell();
      return;
    }
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#bytes += kept.length;
    const text = this.#decoder.write(kept);
    this.#parts.push(text);
    if (this.#listen !== undefined) {
      const lines = `${this.#line}${text}`.split('\n');
      this.#line = lines.pop() ?? '';
      for (const line of lines) this.#listen(line);
    }
    if (chunk.length > room) this.#tell();
  }

  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    this.#onTooMuch();
  }
}

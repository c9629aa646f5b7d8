import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { AudioFrame } from '../../contract/audio.ts';
import type { Synthesizer, Voice } from '../engine.ts';
import { checkedVoice } from './espeak-program.ts';
import { PcmReader } from './pcm.ts';

const RUNNER = fileURLToPath(new URL('./espeak-runner.ts', import.meta.url));
const SAMPLE_RATE = 22_050;
/** The program inside reads its input in lines of less than a thousand bytes. */
const LINE_BYTES = 900;

export interface EspeakWasmOptions {
  /** Runs the runner; Electron needs `ELECTRON_RUN_AS_NODE`, which is set for it. */
  node?: string;
  runner?: string;
}

/** eSpeak NG as WebAssembly, in a resident program of its own: slow to come up once (about 0.2 s), then as fast as the system's. */
export class EspeakWasm implements Synthesizer {
  readonly name = 'espeak-ng-wasm';
  readonly #options: EspeakWasmOptions;
  #resident: { key: string; program: Resident } | undefined;
  /** One sentence at a time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: EspeakWasmOptions = {}) {
    this.#options = options;
  }

  /** Starts the program before there is something to say. Resolves when it can speak; throws when it cannot. */
  async warm(voice: Voice): Promise<void> {
    await this.#ready(voice).started;
  }

  get pid(): number | undefined {
    return this.#resident?.program.pid;
  }

  async *speak(text: string, voice: Voice, signal: AbortSignal): AsyncGenerator<AudioFrame, void, undefined> {
    const line = oneLine(text);
    if (line === '') return;
    const before = this.#turn;
    let done = () => {};
    this.#turn = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      if (signal.aborted) return;
      const pcm = new PcmReader(SAMPLE_RATE);
      for await (const bytes of this.#ready(voice).say(line)) {
        // A sentence takes milliseconds: it is left to finish, unheard.
        if (signal.aborted) continue;
        const frame = pcm.read(bytes);
        if (frame) yield frame;
      }
    } finally {
      done();
    }
  }

  [Symbol.dispose](): void {
    this.#resident?.program.kill();
    this.#resident = undefined;
  }

  #ready(voice: Voice): Resident {
    const key = [checkedVoice(voice), voice.rate, voice.pitch].join(' ');
    if (this.#resident?.key !== key || this.#resident.program.ended) {
      this.#resident?.program.kill();
      const { node = process.execPath, runner = RUNNER } = this.#options;
      const child = spawn(node, [runner, ...key.split(' ')], {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      });
      this.#resident = { key, program: new Resident(child) };
    }
    return this.#resident.program;
  }
}

function oneLine(text: string): string {
  let line = text.replaceAll(/[\s\0]+/gu, ' ').trim();
  while (Buffer.byteLength(line) > LINE_BYTES) line = line.slice(0, -10);
  return line;
}

/** The running program; see `espeak-runner.ts` for how it is spoken with. */
class Resident {
  readonly started: Promise<void>;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #pieces: Buffer[] = [];
  #buffered = Buffer.alloc(0);
  #failure: Error | undefined;
  #notify: (() => void) | undefined;
  /** The program has something to finish that nobody listens to any more. */
  #unfinished = true;

  constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    const fail = (error: Error) => {
      this.#failure ??= error;
      this.#notify?.();
    };
    child.once('error', fail);
    child.once('close', (code, by) => fail(new Error(`eSpeak NG (WebAssembly) ended with ${by ?? code}`)));
    child.stdin.on('error', fail);
    child.stdout.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.started = this.#finish();
    // Whoever speaks next hears of it; until then it is nobody's failure.
    this.started.catch(() => undefined);
  }

  get ended(): boolean {
    return this.#failure !== undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async *say(line: string): AsyncGenerator<Buffer, void, undefined> {
    await this.#finish();
    this.#unfinished = true;
    this.#child.stdin.write(`${line}\n`);
    for (;;) {
      const piece = await this.#next();
      if (piece.length === 0) {
        this.#unfinished = false;
        return;
      }
      yield piece;
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #finish(): Promise<void> {
    while (this.#unfinished) this.#unfinished = (await this.#next()).length > 0;
  }

  async #next(): Promise<Buffer> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece) return piece;
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }

  #receive(bytes: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, bytes]);
    while (this.#buffered.length >= 4) {
      const length = this.#buffered.readUInt32LE();
      if (this.#buffered.length < 4 + length) break;
      this.#pieces.push(this.#buffered.subarray(4, 4 + length));
      this.#buffered = this.#buffered.subarray(4 + length);
    }
    this.#notify?.();
  }
}

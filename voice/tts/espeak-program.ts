import { spawn } from 'node:child_process';
import type { AudioFrame } from '../../contract/audio.ts';
import type { Synthesizer, Voice } from '../engine.ts';
import { PcmReader } from './pcm.ts';

const HEADER_BYTES = 44;
const RATE_OFFSET = 24;

/** The voice is part of a command line and of a file name. */
export function checkedVoice({ voice }: Voice): string {
  if (!/^[a-z]{2,3}(?:[-+][a-z0-9-]+)*$/iu.test(voice)) throw new RangeError(`"${voice}" is no name of a voice`);
  return voice;
}

/** The system's `espeak-ng`: one short-lived program for each sentence. `path` may be any program that takes its arguments. */
export class EspeakProgram implements Synthesizer {
  readonly name = 'espeak-ng';
  readonly #path: string;
  readonly #ended = new AbortController();

  constructor(path = 'espeak-ng') {
    this.#path = path;
  }

  async *speak(text: string, voice: Voice, signal: AbortSignal): AsyncGenerator<AudioFrame, void, undefined> {
    const either = AbortSignal.any([signal, this.#ended.signal]);
    if (either.aborted) return;
    // The text goes in by its input: as an argument it could be read as an option.
    const program = spawn(
      this.#path,
      ['--stdout', '--stdin', '-b', '1', '-v', checkedVoice(voice), '-s', String(voice.rate), '-p', String(voice.pitch)],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    const kill = () => program.kill('SIGKILL');
    either.addEventListener('abort', kill, { once: true });
    const ended = new Promise<Error | undefined>((resolve) => {
      program.once('error', resolve);
      program.once('close', (code, by) =>
        resolve(code === 0 ? undefined : new Error(`${this.#path} ended with ${by ?? code}: ${complaint}`.trim())),
      );
    });
    let complaint = '';
    program.stderr.setEncoding('utf8').on('data', (piece: string) => {
      complaint = (complaint + piece).slice(-500);
    });
    // A program that ends before it has read its input is reported by how it ended.
    program.stdin.on('error', () => undefined);
    program.stdin.end(text);
    try {
      let header = Buffer.alloc(0);
      let pcm: PcmReader | undefined;
      for await (const bytes of program.stdout.iterator({ destroyOnReturn: true })) {
        if (!(bytes instanceof Buffer)) continue;
        if (either.aborted) return;
        let sound: Buffer = bytes;
        if (!pcm) {
          header = Buffer.concat([header, bytes]);
          if (header.length < HEADER_BYTES) continue;
          if (header.toString('latin1', 0, 4) !== 'RIFF') throw new Error(`${this.#path} gave no WAV`);
          pcm = new PcmReader(header.readUInt32LE(RATE_OFFSET));
          sound = header.subarray(HEADER_BYTES);
        }
        const frame = pcm.read(sound);
        if (frame) yield frame;
      }
      const failure = await ended;
      if (failure && !either.aborted) throw failure;
    } finally {
      either.removeEventListener('abort', kill);
      kill();
    }
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
  }
}

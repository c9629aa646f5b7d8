import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { LISTENING_RATE } from '../../contract/audio.ts';
import { JarvisError } from '../../contract/failure.ts';
import { Resampler } from '../../contract/resampler.ts';
import { onPath } from './on-path.ts';

/**
 * Recorders that come with desktops. Each is asked for 48 kHz mono s16le on stdout: what the device really does, so that our own resampler and
 * not a cheap one makes the 16 kHz.
 */
const CAPTURE_RATE = 48_000;
const RECORDERS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['pw-record', '--rate', String(CAPTURE_RATE), '--channels', '1', '--format', 's16', '-'],
  ['parec', '--rate', String(CAPTURE_RATE), '--channels', '1', '--format', 's16le', '--raw'],
  ['arecord', '-q', '-t', 'raw', '-f', 'S16_LE', '-r', String(CAPTURE_RATE), '-c', '1'],
  ['rec', '-q', '-t', 'raw', '-r', String(CAPTURE_RATE), '-c', '1', '-b', '16', '-e', 'signed', '-'],
];

/**
 * 16 kHz mono from the machine's microphone through the recorder that is there, until `signal` aborts.
 * Throws `JarvisError('microphone-missing')` when there is no recorder or it gives no sound.
 */
export async function* recordMicrophone(signal: AbortSignal): AsyncGenerator<Int16Array> {
  const recorder = RECORDERS.find(([program]) => onPath(program));
  if (recorder === undefined) {
    throw new JarvisError(
      'microphone-missing',
      `none of ${RECORDERS.map(([program]) => program).join(', ')} is installed; the page has a microphone of its own`,
    );
  }
  const [program, ...args] = recorder;
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-300);
  });
  const closed = new Promise<Error | undefined>((resolve) => {
    child.once('error', resolve);
    child.once('close', () => resolve(undefined));
  });
  const resampler = new Resampler(CAPTURE_RATE, LISTENING_RATE);
  let heard = 0;
  let odd: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of child.stdout) {
      const bytes: Buffer = Buffer.concat([odd, chunk]);
      const count = Math.floor(bytes.length / 2);
      odd = bytes.subarray(count * 2);
      const floats = new Float32Array(count);
      for (let index = 0; index < count; index += 1) floats[index] = bytes.readInt16LE(index * 2) / 32_768;
      heard += count;
      yield toInt16(resampler.process(floats));
    }
  } finally {
    child.kill();
  }
  const error = await closed;
  if (!signal.aborted && heard === 0) throw new JarvisError('microphone-missing', (complaint.trim() || error?.message) ?? program);
}

function toInt16(floats: Float32Array): Int16Array {
  return Int16Array.from(floats, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))));
}

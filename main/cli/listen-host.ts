import { readFile } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { LISTENING_RATE } from '../../contract/audio.ts';
import { JarvisError, sentenceFor } from '../../contract/failure.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { decodeWav } from '../../voice/audio/wav.ts';
import type { Host } from '../host/host.ts';
import { recordMicrophone } from '../microphone/record-microphone.ts';
import { roomIn } from './home-of.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import { withHost } from './run-host.ts';

export interface ListenOptions {
  wake: string;
  home?: string;
  phrasebook: string[];
  builtIn: boolean;
  room?: string;
  dryRun?: boolean;
  json?: boolean;
  verbose?: boolean;
}

/** Samples handed over at a time: half a second. */
const CHUNK = LISTENING_RATE / 2;

/** Hears the files (or the microphone) with a host of its own. Number of recordings that could not be heard. */
export function listen(files: string[], options: ListenOptions): Promise<number> {
  return withHost({ ...options, voice: true }, (host, signal) => hearAll(host, files, options, signal));
}

async function hearAll(host: Host, files: string[], options: ListenOptions, signal: AbortSignal): Promise<number> {
  const room = options.room === undefined ? host.settings.room : roomIn(host.home.snapshot(), options.room);
  await host.listening();
  const listener: Listener = { host, room, options, signal };
  if (files.length === 0) {
    if (options.wake === 'none') complain('Listening until Ctrl-C; everything is taken as one command.');
    else complain('Say "Jarvis …". Ctrl-C ends.');
    await hear(listener, recordMicrophone, undefined, 'live');
    return 0;
  }
  let bad = 0;
  for (const file of files) {
    if (signal.aborted) break;
    try {
      const sound = file === '-' ? undefined : decodeWav(await readRecording(file));
      await hear(listener, (ended) => (sound === undefined ? rawFrom(process.stdin, ended) : inChunks(sound)), file, 'offline');
    } catch (error) {
      if (signal.aborted) break;
      bad += 1;
      const failure = error instanceof JarvisError ? error.failure : { code: 'bad-audio' as const, detail: describe(error) };
      // A voice that died is told by the stream itself, in the turn that it cut off.
      const told = failure.code === 'voice-restarted';
      if (options.json === true && !told) printJson({ turnId: host.newId(), at: 0, type: 'turn-failed', failure, file });
      complain(`${file}: ${failure.detail ?? sentenceFor(failure)}`);
    }
  }
  return bad;
}

async function readRecording(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new JarvisError('bad-audio', 'there is no such file', { cause: error });
    if (code === 'EISDIR') throw new JarvisError('bad-audio', 'it is a folder, not a WAV file', { cause: error });
    throw new JarvisError('bad-audio', describe(error), { cause: error });
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface Listener {
  host: Host;
  room: string | undefined;
  options: ListenOptions;
  signal: AbortSignal;
}

async function hear(
  { host, room, options, signal }: Listener,
  sound: (ended: AbortSignal) => AsyncIterable<Int16Array> | Iterable<Int16Array>,
  file: string | undefined,
  pace: 'live' | 'offline',
): Promise<void> {
  if (host.voice === undefined) throw new CommandError('The voice process is not there.');
  const printing = new AbortController();
  const printed = report(host.journal.events(printing.signal), options.json === true, file);
  const stream = host.voice.openStream({
    wake: options.wake === 'none' ? 'none' : 'auto',
    pace,
    source: pace === 'live' ? 'microphone' : 'file',
    ...(room === undefined ? {} : { room }),
  });
  // A stream that ends before its sound does (the voice died) must not wait for an input where nothing comes any more.
  const ended = new AbortController();
  const events = (async () => {
    for await (const event of stream.events) host.hear(event, { dryRun: options.dryRun ?? false });
    ended.abort();
  })();
  const abort = (): void => stream.drop();
  signal.addEventListener('abort', abort);
  try {
    try {
      for await (const samples of sound(AbortSignal.any([signal, ended.signal]))) await stream.write(samples);
    } catch (error) {
      // A write to a stream that has ended says why it has.
      if (ended.signal.aborted && !signal.aborted) await stream.write(new Int16Array(0));
      throw error;
    }
    stream.end();
    await events;
    await host.conversation.settled();
  } finally {
    stream.drop();
    signal.removeEventListener('abort', abort);
    printing.abort();
    await printed;
  }
}

async function report(events: AsyncIterable<TurnEvent>, json: boolean, file: string | undefined): Promise<void> {
  for await (const event of events) {
    if (json) printJson(file === undefined ? event : { ...event, file });
    else tell(event, file);
  }
}

/** The same for people: what was heard, and what JARVIS says to it. */
function tell(event: TurnEvent, file: string | undefined): void {
  const where = file === undefined ? '' : `${file}: `;
  if (event.type === 'transcript-ended') print(`${where}${event.rejected === true ? '(not understood)' : `“${event.text}”`}`);
  else if (event.type === 'reply-ended' && event.text !== '') print(`${where}→ ${event.text}`);
  else if (event.type === 'turn-failed' && event.failure.code === 'no-speech') complain(`${where}${sentenceFor(event.failure)}`);
}

function* inChunks(samples: Int16Array): Generator<Int16Array> {
  for (let start = 0; start < samples.length; start += CHUNK) yield samples.subarray(start, start + CHUNK);
}

/** Raw little-endian 16-bit samples; a byte left over at a chunk's end belongs to the next. */
async function* rawFrom(input: Readable, signal: AbortSignal): AsyncGenerator<Int16Array> {
  // Nothing may come for ever; only a closed input ends the waiting.
  addAbortSignal(signal, input);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of input as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.concat([rest, typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk]);
    const even = bytes.length - (bytes.length % 2);
    rest = bytes.subarray(even);
    const samples = new Int16Array(even / 2);
    for (let index = 0; index < samples.length; index += 1) samples[index] = bytes.readInt16LE(index * 2);
    yield* inChunks(samples);
  }
}

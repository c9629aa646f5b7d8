import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { LISTENING_RATE } from '../../contract/audio.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { decodeWav } from '../../voice/audio/wav.ts';
import type { Host } from '../host/host.ts';
import { recordMicrophone } from '../microphone/record-microphone.ts';
import { roomIn } from './home-of.ts';
import { collect } from './options.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import { withHost } from './run-host.ts';

interface ListenOptions {
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

export function addListen(program: Command): Command {
  return program
    .command('listen [FILE...]')
    .description('Hear commands: from WAV files (any PCM), from raw 16 kHz s16le on stdin (-), or from the microphone.')
    .option('--wake <none|auto>', 'auto waits for "Jarvis"; none takes the whole sound as one command', 'auto')
    .option('--home <demo|FILE>', 'the home to act on (default: the one in the settings)')
    .option('--phrasebook <DIR>', 'a folder of own sentences; may be given several times', collect, [])
    .option('--no-built-in', 'leave the built-in phrasebook out')
    .option('--room <AREA>', 'the room that hears it')
    .option('--dry-run', 'decide everything, do nothing')
    .option('--json', 'print the turn events, one JSON object per line')
    .option('--verbose', 'log to stderr')
    .action(async (files: string[], options: ListenOptions) => {
      if (options.wake !== 'auto' && options.wake !== 'none') throw new CommandError(`--wake is auto or none, not ${options.wake}`);
      const bad = await withHost({ ...options, voice: true }, (host, signal) => listen(host, files, options, signal));
      if (bad > 0) throw new CommandError('', 1);
    });
}

/** Number of recordings that could not be heard. */
async function listen(host: Host, files: string[], options: ListenOptions, signal: AbortSignal): Promise<number> {
  const room = options.room === undefined ? host.settings.room : roomIn(host.home.snapshot(), options.room);
  await host.listening();
  const listener: Listener = { host, room, options, signal };
  if (files.length === 0) {
    if (options.wake === 'none') complain('Listening until Ctrl-C; everything is taken as one command.');
    else complain('Say "Jarvis …". Ctrl-C ends.');
    await hear(listener, recordMicrophone(signal), undefined, 'live');
    return 0;
  }
  let bad = 0;
  for (const file of files) {
    if (signal.aborted) break;
    try {
      await hear(listener, file === '-' ? rawFrom(process.stdin) : inChunks(decodeWav(await readFile(file))), file, 'offline');
    } catch (error) {
      if (signal.aborted) break;
      bad += 1;
      const failure = error instanceof JarvisError ? error.failure : { code: 'bad-audio' as const, detail: describe(error) };
      if (options.json === true) printJson({ turnId: host.newId(), at: 0, type: 'turn-failed', failure, file });
      complain(`${file}: ${failure.detail ?? failure.code}`);
    }
  }
  return bad;
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
  sound: AsyncIterable<Int16Array> | Iterable<Int16Array>,
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
  const events = (async () => {
    for await (const event of stream.events) host.hear(event, { dryRun: options.dryRun ?? false });
  })();
  const abort = (): void => stream.drop();
  signal.addEventListener('abort', abort);
  try {
    for await (const samples of sound) await stream.write(samples);
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
}

function* inChunks(samples: Int16Array): Generator<Int16Array> {
  for (let start = 0; start < samples.length; start += CHUNK) yield samples.subarray(start, start + CHUNK);
}

/** Raw little-endian 16-bit samples; a byte left over at a chunk's end belongs to the next. */
async function* rawFrom(input: AsyncIterable<Buffer | string>): AsyncGenerator<Int16Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of input) {
    const bytes = Buffer.concat([rest, typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk]);
    const even = bytes.length - (bytes.length % 2);
    rest = bytes.subarray(even);
    const samples = new Int16Array(even / 2);
    for (let index = 0; index < samples.length; index += 1) samples[index] = bytes.readInt16LE(index * 2);
    yield* inChunks(samples);
  }
}

import { performance } from 'node:perf_hooks';
import { connectAsync, type MqttClient } from 'mqtt';
import type { TurnEventType } from '../../contract/turn-event.ts';
import type { Host } from '../../main/host/host.ts';
import type { VoiceStream } from '../../main/supervisor/voice-stream.ts';
import { startBenchHost } from './bench-host.ts';
import { homeCommands } from './phrases.ts';
import { playLive, spokenAt } from './play-live.ts';
import { haveRecordings, NO_RECORDINGS, type Recording, recordings } from './recordings.ts';
import type { BenchSection, Figure } from './report.ts';
import { milliseconds, quantile } from './report.ts';
import { type SpokenCommand, spokenCommand } from './spoken-command.ts';

const RUNS = 8;
/** Pause between wake word and command, in ms, by turns: a breath, and none. */
const PAUSES = [250, 0];
/** Quiet after the command, in ms. */
const REST_MS = 2_500;
/** Of quiet after which a turn that does not end is given up, in ms: longer than JARVIS waits for a first word. */
const PATIENCE_MS = 7_000;
/** Of it at a time, in ms. */
const PATIENCE_STEP_MS = 320;

/** When what a person said became what; `performance.now()`. */
interface Run {
  woke: boolean;
  ended: boolean;
  text: string;
  lastWord: number;
  reason: string;
  outcome: string;
  events: Map<TurnEventType, number>;
  command: number | undefined;
  replyText: number | undefined;
  firstSound: number | undefined;
  lateMs: number[];
}

/** The real thing, end to end and at the pace of speech: from the last spoken word to the device and to JARVIS's voice. */
export async function benchLatency(): Promise<BenchSection> {
  if (!haveRecordings) return { title: 'End to end, live', notes: [NO_RECORDINGS], figures: [] };
  await using started = await startBenchHost();
  const { host } = started;
  const watcher = await connectAsync(started.broker);
  const commands = (await homeCommands()).filter(({ human }) => human);
  const wakes = spread(await recordings('wake/jarvis'), RUNS);
  const figures: Figure[] = [];
  const late: number[] = [];
  const wrong: string[] = [];
  try {
    await watcher.subscribeAsync('demo/+/set/#');
    using microphone = openMicrophone(host);
    // The demo home ends its starting announcements, and every part is loaded and warm before the first figure.
    await playLive(spokenCommand(wakes[0]!.samples, commands[0]!.recording.samples, 250, REST_MS).samples, (frame) =>
      microphone.stream.write(frame),
    );
    await host.conversation.settled();
    for (const { recording, text } of commands) {
      const runs: Run[] = [];
      for (const [index, wake] of wakes.entries()) {
        await reset(host);
        const spoken = spokenCommand(wake.samples, recording.samples, PAUSES[index % PAUSES.length]!, REST_MS);
        const run = await oneRun(host, microphone, watcher, spoken);
        runs.push(run);
        late.push(...run.lateMs);
        if (run.woke && !sameMeaning(host, run.text, text)) wrong.push(`"${wake.name}" + "${text}": heard "${run.text}" (${run.reason})`);
      }
      figures.push(...figuresOf(host, text, runs));
    }
  } finally {
    await watcher.endAsync();
  }
  const notes = [
    `demo home over MQTT, one live stream, 512 samples each 32 ms by an absolute schedule; writes were late by ${Math.round(quantile(late, 0.95))} ms at p95, ${Math.round(Math.max(...late))} ms at most`,
    `${RUNS} wake words of as many recordings before each human command, ${PAUSES.join(' or ')} ms pause; all times count from the end of the last word (100 ms or more within 25 dB of the peak and 10 dB above the quiet)`,
    'the device itself answers after the delay of its simulated radio',
    ...wrong.map((each) => `not understood as said: ${each}`),
  ];
  return { title: 'End to end, live', notes, figures };
}

const spread = (clips: Recording[], count: number): Recording[] =>
  Array.from({ length: count }, (_, index) => clips[Math.floor((index * clips.length) / count)]!);

const sameMeaning = (host: Host, heard: string, said: string): boolean =>
  JSON.stringify(host.phrasebook().understand(heard)) === JSON.stringify(host.phrasebook().understand(said));

interface Microphone extends Disposable {
  stream: VoiceStream;
}

/** A live stream whose turns the host carries out. */
function openMicrophone(host: Host): Microphone {
  const stream = host.voice!.openStream({ wake: 'auto', pace: 'live', source: 'file' });
  void (async () => {
    for await (const event of stream.events) host.hear(event, { dryRun: false });
  })();
  return { stream, [Symbol.dispose]: () => stream.drop() };
}

/** Everything off, so that a command has something to change. */
async function reset(host: Host): Promise<void> {
  host.conversation.ask('turn off the living room lamp', { source: 'cli' });
  await host.conversation.settled();
}

async function oneRun(host: Host, microphone: Microphone, watcher: MqttClient, spoken: SpokenCommand): Promise<Run> {
  const run: Run = {
    woke: false,
    ended: false,
    text: '',
    reason: 'nothing heard',
    outcome: '',
    lastWord: 0,
    events: new Map(),
    command: undefined,
    replyText: undefined,
    firstSound: undefined,
    lateMs: [],
  };
  const watching = new AbortController();
  const onCommand = (): void => {
    run.command ??= performance.now();
  };
  watcher.on('message', onCommand);
  const events = host.journal.events(watching.signal);
  const followed = (async () => {
    for await (const event of events) {
      if (!run.events.has(event.type)) run.events.set(event.type, performance.now());
      if (event.type === 'wake-heard') run.woke = true;
      if (event.type === 'speech-ended') run.reason = event.reason;
      if (event.type === 'transcript-ended') run.text = event.rejected === true ? `${event.text} (refused)` : event.text;
      if (event.type === 'tool-ended') run.outcome = event.outcome;
      if (event.type === 'turn-failed') run.reason = event.failure.code;
      if (event.type === 'reply-ended') {
        run.replyText = performance.now();
        run.firstSound = await firstSound(host, event.text);
      }
      if (event.type === 'turn-ended') run.ended = true;
    }
  })();
  const { began, lateMs } = await playLive(spoken.samples, (frame) => microphone.stream.write(frame));
  // Turns end on the clock of the sound: while one is open the microphone goes on, or it would swallow the next run's wake word.
  for (let waited = 0; run.woke && !run.ended && waited < PATIENCE_MS; waited += PATIENCE_STEP_MS) {
    await playLive(spoken.samples.slice(-PATIENCE_STEP_MS * 16), (frame) => microphone.stream.write(frame));
  }
  await host.conversation.settled();
  watching.abort();
  await followed;
  watcher.off('message', onCommand);
  return { ...run, lateMs, lastWord: spokenAt({ began }, spoken.lastWord) };
}

async function firstSound(host: Host, text: string): Promise<number | undefined> {
  const speaking = new AbortController();
  for await (const { samples } of host.voice!.speak(text, host.newId(), speaking.signal)) {
    if (samples.length === 0) continue;
    const now = performance.now();
    speaking.abort();
    return now;
  }
  return undefined;
}

function figuresOf(host: Host, text: string, runs: readonly Run[]): Figure[] {
  const woke = runs.filter((run) => run.woke);
  const right = woke.filter((run) => sameMeaning(host, run.text, text));
  const early = woke.filter((run) => (run.events.get('speech-ended') ?? Number.POSITIVE_INFINITY) < run.lastWord);
  const steps: [name: string, at: (run: Run) => number | undefined, target?: string][] = [
    ['turn end called', (run) => run.events.get('speech-ended')],
    ['final text', (run) => run.events.get('transcript-ended')],
    ['command on the broker', (run) => run.command],
    ['device state seen', (run) => (run.outcome === 'confirmed' ? run.events.get('tool-ended') : undefined), '≤ 500 ms p50'],
    ['text of the reply', (run) => run.replyText],
    ['first sound of the reply', (run) => run.firstSound],
  ];
  const waits: [name: string, at: (run: Run) => number | undefined, target?: string][] = [
    ['turn end → final text', (run) => between(run.events.get('speech-ended'), run.events.get('transcript-ended')), '≤ 150 ms'],
    ['final text → command on the broker', (run) => between(run.events.get('transcript-ended'), run.command), '≤ 10 ms'],
    ['reply text → first sound', (run) => between(run.replyText, run.firstSound)],
  ];
  return [
    {
      name: `“${text}”: woke and understood`,
      value: right.length,
      unit: `of ${runs.length}`,
      detail: `${woke.length} woke; ended by ${counted(woke.map((run) => run.reason))}; ${early.length} ended before the last word`,
    },
    ...steps.map(([name, at, target]) =>
      spread50(
        `last word → ${name}`,
        right.map((run) => between(run.lastWord, at(run))),
        target,
      ),
    ),
    ...waits.map(([name, of, target]) => spread50(name, right.map(of), target)),
  ].filter((figure) => figure !== undefined);
}

/** "command-complete 10, silence 2" */
const counted = (reasons: readonly string[]): string =>
  [...new Set(reasons)].map((reason) => `${reason} ${reasons.filter((each) => each === reason).length}`).join(', ');

const between = (from: number | undefined, to: number | undefined): number | undefined =>
  from === undefined || to === undefined ? undefined : to - from;

function spread50(name: string, values: readonly (number | undefined)[], target: string | undefined): Figure | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  const { value, unit } = milliseconds(quantile(known, 0.5));
  return {
    name,
    value,
    unit,
    detail: `p50 of ${known.length}; p95 ${Math.round(quantile(known, 0.95))}, most ${Math.round(Math.max(...known))}`,
    ...(target === undefined ? {} : { target }),
  };
}

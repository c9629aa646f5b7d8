import { describe, expect, it } from 'vitest';
import type { Completeness } from '../../contract/intent.ts';
import { VoiceSettingsSchema } from '../../contract/settings.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import {
  FakeTranscriber,
  type FakeTranscriberOptions,
  FakeVoiceActivityDetector,
  FakeWakeDetector,
  say,
} from '../../tests/fakes/fake-speech.ts';
import { InputQueue } from './input-queue.ts';
import { createListener, type ListenerOptions } from './listener.ts';
import type { ListenerInput } from './listener-input.ts';

const sentences = ['turn on the light', 'turn on the light in the kitchen', 'turn off the lamp', 'what time is it', 'stop'];

function completeness(text: string): Completeness {
  if (!sentences.includes(text)) return 'incomplete';
  return sentences.some((sentence) => sentence.startsWith(`${text} `)) ? 'complete' : 'closed';
}

interface Run extends Partial<Pick<ListenerOptions, 'wake' | 'pace' | 'completeness'>>, Partial<FakeTranscriberOptions> {
  /** Samples in one chunk. */
  chunk?: number;
  signal?: AbortSignal;
}

function line({ at, turnId, ...event }: TurnEvent): string {
  const { type, ...rest } = event;
  return [
    `${turnId} ${at} ${type}`,
    ...Object.values(rest).map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))),
  ].join(' ');
}

function* cut(input: readonly (Int16Array | ListenerInput)[], chunk: number): Generator<ListenerInput> {
  for (const item of input) {
    if (!(item instanceof Int16Array)) yield item;
    else for (let at = 0; at < item.length; at += chunk) yield { type: 'audio', samples: item.subarray(at, at + chunk) };
  }
}

async function run(input: readonly (Int16Array | ListenerInput)[], options: Run = {}) {
  const transcriber = new FakeTranscriber({ sentences, ...options });
  const failures: string[] = [];
  let turns = 0;
  async function* source() {
    yield* cut(input, options.chunk ?? 700);
  }
  const log: string[] = [];
  const listener = createListener(source(), {
    wake: options.wake ?? 'auto',
    pace: options.pace ?? 'offline',
    source: 'voice',
    ears: {
      wake: new FakeWakeDetector(),
      vad: new FakeVoiceActivityDetector(),
      transcriber,
      failed: (part, error) => failures.push(`${part}: ${error instanceof Error ? error.message : error}`),
    },
    turnEnd: VoiceSettingsSchema.parse({}).turnEnd,
    signal: options.signal ?? new AbortController().signal,
    monotonic: () => 0,
    newTurnId: () => {
      turns += 1;
      return `t${turns}`;
    },
    completeness: options.completeness ?? (async (text) => completeness(text)),
    warn: (message) => failures.push(message),
  });
  for await (const event of listener) log.push(line(event));
  return { log, failures, openStreams: transcriber.openStreams };
}

const listen = (by: 'push-to-talk' | 'follow-up'): ListenerInput => ({ type: 'listen', by });
const release: ListenerInput = { type: 'stop-listening', take: true };

describe('a turn', () => {
  it('keeps the first word of a command said in one breath with the wake word', async () => {
    const { log, openStreams } = await run([say(600, 'jarvis turn off the lamp', 2000)]);
    expect(log).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 384 wake-heard jarvis fake-wake 0.9",
        "t1 200 speech-started",
        "t1 384 transcript-delta turn",
        "t1 608 transcript-delta turn off",
        "t1 800 transcript-delta turn off the",
        "t1 992 transcript-delta turn off the lamp",
        "t1 1184 speech-ended command-complete",
        "t1 1184 transcript-ended turn off the lamp 0.9 fake-stt",
      ]
    `);
    expect(openStreams).toBe(0);
  });

  it('waits for a command that comes a while after the wake word', async () => {
    expect((await run([say(600, 'jarvis', 1800, 'what time is it', 2000)])).log).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 184 wake-heard jarvis fake-wake 0.9",
        "t1 1784 speech-started",
        "t1 2008 transcript-delta what",
        "t1 2200 transcript-delta what time",
        "t1 2392 transcript-delta what time is",
        "t1 2584 transcript-delta what time is it",
        "t1 2776 speech-ended command-complete",
        "t1 2776 transcript-ended what time is it 0.9 fake-stt",
      ]
    `);
  });

  it('says that nothing was heard when nobody speaks after the wake word', async () => {
    expect((await run([say(300, 'jarvis', 8000)])).log).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 164 wake-heard jarvis fake-wake 0.9",
        "t1 5028 turn-failed {"code":"no-speech"}",
      ]
    `);
  });

  it('does not take a cough for the command', async () => {
    const cough = new Int16Array(3200).fill(7);
    expect((await run([say(300, 'jarvis', 500), cough, say(1800, 'stop', 1000)])).log).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 164 wake-heard jarvis fake-wake 0.9",
        "t1 484 speech-started",
        "t1 2692 transcript-delta stop",
        "t1 2884 speech-ended command-complete",
        "t1 2884 transcript-ended stop 0.9 fake-stt",
      ]
    `);
  });

  it('gives a sentence that trails off its time, and tells that it is no command', async () => {
    expect((await run([say(300, 'jarvis turn on the', 3000)])).log).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 364 wake-heard jarvis fake-wake 0.9",
        "t1 200 speech-started",
        "t1 396 transcript-delta turn",
        "t1 588 transcript-delta turn on",
        "t1 780 transcript-delta turn on the",
        "t1 1836 speech-ended silence",
        "t1 1836 transcript-ended turn on the 0.2 fake-stt true",
      ]
    `);
  });

  it('goes on when a complete command is continued before its silence is over', async () => {
    expect((await run([say(300, 'jarvis turn on the light', 300, 'in the kitchen', 2000)])).log).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 364 wake-heard jarvis fake-wake 0.9",
        "t1 200 speech-started",
        "t1 396 transcript-delta turn",
        "t1 588 transcript-delta turn on",
        "t1 780 transcript-delta turn on the",
        "t1 1004 transcript-delta turn on the light",
        "t1 1484 transcript-delta turn on the light in",
        "t1 1708 transcript-delta turn on the light in the",
        "t1 1900 transcript-delta turn on the light in the kitchen",
        "t1 2060 speech-ended command-complete",
        "t1 2060 transcript-ended turn on the light in the kitchen 0.9 fake-stt",
      ]
    `);
  });

  it('waits longer after a command that could go on than after one that could not', async () => {
    const { log } = await run([say(300, 'jarvis turn on the light', 2000, 'jarvis stop', 2000)]);
    expect(log.filter((each) => each.includes('speech-ended') || each.includes('transcript-delta'))).toMatchInlineSnapshot(`
      [
        "t1 396 transcript-delta turn",
        "t1 588 transcript-delta turn on",
        "t1 780 transcript-delta turn on the",
        "t1 1004 transcript-delta turn on the light",
        "t1 1356 speech-ended command-complete",
        "t2 396 transcript-delta stop",
        "t2 556 speech-ended command-complete",
      ]
    `);
  });

  it('ends at the maximum length when nobody ever stops talking', async () => {
    const chatter = Array.from({ length: 100 }, () => 'hello').join(' ');
    const { log } = await run([say(300, 'jarvis', chatter)]);
    expect(
      log.filter((each) => !each.includes('transcript-delta')).map((each) => each.replace(/hello( hello)+/, 'hello …')),
    ).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 364 wake-heard jarvis fake-wake 0.9",
        "t1 200 speech-started",
        "t1 15020 speech-ended maximum-length",
        "t1 15020 transcript-ended hello 0.2 fake-stt true",
      ]
    `);
  });

  it('hears two commands in one stream', async () => {
    const { log } = await run([say(300, 'jarvis turn off the lamp', 800, 'jarvis stop', 800)]);
    expect(log.filter((each) => /turn-started|transcript-ended/.test(each))).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 1164 transcript-ended turn off the lamp 0.9 fake-stt",
        "t2 0 turn-started voice wake",
        "t2 572 transcript-ended stop 0.9 fake-stt",
      ]
    `);
  });

  it('takes the whole stream as one command where no wake word is wanted', async () => {
    expect((await run([say(700, 'turn on', 1500, 'the light', 900)], { wake: 'none' })).log).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice file",
        "t1 704 speech-started",
        "t1 896 transcript-delta turn",
        "t1 1088 transcript-delta turn on",
        "t1 2784 transcript-delta turn on the",
        "t1 3008 transcript-delta turn on the light",
        "t1 3900 speech-ended end-of-stream",
        "t1 3900 transcript-ended turn on the light 0.9 fake-stt",
      ]
    `);
  });

  it('says that a silent recording has no speech', async () => {
    expect((await run([say(900)], { wake: 'none' })).log).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice file",
        "t1 900 turn-failed {"code":"no-speech"}",
      ]
    `);
    expect((await run([], { wake: 'none' })).log).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice file",
        "t1 0 turn-failed {"code":"no-speech"}",
      ]
    `);
  });

  it('takes what was said while the key was held', async () => {
    expect(
      (await run([say(400), listen('push-to-talk'), say('turn on', 1500, 'the light'), release, say(900)])).log,
    ).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice push-to-talk",
        "t1 250 speech-started",
        "t1 442 transcript-delta turn",
        "t1 634 transcript-delta turn on",
        "t1 2330 transcript-delta turn on the",
        "t1 2550 transcript-delta turn on the light",
        "t1 2550 speech-ended released",
        "t1 2550 transcript-ended turn on the light 0.9 fake-stt",
      ]
    `);
  });

  it('ends by itself under the key when the command is finished', async () => {
    expect((await run([say(400), listen('push-to-talk'), say(200, 'stop', 900), release])).log.at(-2)).toMatchInlineSnapshot(
      `"t1 826 speech-ended command-complete"`,
    );
  });

  it('drops what was said when listening is called off', async () => {
    expect(
      (await run([listen('push-to-talk'), say('turn on'), { type: 'stop-listening', take: false }, say(300)])).log.slice(-2),
    ).toMatchInlineSnapshot(`
      [
        "t1 400 speech-ended cancelled",
        "t1 400 turn-failed {"code":"cancelled"}",
      ]
    `);
  });

  it('hears the answer to a question, without its own voice and with or without the wake word', async () => {
    const playing = (on: boolean): ListenerInput => ({ type: 'playing', playing: on });
    const { log } = await run([playing(true), listen('follow-up'), say('hello hello', 300), playing(false), say(300, 'stop', 900)]);
    expect(log.filter((each) => each.includes('ended'))).toMatchInlineSnapshot(`
      [
        "t1 1372 speech-ended command-complete",
        "t1 1372 transcript-ended stop 0.9 fake-stt",
      ]
    `);
    const addressed = await run([listen('follow-up'), say(700, 'jarvis stop', 900)]);
    expect(addressed.log.filter((each) => /turn-started|ended|failed/.test(each))).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice follow-up",
        "t1 1472 speech-ended command-complete",
        "t1 1472 transcript-ended stop 0.9 fake-stt",
      ]
    `);
  });

  it('stays one turn when the wake word is said twice at once', async () => {
    const { log } = await run([say(300, 'jarvis', 150, 'jarvis stop', 900)]);
    expect(log.filter((each) => /turn-started|ended|failed/.test(each))).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 582 speech-ended command-complete",
        "t1 582 transcript-ended stop 0.9 fake-stt",
      ]
    `);
  });

  it('gives way to a new turn, and still takes the command that was complete before it', async () => {
    const { log } = await run([say(300, 'jarvis turn on the light', 250, 'jarvis stop', 900)]);
    expect(log.filter((each) => /turn-started|ended|failed/.test(each))).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 1836 speech-ended command-complete",
        "t1 1836 transcript-ended turn on the light 0.9 fake-stt",
        "t2 0 turn-started voice wake",
        "t2 578 speech-ended command-complete",
        "t2 578 transcript-ended stop 0.9 fake-stt",
      ]
    `);
  });

  it('is told as cancelled when the stream is dropped in the middle of it', async () => {
    const abort = new AbortController();
    const queue = new InputQueue({ limit: 80_000, signal: abort.signal });
    for (const item of cut([say(300, 'jarvis turn on the', 300)], 512)) queue.push(item);
    const transcriber = new FakeTranscriber({ sentences });
    const log: string[] = [];
    const options: ListenerOptions = {
      wake: 'auto',
      pace: 'live',
      source: 'voice',
      ears: { wake: new FakeWakeDetector(), vad: new FakeVoiceActivityDetector(), transcriber, failed: () => expect.unreachable() },
      turnEnd: VoiceSettingsSchema.parse({}).turnEnd,
      signal: abort.signal,
      monotonic: () => 0,
      newTurnId: () => 't1',
      completeness: async (text) => completeness(text),
      warn: () => expect.unreachable(),
    };
    for await (const event of createListener(queue, options)) {
      log.push(line(event));
      if (event.type === 'transcript-delta' && event.text === 'turn on') abort.abort();
    }
    expect(log.slice(-2)).toMatchInlineSnapshot(`
      [
        "t1 588 speech-ended cancelled",
        "t1 588 turn-failed {"code":"cancelled"}",
      ]
    `);
    expect(transcriber.openStreams).toBe(0);
  });

  it('fails when the recogniser does, and the stream goes on', async () => {
    const { log, failures, openStreams } = await run([say(300, 'jarvis turn on noise the light', 1500, 'jarvis stop', 900)], {
      failsAt: 'noise',
    });
    expect(log.filter((each) => /turn-started|ended|failed/.test(each))).toMatchInlineSnapshot(`
      [
        "t1 0 turn-started voice wake",
        "t1 780 turn-failed {"code":"speech-engine-failed"}",
        "t2 0 turn-started voice wake",
        "t2 568 speech-ended command-complete",
        "t2 568 transcript-ended stop 0.9 fake-stt",
      ]
    `);
    expect(failures).toEqual(['stt: the fake recogniser broke']);
    expect(openStreams).toBe(0);
    expect((await run([say(300, 'jarvis stop', 900)], { failsAtEnd: true })).log.at(-1)).toBe(
      't1 556 turn-failed {"code":"speech-engine-failed"}',
    );
  });

  it('waits out the silence when the host does not say whether the sentence is finished', async () => {
    const { log, failures } = await run([say(300, 'jarvis stop', 2000)], { completeness: () => Promise.reject(new Error('gone')) });
    expect(log.filter((each) => each.includes('ended'))).toMatchInlineSnapshot(`
      [
        "t1 1420 speech-ended silence",
        "t1 1420 transcript-ended stop 0.9 fake-stt",
      ]
    `);
    expect(failures).toEqual(['the host did not say whether the sentence is finished: gone']);
    const silent = await run([say(300, 'jarvis stop', 2000)], { pace: 'live', completeness: () => new Promise(() => undefined) });
    expect(silent.log).toEqual(log);
  });

  it('is the same at any pace and in chunks of any length', async () => {
    const input = [
      say(300, 'jarvis turn on the light', 300, 'in the kitchen', 900, 'jarvis', 700, 'stop', 900),
      listen('push-to-talk'),
      say('what time'),
      release,
    ];
    const { log } = await run(input);
    expect(log.length).toBeGreaterThan(15);
    for (const chunk of [160, 512, 4096, 100_000]) {
      expect((await run(input, { chunk })).log).toEqual(log);
      expect((await run(input, { chunk, pace: 'live' })).log).toEqual(log);
    }
  });
});

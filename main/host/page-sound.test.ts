import { beforeEach, describe, expect, it } from 'vitest';
import type { HostToPageAudio } from '../../contract/interface.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { MessageQueue } from '../supervisor/message-queue.ts';
import type { VoiceService } from '../supervisor/voice-service.ts';
import type { VoiceStream } from '../supervisor/voice-stream.ts';
import { PageSound } from './page-sound.ts';

class FakeStream implements VoiceStream {
  readonly id: string;
  readonly events = new MessageQueue<TurnEvent>();
  readonly log: string[] = [];
  samples = 0;
  constructor(id: string) {
    this.id = id;
  }
  async write(samples: Int16Array): Promise<void> {
    this.samples += samples.length;
  }
  end(): void {
    this.log.push('end');
  }
  listen(by: string): void {
    this.log.push(`listen ${by}`);
  }
  stopListening(take: boolean): void {
    this.log.push(`stop ${take}`);
  }
  setPlaying(playing: boolean): void {
    this.log.push(`playing ${playing}`);
  }
  drop(): void {
    this.log.push('drop');
    this.events.end();
  }
  [Symbol.dispose](): void {
    this.drop();
  }
}

class FakeVoice {
  readonly streams: FakeStream[] = [];
  openStream(): FakeStream {
    const stream = new FakeStream(`stream-${this.streams.length + 1}`);
    this.streams.push(stream);
    return stream;
  }
  /** Two parts of 100 ms. */
  async *speak(_text: string, _turnId: string, signal: AbortSignal): AsyncGenerator<{ samples: Int16Array; sampleRate: number }> {
    for (let part = 0; part < 2 && !signal.aborted; part += 1) yield { samples: new Int16Array(1_600), sampleRate: 16_000 };
  }
}

class Page {
  readonly got: string[] = [];
  readonly end;
  constructor(sound: PageSound) {
    this.end = sound.connect({
      send: (message: HostToPageAudio) => {
        this.got.push(
          message.type === 'microphone-granted'
            ? `granted ${message.granted}`
            : message.type === 'microphone-mute'
              ? `mute ${message.muted}`
              : message.type,
        );
      },
      sendSamples: (samples) => {
        this.got.push(`${samples.length} samples`);
      },
    });
  }
}

let voice: FakeVoice;
let clock: FakeClock;
let sound: PageSound;
let interrupted: number;

beforeEach(() => {
  voice = new FakeVoice();
  clock = new FakeClock();
  let count = 0;
  interrupted = 0;
  sound = new PageSound({ clock, log: silentLog, voice: () => voice as unknown as VoiceService, newId: () => `speech-${++count}` });
  sound.begin({
    conversation: { interrupt: () => (interrupted += 1), hear: () => undefined },
    room: () => 'kitchen',
    changed: () => undefined,
  });
});

const opened = (page: Page, pageId: string): void => page.end.onMessage({ type: 'microphone-opened', pageId });

describe('the sound of the pages', () => {
  it('hears one microphone: the last one opened, and tells the other', () => {
    const first = new Page(sound);
    const second = new Page(sound);
    opened(first, 'one');
    opened(second, 'two');
    expect(first.got).toEqual(['granted true', 'granted false']);
    expect(second.got).toEqual(['granted true']);
    first.end.onSamples(new Int16Array(512));
    second.end.onSamples(new Int16Array(512));
    expect(voice.streams.map((stream) => stream.samples)).toEqual([0, 512]);
    expect(sound.microphone).toBe('two');
  });

  it('mutes at the source and hears nothing until it is unmuted', () => {
    const page = new Page(sound);
    opened(page, 'one');
    sound.setMuted(true);
    page.end.onSamples(new Int16Array(512));
    expect(voice.streams[0]?.log).toEqual(['drop']);
    opened(page, 'one');
    expect(voice.streams).toHaveLength(1);
    sound.setMuted(false);
    expect(page.got).toEqual(['granted true', 'mute true', 'mute true', 'mute false']);
  });

  it('plays a speech where the microphone is and believes the page about what was heard', async () => {
    const page = new Page(sound);
    new Page(sound);
    opened(page, 'one');
    let started = false;
    const saying = sound.say('turn', 'Hello.', () => (started = true), new AbortController().signal);
    await settle();
    expect(page.got.slice(1)).toEqual(['speech-started', '1600 samples', '1600 samples', 'speech-ended']);
    page.end.onMessage({ type: 'playback-started', speechId: 'speech-1' });
    page.end.onMessage({ type: 'playback-ended', speechId: 'another', heardMs: 1, interrupted: true });
    page.end.onMessage({ type: 'playback-ended', speechId: 'speech-1', heardMs: 200, interrupted: false });
    expect(await saying).toEqual({ heardMs: 200, interrupted: false });
    expect(started).toBe(true);
    expect(voice.streams[0]?.log).toEqual(['playing true', 'playing false']);
  });

  it('plays sentences as they are found as one speech', async () => {
    const page = new Page(sound);
    const sentences = new MessageQueue<string>();
    const saying = sound.say('turn', sentences, () => undefined, new AbortController().signal);
    await settle();
    expect(page.got).toEqual([]);
    sentences.push('It is late.');
    await settle();
    expect(page.got).toEqual(['speech-started', '1600 samples', '1600 samples']);
    sentences.push('Good night.');
    sentences.end();
    await settle();
    expect(page.got.slice(3)).toEqual(['1600 samples', '1600 samples', 'speech-ended']);
    page.end.onMessage({ type: 'playback-ended', speechId: 'speech-1', heardMs: 400, interrupted: false });
    expect(await saying).toEqual({ heardMs: 400, interrupted: false });
  });

  it('is silent at once when interrupted while the next sentence is still being thought of', async () => {
    const page = new Page(sound);
    const sentences = new MessageQueue<string>();
    const stop = new AbortController();
    const saying = sound.say('turn', sentences, () => undefined, stop.signal);
    sentences.push('It is late.');
    await settle();
    stop.abort();
    expect(page.got.at(-1)).toBe('speech-stopped');
    sentences.end();
    page.end.onMessage({ type: 'playback-ended', speechId: 'speech-1', heardMs: 90, interrupted: true });
    expect(await saying).toEqual({ heardMs: 90, interrupted: true });
    expect(page.got).not.toContain('speech-ended');
  });

  it('is silent at once when interrupted, even while the page plays what it has', async () => {
    const page = new Page(sound);
    const stop = new AbortController();
    const saying = sound.say('turn', 'Hello.', () => undefined, stop.signal);
    await settle();
    stop.abort();
    expect(page.got.at(-1)).toBe('speech-stopped');
    page.end.onMessage({ type: 'playback-ended', speechId: 'speech-1', heardMs: 80, interrupted: true });
    expect(await saying).toEqual({ heardMs: 80, interrupted: true });
  });

  it('does not wait for ever for a page that never tells, or that has gone', async () => {
    const page = new Page(sound);
    const saying = sound.say('turn', 'Hello.', () => undefined, new AbortController().signal);
    await settle();
    await clock.advance(10_000);
    expect(await saying).toEqual({ heardMs: 0, interrupted: true });
    const again = sound.say('turn', 'Hello.', () => undefined, new AbortController().signal);
    await settle();
    page.end.onClosed();
    expect(await again).toEqual({ heardMs: 0, interrupted: true });
    expect(sound.present()).toBe(false);
  });

  it('falls silent for somebody who speaks over it, not for a cough, and listens to them', async () => {
    const page = new Page(sound);
    opened(page, 'one');
    void sound.say('turn', 'A long story.', () => undefined, new AbortController().signal);
    await settle();
    const level = (speech: boolean): void => sound.level({ streamId: 'stream-1', dbfs: -20, speech }, () => undefined);
    await clock.advance(300);
    level(true);
    await clock.advance(100);
    level(false);
    await clock.advance(100);
    for (let step = 0; step < 4; step += 1) {
      level(true);
      await clock.advance(100);
    }
    expect(interrupted).toBe(1);
    expect(voice.streams[0]?.log).toContain('listen follow-up');
  });

  it('takes push to talk from the page with the microphone only', () => {
    const first = new Page(sound);
    const second = new Page(sound);
    opened(first, 'one');
    second.end.onMessage({ type: 'talk-started' });
    first.end.onMessage({ type: 'talk-started' });
    first.end.onMessage({ type: 'talk-ended', take: true });
    expect(voice.streams[0]?.log).toEqual(['listen push-to-talk', 'stop true']);
  });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

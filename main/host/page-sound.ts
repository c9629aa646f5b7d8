import { durationOf } from '../../contract/audio.ts';
import type { Clock } from '../../contract/clock.ts';
import type { HostToPageAudio, PageToHostAudio } from '../../contract/interface.ts';
import type { VoiceService } from '../supervisor/voice-service.ts';
import type { VoiceStream } from '../supervisor/voice-stream.ts';
import { BargeIn } from './barge-in.ts';
import type { Conversation } from './conversation.ts';
import type { Log } from './log.ts';
import type { Mouth, Speech } from './speaker.ts';

/** One page's sound, as the gateway carries it. */
export interface PageConnection {
  send(message: HostToPageAudio): void;
  /** Mono s16 of the speech announced last. */
  sendSamples(samples: Int16Array): void;
}

/** What the gateway tells about a page. */
export interface PageEnd {
  onMessage(message: PageToHostAudio): void;
  /** 16 kHz mono */
  onSamples(samples: Int16Array): void;
  onClosed(): void;
}

export interface SoundUse {
  conversation: Pick<Conversation, 'hear' | 'interrupt'>;
  /** Area id of the room this machine stands in, now. */
  room(): string | undefined;
  /** Muted, or the microphone went to another page. */
  changed(): void;
}

interface Page {
  connection: PageConnection;
  pageId: string;
}

interface Playing {
  speechId: string;
  page: Page;
  started(): void;
  ended(heard: { heardMs: number; interrupted: boolean }): void;
}

/** What a page has beyond the length of a speech to tell that it has played it, in ms; then it is taken as gone. */
const PLAYBACK_GRACE_MS = 4_000;
/** How long an interrupted page has to tell how much was heard, in ms. */
const STOP_GRACE_MS = 500;

/** The ears and the mouth of the pages: one microphone at a time, and speech where the microphone is. */
export class PageSound implements Mouth {
  muted = false;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #voice: () => VoiceService | undefined;
  readonly #newId: () => string;
  readonly #pages: Page[] = [];
  readonly #bargeIn = new BargeIn();
  #begun: SoundUse | undefined;
  #microphone: { page: Page; stream: VoiceStream } | undefined;
  #playing: Playing | undefined;

  constructor(options: { clock: Clock; log: Log; voice: () => VoiceService | undefined; newId: () => string }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#voice = options.voice;
    this.#newId = options.newId;
  }

  /** From now on what is heard goes somewhere. */
  begin(use: SoundUse): void {
    this.#begun = use;
  }

  /** Id of the page whose microphone is heard. */
  get microphone(): string | undefined {
    return this.#microphone?.page.pageId;
  }

  connect(connection: PageConnection): PageEnd {
    const page: Page = { connection, pageId: '' };
    this.#pages.push(page);
    if (this.muted) connection.send({ type: 'microphone-mute', muted: true });
    return {
      onMessage: (message) => this.#take(page, message),
      onSamples: (samples) => this.#hear(page, samples),
      onClosed: () => {
        this.#pages.splice(this.#pages.indexOf(page), 1);
        this.#loseMicrophone(page);
        if (this.#playing?.page === page) this.#playing.ended({ heardMs: 0, interrupted: true });
      },
    };
  }

  /** Mute stops the microphone at its source; what is being heard is dropped. */
  setMuted(muted: boolean): void {
    if (this.muted === muted) return;
    this.muted = muted;
    if (muted) this.#closeStream();
    for (const page of this.#pages) page.connection.send({ type: 'microphone-mute', muted });
    this.#begun?.changed();
  }

  /** The room goes with the stream: a new one is opened in its place. */
  roomChanged(): void {
    if (this.#microphone !== undefined) this.#giveMicrophone(this.#microphone.page);
  }

  listenForAnswer(): void {
    this.#microphone?.stream.listen('follow-up');
  }

  /** Loudness of the open microphone, for the orb; and somebody who speaks over JARVIS silences it. */
  level(level: { streamId: string; dbfs: number; speech: boolean }, show: (level: { dbfs: number; speech: boolean }) => void): void {
    if (level.streamId !== this.#microphone?.stream.id) return;
    show({ dbfs: level.dbfs, speech: level.speech });
    if (this.#playing !== undefined && this.#bargeIn.isOver(level, this.#clock.monotonic())) {
      this.#begun?.conversation.interrupt();
      this.#microphone.stream.listen('follow-up');
    }
  }

  present(): boolean {
    return this.#pages.length > 0 && this.#voice() !== undefined;
  }

  earcon(sound: 'wake' | 'done' | 'error' | 'timer'): void {
    this.#speaker()?.connection.send({ type: 'earcon', sound });
  }

  async say(turnId: string, text: Speech, started: () => void, signal: AbortSignal): Promise<{ heardMs: number; interrupted: boolean }> {
    const page = this.#speaker();
    const voice = this.#voice();
    if (page === undefined || voice === undefined || signal.aborted) return { heardMs: 0, interrupted: true };
    const speechId = this.#newId();
    const played = Promise.withResolvers<{ heardMs: number; interrupted: boolean }>();
    const playing: Playing = { speechId, page, started, ended: played.resolve };
    this.#playing = playing;
    this.#bargeIn.begin(this.#clock.monotonic());
    this.#microphone?.stream.setPlaying(true);
    const finished = new AbortController();
    // At once, also while the next sentence is not even known.
    const stop = (): void => page.connection.send({ type: 'speech-stopped', speechId });
    signal.addEventListener('abort', stop, { once: true, signal: finished.signal });
    try {
      const sentMs = await this.#send(voice, page, { speechId, turnId, text }, signal);
      if (sentMs === 0) return { heardMs: 0, interrupted: true };
      return await Promise.race([played.promise, this.#givingUp(sentMs, signal, finished.signal)]);
    } finally {
      finished.abort();
      if (this.#playing === playing) {
        this.#playing = undefined;
        this.#microphone?.stream.setPlaying(false);
      }
    }
  }

  /**
   * ms of sound that went to the page: one speech, whose sentences are spoken one after the other as they come. A voice that fails has said what it has said;
   * one that goes on in another sample rate (another engine took over) would be heard at the wrong pitch, and ends.
   */
  async #send(
    voice: VoiceService,
    page: Page,
    speech: { speechId: string; turnId: string; text: Speech },
    signal: AbortSignal,
  ): Promise<number> {
    let sentMs = 0;
    let rate: number | undefined;
    try {
      for await (const sentence of typeof speech.text === 'string' ? [speech.text] : speech.text) {
        for await (const { samples, sampleRate } of voice.speak(sentence, speech.turnId, signal)) {
          if (rate === undefined) page.connection.send({ type: 'speech-started', speechId: speech.speechId, sampleRate });
          rate ??= sampleRate;
          if (rate !== sampleRate) throw new Error(`the voice went on at ${sampleRate} Hz after ${rate} Hz`);
          sentMs += durationOf(samples.length, sampleRate);
          page.connection.sendSamples(samples);
        }
        if (signal.aborted) break;
      }
    } catch (error) {
      if (!signal.aborted) this.#log.warn({ turnId: speech.turnId, error: String(error) }, 'speaking failed');
    }
    if (sentMs > 0 && !signal.aborted) page.connection.send({ type: 'speech-ended', speechId: speech.speechId });
    return sentMs;
  }

  /** For a page that never tells the end. */
  async #givingUp(sentMs: number, signal: AbortSignal, finished: AbortSignal): Promise<{ heardMs: number; interrupted: boolean }> {
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true, signal: finished });
    });
    await Promise.race([stopped, this.#clock.sleep(sentMs + PLAYBACK_GRACE_MS, finished).catch(() => undefined)]);
    if (signal.aborted) await this.#clock.sleep(STOP_GRACE_MS, finished).catch(() => undefined);
    return { heardMs: 0, interrupted: true };
  }

  /** The page with the microphone, else the one that came last. */
  #speaker(): Page | undefined {
    return this.#microphone?.page ?? this.#pages.at(-1);
  }

  #take(page: Page, message: PageToHostAudio): void {
    switch (message.type) {
      case 'microphone-opened':
        page.pageId = message.pageId;
        this.#giveMicrophone(page);
        return;
      case 'microphone-closed':
        this.#loseMicrophone(page);
        return;
      case 'talk-started':
        if (this.#microphone?.page === page) this.#microphone.stream.listen('push-to-talk');
        return;
      case 'talk-ended':
        if (this.#microphone?.page === page) this.#microphone.stream.stopListening(message.take);
        return;
      case 'playback-started':
        if (this.#playing?.speechId === message.speechId) this.#playing.started();
        return;
      case 'playback-ended':
        if (this.#playing?.speechId === message.speechId)
          this.#playing.ended({ heardMs: message.heardMs, interrupted: message.interrupted });
        return;
      default:
        message satisfies never;
    }
  }

  #hear(page: Page, samples: Int16Array): void {
    if (this.muted || this.#microphone?.page !== page) return;
    this.#microphone.stream.write(samples).catch((error: unknown) => this.#log.debug({ error: String(error) }, 'sound had nowhere to go'));
  }

  #giveMicrophone(page: Page): void {
    const voice = this.#voice();
    if (this.muted) {
      page.connection.send({ type: 'microphone-mute', muted: true });
      return;
    }
    if (voice === undefined) return;
    if (this.#microphone !== undefined && this.#microphone.page !== page) {
      this.#microphone.page.connection.send({ type: 'microphone-granted', granted: false });
    }
    this.#closeStream();
    const room = this.#begun?.room();
    const stream = voice.openStream({ wake: 'auto', pace: 'live', source: 'page', ...(room === undefined ? {} : { room }) });
    this.#microphone = { page, stream };
    page.connection.send({ type: 'microphone-granted', granted: true });
    this.#begun?.changed();
    void this.#follow(stream);
  }

  async #follow(stream: VoiceStream): Promise<void> {
    for await (const event of stream.events) this.#begun?.conversation.hear(event, { dryRun: false });
  }

  #loseMicrophone(page: Page): void {
    if (this.#microphone?.page !== page) return;
    this.#closeStream();
    this.#begun?.changed();
  }

  #closeStream(): void {
    this.#microphone?.stream.drop();
    this.#microphone = undefined;
  }
}

import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import type { HostToVoice } from '../../contract/voice-message.ts';
import { MessageQueue } from './message-queue.ts';

export interface VoiceStreamOptions {
  wake: 'auto' | 'none';
  pace: 'live' | 'offline';
  source: 'page' | 'file' | 'microphone' | 'satellite';
  room?: string;
}

/** A stream of sound being heard by the voice process. */
export interface VoiceStream extends Disposable {
  readonly id: string;
  /** What is heard, in order; ends when the stream does. One reader. */
  readonly events: AsyncIterable<TurnEvent>;
  /**
   * 16 kHz mono, any number of samples. Live: sent at once, lost while the voice restarts. Offline: resolves when the voice process has taken it.
   * Rejects after `drop`, and offline with `voice-restarted` when the voice process died, since it had heard only part.
   */
  write(samples: Int16Array): Promise<void>;
  /** No more sound will come; what was said is still heard to its end. */
  end(): void;
  listen(by: 'push-to-talk' | 'follow-up'): void;
  /** `take`: what was said so far is the command; otherwise listening is called off. */
  stopListening(take: boolean): void;
  /** Tells the detectors that JARVIS itself is being heard in that room. */
  setPlaying(playing: boolean): void;
  /** Ends the stream at once; idempotent. */
  drop(): void;
}

export interface OpenStreamContext {
  id: string;
  send(message: HostToVoice): boolean;
  clock: Clock;
  newId(): string;
  onClosed(stream: OpenStream): void;
}

/** Samples of one message: 100 ms live, and never more than the voice process pulled offline. */
const MESSAGE_SAMPLES = 1_600;

export class OpenStream implements VoiceStream {
  readonly id: string;
  readonly events = new MessageQueue<TurnEvent>();
  readonly #options: VoiceStreamOptions;
  readonly #context: OpenStreamContext;
  /** Samples that an offline stream may still send. */
  #credit = 0;
  #creditCame: () => void = () => undefined;
  #closed = false;
  #endSent = false;
  #failure: Error | undefined;
  #playing = false;
  /** The turn being heard, with its latest time and when that was told. */
  #turn: { turnId: string; at: number; toldAt: number } | undefined;
  /** Writes go out one after the other. */
  #writing: Promise<void> = Promise.resolve();

  constructor(options: VoiceStreamOptions, context: OpenStreamContext) {
    this.id = context.id;
    this.#options = options;
    this.#context = context;
    this.#open();
  }

  write(samples: Int16Array): Promise<void> {
    // A copy: the caller may use its buffer again while this waits for credit.
    const mine = this.#options.pace === 'live' ? samples : samples.slice();
    const written = this.#writing.then(() => this.#write(mine));
    // The failure belongs to this write's caller; the queue goes on to tell the next one its own.
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write(samples: Int16Array): Promise<void> {
    for (let start = 0; start < samples.length; ) {
      this.#refuseWhenClosed();
      if (this.#options.pace === 'offline' && this.#credit === 0) {
        await new Promise<void>((resolve) => (this.#creditCame = resolve));
        continue;
      }
      const most = this.#options.pace === 'live' ? MESSAGE_SAMPLES : Math.min(MESSAGE_SAMPLES, this.#credit);
      const part = samples.slice(start, start + most);
      start += part.length;
      this.#credit = Math.max(0, this.#credit - part.length);
      this.#context.send({ type: 'audio', streamId: this.id, samples: part });
    }
    this.#refuseWhenClosed();
  }

  #refuseWhenClosed(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#endSent) throw new Error('this stream has ended');
  }

  end(): void {
    void this.#writing.then(() => {
      if (this.#closed || this.#endSent) return;
      this.#endSent = true;
      this.#context.send({ type: 'end-stream', streamId: this.id });
    });
  }

  listen(by: 'push-to-talk' | 'follow-up'): void {
    if (!this.#closed) this.#context.send({ type: 'listen', streamId: this.id, by });
  }

  stopListening(take: boolean): void {
    if (!this.#closed) this.#context.send({ type: 'stop-listening', streamId: this.id, take });
  }

  setPlaying(playing: boolean): void {
    this.#playing = playing;
    if (!this.#closed) this.#context.send({ type: 'playing', streamId: this.id, playing });
  }

  drop(): void {
    if (this.#closed) return;
    this.#context.send({ type: 'drop-stream', streamId: this.id });
    this.#close(new Error('this stream was dropped'));
  }

  [Symbol.dispose](): void {
    this.drop();
  }

  /** The voice process told an event of this stream. */
  take(event: TurnEvent): void {
    this.#turn =
      event.type === 'transcript-ended' || event.type === 'turn-failed' || event.type === 'turn-ended'
        ? undefined
        : { turnId: event.turnId, at: event.at, toldAt: this.#context.clock.monotonic() };
    this.events.push(event);
  }

  pull(samples: number): void {
    this.#credit += samples;
    this.#creditCame();
  }

  /** The voice process heard it to its end. */
  finish(): void {
    // An end by the voice itself: a later write has nowhere to go.
    this.#close(new Error('this stream has ended'));
  }

  /** The voice process died: what was being said is lost, and said so. */
  lose(): void {
    const offline = this.#options.pace === 'offline';
    const turn = this.#turn;
    this.#turn = undefined;
    if (turn !== undefined || offline) {
      this.events.push({
        turnId: turn?.turnId ?? this.#context.newId(),
        at: turn === undefined ? 0 : turn.at + this.#context.clock.monotonic() - turn.toldAt,
        type: 'turn-failed',
        failure: { code: 'voice-restarted' },
      });
    }
    if (offline || this.#endSent) this.#close(new JarvisError('voice-restarted'));
  }

  /** A new voice process is there: a live stream goes on in it. */
  reopen(): void {
    this.#open();
    if (this.#playing) this.#context.send({ type: 'playing', streamId: this.id, playing: true });
  }

  /** The service is being stopped. */
  abandon(): void {
    this.#close(new Error('the voice was stopped'));
  }

  #open(): void {
    const { wake, pace, source, room } = this.#options;
    this.#context.send({ type: 'open-stream', streamId: this.id, wake, pace, source, ...(room === undefined ? {} : { room }) });
  }

  #close(failure: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#failure = failure;
    this.#creditCame();
    this.events.end();
    this.#context.onClosed(this);
  }
}

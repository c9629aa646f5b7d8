import type { PageToHostAudio } from '../../contract/interface.ts';
import type { Resampler } from '../../contract/resampler.ts';

/** Where speech is sounded. Times in seconds on the sink's own clock. */
export interface SoundSink {
  /** Samples a second of what `play` is given. */
  readonly sampleRate: number;
  readonly time: number;
  /** Seconds between `time` and the ear. */
  readonly latency: number;
  /** False while the browser holds sound back. */
  readonly running: boolean;
  /** Sounds `samples` (−1 … 1) from `at` on; `onEnded` when the last of them has left. */
  play(samples: Float32Array<ArrayBuffer>, at: number, onEnded: () => void): void;
  /** Fades everything that sounds or waits to nothing within `seconds`. */
  silence(seconds: number): void;
}

export interface SpeechPlayerOptions {
  sink: SoundSink;
  createResampler(from: number, to: number): Pick<Resampler, 'process' | 'flush'>;
  send(message: PageToHostAudio): void;
}

interface Speech {
  speechId: string;
  resampler: Pick<Resampler, 'process' | 'flush'>;
  /** What was scheduled, in order: start and length in seconds. */
  segments: { at: number; seconds: number }[];
  /** When the next piece is due. */
  next: number;
  /** Pieces scheduled that have not ended. */
  sounding: number;
  complete: boolean;
}

/** s: room for the next piece to arrive before the one before has ended. */
const LEAD_IN = 0.04;
/** s: long enough not to click, short enough to be silence at once. */
const FADE = 0.01;

/** Plays speech as it arrives, piece after piece without a gap, and tells the host how much of it was heard. */
export class SpeechPlayer {
  readonly #options: SpeechPlayerOptions;
  #speech: Speech | undefined;

  constructor(options: SpeechPlayerOptions) {
    this.#options = options;
  }

  get playing(): boolean {
    return this.#speech !== undefined;
  }

  /** A new speech begins; one that still sounds is cut off. */
  begin(speechId: string, sampleRate: number): void {
    if (this.#speech) this.stop(this.#speech.speechId);
    const { sink, createResampler } = this.#options;
    this.#speech = {
      speechId,
      resampler: createResampler(sampleRate, sink.sampleRate),
      segments: [],
      next: 0,
      sounding: 0,
      complete: false,
    };
  }

  /** 16-bit samples at the rate of the speech announced last. Without one they are late sound of a stopped speech, and dropped. */
  add(samples: Int16Array): void {
    const speech = this.#speech;
    if (!speech || speech.complete) return;
    this.#schedule(speech, speech.resampler.process(Float32Array.from(samples, (sample) => sample / 32768)));
  }

  /** No more sound will come; what is there is played to its end. */
  finish(speechId: string): void {
    const speech = this.#speech;
    if (speech?.speechId !== speechId || speech.complete) return;
    this.#schedule(speech, speech.resampler.flush());
    speech.complete = true;
    // Sound that the browser holds back never ends by itself: the host must not wait for it.
    if (!this.#options.sink.running) this.stop(speechId);
    else this.#endIfDone(speech);
  }

  /** Silence now. */
  stop(speechId: string): void {
    const speech = this.#speech;
    if (speech?.speechId !== speechId) return;
    const heardMs = this.#heardMs(speech);
    this.#options.sink.silence(FADE);
    this.#end(speech, heardMs, true);
  }

  /** The line to the host is gone: what sounds is cut off, nobody is told. */
  drop(): void {
    if (!this.#speech) return;
    this.#speech = undefined;
    this.#options.sink.silence(FADE);
  }

  #schedule(speech: Speech, samples: Float32Array): void {
    if (samples.length === 0) return;
    const { sink, send } = this.#options;
    if (speech.segments.length === 0) send({ type: 'playback-started', speechId: speech.speechId });
    // Late sound starts a little from now; on time, it starts on the very sample where the last piece ends.
    const earliest = sink.time + (speech.segments.length === 0 ? LEAD_IN : LEAD_IN / 2);
    const at = speech.next >= sink.time && speech.next > 0 ? speech.next : Math.ceil(earliest * sink.sampleRate) / sink.sampleRate;
    const seconds = samples.length / sink.sampleRate;
    speech.segments.push({ at, seconds });
    speech.next = at + seconds;
    speech.sounding += 1;
    sink.play(Float32Array.from(samples), at, () => {
      speech.sounding -= 1;
      this.#endIfDone(speech);
    });
  }

  #endIfDone(speech: Speech): void {
    if (this.#speech !== speech || !speech.complete || speech.sounding > 0) return;
    const total = speech.segments.reduce((sum, segment) => sum + segment.seconds, 0);
    this.#end(speech, total * 1000, false);
  }

  #end(speech: Speech, heardMs: number, interrupted: boolean): void {
    this.#speech = undefined;
    this.#options.send({ type: 'playback-ended', speechId: speech.speechId, heardMs: Math.round(heardMs), interrupted });
  }

  #heardMs(speech: Speech): number {
    const { sink } = this.#options;
    if (!sink.running) return 0;
    const now = sink.time - sink.latency;
    return speech.segments.reduce((sum, { at, seconds }) => sum + Math.max(0, Math.min(seconds, now - at)), 0) * 1000;
  }
}

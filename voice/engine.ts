import type { AudioFrame } from '../contract/audio.ts';

/** The engines of the voice process, each behind a small face. All listen to 16 kHz mono s16. */

export interface WakeHit {
  /** The word as spoken: `jarvis`, `hey jarvis`. */
  word: string;
  /** 0–1 where the engine gives one. */
  score?: number;
  /** Samples, counted back from the end of the frame just processed, at which the wake word ended. */
  endedSamplesAgo: number;
}

export interface WakeDetector extends Disposable {
  readonly name: string;
  /** Samples that `process` wants at a time. */
  readonly frameLength: number;
  process(frame: Int16Array): WakeHit | undefined;
  reset(): void;
}

export interface VoiceActivityDetector extends Disposable {
  readonly name: string;
  readonly frameLength: number;
  /** 0–1: is this frame speech? */
  process(frame: Int16Array): number | Promise<number>;
  reset(): void;
}

export interface Transcript {
  text: string;
  /** 0–1 */
  confidence: number;
  /** Speech, but none of the sentences the engine knows. */
  rejected: boolean;
}

/** One utterance being heard. Abort by disposing. */
export interface TranscriptStream extends Disposable {
  /** Any number of samples. Gives the best text so far when it changed. */
  write(samples: Int16Array): string | undefined;
  /** No more sound; the last word. */
  end(): Promise<Transcript>;
}

export interface Transcriber extends Disposable {
  readonly name: string;
  open(): TranscriptStream;
}

/** A transcriber of a closed grammar; the old grammar serves until the new one is ready. */
export interface PhraseTranscriber extends Transcriber {
  setGrammar(id: string, jsgf: string): Promise<void>;
}

export interface Voice {
  /** `en-gb` … */
  voice: string;
  /** words per minute */
  rate: number;
  /** 0–99 */
  pitch: number;
}

export interface Synthesizer extends Disposable {
  readonly name: string;
  /** Sound as it comes; ends early when `signal` aborts. Throws when the engine is not there or fails. */
  speak(text: string, voice: Voice, signal: AbortSignal): AsyncIterable<AudioFrame>;
}

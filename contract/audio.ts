/** Sound inside JARVIS: 16-bit mono PCM in frames, stamped on the audio clock. */

/** The rate every recogniser hears; capture is resampled to it once, at the border. */
export const LISTENING_RATE = 16_000;

/** Samples in one frame on its way to the detectors: 32 ms at `LISTENING_RATE`. */
export const FRAME_LENGTH = 512;

export interface AudioFrame {
  samples: Int16Array;
  /** Hz */
  sampleRate: number;
  /** Start of the frame in ms on the clock of its stream (0 = first sample of the stream). */
  at: number;
}

/** ms that `samples` last at `sampleRate` Hz. */
export function durationOf(samples: number, sampleRate: number): number {
  return (samples * 1000) / sampleRate;
}

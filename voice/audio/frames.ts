import { type AudioFrame, durationOf, FRAME_LENGTH, LISTENING_RATE } from '../../contract/audio.ts';

export interface ListeningFrame extends AudioFrame {
  sampleRate: typeof LISTENING_RATE;
}

/** Cuts chunks of any length into frames of one length, each stamped with its start on the stream's clock. */
export class Framer {
  readonly frameLength: number;
  #rest: Int16Array;
  #filled = 0;
  /** Samples of the stream before the frame being filled. */
  #position = 0;

  constructor(frameLength: number = FRAME_LENGTH) {
    if (!Number.isInteger(frameLength) || frameLength < 1) throw new RangeError(`a frame cannot have ${frameLength} samples`);
    this.frameLength = frameLength;
    this.#rest = new Int16Array(frameLength);
  }

  /** Samples that wait for their frame to fill. */
  get pending(): number {
    return this.#filled;
  }

  /** The frames that `chunk` completes; each owns its samples. Pull all of them before the next call. */
  *push(chunk: Int16Array): Generator<ListeningFrame, void, undefined> {
    let taken = 0;
    while (taken < chunk.length) {
      const step = Math.min(chunk.length - taken, this.frameLength - this.#filled);
      this.#rest.set(chunk.subarray(taken, taken + step), this.#filled);
      this.#filled += step;
      taken += step;
      if (this.#filled === this.frameLength) yield this.#take();
    }
  }

  /** The last, unfinished frame, filled up with silence; undefined when nothing is left. */
  flush(): ListeningFrame | undefined {
    if (this.#filled === 0) return undefined;
    this.#rest.fill(0, this.#filled);
    return this.#take();
  }

  #take(): ListeningFrame {
    const frame: ListeningFrame = { samples: this.#rest, sampleRate: LISTENING_RATE, at: durationOf(this.#position, LISTENING_RATE) };
    this.#position += this.#filled;
    this.#rest = new Int16Array(this.frameLength);
    this.#filled = 0;
    return frame;
  }
}

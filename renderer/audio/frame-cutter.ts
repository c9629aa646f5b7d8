/** Anything that changes the rate of a stream of samples in −1 … 1. */
export interface RateChanger {
  process(input: Float32Array): Float32Array;
}

/** Blocks are gathered to this many samples before the rate is changed: the filter costs less on fewer, longer blocks. */
const BLOCK_LENGTH = 512;

/** Turns blocks of any length at the device's rate into whole frames of `frameLength` 16-bit samples. What is over waits for the next block. */
export class FrameCutter {
  readonly #changer: RateChanger;
  readonly #block = new Float32Array(BLOCK_LENGTH);
  #gathered = 0;
  #frame: Int16Array<ArrayBuffer>;
  #filled = 0;

  constructor(changer: RateChanger, frameLength: number) {
    this.#changer = changer;
    this.#frame = new Int16Array(frameLength);
  }

  take(input: Float32Array): Int16Array<ArrayBuffer>[] {
    const frames: Int16Array<ArrayBuffer>[] = [];
    for (const sample of input) {
      this.#block[this.#gathered] = sample;
      this.#gathered += 1;
      if (this.#gathered === BLOCK_LENGTH) {
        this.#gathered = 0;
        this.#cut(this.#changer.process(this.#block), frames);
      }
    }
    return frames;
  }

  #cut(sound: Float32Array, frames: Int16Array<ArrayBuffer>[]): void {
    for (const sample of sound) {
      this.#frame[this.#filled] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
      this.#filled += 1;
      if (this.#filled === this.#frame.length) {
        frames.push(this.#frame);
        this.#frame = new Int16Array(this.#frame.length);
        this.#filled = 0;
      }
    }
  }
}

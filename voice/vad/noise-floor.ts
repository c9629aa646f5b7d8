/**
 * How loud the background is, from the quietest moments of the last seconds (minimum statistics): speech has gaps, steady noise has none.
 * Works on powers; follows louder noise within `span` updates, quieter noise at once.
 */
export class NoiseFloor {
  readonly #blocks: number[];
  readonly #blockLength: number;
  readonly #initial: number;
  #smoothed: number | undefined;
  #current = Number.POSITIVE_INFINITY;
  #filled = 0;

  /** `span`: updates that are remembered; `initial`: the power that noise is believed to have until it was heard to be less. */
  constructor(span: number, initial: number) {
    this.#blockLength = Math.max(1, Math.round(span / BLOCKS));
    this.#initial = initial;
    this.#blocks = Array.from({ length: BLOCKS }, () => initial);
  }

  /** Takes the power of one frame, gives the power of the noise. */
  update(power: number): number {
    this.#smoothed = this.#smoothed === undefined ? power : this.#smoothed + (power - this.#smoothed) * SMOOTHING;
    this.#current = Math.min(this.#current, this.#smoothed);
    this.#filled += 1;
    const floor = Math.min(this.#current, ...this.#blocks) * BIAS;
    if (this.#filled === this.#blockLength) {
      this.#blocks.shift();
      this.#blocks.push(this.#current);
      this.#current = Number.POSITIVE_INFINITY;
      this.#filled = 0;
    }
    return floor;
  }

  reset(): void {
    this.#blocks.fill(this.#initial);
    this.#smoothed = undefined;
    this.#current = Number.POSITIVE_INFINITY;
    this.#filled = 0;
  }
}

const BLOCKS = 8;
const SMOOTHING = 0.4;
/** The minimum of a fluctuating power lies below its mean by about this factor. */
const BIAS = 2;

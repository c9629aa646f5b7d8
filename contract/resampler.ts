/**
 * Changes the sample rate of a mono stream: polyphase windowed sinc (Kaiser), every output sample on its true instant.
 * The pass band reaches 90 % of the lower Nyquist frequency; from that frequency on everything is at least 80 dB down.
 */

/** dB by which the stop band is designed to be down; some is lost to rounding. */
const STOP_BAND_DB = 85;
/** Share of the lower Nyquist frequency that passes unchanged. */
const PASS_BAND = 0.9;
/** Above this many distinct phases the filter is interpolated between tabulated ones, at an error below −100 dB. */
const MAXIMUM_PHASES = 512;

interface Filter {
  /** `(phases + 1) × taps`, one row for each phase; the last row is the first one, a sample later. */
  rows: Float32Array;
  phases: number;
  taps: number;
  /** Input samples before the output instant that the filter reaches back. */
  before: number;
}

export class Resampler {
  /** Input samples per `up` output samples, in lowest terms. */
  readonly #down: number;
  readonly #up: number;
  readonly #filter: Filter | undefined;
  /** Input that later output still needs. */
  #held: Float32Array;
  /** Index in `#held` of the first tap of the next output sample. */
  #start = 0;
  /** Instant of the next output sample past `#start + before`, in `1 / up` input samples. */
  #phase = 0;
  #received = 0;
  #given = 0;

  /** Rates in Hz, whole numbers from 1 to 10,000,000. Throws RangeError otherwise. */
  constructor(from: number, to: number) {
    for (const rate of [from, to]) {
      if (!Number.isInteger(rate) || rate < 1 || rate > 10_000_000) throw new RangeError(`${rate} Hz is no sample rate`);
    }
    const divisor = greatestCommonDivisor(from, to);
    this.#down = from / divisor;
    this.#up = to / divisor;
    this.#filter = from === to ? undefined : designFilter(from, to, this.#up);
    this.#held = new Float32Array(this.#filter?.before ?? 0);
  }

  /** Takes any number of samples, gives those whose neighbourhood is complete. */
  process(input: Float32Array): Float32Array {
    if (!this.#filter) return input.slice();
    this.#received += input.length;
    return this.#advance(this.#filter, input, Number.POSITIVE_INFINITY);
  }

  /** Gives the rest, as if silence followed, and is ready for another stream. In all `ceil(received × to / from)` samples are given. */
  flush(): Float32Array {
    const filter = this.#filter;
    if (!filter) return new Float32Array(0);
    const total = Math.ceil((this.#received * this.#up) / this.#down);
    const rest = this.#advance(filter, new Float32Array(filter.taps), total - this.#given);
    this.#held = new Float32Array(filter.before);
    this.#start = 0;
    this.#phase = 0;
    this.#received = 0;
    this.#given = 0;
    return rest;
  }

  #advance(filter: Filter, input: Float32Array, limit: number): Float32Array {
    const { rows, phases, taps } = filter;
    const up = this.#up;
    const sound = new Float32Array(this.#held.length + input.length);
    sound.set(this.#held);
    sound.set(input, this.#held.length);
    const span = sound.length - taps - this.#start;
    const ready = span < 0 ? 0 : Math.floor((span * up + (up - 1 - this.#phase)) / this.#down) + 1;
    const output = new Float32Array(Math.max(0, Math.min(limit, ready)));
    const exact = phases === up;
    for (let index = 0; index < output.length; index += 1) {
      const position = exact ? this.#phase : (this.#phase * phases) / up;
      const row = Math.floor(position);
      const toNext = position - row;
      let sum = 0;
      let at = row * taps;
      if (toNext === 0) {
        for (let tap = 0; tap < taps; tap += 1) sum += (rows[at + tap] ?? 0) * (sound[this.#start + tap] ?? 0);
      } else {
        let next = 0;
        for (let tap = 0; tap < taps; tap += 1) {
          const sample = sound[this.#start + tap] ?? 0;
          sum += (rows[at] ?? 0) * sample;
          next += (rows[at + taps] ?? 0) * sample;
          at += 1;
        }
        sum += (next - sum) * toNext;
      }
      output[index] = sum;
      const phase = this.#phase + this.#down;
      this.#start += Math.floor(phase / up);
      this.#phase = phase % up;
    }
    const spent = Math.min(this.#start, sound.length);
    this.#held = sound.slice(spent);
    this.#start -= spent;
    this.#given += output.length;
    return output;
  }
}

function designFilter(from: number, to: number, up: number): Filter {
  const lower = Math.min(from, to);
  // Frequencies in cycles per input sample.
  const stopEdge = lower / 2 / from;
  const transition = stopEdge * (1 - PASS_BAND);
  const cutoff = stopEdge - transition / 2;
  const half = Math.ceil((STOP_BAND_DB - 8) / (2.285 * 2 * Math.PI * transition) / 2);
  const taps = half * 2 + 1;
  const phases = Math.min(up, Math.max(32, Math.ceil((MAXIMUM_PHASES * lower) / from)));
  const beta = 0.1102 * (STOP_BAND_DB - 8.7);
  const rows = new Float32Array((phases + 1) * taps);
  const row = new Float64Array(taps);
  for (let phase = 0; phase <= phases; phase += 1) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = tap - half - phase / phases;
      const value = sinc(2 * cutoff * distance) * kaiser(distance / (half + 1), beta);
      row[tap] = value;
      sum += value;
    }
    // Each phase passes a constant unchanged, so that phases do not differ in loudness.
    for (let tap = 0; tap < taps; tap += 1) rows[phase * taps + tap] = (row[tap] ?? 0) / sum;
  }
  return { rows, phases, taps, before: half };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser window at `x`, −1 … 1 from edge to edge, up to a constant factor. */
function kaiser(x: number, beta: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - x * x));
}

/** Modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let order = 1; term > sum * 1e-12; order += 1) {
    term *= (x / (2 * order)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

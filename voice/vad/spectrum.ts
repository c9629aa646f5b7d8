/** Power spectrum of real sound by a radix-2 FFT, Hann window. */
export class Spectrum {
  readonly length: number;
  readonly #window: Float64Array;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #order: Uint32Array;

  /** `length`: samples at a time, a power of two. */
  constructor(length: number) {
    if (length < 2 || !Number.isInteger(Math.log2(length))) throw new RangeError(`${length} is no power of two`);
    this.length = length;
    this.#window = Float64Array.from({ length }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / length));
    this.#cosines = Float64Array.from({ length: length / 2 }, (_, index) => Math.cos((2 * Math.PI * index) / length));
    this.#sines = Float64Array.from({ length: length / 2 }, (_, index) => Math.sin((2 * Math.PI * index) / length));
    this.#real = new Float64Array(length);
    this.#imaginary = new Float64Array(length);
    const bits = Math.log2(length);
    this.#order = Uint32Array.from({ length }, (_, index) => {
      let reversed = 0;
      for (let bit = 0; bit < bits; bit += 1) reversed |= ((index >> bit) & 1) << (bits - 1 - bit);
      return reversed;
    });
  }

  /** Mean power of s16 samples in each bin 0 … length / 2, full scale 1; bin k lies at k × rate / length Hz. */
  power(samples: Int16Array): Float64Array {
    const { length } = this;
    const real = this.#real;
    const imaginary = this.#imaginary;
    for (let index = 0; index < length; index += 1) {
      const from = this.#order[index] ?? 0;
      real[index] = ((samples[from] ?? 0) / 32768) * (this.#window[from] ?? 0);
      imaginary[index] = 0;
    }
    for (let half = 1; half < length; half *= 2) {
      const stride = length / (2 * half);
      for (let start = 0; start < length; start += 2 * half) {
        for (let index = 0; index < half; index += 1) {
          const cosine = this.#cosines[index * stride] ?? 0;
          const sine = this.#sines[index * stride] ?? 0;
          const low = start + index;
          const high = low + half;
          const highReal = real[high] ?? 0;
          const highImaginary = imaginary[high] ?? 0;
          const turnedReal = highReal * cosine + highImaginary * sine;
          const turnedImaginary = highImaginary * cosine - highReal * sine;
          real[high] = (real[low] ?? 0) - turnedReal;
          imaginary[high] = (imaginary[low] ?? 0) - turnedImaginary;
          real[low] = (real[low] ?? 0) + turnedReal;
          imaginary[low] = (imaginary[low] ?? 0) + turnedImaginary;
        }
      }
    }
    // A Hann window lets 3/8 of the power through; both halves of the spectrum count.
    const scale = 2 / ((3 / 8) * length * length);
    return Float64Array.from({ length: length / 2 + 1 }, (_, bin) => ((real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2) * scale);
  }
}

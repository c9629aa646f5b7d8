/** The last `capacity` samples of a stream, for sound that turns out to matter only after it was heard. */
export class RingBuffer {
  readonly capacity: number;
  readonly #samples: Int16Array;
  #end = 0;
  #length = 0;

  /** `capacity`: samples, at least 1. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`a ring buffer cannot hold ${capacity} samples`);
    this.capacity = capacity;
    this.#samples = new Int16Array(capacity);
  }

  /** Samples held now. */
  get length(): number {
    return this.#length;
  }

  /** Adds samples; the oldest give way. */
  write(samples: Int16Array): void {
    const kept = samples.length > this.capacity ? samples.subarray(samples.length - this.capacity) : samples;
    const first = Math.min(kept.length, this.capacity - this.#end);
    this.#samples.set(kept.subarray(0, first), this.#end);
    this.#samples.set(kept.subarray(first), 0);
    this.#end = (this.#end + kept.length) % this.capacity;
    this.#length = Math.min(this.capacity, this.#length + kept.length);
  }

  /** A copy of the last `count` samples, oldest first; fewer where fewer are held. */
  last(count: number): Int16Array {
    const length = Math.max(0, Math.min(Math.floor(count), this.#length));
    const result = new Int16Array(length);
    const start = (this.#end - length + this.capacity) % this.capacity;
    const first = Math.min(length, this.capacity - start);
    result.set(this.#samples.subarray(start, start + first));
    result.set(this.#samples.subarray(0, length - first), first);
    return result;
  }

  clear(): void {
    this.#end = 0;
    this.#length = 0;
  }
}

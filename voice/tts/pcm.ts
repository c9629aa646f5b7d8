import type { AudioFrame } from '../../contract/audio.ts';
import { durationOf } from '../../contract/audio.ts';

/** Bytes of little-endian s16, cut anywhere, as frames. */
export class PcmReader {
  readonly #sampleRate: number;
  #odd: Uint8Array = new Uint8Array(0);
  #position = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Undefined while not even one sample is whole. */
  read(bytes: Uint8Array): AudioFrame | undefined {
    const all = this.#odd.length === 0 ? bytes : Buffer.concat([this.#odd, bytes]);
    const whole = all.length - (all.length % 2);
    this.#odd = all.slice(whole);
    if (whole === 0) return undefined;
    const view = new DataView(all.buffer, all.byteOffset, whole);
    const samples = new Int16Array(whole / 2);
    for (let index = 0; index < samples.length; index += 1) samples[index] = view.getInt16(index * 2, true);
    const frame = { samples, sampleRate: this.#sampleRate, at: durationOf(this.#position, this.#sampleRate) };
    this.#position += samples.length;
    return frame;
  }
}

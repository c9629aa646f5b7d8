import { FRAME_LENGTH, LISTENING_RATE } from '../../contract/audio.ts';
import { Resampler } from '../../contract/resampler.ts';
import { FrameCutter } from './frame-cutter.ts';

/** Names of the audio worklet's own world, which no library of types declares. */
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Runs on the audio thread: the device's own rate in, 16 kHz s16le frames of 512 samples out through its port. */
class CaptureProcessor extends AudioWorkletProcessor {
  readonly #cutter = new FrameCutter(new Resampler(Math.round(sampleRate), LISTENING_RATE), FRAME_LENGTH);

  process(inputs: Float32Array[][]): boolean {
    const channels = inputs[0];
    const [first] = channels ?? [];
    if (first && channels) {
      for (const frame of this.#cutter.take(mixed(channels, first))) this.port.postMessage(frame, [frame.buffer]);
    }
    return true;
  }
}

function mixed(channels: Float32Array[], first: Float32Array): Float32Array {
  if (channels.length === 1) return first;
  return first.map((_, index) => channels.reduce((sum, channel) => sum + (channel[index] ?? 0), 0) / channels.length);
}

registerProcessor('jarvis-capture', CaptureProcessor);

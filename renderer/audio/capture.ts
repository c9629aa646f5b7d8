import captureWorkletUrl from './capture-worklet.ts?worker&url';
import { wakeWithGesture } from './wake-with-gesture.ts';

/** An open microphone. `stop` ends the track itself, so that the browser's recording mark goes out. */
export interface OpenCapture {
  label: string;
  stop(): void;
}

export interface CaptureListener {
  /** 512 samples, 16 kHz. */
  onFrame(frame: Int16Array<ArrayBuffer>): void;
  /** The device is gone (unplugged, or taken back by the person). */
  onEnded(): void;
  /** True while the browser holds sound back until the person has touched the page. */
  onHeldBack(heldBack: boolean): void;
}

export type OpenMicrophone = (listener: CaptureListener) => Promise<OpenCapture>;

/**
 * Opens the microphone at its own rate; the frames are 16 kHz. Rejects with the browser's DOMException
 * (`NotAllowedError`, `NotFoundError` …).
 */
export async function openMicrophone(listener: CaptureListener): Promise<OpenCapture> {
  // Noise suppression and gain control clip peaks and lose onsets; only echo cancellation helps the recogniser.
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: false, autoGainControl: false, channelCount: 1 },
  });
  const [track] = stream.getAudioTracks();
  if (!track) throw new DOMException('The browser gave no sound track.', 'NotFoundError');
  let context: AudioContext | undefined;
  const stop = () => {
    for (const each of stream.getTracks()) each.stop();
    context?.close().catch((error: unknown) => console.warn('The capture context did not close.', error));
    context = undefined;
  };
  try {
    context = contextAt(track.getSettings().sampleRate);
    await context.audioWorklet.addModule(captureWorkletUrl);
    const source = context.createMediaStreamSource(stream);
    const capture = new AudioWorkletNode(context, 'jarvis-capture', { numberOfOutputs: 0 });
    capture.port.onmessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>) => listener.onFrame(data);
    source.connect(capture);
    track.addEventListener('ended', () => listener.onEnded());
    wakeWithGesture(context, listener.onHeldBack);
    return { label: track.label.slice(0, 200), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** A context at the device's own rate: a foreign one would resample behind our back, and badly. */
function contextAt(sampleRate: number | undefined): AudioContext {
  if (sampleRate === undefined) return new AudioContext({ latencyHint: 'interactive' });
  try {
    return new AudioContext({ latencyHint: 'interactive', sampleRate });
  } catch {
    // A rate the browser cannot run at: its own default is the next best, the worklet reads the rate it really gets.
    return new AudioContext({ latencyHint: 'interactive' });
  }
}

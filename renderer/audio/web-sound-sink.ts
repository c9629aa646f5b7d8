import { type Earcon, soundEarcon } from './earcon.ts';
import type { SoundSink } from './speech-player.ts';
import { wakeWithGesture } from './wake-with-gesture.ts';

interface Speaker {
  context: AudioContext;
  meter: AnalyserNode;
  /** Everything that sounds now passes here; silence fades it and puts a new one in its place. */
  gate: GainNode;
}

/**
 * The speaker, by Web Audio. Its context is made when it is first needed: one made before the person has touched the page,
 * or the microphone is open, is held back by the browser.
 */
export class WebSoundSink implements SoundSink {
  readonly #onHeldBack: (heldBack: boolean) => void;
  readonly #window = new Float32Array(1024);
  #made: Speaker | undefined;
  #sources = new Set<AudioBufferSourceNode>();

  constructor(onHeldBack: (heldBack: boolean) => void) {
    this.#onHeldBack = onHeldBack;
  }

  get sampleRate(): number {
    return this.#speaker().context.sampleRate;
  }

  get time(): number {
    return this.#speaker().context.currentTime;
  }

  get latency(): number {
    const { context } = this.#speaker();
    return context.outputLatency || context.baseLatency || 0;
  }

  get running(): boolean {
    return this.#speaker().context.state === 'running';
  }

  /** dBFS of the last 20 ms that were sounded. */
  get dbfs(): number {
    if (this.#sources.size === 0 || !this.#made) return -100;
    this.#made.meter.getFloatTimeDomainData(this.#window);
    let sum = 0;
    for (const sample of this.#window) sum += sample * sample;
    return sum === 0 ? -100 : 10 * Math.log10(sum / this.#window.length);
  }

  play(samples: Float32Array<ArrayBuffer>, at: number, onEnded: () => void): void {
    const { context, gate } = this.#speaker();
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(gate);
    source.onended = () => {
      this.#sources.delete(source);
      onEnded();
    };
    this.#sources.add(source);
    source.start(at);
  }

  silence(seconds: number): void {
    const speaker = this.#speaker();
    const now = speaker.context.currentTime;
    speaker.gate.gain.setValueAtTime(1, now);
    speaker.gate.gain.linearRampToValueAtTime(0, now + seconds);
    for (const source of this.#sources) source.stop(now + seconds);
    this.#sources = new Set();
    speaker.gate = newGate(speaker.context, speaker.meter);
  }

  earcon(sound: Earcon): void {
    soundEarcon(this.#speaker().context, sound);
  }

  #speaker(): Speaker {
    if (this.#made) return this.#made;
    const context = new AudioContext({ latencyHint: 'interactive' });
    const meter = context.createAnalyser();
    meter.fftSize = this.#window.length;
    meter.connect(context.destination);
    wakeWithGesture(context, this.#onHeldBack);
    this.#made = { context, meter, gate: newGate(context, meter) };
    return this.#made;
  }
}

function newGate(context: AudioContext, meter: AnalyserNode): GainNode {
  const gate = context.createGain();
  gate.connect(meter);
  return gate;
}

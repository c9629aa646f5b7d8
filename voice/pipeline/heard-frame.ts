import { FRAME_LENGTH } from '../../contract/audio.ts';
import { Framer } from '../audio/frames.ts';
import { dbfs } from '../audio/level.ts';
import type { VoiceActivityDetector, WakeDetector, WakeHit } from '../engine.ts';
import type { Ears } from './ears.ts';
import type { ListenerInput } from './listener-input.ts';

/** A piece of sound with what the detectors say of it. Positions count samples from the start of the stream. */
export interface HeardFrame {
  type: 'frame';
  /** `FRAME_LENGTH` samples, fewer just before an order or the end. */
  samples: Int16Array;
  start: number;
  /** 0–1 */
  speech: number;
  /** JARVIS is heard in the room meanwhile. */
  playing: boolean;
  /** The wake word was recognised in this frame; it ended at the position `end`. */
  hit?: Omit<WakeHit, 'endedSamplesAgo'> & { end: number; engine: string };
}

/** `at`: position in the stream at which it was wished, or at which the stream ended. */
export type Heard =
  | HeardFrame
  | { type: 'listen'; by: 'push-to-talk' | 'follow-up'; at: number }
  | { type: 'stop-listening'; take: boolean; at: number }
  | { type: 'end'; at: number };

export interface Level {
  /** Loudness of the last 96 ms. */
  dbfs: number;
  speech: boolean;
}

const FRAMES_PER_LEVEL = 3;

/** First stage: cuts sound into frames and asks the detectors about each. Orders keep their place between the samples. */
export async function* hear(
  input: AsyncIterable<ListenerInput>,
  ears: Ears,
  level?: (level: Level) => void,
): AsyncGenerator<Heard, void, undefined> {
  const detectors = new Detectors(ears);
  const frame = new Int16Array(FRAME_LENGTH);
  let filled = 0;
  let position = 0;
  let playing = false;
  const meter = new Int16Array(FRAME_LENGTH * FRAMES_PER_LEVEL);
  let metered = 0;

  async function take(): Promise<HeardFrame> {
    const samples = frame.slice(0, filled);
    const start = position - filled;
    filled = 0;
    const { hit, speech } = await detectors.process(samples);
    if (level && metered + samples.length <= meter.length) {
      meter.set(samples, metered);
      metered += samples.length;
      if (metered === meter.length) {
        level({ dbfs: dbfs(meter), speech: speech >= 0.5 });
        metered = 0;
      }
    } else metered = 0;
    return { type: 'frame', samples, start, speech, playing, ...(hit && { hit: placed(hit, position) }) };
  }

  for await (const item of input) {
    switch (item.type) {
      case 'audio':
        for (let taken = 0; taken < item.samples.length; ) {
          const step = Math.min(item.samples.length - taken, FRAME_LENGTH - filled);
          frame.set(item.samples.subarray(taken, taken + step), filled);
          filled += step;
          taken += step;
          position += step;
          if (filled === FRAME_LENGTH) yield await take();
        }
        break;
      case 'gap':
        if (filled > 0) yield await take();
        position += item.samples;
        detectors.reset();
        break;
      case 'playing':
        if (filled > 0) yield await take();
        playing = item.playing;
        break;
      case 'listen':
      case 'stop-listening':
        if (filled > 0) yield await take();
        yield { ...item, at: position };
        break;
      default:
        item satisfies never;
    }
  }
  if (filled > 0) yield await take();
  yield { type: 'end', at: position };
}

function placed({ hit, pending, engine }: PendingHit, position: number): NonNullable<HeardFrame['hit']> {
  const { endedSamplesAgo, ...rest } = hit;
  return { ...rest, engine, end: Math.max(0, position - pending - endedSamplesAgo) };
}

interface PendingHit {
  hit: WakeHit;
  engine: string;
  /** Samples after the frame of the hit. */
  pending: number;
}

/** Feeds each detector in the frame length it asks for, and stops asking one that threw until another takes its place. */
class Detectors {
  readonly #ears: Ears;
  #wake: { engine: WakeDetector; framer: Framer } | undefined;
  #vad: { engine: VoiceActivityDetector; framer: Framer } | undefined;
  readonly #broken = new WeakSet<object>();
  #speech = 0;

  constructor(ears: Ears) {
    this.#ears = ears;
  }

  reset(): void {
    this.#wake?.engine.reset();
    this.#vad?.engine.reset();
    this.#wake = undefined;
    this.#vad = undefined;
  }

  async process(samples: Int16Array): Promise<{ hit: PendingHit | undefined; speech: number }> {
    const hit = this.#listenForWord(samples);
    return { hit, speech: await this.#judgeSpeech(samples) };
  }

  #listenForWord(samples: Int16Array): PendingHit | undefined {
    const engine = this.#ears.wake;
    if (!engine || this.#broken.has(engine)) return undefined;
    if (this.#wake?.engine !== engine) this.#wake = { engine, framer: new Framer(engine.frameLength) };
    const { framer } = this.#wake;
    let result: PendingHit | undefined;
    let done = 0;
    const offset = framer.pending;
    try {
      for (const frame of framer.push(samples)) {
        done += engine.frameLength;
        const hit = engine.process(frame.samples);
        if (hit) result = { hit, engine: engine.name, pending: samples.length + offset - done };
      }
    } catch (error) {
      this.#broken.add(engine);
      this.#ears.failed('wake', error);
    }
    return result;
  }

  async #judgeSpeech(samples: Int16Array): Promise<number> {
    const engine = this.#ears.vad;
    if (!engine || this.#broken.has(engine)) return 0;
    if (this.#vad?.engine !== engine) this.#vad = { engine, framer: new Framer(engine.frameLength) };
    try {
      let speech: number | undefined;
      for (const frame of this.#vad.framer.push(samples)) speech = Math.max(speech ?? 0, await engine.process(frame.samples));
      if (speech !== undefined) this.#speech = speech;
    } catch (error) {
      this.#broken.add(engine);
      this.#speech = 0;
      this.#ears.failed('vad', error);
    }
    return this.#speech;
  }
}

import { FRAME_LENGTH, LISTENING_RATE } from '../../contract/audio.ts';
import { Resampler } from '../../contract/resampler.ts';
import { Framer } from '../audio/frames.ts';
import { toFloat32, toInt16 } from '../audio/wav.ts';

/**
 * One way of hearing the same sound. A wake engine that misses a word as it is often knows it from a copy without rumble, at another
 * loudness, or in a lower voice; several engines on unlike copies miss less than one.
 */
export interface ListeningCopy {
  readonly name: string;
  /** Samples by which the copy lags behind the sound. */
  readonly delay: number;
  /** Takes a frame, gives the frames of the copy that are complete with it: none, one or two. */
  process(frame: Int16Array): Int16Array[];
  reset(): void;
}

/** Half of an engine's frame: its decision falls between those of an engine that hears the sound undelayed. */
const HALF_FRAME = FRAME_LENGTH / 2;
/** Voices sound this much lower: children and high voices become ones that the engine knows. */
const LOWERED = { from: 9, to: 10 };
/** Speech without its lowest 300 Hz is what most noise at home leaves intact. */
const HIGH_PASS_HZ = 300;
const PRE_EMPHASIS = 0.9;
/** RMS that a levelled voice is brought to, as a share of full scale (−22 dBFS). */
const LEVEL_TARGET = 10 ** (-22 / 20);
/** 30 dB: a whisper across the room becomes speech, silence does not become noise. */
const LEVEL_GAIN = 10 ** (30 / 20);
/** Share of its height that the remembered loudness keeps from frame to frame: 1 s to fall by 8 dB. */
const LEVEL_MEMORY = 0.97;

export function plainCopy(): ListeningCopy {
  return { name: 'plain', delay: 0, process: (frame) => [frame], reset: () => {} };
}

/** Without rumble, half a frame late. */
export function rumbleFreeCopy(): ListeningCopy {
  const highPass = createHighPass(HIGH_PASS_HZ);
  const late = createDelay(HALF_FRAME);
  return {
    name: 'rumble-free',
    delay: HALF_FRAME,
    process: (frame) => [toInt16(late.process(highPass.process(toFloat32(frame))))],
    reset: () => {
      highPass.reset();
      late.reset();
    },
  };
}

/** Without rumble, and brought to one loudness. */
export function levelledCopy(): ListeningCopy {
  const highPass = createHighPass(HIGH_PASS_HZ);
  let loudness = 0;
  return {
    name: 'levelled',
    delay: 0,
    process: (frame) => {
      const sound = highPass.process(toFloat32(frame));
      const rms = Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length);
      loudness = Math.max(rms, loudness * LEVEL_MEMORY);
      const gain = Math.min(LEVEL_GAIN, LEVEL_TARGET / Math.max(loudness, 1e-5));
      return [toInt16(sound.map((sample) => sample * gain))];
    },
    reset: () => {
      highPass.reset();
      loudness = 0;
    },
  };
}

/** Treble raised, half a frame late. */
export function brightCopy(): ListeningCopy {
  const late = createDelay(HALF_FRAME);
  let previous = 0;
  return {
    name: 'bright',
    delay: HALF_FRAME,
    process: (frame) => {
      const sound = toFloat32(frame);
      const bright = sound.map((sample, index) => sample - PRE_EMPHASIS * (index === 0 ? previous : (sound[index - 1] ?? 0)));
      previous = sound.at(-1) ?? 0;
      return [toInt16(late.process(bright))];
    },
    reset: () => {
      late.reset();
      previous = 0;
    },
  };
}

/** Played a tenth slower: lower, at the price of frames that come a ninth more often. */
export function loweredCopy(): ListeningCopy {
  const start = () => ({ resampler: new Resampler(LOWERED.from, LOWERED.to), framer: new Framer(FRAME_LENGTH) });
  let { resampler, framer } = start();
  return {
    name: 'lowered',
    // The filter's half length and, on average, half a frame that waits to be filled.
    delay: HALF_FRAME + 54,
    process: (frame) => Array.from(framer.push(toInt16(resampler.process(toFloat32(frame)))), ({ samples }) => samples),
    reset: () => {
      ({ resampler, framer } = start());
    },
  };
}

/** First-order high-pass. */
function createHighPass(cutoff: number) {
  const keep = Math.exp((-2 * Math.PI * cutoff) / LISTENING_RATE);
  let input = 0;
  let output = 0;
  return {
    process: (samples: Float32Array) =>
      samples.map((sample) => {
        output = keep * (output + sample - input);
        input = sample;
        return output;
      }),
    reset: () => {
      input = 0;
      output = 0;
    },
  };
}

/** Gives what it was given `samples` before. */
function createDelay(samples: number) {
  let held = new Float32Array(samples);
  return {
    process: (frame: Float32Array) => {
      const sound = new Float32Array(samples + frame.length);
      sound.set(held);
      sound.set(frame, samples);
      held = sound.slice(frame.length);
      return sound.subarray(0, frame.length);
    },
    reset: () => {
      held = new Float32Array(samples);
    },
  };
}

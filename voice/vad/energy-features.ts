import { FRAME_LENGTH, LISTENING_RATE } from '../../contract/audio.ts';
import { NoiseFloor } from './noise-floor.ts';
import { Spectrum } from './spectrum.ts';

/** What the energy detector knows of a frame, in the order in which `process` gives it. Levels in dB above the noise, voicing 0–1. */
export const FEATURES = ['mean', 'strongest', 'voiced', 'voicedLevel', 'before', 'voicedLevelBefore', 'earlier'] as const;

/** Edges of the bands in Hz; speech has most of its power and its gaps in them, rumble and hiss lie outside. */
const EDGES = [180, 300, 420, 550, 700, 900, 1_150, 1_450, 1_800, 2_250, 2_800, 3_500, 4_500, 6_000];
/** Vowels stand out in a few bands even where noise fills the others. */
const STRONGEST_BANDS = 4;
/** Frames that the noise floor remembers: 2.6 s, longer than anybody speaks without a gap. */
const REMEMBERED_FRAMES = 80;
/** Below this a band holds only the noise of a converter (mean power at full scale 1: −90 dBFS). */
const SMALLEST_POWER = 1e-9;
/** The most that noise is believed to be before it was heard: the first frames may be speech already (−58 dBFS in a band). */
const INITIAL_POWER = 1.6e-6;
/** A band this far above its noise says no more than one that is less so. */
const MOST_DB = 24;
/** Pitch of a voice lies between these lags: 70 to 400 Hz. */
const SHORTEST_LAG = 20;
const LONGEST_LAG = 114;
/** The samples of a frame are summed in pairs before the search for the pitch, which needs no treble. */
const DECIMATION = 2;

export interface SpeechFeatures {
  /** Takes `FRAME_LENGTH` samples. */
  process(frame: Int16Array): number[];
  reset(): void;
}

/** Looks at frame after frame of one stream. */
export function speechFeatures(): SpeechFeatures {
  const spectrum = new Spectrum(FRAME_LENGTH);
  const floors = EDGES.slice(1).map(() => new NoiseFloor(REMEMBERED_FRAMES, INITIAL_POWER));
  const means: number[] = [0, 0];
  let voicedLevelBefore = 0;
  return {
    process(frame) {
      const above = bandPowers(spectrum.power(frame)).map((power, band) => {
        const floor = Math.max(SMALLEST_POWER, floors[band]?.update(power) ?? power);
        return Math.min(MOST_DB, Math.max(0, 10 * Math.log10(Math.max(power, SMALLEST_POWER) / floor)));
      });
      const mean = average(above);
      const strongest = average(above.toSorted((a, b) => b - a).slice(0, STRONGEST_BANDS));
      const voiced = voicing(frame);
      const [earlier = 0, before = 0] = means;
      const voicedLevel = voiced * strongest;
      const features = [mean, strongest, voiced, voicedLevel, before, voicedLevelBefore, earlier];
      means.shift();
      means.push(mean);
      voicedLevelBefore = voicedLevel;
      return features;
    },
    reset() {
      for (const floor of floors) floor.reset();
      means.fill(0);
      voicedLevelBefore = 0;
    },
  };
}

function bandPowers(power: Float64Array): number[] {
  return EDGES.slice(1).map((upper, band) => {
    const from = Math.round(((EDGES[band] ?? 0) * FRAME_LENGTH) / LISTENING_RATE);
    const to = Math.round((upper * FRAME_LENGTH) / LISTENING_RATE);
    return power.subarray(from, to).reduce((sum, each) => sum + each, 0);
  });
}

/** 0–1: how like itself the frame is one pitch period later. */
function voicing(frame: Int16Array): number {
  const half = Float64Array.from(
    { length: frame.length / DECIMATION },
    (_, index) => (frame[index * 2] ?? 0) + (frame[index * 2 + 1] ?? 0),
  );
  const mean = average(half);
  let best = 0;
  for (let lag = SHORTEST_LAG; lag <= LONGEST_LAG; lag += 1) {
    let product = 0;
    let first = 1;
    let second = 1;
    for (let index = lag; index < half.length; index += 1) {
      const now = (half[index] ?? 0) - mean;
      const then = (half[index - lag] ?? 0) - mean;
      product += now * then;
      first += now * now;
      second += then * then;
    }
    best = Math.max(best, product / Math.sqrt(first * second));
  }
  return best;
}

function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0;
  return sum / values.length;
}

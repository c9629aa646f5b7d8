/** Samples of one loudness frame: 20 ms at 16 kHz. */
const FRAME = 320;
/** A frame this far below the loudest one still counts as speech. */
const ACTIVE_RANGE_DB = 25;

export interface Mix {
  /** 16 kHz s16; as long as the speech. */
  samples: Int16Array;
  /** What the noise was multiplied with, before `scale`. */
  noiseGain: number;
  /** Below 1 where speech and noise together would have clipped; speech and noise are scaled alike. */
  scale: number;
}

/** Which 20 ms frames of a clean recording hold speech: those within 25 dB of the loudest. A last, partial frame is left out. */
export function activeFrames(speech: Int16Array): boolean[] {
  const powers = framePowers(speech);
  const threshold = powers.reduce((most, power) => Math.max(most, power), 0) / 10 ** (ACTIVE_RANGE_DB / 10);
  return powers.map((power) => power > 0 && power >= threshold);
}

/** Mean square over the frames that hold speech; 0 for silence. */
export function activePower(speech: Int16Array): number {
  const powers = framePowers(speech);
  const active = activeFrames(speech);
  const chosen = powers.filter((_, index) => active[index]);
  return chosen.length === 0 ? 0 : chosen.reduce((sum, power) => sum + power, 0) / chosen.length;
}

/**
 * Lays noise under speech at `snrDb`: power of the speech where it is active over the power of the whole stretch of noise used.
 * The noise starts at sample `offset` and begins again where it ends. Throws RangeError when speech or noise is silent.
 */
export function mixNoise(speech: Int16Array, noise: Int16Array, snrDb: number, offset = 0): Mix {
  const speechPower = activePower(speech);
  const stretch = Float64Array.from(speech, (_, index) => noise[(offset + index) % noise.length] ?? 0);
  const noisePower = stretch.reduce((sum, sample) => sum + sample * sample, 0) / stretch.length;
  if (!(speechPower > 0)) throw new RangeError('the speech is silent, so that no ratio to it exists');
  if (!(noisePower > 0)) throw new RangeError('the noise is silent, so that no ratio to it exists');
  const noiseGain = Math.sqrt(speechPower / noisePower / 10 ** (snrDb / 10));
  const mixed = stretch.map((sample, index) => (speech[index] ?? 0) + noiseGain * sample);
  const peak = mixed.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const scale = Math.min(1, 32767 / peak);
  return { samples: Int16Array.from(mixed, (sample) => Math.round(sample * scale)), noiseGain, scale };
}

/** Every clip with one of the noises, in turn and each from another place of it; as recorded where `snrDb` is undefined. */
export function mixed(
  clips: readonly { samples: Int16Array }[],
  noises: readonly { samples: Int16Array }[],
  snrDb: number | undefined,
): Int16Array[] {
  return clips.map((clip, index) => {
    const noise = noises[index % noises.length];
    return snrDb === undefined || noise === undefined ? clip.samples : mixNoise(clip.samples, noise.samples, snrDb, index * 4_801).samples;
  });
}

function framePowers(samples: Int16Array): number[] {
  return Array.from({ length: Math.floor(samples.length / FRAME) }, (_, frame) => {
    const part = samples.subarray(frame * FRAME, (frame + 1) * FRAME);
    return part.reduce((sum, sample) => sum + sample * sample, 0) / FRAME;
  });
}

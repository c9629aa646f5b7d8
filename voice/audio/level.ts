/** What digital silence counts as: below the quietest sound that 16 bits can hold. */
export const SILENCE_DBFS = -100;

/** Loudness in dB relative to full scale (a full-scale square wave is 0, a sine −3). Silence and an empty array give `SILENCE_DBFS`. */
export function dbfs(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum === 0 ? SILENCE_DBFS : Math.max(SILENCE_DBFS, 10 * Math.log10(sum / samples.length / 32768 ** 2));
}

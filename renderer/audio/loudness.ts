/** dBFS of 16-bit samples (root mean square); −100 for silence. */
export function loudnessOf(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length)) / 32768;
  return rms === 0 ? -100 : Math.max(-100, 20 * Math.log10(rms));
}

/** 0–1 for the eye: room noise is near 0, a raised voice near 1. */
export function visibleLoudness(dbfs: number): number {
  return Math.max(0, Math.min(1, (dbfs + 55) / 45));
}

import { FRAME_LENGTH } from '../../contract/audio.ts';
import type { VoiceActivityDetector } from '../engine.ts';
import { FEATURES, speechFeatures } from './energy-features.ts';

/** Log odds of speech: a logistic regression over recordings of people, clean and with noise at home 20 and 10 dB below them. */
const BIAS = -3.62;
const WEIGHTS: Readonly<Record<(typeof FEATURES)[number], number>> = {
  mean: -0.034,
  strongest: 0.121,
  voiced: 0.406,
  voicedLevel: 0.114,
  before: -0.041,
  voicedLevelBefore: 0.136,
  earlier: 0.064,
};
const ORDERED = FEATURES.map((name) => WEIGHTS[name]);

/** Adaptive energy detector: how far the bands of speech rise above their own noise floors, and whether the sound has a pitch. */
export function createEnergyDetector(): VoiceActivityDetector {
  const features = speechFeatures();
  return {
    name: 'energy',
    frameLength: FRAME_LENGTH,
    process(frame) {
      const odds = features.process(frame).reduce((sum, value, index) => sum + value * (ORDERED[index] ?? 0), BIAS);
      return 1 / (1 + Math.exp(-odds));
    },
    reset: () => features.reset(),
    [Symbol.dispose]() {},
  };
}

import type { Transcript } from '../engine.ts';
import type { Segment } from './speech-decoder.ts';

/**
 * The whole phrase and its worst word must both fit. Measured: 52 of 53 clean recorded commands accepted; of 56 orders whose grammar lacked a word that
 * was said 42 refused ("almond milk" passes for "whole milk"); read sentences refused 13 of 13 against an
 * order grammar and 20 of 20 against a home's, orders against the home 12 of 12, other wake words and sentences against the home 51 of 55. Logistic
 * regressions over these two with the second worst word, the speed of the words, their phones' distance to the loop's and others, cross-validated
 * on the same sets, did no better at the same 1 refusal in 53; the number of words did, but there the long phrases are the right ones by the choice
 * of recordings.
 */
const leastWhole = -18.5;
const leastWord = -22.5;
/** Frames added to every word's length, so that a word of 5 frames is not judged as hard as one of 50; 10 frames refused 5 in 118 fewer. */
const evenness = 20;
/** Noise lowers the fit of right words too: both thresholds fall by this for each dB that the sound stands out by less than 25 dB, down to 3. */
const quietSpread = 25;
const slackPerDecibel = 0.2;
const mostSlack = 3;
/** Up to three words are easily found in other speech: they must fit by this much better. Of 24 short phrases heard rightly 20 pass so, 21 without. */
const shortWords = 3;
const shortStrictness = 4;
/** Units of fit over which the confidence goes from 0.5 to 0.73. */
const softness = 3;
/** How far the setting of 0–1 moves the thresholds either way. */
const reach = 15;

interface Fit {
  /** Mean difference to the phone loop per spoken frame, whole phrase: 0 or a little above at best. */
  whole: number;
  /** The same of the word, silence or noise that explains its part of the sound worst. */
  word: number;
}

/** Silence whose loud frames stay this many dB below those of the words hides no speech, whatever the model thinks of the noise in it: 14 of 16 orders at 20 dB noise accepted instead of 12. */
const quieter = 10;

/** How well the words explain the sound, in the model's logarithm per frame. Without a word: minus infinity. */
function measureFit(segments: readonly Segment[], loop: readonly Segment[], levels: readonly number[]): Fit {
  const frames = Math.max(segments.at(-1)?.end ?? 0, loop.at(-1)?.end ?? 0) + 1;
  const sums = new Float64Array(frames + 1);
  for (const { start, end, score } of loop)
    for (let frame = start; frame <= end; frame++) sums[frame + 1] = (sums[frame + 1] ?? 0) + score / (end - start + 1);
  for (let frame = 1; frame <= frames; frame++) sums[frame] = (sums[frame] ?? 0) + (sums[frame - 1] ?? 0);
  const said = segments.filter(({ word }) => word !== '' && word !== '(NULL)');
  const words = said.filter(({ word }) => !isFiller(word));
  const spoken = words.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  if (spoken === 0) return { whole: Number.NEGATIVE_INFINITY, word: Number.NEGATIVE_INFINITY };
  const voice = loudness(words.flatMap(({ start, end }) => levels.slice(start, end + 1)));
  let whole = 0;
  let worst = 0;
  for (const { word, start, end, score } of said) {
    // Silence and noise are judged as well: a word said where the grammar has none is hidden in them.
    if (isFiller(word) && voice - loudness(levels.slice(start, end + 1)) > quieter) continue;
    const difference = score - ((sums[end + 1] ?? 0) - (sums[start] ?? 0));
    whole += difference;
    worst = Math.min(worst, difference / (end - start + 1 + evenness));
  }
  return { whole: whole / spoken, word: worst };
}

const isFiller = (word: string): boolean => /^[[<]/.test(word);

/** The level that one frame in four exceeds. */
function loudness(levels: readonly number[]): number {
  return levels.toSorted((left, right) => left - right)[Math.floor(levels.length * 0.75)] ?? 0;
}

/**
 * Text, confidence and refusal of a phrase. `levels` is the loudness in dB of each frame that was searched; `spread` is by how many dB the speech
 * stands out; `rejection` 0–1 moves the threshold, 0.5 leaves it. The
 * confidence is 0.5 at the threshold and rises with the fit.
 */
export function judgePhrase(
  text: string,
  segments: readonly Segment[],
  loop: readonly Segment[],
  { levels, spread, rejection }: { levels: readonly number[]; spread: number; rejection: number },
): Transcript {
  if (text === '' || loop.length === 0) return { text: '', confidence: 0, rejected: true };
  const fit = measureFit(segments, loop, levels);
  const short = text.split(' ').length <= shortWords ? shortStrictness : 0;
  const slack = Math.min(mostSlack, Math.max(0, quietSpread - spread) * slackPerDecibel) - (rejection - 0.5) * 2 * reach - short;
  const margin = Math.min(fit.whole - leastWhole, fit.word - leastWord) + slack;
  return { text, confidence: 1 / (1 + Math.exp(-margin / softness)), rejected: margin < 0 };
}

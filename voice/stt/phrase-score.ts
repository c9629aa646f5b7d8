import type { Transcript } from '../engine.ts';
import type { Segment } from './speech-decoder.ts';

/**
 * The whole phrase and its worst word must both fit. Measured with the mean of the whole utterance on 53 recorded commands (1 refused), 118 orders
 * whose grammar lacked a word that was said (93 refused; the whole phrase's fit alone refuses 15), 39 read sentences against an order grammar (39)
 * and a home grammar (37), 48 orders against the home grammar (48). One threshold on the sum of both refused only 79 of the 118.
 */
const leastWhole = -18.5;
const leastWord = -22.5;
/** Frames added to every word's length, so that a word of 5 frames is not judged as hard as one of 50; 10 frames refused 5 in 118 fewer. */
const evenness = 20;
/** Noise lowers the fit of right words too: both thresholds fall by this for each dB that the sound stands out by less than 25 dB, down to 3. */
const quietSpread = 25;
const slackPerDecibel = 0.2;
const mostSlack = 3;
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

/** How well the words explain the sound, in the model's logarithm per frame. Without a word: minus infinity. */
function measureFit(segments: readonly Segment[], loop: readonly Segment[]): Fit {
  const frames = Math.max(segments.at(-1)?.end ?? 0, loop.at(-1)?.end ?? 0) + 1;
  const sums = new Float64Array(frames + 1);
  for (const { start, end, score } of loop)
    for (let frame = start; frame <= end; frame++) sums[frame + 1] = (sums[frame + 1] ?? 0) + score / (end - start + 1);
  for (let frame = 1; frame <= frames; frame++) sums[frame] = (sums[frame] ?? 0) + (sums[frame - 1] ?? 0);
  let whole = 0;
  let worst = 0;
  let spoken = 0;
  for (const { word, start, end, score } of segments) {
    if (word === '' || word === '(NULL)') continue;
    const length = end - start + 1;
    const difference = score - ((sums[end + 1] ?? 0) - (sums[start] ?? 0));
    // Silence and noise are judged as well: a word said where the grammar has none is hidden in them.
    if (!/^[[<]/.test(word)) spoken += length;
    whole += difference;
    worst = Math.min(worst, difference / (length + evenness));
  }
  return spoken > 0 ? { whole: whole / spoken, word: worst } : { whole: Number.NEGATIVE_INFINITY, word: Number.NEGATIVE_INFINITY };
}

/**
 * Text, confidence and refusal of a phrase. `spread` is by how many dB the speech stands out; `rejection` 0–1 moves the threshold, 0.5 leaves it. The
 * confidence is 0.5 at the threshold and rises with the fit.
 */
export function judgePhrase(
  text: string,
  segments: readonly Segment[],
  loop: readonly Segment[],
  { spread, rejection }: { spread: number; rejection: number },
): Transcript {
  if (text === '' || loop.length === 0) return { text: '', confidence: 0, rejected: true };
  const fit = measureFit(segments, loop);
  const slack = Math.min(mostSlack, Math.max(0, quietSpread - spread) * slackPerDecibel) - (rejection - 0.5) * 2 * reach;
  const margin = Math.min(fit.whole - leastWhole, fit.word - leastWord) + slack;
  return { text, confidence: 1 / (1 + Math.exp(-margin / softness)), rejected: margin < 0 };
}

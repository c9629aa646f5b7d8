import type { IntentMatch, SlotValue } from '../../contract/intent.ts';
import { readNumbers } from './number-words.ts';
import type { Word } from './words.ts';

/** How much, where a sentence says it beside the step itself: "a bit brighter", "much louder", "warmer by two degrees". */
export type Degree =
  | { type: 'factor'; factor: number }
  | { type: 'exact'; value: number; unit: 'percent' | 'degrees' | undefined }
  | { type: 'notches'; count: number }
  /** As far as it goes: "all the way up". */
  | { type: 'most' };

const phrases = (text: string): string[][] => text.split(',').map((phrase) => phrase.trim().split(/\s+/u));

/** Longer phrases come first, so that none is cut short. */
const DEGREES: readonly (readonly [words: string[], degree: Degree])[] = [
  ...phrases(
    'just a little bit more, a little bit more, just a wee bit more, a wee bit more, little bit more, wee bit more, tiny bit more, bit more, little more, just a touch more, a tad more, tad more, touch more, a smidge more, a little bit, just a bit, just a little, just slightly, a bit more, a little more, a touch more, a bit further, a bit, a little, a touch, a tad, a smidgen, a smidge, a crack, a shade, a whisker, a wee bit, a tiny bit, a teensy bit, an inch, a few inches, a notch or two, a few notches, an inch or two, little bit, wee bit, tiny bit, tad, smidge, a teeny bit, a couple of notches, a few percent, a peg, a peg or two, a smidgeon, a fraction, a hair, ever so slightly, slightly, somewhat, some more',
  ).map((words) => [words, { type: 'factor', factor: 0.5 }] as const),
  ...phrases(
    'a whole lot, loads, heaps, tons, way way, really, quite a bit, quite a lot, a good deal, very much, a lot more, a lot, much more, much, way, significantly, considerably, far',
  ).map((words) => [words, { type: 'factor', factor: 2 }] as const),
  ...phrases(
    'as far as it goes, as far as possible, as much as possible, all the way, to the maximum, to the max, to the minimum, to the min, to full, to maximum, to max, to minimum, completely, fully, entirely',
  ).map((words) => [words, { type: 'most' }] as const),
  ...phrases('a notch, one notch, a step, one step').map((words) => [words, { type: 'notches', count: 1 }] as const),
];
const BY_FIRST = Map.groupBy(DEGREES, ([[first]]) => first!);

const UNITS = new Map<string, 'percent' | 'degrees'>([
  ['percent', 'percent'],
  ['degrees', 'degrees'],
]);

/** What each step changes, and what stands for the whole way there. % but for the temperature, which is in degrees. */
const STEPS: Record<string, { whole: string | undefined; least: number; usual: number }> = {
  brightness_step: { whole: 'brightness', least: 1, usual: 20 },
  percentage_step: { whole: 'percentage', least: 0, usual: 20 },
  position_step: { whole: 'position', least: 0, usual: 20 },
  volume_step: { whole: 'volume_level', least: 0, usual: 10 },
  kelvin_step: { whole: undefined, least: 0, usual: 500 },
  temperature_step: { whole: undefined, least: 0, usual: 1 },
};

/** A sentence without one word of degree in it; the step it has then is changed by `graded`. */
export function* withoutDegree(words: readonly Word[]): Generator<{ words: Word[]; degree: Degree }> {
  const texts = words.map(({ text }) => text);
  for (let at = 0; at < texts.length; at++) {
    const found = BY_FIRST.get(texts[at]!)?.find(([phrase]) => phrase.every((word, index) => texts[at + index] === word));
    if (found !== undefined) {
      const [phrase, degree] = found;
      yield { words: [...words.slice(0, at), ...words.slice(at + phrase.length)], degree };
      // "a bit more light": "more" may belong to what there is to be more of.
      if (phrase.at(-1) === 'more') yield { words: [...words.slice(0, at), ...words.slice(at + phrase.length - 1)], degree };
      return;
    }
  }
  for (let at = 0; at < texts.length; at++) {
    const half = /^half (?:an? )?(?:degrees|notch|step)\b/u.exec(texts.slice(at, at + 3).join(' '))?.[0];
    if (half !== undefined) {
      const from = texts[at - 1] === 'by' ? at - 1 : at;
      const degree: Degree = half.endsWith('degrees') ? { type: 'exact', value: 0.5, unit: 'degrees' } : { type: 'notches', count: 0.5 };
      yield { words: [...words.slice(0, from), ...words.slice(at + half.split(' ').length)], degree };
      return;
    }
    const few = /^(?:a couple of|a couple|a few|one or two|a|another) degrees\b/u.exec(texts.slice(at, at + 4).join(' '))?.[0];
    if (few !== undefined) {
      const from = texts[at - 1] === 'by' ? at - 1 : at;
      const degree: Degree = { type: 'exact', value: few.startsWith('a degrees') || few.startsWith('another') ? 1 : 2, unit: 'degrees' };
      yield { words: [...words.slice(0, from), ...words.slice(at + few.split(' ').length)], degree };
      return;
    }
    const number = readNumbers(texts, at).at(-1);
    if (number === undefined) continue;
    const unit = UNITS.get(texts[number.end] ?? '');
    const isNotches = /^(?:notch|notches|steps?)$/u.test(texts[number.end] ?? '');
    const end = unit === undefined && !isNotches ? number.end : number.end + 1;
    const from = texts[at - 1] === 'by' ? at - 1 : at;
    // A bare number is an amount only behind "by".
    if (from === at && unit === undefined && !isNotches) continue;
    const degree: Degree = isNotches ? { type: 'notches', count: number.value } : { type: 'exact', value: number.value, unit };
    yield { words: [...words.slice(0, from), ...words.slice(texts[end] === 'more' || texts[end] === 'of' ? end + 1 : end)], degree };
    return;
  }
}

/** The match with as much of a step as was said; undefined where it has none that this degree could be said of. */
export function graded(match: IntentMatch, degree: Degree): IntentMatch | undefined {
  const slot = Object.keys(STEPS).find((step) => match.slots[step] !== undefined);
  if (slot === undefined) return movedPartly(match, degree);
  const { whole, least, usual } = STEPS[slot]!;
  const before = match.slots[slot]!;
  const sign = before === 'down' || Number(before) < 0 ? -1 : 1;
  if (degree.type === 'most') {
    if (whole === undefined) return undefined;
    const { [slot]: _step, ...slots } = match.slots;
    const intent = match.intent === 'HassSetVolumeRelative' ? 'HassSetVolume' : match.intent;
    return { ...match, intent, slots: { ...slots, [whole]: sign > 0 ? 100 : least } };
  }
  const step = stepOf(degree, usual, slot === 'temperature_step');
  return step === undefined ? undefined : { ...match, slots: { ...match.slots, [slot]: sign * step } };
}

function stepOf(degree: Exclude<Degree, { type: 'most' }>, usual: number, isTemperature: boolean): number | undefined {
  switch (degree.type) {
    case 'factor':
      // Less than a degree is not felt.
      return isTemperature ? Math.max(1, usual * degree.factor) : usual * degree.factor;
    case 'notches':
      return degree.count * (isTemperature ? 1 : usual / 2);
    case 'exact':
      if (degree.unit !== undefined && (degree.unit === 'degrees') !== isTemperature) return undefined;
      return degree.value > 0 && degree.value <= 100 ? degree.value : undefined;
  }
}

/** "open the blinds a bit": a step instead of the whole way. */
function movedPartly(match: IntentMatch, degree: Degree): IntentMatch | undefined {
  const isMove = match.intent === 'HassTurnOn' || match.intent === 'HassTurnOff';
  const isCover = match.targets.length > 0 && match.targets.every((id) => id.startsWith('cover.') || id.startsWith('valve.'));
  if (!isMove || !isCover) return undefined;
  if (degree.type === 'most') return match;
  const step = stepOf(degree, STEPS.position_step!.usual, false);
  if (step === undefined) return undefined;
  const slots: Record<string, SlotValue> = { ...match.slots, position_step: match.intent === 'HassTurnOn' ? step : -step };
  return { ...match, intent: 'HassSetPosition', slots };
}

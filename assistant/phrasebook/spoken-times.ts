import { readNumbers } from './number-words.ts';

/** A length of time in words, read at one place of a sentence. */
export interface SpokenDuration {
  seconds: number;
  /** Index of the first word behind it. */
  end: number;
}

export interface SpokenClock {
  /** `HH:MM` */
  at: string;
  /** Nothing told morning from evening: the next of both is meant. */
  either: boolean;
  end: number;
}

const UNIT_SECONDS = new Map<string, number>(
  Object.entries({
    second: 1,
    seconds: 1,
    sec: 1,
    secs: 1,
    minute: 60,
    minutes: 60,
    min: 60,
    mins: 60,
    hour: 3600,
    hours: 3600,
    hr: 3600,
    hrs: 3600,
  }),
);

const isArticle = (word: string | undefined): boolean => word === 'a' || word === 'an';

/** "ten minutes", "an hour and a half", "half an hour", "two hours and five minutes", "a couple of minutes". */
export function readDuration(words: readonly string[], start: number): SpokenDuration | undefined {
  let seconds = 0;
  let at = start;
  let end = start;
  for (let count = 0; count < 3; count++) {
    const part = durationPart(words, at);
    if (part === undefined) break;
    seconds += part.seconds;
    end = part.end;
    at = words[end] === 'and' ? end + 1 : end;
  }
  return end === start || seconds <= 0 ? undefined : { seconds, end };
}

function durationPart(words: readonly string[], start: number): SpokenDuration | undefined {
  const rest = words.slice(start, start + 6).join(' ');
  const fixed = /^(half an hour|half a? ?hour|half a minute|(?:a )?quarter of an hour|three quarters of an hour)(?= |$)/u.exec(rest)?.[1];
  if (fixed !== undefined) {
    const share = fixed.startsWith('half') ? 0.5 : fixed.startsWith('three') ? 0.75 : 0.25;
    return { seconds: share * (fixed.endsWith('minute') ? 60 : 3600), end: start + fixed.split(' ').length };
  }
  let value: number | undefined;
  let at = start;
  if (isArticle(words[at]) && UNIT_SECONDS.has(words[at + 1] ?? '')) [value, at] = [1, at + 1];
  else if (/^(?:a )?couple(?: of)? /u.test(rest)) [value, at] = [2, at + words.slice(at).findIndex((word) => UNIT_SECONDS.has(word))];
  else {
    const number = readNumbers(words, at).findLast(({ end }) => UNIT_SECONDS.has(words[end] ?? ''));
    if (number !== undefined) [value, at] = [number.value, number.end];
  }
  const unit = UNIT_SECONDS.get(words[at] ?? '');
  if (value === undefined || unit === undefined) return undefined;
  const half = words[at + 1] === 'and' && isArticle(words[at + 2]) && words[at + 3] === 'half' ? 0.5 : 0;
  return { seconds: (value + half) * unit, end: half > 0 ? at + 4 : at + 1 };
}

const MORNING: ReadonlySet<string> = new Set(['morning']);
const LATER: ReadonlySet<string> = new Set(['afternoon', 'evening', 'night']);

/** "seven", "half past seven", "quarter to nine", "seven thirty p m", "noon", "eight in the evening". A number alone counts as an hour. */
export function readClock(words: readonly string[], start: number): SpokenClock | undefined {
  const named = words[start] === 'noon' || words[start] === 'midday' ? 12 : words[start] === 'midnight' ? 0 : undefined;
  if (named !== undefined) return { at: clock(named, 0), either: false, end: start + 1 };
  const face = readFace(words, start);
  if (face === undefined) return undefined;
  const half = halfOfDay(words, face.end);
  let { hour } = face;
  if (half !== undefined && hour > 12) return undefined;
  if (half?.isLater === true && hour < 12) hour += 12;
  // "eleven at night" and "twelve at night" are not the same half of the day.
  if (half !== undefined && face.hour === 12 && (half.isLater === false || half.word === 'night')) hour = 0;
  const isEither = half === undefined && hour >= 1 && hour <= 12;
  return { at: clock(hour === 24 ? 0 : hour, face.minute), either: isEither, end: half?.end ?? face.end };
}

const clock = (hour: number, minute: number): string => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

/** Which numbers the hands show. */
function readFace(words: readonly string[], start: number): { hour: number; minute: number; end: number } | undefined {
  const relation = words.slice(start, start + 5).findIndex((word) => word === 'past' || word === 'to' || word === 'after');
  if (relation > 0) {
    const minutes = minutesBefore(words.slice(start, start + relation));
    const hour = minutes === undefined ? undefined : wholeNumber(words, start + relation + 1, 12);
    if (minutes !== undefined && hour !== undefined && hour.value > 0) {
      if (words[start + relation] !== 'to') return { hour: hour.value, minute: minutes, end: hour.end };
      return { hour: hour.value === 1 ? 12 : hour.value - 1, minute: 60 - minutes, end: hour.end };
    }
  }
  if (words[start] === 'half') {
    const hour = wholeNumber(words, start + 1, 12);
    return hour === undefined ? undefined : { hour: hour.value, minute: 30, end: hour.end };
  }
  const hour = wholeNumber(words, start, 24);
  if (hour === undefined) return undefined;
  let at = hour.end;
  if (words[at] === 'o' && words[at + 1] === 'clock') at += 2;
  else if (words[at] === 'oclock') at += 1;
  else if (words[at] === 'hundred') return { hour: hour.value, minute: 0, end: at + 1 };
  else {
    const behind = words[at] === 'point' || words[at] === 'oh' ? at + 1 : at;
    const minute = wholeNumber(words, behind, 59);
    // "twenty five" is a number, not five past eight in the evening.
    if (hour.value === 20 && behind === at && minute !== undefined && minute.value < 10) return undefined;
    // Digits behind a point are read one by one: "seven point three zero".
    const digit = words[at] === 'point' && minute !== undefined && minute.value < 6 ? wholeNumber(words, minute.end, 9) : undefined;
    if (minute !== undefined && digit !== undefined) return { hour: hour.value, minute: minute.value * 10 + digit.value, end: digit.end };
    if (minute !== undefined && words[minute.end] !== 'percent' && words[minute.end] !== 'degrees') {
      return { hour: hour.value, minute: minute.value, end: minute.end };
    }
  }
  return { hour: hour.value, minute: 0, end: at };
}

function minutesBefore(words: readonly string[]): number | undefined {
  const text = words.filter((word) => word !== 'a' && word !== 'minutes').join(' ');
  if (text === 'half') return 30;
  if (text === 'quarter') return 15;
  const plain = text.split(' ');
  const number = wholeNumber(plain, 0, 59);
  return number?.end === plain.length && number.value > 0 ? number.value : undefined;
}

/** The longest whole number up to a limit: of "seven thirty", seven. */
function wholeNumber(words: readonly string[], start: number, most: number): { value: number; end: number } | undefined {
  return readNumbers(words, start).findLast(({ value }) => Number.isInteger(value) && value >= 0 && value <= most);
}

function halfOfDay(words: readonly string[], start: number): { isLater: boolean; word: string; end: number } | undefined {
  const first = words[start];
  if (first === 'am' || first === 'pm') return { isLater: first === 'pm', word: first, end: start + 1 };
  if ((first === 'a' || first === 'p') && words[start + 1] === 'm') return { isLater: first === 'p', word: `${first}m`, end: start + 2 };
  if (first === 'tonight') return { isLater: true, word: 'evening', end: start + 1 };
  const lead = words.slice(start, start + 2).join(' ');
  const skip = lead === 'in the' ? 2 : first === 'at' || first === 'this' ? 1 : 0;
  const word = words[start + skip] ?? '';
  if (skip === 0 || !(MORNING.has(word) || LATER.has(word))) return undefined;
  return { isLater: LATER.has(word), word, end: start + skip + 1 };
}

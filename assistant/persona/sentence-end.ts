/** A sentence never ends with these. */
const NEVER = new Set(['e.g', 'i.e', 'cf', 'vs', 'viz']);
/** Titles: a name follows. */
const BEFORE_NAMES = new Set('mr mrs ms dr prof st sr jr messrs rev hon capt col gen lt sgt'.split(' '));
/** "No. 5", but "No. That is wrong." */
const BEFORE_NUMBERS = new Set(
  'no nos fig figs p pp vol ch art sec approx ca c jan feb mar apr jun jul aug sep sept oct nov dec'.split(' '),
);

/** What is counted by letters. */
const LETTERED =
  /\b(?:plan|vitamin|option|type|grade|point|part|section|appendix|group|class|platform|gate|letter|hepatitis|exhibit|answer|team)\s\p{Lu}$/iu;

/** An end mark with what closes around it, the space after it, and the first character of what follows, marks of Markdown left out. */
const END = /([.!?…]+)([”’"')\]*_~`]*)\s+[*_~`“‘"'([]{0,5}([^\s*_~`“‘"'([])$/u;

/**
 * Does the last character of `text` begin a new sentence? Then where the one before ends, as a position in `text`; undefined where it goes on. Nothing behind
 * that character is needed, so the answer never changes.
 */
export function sentenceEnd(text: string): number | undefined {
  const found = END.exec(text);
  if (found === null) return undefined;
  const [, mark = '', closing = '', next = ''] = found;
  const before = text.slice(0, found.index);
  const end = found.index + mark.length + closing.length;
  return isEnd(before, mark, closing, next) && !isOpen(text.slice(0, end)) ? end : undefined;
}

function isEnd(before: string, mark: string, closing: string, next: string): boolean {
  const goesOn = /\p{Ll}/u.test(next);
  if (/[!?]/u.test(mark)) return !(goesOn && /[”’"')]/u.test(closing));
  if (goesOn) return false;
  if (mark !== '.' || /[”’"')]/u.test(closing)) return true;
  const word = /[^\s(["'“‘*_]+$/u.exec(before)?.[0].toLowerCase() ?? '';
  if (NEVER.has(word) || (BEFORE_NAMES.has(word) && !/\d/u.test(next))) return false;
  if (BEFORE_NUMBERS.has(word)) return !/\d/u.test(next);
  // The initial of a name; "plan B." ends.
  return word === 'i' || !/(?:^|[\s.])\p{Lu}$/u.test(before) || LETTERED.test(before);
}

/** Inside of code, a link or a formula nothing ends. */
function isOpen(text: string): boolean {
  if (((text.match(/`/gu)?.length ?? 0) & 1) === 1) return true;
  if (/\[[^\]]{0,300}$|\]\([^)\s]{0,2000}$|\\\((?:(?!\\\)).){0,300}$/u.test(text)) return true;
  const dollars = text.match(/(?<![\\\p{L}\p{N}$])\$(?![\s$\d])|(?<=[^\s\\$])\$(?![\d$])/gu)?.length ?? 0;
  return (dollars & 1) === 1 && /\$[^$]{0,200}$/u.test(text);
}

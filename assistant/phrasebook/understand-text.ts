import type { Understanding } from '../../contract/intent.ts';
import { matchSeveral } from './compound-sentence.ts';
import type { Matched, SentenceMatcher } from './sentence-matcher.ts';
import type { Word } from './words.ts';
import { wordsOf } from './words.ts';

const NEGATIONS: ReadonlySet<string> = new Set(['not', 'never', 'no', 'neither', 'nor', 'without', 'stopped', 'forbid', 'avoid', 'refuse']);
/** Who tells what others say or do, or what would be, does not talk to JARVIS. */
const TOLD: ReadonlySet<string> = new Set(
  `said says say saying told tells asked asks wanted wants thinks thought believes he she they him them someone somebody because whenever if
  unless while although yesterday used`.split(/\s+/u),
);

/** Less than this is no understanding. */
const LEAST_CONFIDENCE = 0.5;

export interface TextUnderstanding {
  understanding: Understanding;
  matched: Matched[];
}

const none = (understanding: Extract<Understanding, { type: 'none' }>): TextUnderstanding => ({ understanding, matched: [] });

/** What a text means: exact words first, then two commands, then mis-heard words; never a guess. */
export function understandText(
  matcher: SentenceMatcher,
  text: string,
  room: string | undefined,
  nearest: (words: readonly Word[]) => string | undefined,
): TextUnderstanding {
  const words = wordsOf(text);
  if (words.length === 0) return none({ type: 'none', reason: 'no-match' });
  const options = { text, room, allowCommand: true };
  const exactly = (part: readonly Word[]) => matcher.match(part, { ...options, tolerant: false });
  const roughly = (part: readonly Word[]) => matcher.match(part, { ...options, tolerant: true });
  const exact = exactly(words);
  if (exact !== undefined && !exact.hasText) return understood([exact]);
  const isTold = words.some((word, index) => TOLD.has(word.text) || (NEGATIONS.has(word.text) && words[index + 1]?.text !== 'mind'));
  const several = isTold ? undefined : matchSeveral(words, exactly);
  // "play … and turn on the lamp": two clear commands are more than one title.
  if (several !== undefined && (exact === undefined || several.slice(1).every(({ hasText }) => !hasText))) return understood(several);
  if (exact !== undefined) return understood([exact]);
  if (isTold) return none({ type: 'none', reason: 'not-for-me' });
  const rough = roughly(words);
  const found = rough === undefined ? matchSeveral(words, roughly) : [rough];
  if (found?.every(({ match }) => match.confidence >= LEAST_CONFIDENCE) === true) return understood(found);
  const unknown = matcher.unknownName(words, text);
  const near = nearest(words);
  return none({
    type: 'none',
    reason: unknown === undefined ? 'no-match' : 'no-target',
    ...(unknown === undefined ? {} : { detail: unknown.name }),
    ...(near === undefined ? {} : { nearest: near }),
  });
}

function understood(matched: Matched[]): TextUnderstanding {
  const unclear = matched.find(({ which }) => which !== undefined);
  if (unclear?.which !== undefined) {
    return { understanding: { type: 'ambiguous', match: unclear.match, which: unclear.which.map(({ id }) => id) }, matched };
  }
  return { understanding: { type: 'matched', matches: matched.map(({ match }) => match) }, matched };
}

import { wordsOf } from '../../assistant/turn/dialogue.ts';

/** ms after its speech in which the room, the loudspeaker and the detector may still give JARVIS's own voice back. */
const TAIL_MS = 150;
/** ms after its speech in which the same words are taken for its own, heard late. */
const SAME_WORDS_MS = 3_000;
/** So many words in a row of what JARVIS said are no coincidence. */
const IN_A_ROW = 3;

/** Was what was heard JARVIS itself? `at`, `from`, `until`: ms on one clock; `until` is infinite while it speaks. */
export function isEcho(heard: { text: string; at: number }, said: { text: string; from: number; until: number }): boolean {
  if (heard.at < said.from) return false;
  if (heard.at <= said.until + TAIL_MS) return true;
  if (heard.at > said.until + SAME_WORDS_MS) return false;
  const words = wordsOf(heard.text);
  const own = wordsOf(said.text);
  if (words.length === 0) return false;
  const row = words.join(' ');
  // Its end comes back last; its middle only when more than a word or two of it was caught.
  if (own.slice(-words.length).join(' ') === row) return true;
  return words.length >= IN_A_ROW && ` ${own.join(' ')} `.includes(` ${row} `);
}

/** ms that a voice takes at its usual rate, about 165 words a minute. */
const WORD_MS = 90;
const LETTER_MS = 55;
/** "7" is "seven". */
const DIGIT_MS = 260;
const PAUSE_MS = 120;
const SENTENCE_PAUSE_MS = 250;

/** How far one playback may move what is known of a voice, and the slowest and fastest that is believed. */
const LEARNT_SHARE = 0.3;
const SLOWEST = 2.5;
const FASTEST = 0.4;
/** ms below which a playback says nothing about the rate. */
const TOO_SHORT_MS = 800;

/** How long text takes to say: estimated by words, letters and stops, and corrected by every answer that was heard to its end. */
export class SpeakingRate {
  /** Real time over estimated time. */
  #factor = 1;

  /** `text` was heard whole, and took `ms`. */
  learn(text: string, ms: number): void {
    const estimated = spokenMs(text);
    if (ms < TOO_SHORT_MS || estimated < TOO_SHORT_MS) return;
    const seen = Math.min(SLOWEST, Math.max(FASTEST, ms / estimated));
    this.#factor += (seen - this.#factor) * LEARNT_SHARE;
  }

  /** ms */
  lengthOf(text: string): number {
    return spokenMs(text) * this.#factor;
  }

  /** What had left the speaker after so many ms: whole words only, and never more than there was. */
  heard(text: string, heardMs: number): string {
    let end = 0;
    let passed = 0;
    for (const { 0: word, index } of text.matchAll(/\S+/gu)) {
      const { saying, pause } = wordMs(word);
      if ((passed + saying) * this.#factor > heardMs) break;
      passed += saying + pause;
      end = index + word.length;
    }
    return text.slice(0, end);
  }
}

function spokenMs(text: string): number {
  let total = 0;
  for (const [word] of text.matchAll(/\S+/gu)) {
    const { saying, pause } = wordMs(word);
    total += saying + pause;
  }
  return total;
}

function wordMs(word: string): { saying: number; pause: number } {
  const digits = word.match(/\d/gu)?.length ?? 0;
  const letters = word.match(/[\p{L}\p{M}]/gu)?.length ?? 0;
  const saying = digits + letters === 0 ? 0 : WORD_MS + digits * DIGIT_MS + letters * LETTER_MS;
  return { saying, pause: /[.!?…]["'”’)]*$/u.test(word) ? SENTENCE_PAUSE_MS : /[,;:–—]$/u.test(word) ? PAUSE_MS : 0 };
}

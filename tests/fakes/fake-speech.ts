import { LISTENING_RATE } from '../../contract/audio.ts';
import type { Transcriber, Transcript, TranscriptStream, VoiceActivityDetector, WakeDetector, WakeHit } from '../../voice/engine.ts';

/** Sound made of numbers, and engines that read the numbers: each word is a run of one sample value, silence is 0. */

export const WORD_MS = 200;
export const WAKE_WORD = 'jarvis';
/** The wake word is recognised this long after its end. */
export const WAKE_LAG_MS = 160;

const vocabulary = [WAKE_WORD, ...'turn on off the light lamp in kitchen stop hello noise what time is it'.split(' ')];
const sampleOf = (word: string) => {
  const index = vocabulary.indexOf(word);
  if (index < 0) throw new RangeError(`the fake vocabulary has no "${word}"`);
  return 1000 + index;
};
const wordOf = (value: number) => vocabulary[value - 1000];
const samplesOf = (ms: number) => Math.round((ms * LISTENING_RATE) / 1000);

/** `say('jarvis turn on', 500, 'stop')`: words of `WORD_MS` each (the wake word twice as long) and pauses in ms. */
export function say(...parts: (string | number)[]): Int16Array<ArrayBuffer> {
  const runs = parts.flatMap((part) =>
    typeof part === 'number'
      ? [{ value: 0, length: samplesOf(part) }]
      : part.split(' ').map((word) => ({ value: sampleOf(word), length: samplesOf(word === WAKE_WORD ? 2 * WORD_MS : WORD_MS) })),
  );
  const sound = new Int16Array(runs.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { value, length } of runs) {
    sound.fill(value, at, at + length);
    at += length;
  }
  return sound;
}

export class FakeWakeDetector implements WakeDetector {
  readonly name = 'fake-wake';
  readonly frameLength = 512;
  #heard = 0;
  #after = -1;

  process(frame: Int16Array): WakeHit | undefined {
    for (const sample of frame) {
      if (wordOf(sample) === WAKE_WORD) {
        this.#heard += 1;
        this.#after = this.#heard >= samplesOf(300) ? 0 : -1;
      } else {
        this.#heard = 0;
        if (this.#after >= 0) this.#after += 1;
      }
    }
    if (this.#after < samplesOf(WAKE_LAG_MS)) return undefined;
    const endedSamplesAgo = this.#after;
    this.#after = -1;
    return { word: WAKE_WORD, score: 0.9, endedSamplesAgo };
  }

  reset(): void {
    this.#heard = 0;
    this.#after = -1;
  }

  [Symbol.dispose](): void {
    this.reset();
  }
}

export class FakeVoiceActivityDetector implements VoiceActivityDetector {
  readonly name = 'fake-vad';
  readonly frameLength = 256;

  process(frame: Int16Array): number {
    return frame.reduce((sum, sample) => sum + (sample === 0 ? 0 : 1), 0) / frame.length;
  }

  reset(): void {
    // Nothing is remembered from frame to frame.
  }

  [Symbol.dispose](): void {
    // Holds nothing.
  }
}

export interface FakeTranscriberOptions {
  /** Anything else that is said is rejected. */
  sentences: readonly string[];
  /** Thrown by the `write` that hears this word. */
  failsAt?: string;
  failsAtEnd?: boolean;
}

/** Hears a word once nine tenths of it have come; a shorter piece of one is heard as nothing. */
export class FakeTranscriber implements Transcriber {
  readonly name = 'fake-stt';
  readonly #options: FakeTranscriberOptions;
  /** Streams that were opened and not yet disposed. */
  openStreams = 0;

  constructor(options: FakeTranscriberOptions) {
    this.#options = options;
  }

  open(): TranscriptStream {
    const options = this.#options;
    const words: string[] = [];
    let run = 0;
    let value = 0;
    let disposed = false;
    this.openStreams += 1;
    return {
      write: (samples) => {
        if (disposed) throw new Error('written to after it was disposed');
        const before = words.length;
        for (const sample of samples) {
          run = sample === value ? run + 1 : 1;
          value = sample;
          const word = wordOf(value);
          if (word === undefined || run !== samplesOf((word === WAKE_WORD ? 2 : 1) * WORD_MS * 0.9)) continue;
          if (word === options.failsAt) throw new Error('the fake recogniser broke');
          words.push(word);
        }
        return words.length === before ? undefined : words.join(' ');
      },
      end: async (): Promise<Transcript> => {
        if (options.failsAtEnd) throw new Error('the fake recogniser broke at the end');
        const text = words.join(' ');
        const rejected = !options.sentences.includes(text);
        return { text, confidence: rejected ? 0.2 : 0.9, rejected };
      },
      [Symbol.dispose]: () => {
        if (!disposed) this.openStreams -= 1;
        disposed = true;
      },
    };
  }

  [Symbol.dispose](): void {
    // Streams are disposed by whoever opened them.
  }
}

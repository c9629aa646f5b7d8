import { LISTENING_RATE } from '../../contract/audio.ts';

const samplesOf = (ms: number) => (ms * LISTENING_RATE) / 1000;

/** Speech begins above the first and ends below the second: a voice that wavers between them neither starts nor stops. */
const STARTS_AT = 0.5;
const ENDS_BELOW = 0.35;
/** A run shorter than this is a click. */
const SHORTEST = samplesOf(90);
/** What starts this close to the wake word may be its last sound, and is believed only when it lasts longer. */
const RESIDUE = samplesOf(120);
const SHORTEST_AFTER_WORD = samplesOf(160);

/** From the detector's probabilities to one question: where did speech start, and since when is it quiet? Positions in samples. */
export class SpeechTracker {
  readonly #wordEnd: number | undefined;
  #runStart: number | undefined;
  #startedAt: number | undefined;
  #endedAt = 0;
  #length = 0;

  /** `wordEnd`: where the wake word ended, when there was one. */
  constructor(wordEnd?: number) {
    this.#wordEnd = wordEnd;
  }

  /** Start of the first real speech, once there is some. */
  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  get speaking(): boolean {
    return this.#startedAt !== undefined && this.#runStart !== undefined;
  }

  /** Samples of silence at `position`; 0 while somebody speaks or before anybody did. */
  silence(position: number): number {
    return this.#startedAt === undefined || this.speaking ? 0 : position - this.#endedAt;
  }

  /** Samples of speech heard, pauses and the wake word left out. */
  get length(): number {
    return this.#length;
  }

  /** Takes what was heard for no speech after all. */
  forget(): void {
    this.#startedAt = undefined;
    this.#runStart = undefined;
    this.#length = 0;
  }

  hear(start: number, length: number, probability: number): void {
    const end = start + length;
    if (probability >= (this.#runStart === undefined ? STARTS_AT : ENDS_BELOW)) {
      this.#runStart ??= start;
      this.#startedAt ??= this.#believed(this.#runStart, end);
      this.#endedAt = end;
      this.#length += Math.max(0, end - Math.max(start, this.#wordEnd ?? start));
    } else {
      this.#runStart = undefined;
    }
  }

  /** Where the run began that lasts until `end`, if it is long enough to be speech and not the rest of the wake word. */
  #believed(runStart: number, end: number): number | undefined {
    const afterWord = this.#wordEnd !== undefined && runStart < this.#wordEnd + RESIDUE;
    const start = afterWord ? Math.max(runStart, this.#wordEnd ?? runStart) : runStart;
    return end - start >= (afterWord ? SHORTEST_AFTER_WORD : SHORTEST) ? start : undefined;
  }
}

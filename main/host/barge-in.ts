/** Speech over JARVIS's own must last this long (ms) before it is taken as meant for it: coughs and echoes are shorter. */
const SPEECH_MS = 300;
/** What the canceller leaves of JARVIS's own voice is quieter than a person in the room, in dBFS. */
const LOUD_ENOUGH_DBFS = -42;
/** The canceller needs a moment to learn the room, in ms. */
const SETTLING_MS = 200;

/** Tells when somebody speaks over JARVIS, from the loudness of the microphone while it plays. */
export class BargeIn {
  #began = 0;
  #speechSince: number | undefined;

  /** JARVIS starts to speak. */
  begin(now: number): void {
    this.#began = now;
    this.#speechSince = undefined;
  }

  /** True once per interruption; `now` in ms. */
  isOver(level: { dbfs: number; speech: boolean }, now: number): boolean {
    const speech = level.speech && level.dbfs >= LOUD_ENOUGH_DBFS && now - this.#began >= SETTLING_MS;
    if (!speech) {
      this.#speechSince = undefined;
      return false;
    }
    this.#speechSince ??= now;
    if (now - this.#speechSince < SPEECH_MS) return false;
    this.#speechSince = undefined;
    return true;
  }
}

/** One native wake word engine with one keyword at one sensitivity. */
export interface KeywordSpotter extends Disposable {
  /** Samples that `heard` wants at a time, 16 kHz. */
  readonly frameLength: number;
  /** Whether the keyword was recognised with this frame; a little after the word's end. */
  heard(frame: Int16Array): boolean;
}

/** Opens a spotter of the same keyword at a native sensitivity, 0–1. Throws what the engine throws. */
export type OpenKeywordSpotter = (sensitivity: number) => KeywordSpotter;

/** Loads a package by name, as `require` does. */
export type LoadModule = (name: string) => unknown;

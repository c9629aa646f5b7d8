import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import type { Phrasebook } from '../../assistant/phrasebook.ts';
import type { Home } from '../../iot/home.ts';

export type LoadedVocabulary = Awaited<ReturnType<typeof loadPhrasebook>>;

/** Throws an error with file, line and a fix when a phrasebook is broken. */
export const loadVocabulary = (folders: string[], builtIn: boolean): Promise<LoadedVocabulary> => loadPhrasebook({ folders, builtIn });

/** The phrasebook with the names of the home as they are now; compiled anew when names or places change. */
export class Vocabulary {
  readonly #loaded: LoadedVocabulary;
  readonly #home: Home;
  #version: number;
  #phrasebook: Phrasebook;

  constructor(loaded: LoadedVocabulary, home: Home) {
    this.#loaded = loaded;
    this.#home = home;
    this.#version = home.structureVersion;
    this.#phrasebook = compilePhrasebook(loaded, home.snapshot());
  }

  /** Always fits the home as it is; cheap while nothing changed. */
  current(): Phrasebook {
    if (this.#version !== this.#home.structureVersion) {
      this.#version = this.#home.structureVersion;
      this.#phrasebook = compilePhrasebook(this.#loaded, this.#home.snapshot());
    }
    return this.#phrasebook;
  }
}

import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import type { LoadedPhrasebook, Phrasebook } from '../../assistant/phrasebook.ts';
import type { Home } from '../../iot/home.ts';

/** The phrasebook with the names of the home as they are now; compiled anew when names or places change. */
export class Vocabulary {
  readonly #loaded: LoadedPhrasebook;
  readonly #home: Home;
  #version = -1;
  #phrasebook: Phrasebook;

  private constructor(loaded: LoadedPhrasebook, home: Home) {
    this.#loaded = loaded;
    this.#home = home;
    this.#version = home.structureVersion;
    this.#phrasebook = compilePhrasebook(loaded, home.snapshot());
  }

  /** Throws an error with file, line and a fix when a phrasebook is broken. */
  static async open(folders: string[], builtIn: boolean, home: Home): Promise<Vocabulary> {
    return new Vocabulary(await loadPhrasebook({ folders, builtIn }), home);
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

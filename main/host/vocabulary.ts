import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import type { LoadedPhrasebook, Phrasebook } from '../../assistant/phrasebook.ts';
import type { Home } from '../../iot/home.ts';

/** The phrasebook with the names of the home as they are now; compiled anew when names, places or sentences change. */
export class Vocabulary {
  #loaded: LoadedPhrasebook;
  readonly #home: Home;
  #loads = 0;
  #compiled: string;
  #phrasebook: Phrasebook;

  constructor(loaded: LoadedPhrasebook, home: Home) {
    this.#loaded = loaded;
    this.#home = home;
    this.#compiled = this.version;
    this.#phrasebook = compilePhrasebook(loaded, home.snapshot());
  }

  /** Another text means that `current` has other words. */
  get version(): string {
    return `${this.#loads} ${this.#home.structureVersion}`;
  }

  /** Other sentences, from now on. */
  replace(loaded: LoadedPhrasebook): void {
    this.#loaded = loaded;
    this.#loads += 1;
  }

  /** Always fits the home as it is; cheap while nothing changed. */
  current(): Phrasebook {
    if (this.#compiled !== this.version) {
      this.#compiled = this.version;
      this.#phrasebook = compilePhrasebook(this.#loaded, this.#home.snapshot());
    }
    return this.#phrasebook;
  }
}

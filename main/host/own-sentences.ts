import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import { PhrasebookError } from '../../assistant/phrasebook/phrasebook-error.ts';
import type { LoadedPhrasebook } from '../../assistant/phrasebook.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { HomeSnapshot } from '../../contract/home.ts';
import type { SentenceProblem } from '../../contract/interface.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';

const FILE = 'sentences.yaml';

export interface Checked {
  /** What the text makes of the phrasebook; undefined when it cannot be used. */
  loaded: LoadedPhrasebook | undefined;
  problems: SentenceProblem[];
}

/** The person's own sentences: the folder `phrasebook` of the data folder, and in it the file that the page edits. */
export class OwnSentences {
  readonly path: string;
  readonly #folder: string;
  readonly #others: { folders: string[]; builtIn: boolean };

  /** @param others the phrasebooks that are loaded before */
  constructor(dataFolder: string, others: { folders: string[]; builtIn: boolean }) {
    this.#folder = join(dataFolder, 'phrasebook');
    this.path = join(this.#folder, FILE);
    this.#others = others;
  }

  /** The file as it is; empty where there is none. */
  async text(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return '';
      throw new JarvisError('tool-failed', `${this.path} cannot be read.`, { cause: error });
    }
  }

  /**
   * Every phrasebook, with the person's own where they can be used; otherwise without them and with what is wrong, since a slip in a file must not
   * leave the home without a voice. Throws for what is wrong with the others.
   */
  async load(): Promise<{ loaded: LoadedPhrasebook; problems: SentenceProblem[] }> {
    const files = await yamlIn(this.#folder);
    const only = files.length === 1 && files[0] === FILE;
    if (files.length === 0 || (only && saysNothing(await this.text()))) return { loaded: await loadPhrasebook(this.#others), problems: [] };
    const { loaded, problems } = await this.#loadWith(this.#folder);
    return { loaded: loaded ?? (await loadPhrasebook(this.#others)), problems };
  }

  /** What would come of it if it were saved. */
  async check(text: string, home: HomeSnapshot): Promise<Checked> {
    const folder = await mkdtemp(join(tmpdir(), 'jarvis-sentences-'));
    try {
      // Beside its neighbours, whose lists it may use and whose names it must not take.
      const neighbours = (await yamlIn(this.#folder)).filter((name) => name !== FILE);
      for (const name of neighbours) await copyFile(join(this.#folder, name), join(folder, name));
      if (saysNothing(text)) {
        if (neighbours.length === 0) return { loaded: await loadPhrasebook(this.#others), problems: [] };
      } else await writeFile(join(folder, FILE), text);
      const checked = await this.#loadWith(folder);
      if (checked.loaded !== undefined) compilePhrasebook(checked.loaded, home);
      return checked;
    } catch (error) {
      if (error instanceof PhrasebookError) return { loaded: undefined, problems: [problemOf(error)] };
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Call with a text that was checked. */
  async save(text: string): Promise<void> {
    if (text.trim() === '') {
      await rm(this.path, { force: true });
      return;
    }
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.path, text.endsWith('\n') ? text : `${text}\n`);
  }

  async #loadWith(folder: string): Promise<Checked> {
    const { folders, builtIn } = this.#others;
    try {
      return { loaded: await loadPhrasebook({ folders: [...folders, folder], builtIn }), problems: [] };
    } catch (error) {
      if (error instanceof PhrasebookError && error.file.startsWith(folder)) return { loaded: undefined, problems: [problemOf(error)] };
      throw error;
    }
  }
}

/** Without the path, which the page shows already. */
function problemOf(error: PhrasebookError): SentenceProblem {
  const { line } = error;
  const place = `${error.file}${line === undefined ? '' : `:${line}`}: `;
  const message = error.message.startsWith(place) ? error.message.slice(place.length) : error.message;
  return error.file.endsWith(FILE) ? { ...(line !== undefined && { line }), message } : { message: `${error.file}: ${message}` };
}

/** Comments alone, or nothing: no mistake, but the loader takes an empty file for one. */
function saysNothing(text: string): boolean {
  const { contents, errors } = parseDocument(text);
  return errors.length === 0 && contents === null;
}

async function yamlIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.ya?ml$/iu.test(name));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedPhrasebook, PhrasebookSource } from '../phrasebook.ts';
import { checkReferences } from './check-references.ts';
import { PhrasebookError } from './phrasebook-error.ts';
import type { SourceEntry, SourceScope } from './phrasebook-source.ts';
import { readPhrasebookFile } from './read-phrasebook-file.ts';
import type { SentenceAutomaton } from './sentence-automaton.ts';
import { buildAutomaton } from './sentence-automaton.ts';

/** A phrasebook is text that people write; more than this is a mistake, not a phrasebook. Bytes. */
const LARGEST_FILE = 2_000_000;
const MOST_FILES = 500;

const BUILT_IN_FOLDER = join(import.meta.dirname, 'en');

/** Checked phrasebook files with the automaton of their sentences; the home's names are added by `compilePhrasebook`. */
export class ReadyPhrasebook implements LoadedPhrasebook {
  readonly files: string[];
  readonly entries: SourceEntry[];
  readonly automaton: SentenceAutomaton;
  constructor(files: string[], entries: SourceEntry[]) {
    this.files = files;
    this.entries = entries;
    this.automaton = buildAutomaton(entries);
  }
}

async function filesOf(folder: string): Promise<string[]> {
  let names: string[];
  try {
    const found = await stat(folder);
    if (!found.isDirectory())
      throw new PhrasebookError(folder, undefined, 'is a file, not a folder', 'give the folder that holds the YAML files');
    names = await readdir(folder);
  } catch (error) {
    if (error instanceof PhrasebookError) throw error;
    throw new PhrasebookError(folder, undefined, 'the phrasebook folder cannot be read', 'check the path and its permissions', {
      cause: error,
    });
  }
  const files = names.filter((name) => /\.ya?ml$/iu.test(name)).sort();
  if (files.length === 0)
    throw new PhrasebookError(folder, undefined, 'no phrasebook file in this folder', 'add a file that ends in .yaml');
  if (files.length > MOST_FILES)
    throw new PhrasebookError(folder, undefined, `${files.length} files are too many`, `keep at most ${MOST_FILES}`);
  return files.map((name) => join(folder, name));
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST_FILE)
      throw new PhrasebookError(file, undefined, `${size} bytes are too many for a phrasebook`, 'split it or check what it is');
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof PhrasebookError) throw error;
    throw new PhrasebookError(file, undefined, 'cannot be read as UTF-8 text', 'check that it is a YAML text file', { cause: error });
  }
}

/**
 * Reads and checks the YAML files of some folders, the built-in English ones first.
 * Throws `PhrasebookError` with file, line and fix for the first thing that is wrong.
 */
export async function loadPhrasebook(source: PhrasebookSource): Promise<ReadyPhrasebook> {
  const folders = [
    ...(source.builtIn === false ? [] : [{ folder: BUILT_IN_FOLDER, builtIn: true }]),
    ...source.folders.map((folder) => ({ folder, builtIn: false })),
  ];
  if (folders.length === 0)
    throw new PhrasebookError('phrasebook', undefined, 'no folder is given', 'give a folder or keep the built-in phrasebook');
  const files: string[] = [];
  const entries: SourceEntry[] = [];
  let builtIn: SourceScope | undefined;
  for (const { folder, builtIn: isBuiltIn } of folders) {
    const scope: SourceScope = {
      name: isBuiltIn ? 'jarvis' : folder,
      builtIn: isBuiltIn,
      lists: new Map(),
      rules: new Map(),
      parent: builtIn,
    };
    if (isBuiltIn) builtIn = scope;
    const own: SourceEntry[] = [];
    for (const file of await filesOf(folder)) {
      own.push(...readPhrasebookFile(file, await textOf(file), scope));
      files.push(file);
    }
    checkReferences(scope, own);
    entries.push(...own);
  }
  if (entries.length === 0)
    throw new PhrasebookError(files[0] ?? 'phrasebook', undefined, 'there is no sentence in any file', 'add intents with sentences');
  return new ReadyPhrasebook(files, entries);
}

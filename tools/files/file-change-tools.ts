import { dirname, extname, join } from 'node:path';
import { z } from 'zod';
import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import type { FileHands, PlannedChange } from './file-hands.ts';
import type { FileChange, FileJournal } from './file-journal.ts';
import { FileRefusal } from './file-refusal.ts';
import { type FileRoots, isInside, shown } from './file-roots.ts';
import { filesWords, fromWords } from './file-words.ts';
import { nameScore } from './name-match.ts';
import { lookAt, type SeenFile } from './seen-file.ts';
import { type FilesAsked, folderOf, selectFiles } from './select-files.ts';
import { EITHER, eitherPathsOrWhich, FilesInput, PathText } from './which-files.ts';

export interface FileChangeOptions {
  roots: FileRoots;
  hands: FileHands;
  journal: FileJournal;
}

const FileName = z.string().trim().min(1).max(255);
const MoveInput = z.strictObject({ ...FilesInput, to: PathText }).refine(eitherPathsOrWhich, EITHER);
const BinInput = z.strictObject(FilesInput).refine(eitherPathsOrWhich, EITHER);
const RenameInput = z.strictObject({ ...FilesInput, name: FileName }).refine(eitherPathsOrWhich, EITHER);
const MakeInput = z.strictObject({
  type: z.enum(['file', 'folder']),
  name: FileName,
  /** Absent: Documents. */
  folder: PathText.optional(),
  text: z.string().max(1_000_000).default(''),
});
const RestoreInput = z.strictObject({
  /** Words of the name; absent: what was binned last. */ named: z.string().trim().min(1).max(255).optional(),
});
const UndoInput = z.strictObject({});

const common = {
  version: '1.0.0',
  permissions: { filesystem: [{ path: '~', mode: 'write' as const }] },
  risk: 'guarded' as const,
  reversible: true,
  timeoutMs: 600_000,
};

/**
 * Tools that change files. What a person was told is what is done: the files are looked up once, when the sentence is made, and each is looked at again before
 * it is touched. Nothing is overwritten or deleted.
 */
export function fileChangeTools({ roots, hands, journal }: FileChangeOptions): Tool[] {
  const changing = <Input extends object>(manifest: Tool<Input>['manifest'], plan: (input: Input) => PlannedChange): Tool<Input> => {
    const remembered = new WeakMap<Input, PlannedChange>();
    const planOf = (input: Input): PlannedChange => {
      const known = remembered.get(input) ?? plan(input);
      remembered.set(input, known);
      return known;
    };
    return {
      manifest,
      describe: (input) => planOf(input).sentence,
      run: (input, context) => unlessRefused(async () => hands.carryOut(planOf(input), context)),
    };
  };
  const move = changing<z.infer<typeof MoveInput>>(
    {
      ...common,
      name: 'files.move',
      title: 'Move files',
      description: 'Moves files into another folder. A name that is taken there gets a number; nothing is overwritten.',
      input: MoveInput,
    },
    (input) => moving('move', input, input.to, roots),
  );
  const copy = changing<z.infer<typeof MoveInput>>(
    {
      ...common,
      name: 'files.copy',
      title: 'Copy files',
      description: 'Copies files into another folder. A name that is taken there gets a number; nothing is overwritten.',
      input: MoveInput,
    },
    (input) => moving('copy', input, input.to, roots),
  );
  const rename = changing<z.infer<typeof RenameInput>>(
    {
      ...common,
      name: 'files.rename',
      title: 'Rename a file',
      description: 'Gives one file or folder another name; without an ending in the new name it keeps its own.',
      input: RenameInput,
    },
    (input) => renaming(input, roots),
  );
  const make = changing<z.infer<typeof MakeInput>>(
    {
      ...common,
      name: 'files.make',
      title: 'Make a file or folder',
      description: 'Makes a folder, or a text file.',
      secrets: ['text'],
      input: MakeInput,
    },
    (input) => making(input, roots),
  );
  const bin = changing<z.infer<typeof BinInput>>(
    {
      ...common,
      name: 'files.bin',
      title: 'Put files in the bin',
      description: 'Puts files in the bin, from where they can come back.',
      input: BinInput,
    },
    (input) => {
      const files = movable(input, roots);
      const { what, names } = filesWords(files, input.which?.kind);
      return { action: 'bin', files, sentence: `Put ${what} ${fromWords(files, roots)} in the bin${names}` };
    },
  );
  const takingBack = <Input extends object>(
    manifest: Tool<Input>['manifest'],
    find: (input: Input) => FileChange,
    words: (change: FileChange) => string,
  ): Tool<Input> => {
    const remembered = new WeakMap<Input, FileChange>();
    const changeOf = (input: Input): FileChange => {
      const known = remembered.get(input) ?? find(input);
      remembered.set(input, known);
      return known;
    };
    return {
      manifest,
      describe: (input) => words(changeOf(input)),
      run: (input, context: ToolContext) => unlessRefused(async () => hands.takeBack(changeOf(input), context)),
    };
  };
  const restore = takingBack<z.infer<typeof RestoreInput>>(
    {
      ...common,
      name: 'files.restore',
      title: 'Take files out of the bin',
      description: 'Puts back what JARVIS has put in the bin in the last 30 days: what is named, else what was last.',
      input: RestoreInput,
    },
    ({ named }) => binned(journal.changes(), named),
    (change) => `Put ${stepWords(change, roots)} back out of the bin`,
  );
  const undo = takingBack<z.infer<typeof UndoInput>>(
    {
      ...common,
      name: 'files.undo',
      title: 'Take back the last change of files',
      description: 'Takes back the last thing JARVIS did to files: moved files go back, copies and new files go in the bin.',
      input: UndoInput,
    },
    () => {
      const last = journal.changes().at(-1);
      if (last === undefined) throw new FileRefusal('There is nothing about files to take back.');
      return last;
    },
    ({ sentence }) => `Take this back: ${sentence}`,
  );
  return [move, copy, rename, make, bin, restore, undo] as Tool[];
}

/** A refusal in words is an answer, not an accident. */
export async function unlessRefused(act: () => Promise<ToolResult>): Promise<ToolResult> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof FileRefusal) return { outcome: 'rejected', reason: error.message };
    throw error;
  }
}

function movable(asked: FilesAsked, roots: FileRoots): SeenFile[] {
  const files = selectFiles(asked, roots);
  const root = files.find(({ path }) => roots.staysPut(path));
  if (root !== undefined) throw new FileRefusal(`${shown(root.name)} itself stays where it is.`);
  const inside = files.find((file) => files.some((other) => other !== file && isInside(file.path, other.path)));
  if (inside !== undefined) throw new FileRefusal(`${shown(inside.name)} lies in another of these.`);
  return files;
}

function moving(action: 'move' | 'copy', asked: FilesAsked, to: string, roots: FileRoots): PlannedChange {
  const folder = folderOf(to, roots);
  const files = movable(asked, roots);
  const already = files.filter(({ path }) => dirname(path) === folder);
  const rest = action === 'move' ? files.filter((file) => !already.includes(file)) : files;
  if (rest.length === 0) throw new FileRefusal(`That is in ${roots.words(folder)} already.`);
  const around = rest.find(({ path, type }) => type === 'folder' && isInside(folder, path));
  if (around !== undefined) throw new FileRefusal(`${shown(around.name)} cannot go into itself.`);
  const { what, names } = filesWords(rest, asked.which?.kind);
  const verb = action === 'move' ? 'Move' : 'Copy';
  return { action, files: rest, folder, sentence: `${verb} ${what} ${fromWords(rest, roots)} to ${roots.words(folder)}${names}` };
}

function renaming(input: z.infer<typeof RenameInput>, roots: FileRoots): PlannedChange {
  const [file, other] = movable({ ...input, ...(input.which === undefined ? {} : { which: { ...input.which, one: true } }) }, roots);
  if (file === undefined || other !== undefined) throw new FileRefusal('One file gets one name.');
  const given = cleanName(input.name);
  const name = file.type === 'file' && extname(given) === '' ? cleanName(`${given}${extname(file.name)}`) : given;
  if (name === file.name) throw new FileRefusal('It is called that already.');
  const folder = dirname(file.path);
  roots.check(join(folder, name));
  return {
    action: 'rename',
    files: [file],
    folder,
    name,
    sentence: `Rename ${shown(file.name)} in ${roots.words(folder)} to ${shown(name)}`,
  };
}

function making({ type, name: given, folder: where, text }: z.infer<typeof MakeInput>, roots: FileRoots): PlannedChange {
  const usual = roots.place('documents') ?? roots.folders()[0];
  if (where === undefined && usual === undefined) throw new FileRefusal('Say in which folder.');
  const folder = folderOf(where ?? usual ?? '', roots);
  const plain = cleanName(given);
  const name = type === 'file' && extname(plain) === '' ? `${plain}.txt` : plain;
  roots.check(join(folder, name));
  if (lookAt(join(folder, name)) !== undefined) throw new FileRefusal(`There is a ${shown(name)} in ${roots.words(folder)} already.`);
  return {
    action: 'make',
    files: [],
    folder,
    name,
    made: { type, text },
    sentence: `Make a ${type} called ${shown(name)} in ${roots.words(folder)}`,
  };
}

/** Names that Windows keeps for itself; a file of that name is trouble on every shared disk. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

function cleanName(name: string): string {
  const plain = name.trim().normalize('NFC');
  if (/[/\\\p{Cc}]/u.test(plain) || plain === '' || plain === '.' || plain === '..') throw new FileRefusal('That is no name for a file.');
  if (RESERVED.test(plain) || (process.platform === 'win32' && /[<>:"|?*]|[. ]$/u.test(plain)))
    throw new FileRefusal('That name is not allowed.');
  return plain;
}

function binned(changes: readonly FileChange[], named: string | undefined): FileChange {
  const bins = changes.filter(({ action }) => action === 'bin');
  if (named === undefined) {
    const last = bins.at(-1);
    if (last === undefined) throw new FileRefusal('I have put nothing in the bin.');
    return last;
  }
  for (const change of bins.toReversed()) {
    const steps = change.steps.filter(({ from }) => from !== undefined && nameScore(named, from.split(/[\\/]/u).at(-1) ?? '') > 0);
    if (steps.length > 0) return { ...change, steps };
  }
  throw new FileRefusal(`I have put nothing called ${shown(named, 60)} in the bin.`);
}

function stepWords({ steps }: FileChange, roots: FileRoots): string {
  const [only] = steps;
  const name = (path = ''): string => shown(path.split(/[\\/]/u).at(-1) ?? '', 60);
  if (steps.length === 1 && only?.from !== undefined) return `${name(only.from)} (into ${roots.words(dirname(only.from))})`;
  const named = steps.slice(0, 3).map(({ from }) => name(from));
  return `${steps.length} files (${named.join(', ')}${steps.length > 3 ? ` and ${steps.length - 3} more` : ''})`;
}

import { basename, dirname } from 'node:path';
import { z } from 'zod';
import type { Tool } from '../tool.ts';
import { unlessRefused } from './file-change-tools.ts';
import { FILE_KINDS, kindNoun } from './file-kinds.ts';
import { FileRefusal } from './file-refusal.ts';
import { type FileRoots, shown } from './file-roots.ts';
import { findFiles } from './find-files.ts';
import type { ContentSearch } from './find-in-files.ts';
import { readTextFile } from './read-text-file.ts';
import type { SeenFile } from './seen-file.ts';
import { folderOf, selectFiles } from './select-files.ts';
import { EITHER, eitherPathsOrWhich, PathText, WhichFilesSchema } from './which-files.ts';

const moment = z.number('A time is a number of milliseconds since 1970.').min(0);
const bytes = z.number().min(0);

const FindInput = z.strictObject({
  /** Words of the name. */
  named: z.string().trim().min(1).max(255).optional(),
  /** Words in the file itself. */
  containing: z.string().trim().min(2).max(500).optional(),
  kind: z.enum(FILE_KINDS).optional(),
  folder: PathText.optional(),
  from: moment.optional(),
  to: moment.optional(),
  atLeast: bytes.optional(),
  atMost: bytes.optional(),
  order: z.enum(['best', 'newest', 'largest']).default('best'),
  limit: z.number().int().min(1).max(200).default(20),
});
const ListInput = z.strictObject({ folder: PathText, limit: z.number().int().min(1).max(1000).default(200) });
const ReadInput = z
  .strictObject({
    path: PathText.optional(),
    which: WhichFilesSchema.optional(),
    /** Characters that are given back at most. */
    most: z.number().int().min(1).max(200_000).default(20_000),
  })
  .refine(({ path, which }) => eitherPathsOrWhich({ paths: path, which }), EITHER);

const common = {
  version: '1.0.0',
  permissions: { filesystem: [{ path: '~', mode: 'read' as const }] },
  risk: 'observe' as const,
  reversible: true,
  // Whoever made a file chose its name and its words.
  taints: 'file' as const,
};

export interface FileLookOptions {
  roots: FileRoots;
  searchContent: ContentSearch;
}

/** A file as it is told. */
const told = ({ path, name, type, bytes: size, modified }: SeenFile, roots: FileRoots) => ({
  path,
  name,
  folder: roots.words(dirname(path)),
  type,
  bytes: size,
  modified,
});

/** Tools that look at files and change nothing. */
export function fileLookTools({ roots, searchContent }: FileLookOptions): Tool[] {
  const skip = (path: string): boolean => roots.isKept(path);
  const find: Tool<z.infer<typeof FindInput>> = {
    manifest: {
      ...common,
      name: 'files.find',
      title: 'Find files',
      description:
        'Finds files by words of their name, by kind, age (ms since 1970) and size, and by words in them; best, newest or largest first.',
      input: FindInput,
      timeoutMs: 60_000,
    },
    describe: ({ named, containing, kind, folder }) =>
      `Look for ${kindNoun(kind, 2)}${named === undefined ? '' : ` called ${shown(named, 60)}`}${containing === undefined ? '' : ` with "${shown(containing, 60)}" in them`}${folder === undefined ? '' : ` in ${shown(folder, 60)}`}`,
    run: (input, { signal }) =>
      unlessRefused(async () => {
        const folders = input.folder === undefined ? roots.folders() : [folderOf(input.folder, roots)];
        if (folders.length === 0) throw new FileRefusal('None of your folders is there.');
        const { containing, folder: _folder, ...query } = input;
        const only =
          containing === undefined ? undefined : new Set(await searchContent({ folders, text: containing, limit: 5000 }, signal));
        const { files, count, cut } = await findFiles({ ...query, folders, only, skip }, signal);
        return {
          outcome: 'confirmed',
          output: { files: files.map((file) => told(file, roots)), count, cut },
          taintName: 'names of files',
        };
      }),
  };
  const list: Tool<z.infer<typeof ListInput>> = {
    manifest: {
      ...common,
      name: 'files.list',
      title: 'Look into a folder',
      description: 'What lies directly in a folder, newest first.',
      input: ListInput,
      timeoutMs: 20_000,
    },
    describe: ({ folder }) => `Look into ${shown(folder, 60)}`,
    run: ({ folder, limit }, { signal }) =>
      unlessRefused(async () => {
        const path = folderOf(folder, roots);
        const [files, folders] = await Promise.all([
          findFiles({ folders: [path], order: 'newest', limit, depth: 0, skip }, signal),
          findFiles({ folders: [path], kind: 'folder', order: 'newest', limit, depth: 0, skip }, signal),
        ]);
        const all = [...files.files, ...folders.files].sort((left, right) => right.modified - left.modified).slice(0, limit);
        const output = { folder: roots.words(path), files: all.map((file) => told(file, roots)), count: files.count + folders.count };
        return { outcome: 'confirmed', output, taintName: 'names of files' };
      }),
  };
  const read: Tool<z.infer<typeof ReadInput>> = {
    manifest: {
      ...common,
      name: 'files.read',
      title: 'Read a file',
      description: 'The text of a file, up to a length; says so where a file is no text.',
      input: ReadInput,
      timeoutMs: 20_000,
    },
    describe: ({ path, which }) => `Read ${shown(path === undefined ? (which?.named ?? 'a file') : basename(path))}`,
    run: ({ path, which, most }) =>
      unlessRefused(async () => {
        const [file] = selectFiles(path === undefined ? { which: { ...which, one: true } } : { paths: [path] }, roots);
        if (file === undefined) throw new FileRefusal('There is no such file.');
        const found = await readTextFile(file.path, most, roots);
        return { outcome: 'confirmed', output: { path: file.path, name: file.name, ...found }, taintName: shown(file.name, 100) };
      }),
  };
  return [find, list, read] as Tool[];
}

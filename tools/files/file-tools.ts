import { spawn } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { Tool } from '../tool.ts';
import type { Bin } from './bin.ts';
import { type Disk, realDisk } from './disk.ts';
import { fileChangeTools, unlessRefused } from './file-change-tools.ts';
import { FileHands } from './file-hands.ts';
import { FileJournal } from './file-journal.ts';
import { fileLookTools } from './file-look-tools.ts';
import { FileRefusal } from './file-refusal.ts';
import { FileRoots, shown } from './file-roots.ts';
import { filesWords, fromWords } from './file-words.ts';
import { type ContentSearch, findInFiles } from './find-in-files.ts';
import { freedesktopBin } from './freedesktop-bin.ts';
import { openCommand, runsWhenOpened } from './open-file.ts';
import { macBin, type RunBinCommand, windowsBin } from './program-bin.ts';
import type { SeenFile } from './seen-file.ts';
import { selectFiles } from './select-files.ts';
import { userFolders } from './user-folders.ts';
import { EITHER, eitherPathsOrWhich, FilesInput } from './which-files.ts';

export interface FileToolsOptions {
  home: string;
  /** Of JARVIS: the journal lies in it, and no tool touches it. */
  dataFolder: string;
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  clock: Clock;
  newId(): string;
  /** Folders that the settings add to the usual ones. */
  moreFolders?: readonly string[];
  disk?: Disk;
  bin?: Bin;
  searchContent?: ContentSearch;
  /** Shows a file with the desktop's own program; resolves when that has been asked for. */
  open?(path: string, signal: AbortSignal): Promise<void>;
}

/** Everything that is done to a person's own files. */
export function fileTools(options: FileToolsOptions): Tool[] {
  const { home, dataFolder, env, platform, clock, newId, disk = realDisk, searchContent = findInFiles } = options;
  const configHome = folderOr(env.XDG_CONFIG_HOME, join(home, '.config'));
  const places = userFolders(home, textOr(join(configHome, 'user-dirs.dirs')), platform);
  const roots = new FileRoots({ home, places, more: options.moreFolders ?? [], untouchable: [dataFolder] });
  const journal = new FileJournal(join(dataFolder, 'file-changes.jsonl'), clock);
  const bin = options.bin ?? systemBin(options);
  const hands = new FileHands({ roots, journal, bin, disk, newId });
  return [
    ...fileLookTools({ roots, searchContent }),
    ...fileChangeTools({ roots, hands, journal }),
    openTool(roots, platform, options.open ?? openWithDesktop(platform)),
  ];
}

function systemBin({ home, env, platform, clock }: FileToolsOptions): Bin {
  switch (platform) {
    case 'win32':
      return windowsBin(runBinCommand);
    case 'darwin':
      return macBin(runBinCommand);
    default:
      return freedesktopBin({
        dataHome: folderOr(env.XDG_DATA_HOME, join(home, '.local', 'share')),
        userId: process.getuid?.() ?? 0,
        now: () => localTime(clock.now()),
      });
  }
}

/** `2026-11-21T16:44:50`, where this machine is. */
function localTime(ms: number): string {
  const offset = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset).toISOString().slice(0, 19);
}

/** By the XDG rules a relative path counts as none. */
const folderOr = (path: string | undefined, usual: string): string => (path?.startsWith('/') === true ? path : usual);

function textOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Without the file the usual folders are meant.
    return '';
  }
}

const runBinCommand: RunBinCommand = ({ program, args, env }, signal) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { signal, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(0, 10_000);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, output }));
  });

/** ms in which a program that cannot show the file says so. */
const OPEN_MS = 3000;

const openWithDesktop =
  (platform: NodeJS.Platform) =>
  async (path: string, signal: AbortSignal): Promise<void> => {
    const { program, args } = openCommand(path, platform);
    await new Promise<void>((resolve, reject) => {
      const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsHide: true });
      const over = AbortSignal.any([signal, AbortSignal.timeout(OPEN_MS)]);
      // One that runs on shows it.
      over.addEventListener('abort', () => resolve(), { once: true });
      child.once('error', () => reject(new FileRefusal('There is no desktop here that could show it.')));
      // explorer.exe ends with 1 where all went well.
      child.once('exit', (code) =>
        code === 0 || platform === 'win32' ? resolve() : reject(new FileRefusal('The desktop could not show it.')),
      );
      child.unref();
    });
  };

const OpenInput = z.strictObject(FilesInput).refine(eitherPathsOrWhich, EITHER);

function openTool(roots: FileRoots, platform: NodeJS.Platform, open: (path: string, signal: AbortSignal) => Promise<void>): Tool {
  const remembered = new WeakMap<object, SeenFile>();
  const fileOf = (input: z.infer<typeof OpenInput>): SeenFile => {
    const known = remembered.get(input);
    if (known !== undefined) return known;
    const [file, other] = selectFiles(input, roots);
    if (file === undefined || other !== undefined) throw new FileRefusal('I open one file at a time.');
    const { mode } = lstatSync(roots.checkTarget(file.path));
    if (file.type !== 'folder' && runsWhenOpened(file.name, mode, platform))
      throw new FileRefusal(`${shown(file.name)} is a program, and I do not start those.`);
    remembered.set(input, file);
    return file;
  };
  const tool: Tool<z.infer<typeof OpenInput>> = {
    manifest: {
      name: 'files.open',
      version: '1.0.0',
      title: 'Open a file',
      description: 'Shows a file or folder with the program the desktop has for it. Programs and scripts are never opened.',
      input: OpenInput,
      permissions: { filesystem: [{ path: '~', mode: 'read' }], system: ['apps'] },
      // It starts a program on a file that anybody may have made.
      risk: 'guarded',
      reversible: true,
      timeoutMs: 20_000,
    },
    describe: (input) => {
      const file = fileOf(input);
      return `Open ${filesWords([file], undefined).what} ${fromWords([file], roots)}`;
    },
    run: (input, { signal }) =>
      unlessRefused(async () => {
        const { path, name } = fileOf(input);
        roots.checkTarget(path);
        await open(path, signal);
        // Whether a window came up is not seen from here.
        return { outcome: 'accepted', output: { path, name } };
      }),
  };
  return tool as Tool;
}

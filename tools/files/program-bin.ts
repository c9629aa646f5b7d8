import { basename, dirname } from 'node:path';
import type { Bin } from './bin.ts';
import { FileRefusal } from './file-refusal.ts';
import { shown } from './file-roots.ts';
import { moveInto, sameAsSeen } from './place-file.ts';
import { lookAt } from './seen-file.ts';

/** A program to run: never through a shell, and a path never inside a script's text. */
export interface BinCommand {
  program: string;
  args: string[];
  env: Record<string, string>;
}

export type RunBinCommand = (command: BinCommand, signal: AbortSignal) => Promise<{ code: number; output: string }>;

const WINDOWS_PUT = `$ErrorActionPreference='Stop'
Add-Type -AssemblyName Microsoft.VisualBasic
$path=$env:JARVIS_PATH
$files=[Microsoft.VisualBasic.FileIO.FileSystem]
if (Test-Path -LiteralPath $path -PathType Container) { $files::DeleteDirectory($path,'OnlyErrorDialogs','SendToRecycleBin') }
else { $files::DeleteFile($path,'OnlyErrorDialogs','SendToRecycleBin') }`;

const WINDOWS_RESTORE = `$ErrorActionPreference='Stop'
$folder=Split-Path -LiteralPath $env:JARVIS_PATH
$name=Split-Path -Leaf $env:JARVIS_PATH
$bin=(New-Object -ComObject Shell.Application).NameSpace(10)
$item=$bin.Items() | Where-Object { $_.ExtendedProperty('System.Recycle.DeletedFrom') -eq $folder -and ($_.Name -eq $name -or $_.ExtendedProperty('System.ItemNameDisplay') -eq $name) } |
  Sort-Object { $_.ExtendedProperty('System.Recycle.DateDeleted') } | Select-Object -Last 1
if ($null -eq $item) { exit 3 }
$item.InvokeVerb('undelete')`;

const powershell = (script: string, path: string): BinCommand => ({
  program: 'powershell.exe',
  args: ['-NoProfile', '-NonInteractive', '-EncodedCommand', Buffer.from(script, 'utf16le').toString('base64')],
  env: { JARVIS_PATH: path },
});

export const windowsPut = (path: string): BinCommand => powershell(WINDOWS_PUT, path);
export const windowsRestore = (path: string): BinCommand => powershell(WINDOWS_RESTORE, path);

/** Prints where the file lies in the bin. */
export const macPut = (path: string): BinCommand => ({
  program: '/usr/bin/osascript',
  args: [
    '-e',
    'on run argv',
    '-e',
    'tell application "Finder" to set thing to delete (POSIX file (item 1 of argv))',
    '-e',
    'return POSIX path of (thing as alias)',
    '-e',
    'end run',
    path,
  ],
  env: {},
});

/** The recycle bin of Windows. Where a file lies in it is its own affair: it is found again by where it was. */
export function windowsBin(run: RunBinCommand): Bin {
  return {
    async put(file, { signal, before, disk }) {
      await sameAsSeen(file, disk);
      const path = `bin:${file.path}`;
      await before(path);
      const { code } = await run(windowsPut(file.path), signal);
      if (code !== 0 || lookAt(file.path) !== undefined) throw new FileRefusal(`Windows did not take ${shown(file.name)} into its bin.`);
      return { path };
    },
    async restore({ was }, { signal }) {
      if (lookAt(was) !== undefined) throw new FileRefusal(`There is another ${shown(basename(was))} in its place.`);
      const { code } = await run(windowsRestore(was), signal);
      if (code === 3) throw new FileRefusal(`${shown(basename(was))} is no longer in the bin.`);
      if (code !== 0 || lookAt(was) === undefined) throw new FileRefusal(`Windows did not give ${shown(basename(was))} back.`);
      return { path: was };
    },
  };
}

/** The bin of macOS, by the Finder. */
export function macBin(run: RunBinCommand): Bin {
  return {
    async put(file, { signal, before, disk }) {
      await sameAsSeen(file, disk);
      const { code, output } = await run(macPut(file.path), signal);
      const path = output.replace(/\n$/u, '').replace(/(?<=.)\/$/u, '');
      if (code !== 0 || !path.startsWith('/') || lookAt(path) === undefined) {
        throw new FileRefusal(`The Finder did not take ${shown(file.name)} into the bin.`);
      }
      await before(path);
      return { path };
    },
    async restore({ was, path }, options) {
      const seen = lookAt(path);
      if (seen === undefined) throw new FileRefusal(`${shown(basename(was))} is no longer in the bin.`);
      return moveInto(seen, dirname(was), basename(was), options);
    },
  };
}

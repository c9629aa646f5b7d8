import { extname } from 'node:path';

/** Endings of what runs when it is opened; these are never opened. */
const RUNS: ReadonlySet<string> = new Set(
  `exe msi msix bat cmd com scr ps1 psm1 vbs vbe js jse mjs cjs wsf wsh hta jar lnk url reg cpl dll pif sh bash zsh fish command tool app pkg dmg
  desktop appimage run deb rpm flatpakref snap py pyw pl rb php lua apk iso img service out bin elf so xpi webloc inetloc terminal workflow
  action scpt applescript settingcontent-ms library-ms appref-ms gadget chm`.split(/\s+/u),
);

/** Does opening a file of this name or mode run it, rather than show it? */
export const runsWhenOpened = (name: string, mode: number, platform: NodeJS.Platform): boolean =>
  RUNS.has(extname(name).slice(1).toLowerCase()) || (extname(name) === '' && platform !== 'win32' && (mode & 0o111) !== 0);

/** The command that shows a file with the program the desktop has for it. */
export function openCommand(path: string, platform: NodeJS.Platform): { program: string; args: string[] } {
  switch (platform) {
    case 'darwin':
      return { program: '/usr/bin/open', args: [path] };
    case 'win32':
      // No shell: explorer takes the path as it is.
      return { program: 'explorer.exe', args: [path] };
    default:
      return { program: 'xdg-open', args: [path] };
  }
}

import { askProgram, type Command, firstWay } from './ask-program.ts';
import { type Desktop, displayOf } from './desktop.ts';
import { noDesktop, notHere } from './desktop-trouble.ts';
import { powershell } from './powershell.ts';

/** One program for the clipboard. What is written comes by its standard input: it is never an argument that others could see. */
interface ClipboardProgram {
  read: Command;
  write: Command;
}

export function clipboardPrograms(desktop: Desktop): readonly ClipboardProgram[] {
  switch (desktop.platform) {
    case 'linux': {
      const display = displayOf(desktop);
      if (display === 'none') throw noDesktop();
      const wayland: ClipboardProgram = { read: ['wl-paste', '--no-newline', '--type', 'text'], write: ['wl-copy'] };
      const x11: ClipboardProgram[] = [
        { read: ['xclip', '-selection', 'clipboard', '-o'], write: ['xclip', '-selection', 'clipboard', '-i'] },
        { read: ['xsel', '--clipboard', '--output'], write: ['xsel', '--clipboard', '--input'] },
      ];
      return display === 'x11' ? x11 : [wayland];
    }
    case 'darwin':
      return [{ read: ['/usr/bin/pbpaste'], write: ['/usr/bin/pbcopy'] }];
    case 'win32':
      return [
        {
          read: powershell('[Console]::Out.Write((Get-Clipboard -Raw))'),
          write: powershell('[Console]::InputEncoding=[Text.Encoding]::UTF8; Set-Clipboard -Value ([Console]::In.ReadToEnd())'),
        },
      ];
    default:
      throw notHere('use the clipboard', desktop.platform);
  }
}

export const readClipboard = (desktop: Desktop, signal: AbortSignal): Promise<string> =>
  firstWay(
    desktop,
    signal,
    clipboardPrograms(desktop).map(({ read }) => ({ program: read[0], use: () => askProgram(desktop, read, { signal }) })),
  );

export const writeClipboard = (desktop: Desktop, text: string, signal: AbortSignal): Promise<void> =>
  firstWay(
    desktop,
    signal,
    clipboardPrograms(desktop).map(({ write }) => ({
      program: write[0],
      use: async () => void (await askProgram(desktop, write, { signal, input: text })),
    })),
  );

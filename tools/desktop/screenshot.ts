import { askProgram, type Command, firstWay } from './ask-program.ts';
import { type Desktop, displayOf } from './desktop.ts';
import { noDesktop, notHere } from './desktop-trouble.ts';
import { powershell } from './powershell.ts';

/** Programs that write a picture of the whole screen to a file, the best first. */
export function screenshotCommands(desktop: Desktop, path: string): readonly Command[] {
  switch (desktop.platform) {
    case 'linux': {
      const anywhere: Command[] = [
        ['gnome-screenshot', '-f', path],
        ['spectacle', '--background', '--nonotify', '--output', path],
      ];
      const display = displayOf(desktop);
      switch (display) {
        case 'x11':
          return [['scrot', '--silent', path], ['import', '-window', 'root', path], ...anywhere];
        case 'sway':
        case 'hyprland':
        case 'wayland':
          return [['grim', path], ...anywhere];
        case 'none':
          throw noDesktop();
        default:
          return display satisfies never;
      }
    }
    case 'darwin':
      return [['/usr/sbin/screencapture', '-x', path]];
    case 'win32':
      return [
        powershell(
          `Add-Type -AssemblyName System.Windows.Forms,System.Drawing
$screen=[Windows.Forms.SystemInformation]::VirtualScreen
$picture=New-Object Drawing.Bitmap $screen.Width,$screen.Height
$pen=[Drawing.Graphics]::FromImage($picture)
$pen.CopyFromScreen($screen.Left,$screen.Top,0,0,$picture.Size)
$picture.Save($in.path,[Drawing.Imaging.ImageFormat]::Png)`,
          { path },
        ),
      ];
    default:
      throw notHere('take screenshots', desktop.platform);
  }
}

export const takeScreenshot = (desktop: Desktop, path: string, signal: AbortSignal): Promise<string> =>
  firstWay(
    desktop,
    signal,
    screenshotCommands(desktop, path).map((command) => ({
      program: command[0],
      use: () => askProgram(desktop, command, { signal, timeoutMs: 15_000 }),
    })),
  );

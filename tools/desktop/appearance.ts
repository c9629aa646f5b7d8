import { pathToFileURL } from 'node:url';
import { askProgram, type Command, firstWay, type Way } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { notHere } from './desktop-trouble.ts';
import { appleScript } from './osascript.ts';
import { powershell } from './powershell.ts';

export type Theme = 'dark' | 'light';

const GNOME_WALLPAPER = 'org.gnome.desktop.background';
const GNOME_LOOK = 'org.gnome.desktop.interface';

/** A text as GVariant writes it. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const isPlasma = ({ env }: Desktop): boolean => /kde|plasma/iu.test(env.XDG_CURRENT_DESKTOP ?? '');

/** The program of the desktop that is there first; the other only where it is not. */
const ordered = <Result>(desktop: Desktop, plasma: Way<Result>, gnome: Way<Result>): Way<Result>[] =>
  isPlasma(desktop) ? [plasma] : [gnome, plasma];

export const macWallpaper = (path: string): Command =>
  appleScript(['tell application "System Events" to set picture of every desktop to (POSIX file (item 1 of argv))'], path);

export const windowsWallpaper = (path: string): Command =>
  powershell(
    `Add-Type -Namespace Jarvis -Name Paper -MemberDefinition '[DllImport("user32.dll", CharSet=CharSet.Unicode)] public static extern bool SystemParametersInfo(uint action, uint parameter, string path, uint flags);'
if (-not [Jarvis.Paper]::SystemParametersInfo(20,0,$in.path,3)) { exit 3 }`,
    { path },
  );

export const macTheme = (theme: Theme): Command =>
  appleScript([`tell application "System Events" to tell appearance preferences to set dark mode to ${theme === 'dark'}`]);

export const windowsTheme = (theme: Theme): Command =>
  powershell(
    `$key='HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize'
Set-ItemProperty -Path $key -Name AppsUseLightTheme -Type DWord -Value $in.light
Set-ItemProperty -Path $key -Name SystemUsesLightTheme -Type DWord -Value $in.light`,
    { light: theme === 'light' ? 1 : 0 },
  );

/** True when the desktop was seen to have it. */
export async function setWallpaper(desktop: Desktop, path: string, signal: AbortSignal): Promise<boolean> {
  switch (desktop.platform) {
    case 'linux': {
      // Read back it comes in other quotes where it holds one itself.
      const url = quoted(pathToFileURL(path).href.replaceAll("'", '%27'));
      return firstWay(
        desktop,
        signal,
        ordered(
          desktop,
          { program: 'plasma-apply-wallpaperimage', use: () => done(desktop, ['plasma-apply-wallpaperimage', path], signal) },
          {
            program: 'gsettings',
            async use() {
              await askProgram(desktop, ['gsettings', 'set', GNOME_WALLPAPER, 'picture-uri', url], { signal });
              await askProgram(desktop, ['gsettings', 'set', GNOME_WALLPAPER, 'picture-uri-dark', url], { signal });
              return (await askProgram(desktop, ['gsettings', 'get', GNOME_WALLPAPER, 'picture-uri'], { signal })).trim() === url;
            },
          },
        ),
      );
    }
    case 'darwin':
      return done(desktop, macWallpaper(path), signal);
    case 'win32':
      return done(desktop, windowsWallpaper(path), signal);
    default:
      throw notHere('change the wallpaper', desktop.platform);
  }
}

export async function setTheme(desktop: Desktop, theme: Theme, signal: AbortSignal): Promise<boolean> {
  switch (desktop.platform) {
    case 'linux': {
      const scheme = quoted(theme === 'dark' ? 'prefer-dark' : 'default');
      const colours = theme === 'dark' ? 'BreezeDark' : 'BreezeLight';
      return firstWay(
        desktop,
        signal,
        ordered(
          desktop,
          { program: 'plasma-apply-colorscheme', use: () => done(desktop, ['plasma-apply-colorscheme', colours], signal) },
          {
            program: 'gsettings',
            async use() {
              await askProgram(desktop, ['gsettings', 'set', GNOME_LOOK, 'color-scheme', scheme], { signal });
              return (await askProgram(desktop, ['gsettings', 'get', GNOME_LOOK, 'color-scheme'], { signal })).trim() === scheme;
            },
          },
        ),
      );
    }
    case 'darwin':
      return done(desktop, macTheme(theme), signal);
    case 'win32':
      return done(desktop, windowsTheme(theme), signal);
    default:
      throw notHere('change the theme', desktop.platform);
  }
}

async function done(desktop: Desktop, command: Command, signal: AbortSignal): Promise<boolean> {
  await askProgram(desktop, command, { signal });
  return false;
}

import { askProgram, firstWay } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble, notHere } from './desktop-trouble.ts';
import { appleScript } from './osascript.ts';
import { powershell } from './powershell.ts';

export const MEDIA_KEYS = ['play-pause', 'play', 'pause', 'stop', 'next', 'previous'] as const;
export type MediaKey = (typeof MEDIA_KEYS)[number];

const MPRIS: Record<MediaKey, string> = {
  'play-pause': 'PlayPause',
  play: 'Play',
  pause: 'Pause',
  stop: 'Stop',
  next: 'Next',
  previous: 'Previous',
};
/** What the player should be afterwards, where that can be told. */
const AFTERWARDS: Partial<Record<MediaKey, string>> = { play: 'Playing', pause: 'Paused', stop: 'Stopped' };
const MAC_WORDS: Record<MediaKey, string> = {
  'play-pause': 'playpause',
  play: 'play',
  pause: 'pause',
  stop: 'stop',
  next: 'next track',
  previous: 'previous track',
};
/** Virtual keys of Windows, which has no separate ones for play and pause. */
const WINDOWS_KEYS: Record<MediaKey, number> = { 'play-pause': 0xb3, play: 0xb3, pause: 0xb3, stop: 0xb2, next: 0xb0, previous: 0xb1 };

const MAC_PLAYERS = ['Spotify', 'Music'] as const;

/** True when the player was seen to be as it should. */
export async function pressMediaKey(desktop: Desktop, key: MediaKey, signal: AbortSignal): Promise<boolean> {
  switch (desktop.platform) {
    case 'linux':
      return firstWay(desktop, signal, [
        { program: 'playerctl', use: () => byPlayerctl(desktop, key, signal) },
        { program: 'dbus-send', use: () => byBus(desktop, key, signal) },
      ]);
    case 'darwin':
      await askProgram(desktop, macMediaKey(key), { signal });
      return false;
    case 'win32':
      await askProgram(desktop, windowsMediaKey(key), { signal });
      return false;
    default:
      throw notHere('press media keys', desktop.platform);
  }
}

export const macMediaKey = (key: MediaKey) =>
  appleScript([
    ...MAC_PLAYERS.flatMap((player) => [
      `if application "${player}" is running then`,
      `tell application "${player}" to ${MAC_WORDS[key]}`,
      'return',
      'end if',
    ]),
    'error "no player is running"',
  ]);

export const windowsMediaKey = (key: MediaKey) =>
  powershell(
    `Add-Type -Namespace Jarvis -Name Keys -MemberDefinition '[DllImport("user32.dll")] public static extern void keybd_event(byte key, byte scan, uint flags, UIntPtr extra);'
[Jarvis.Keys]::keybd_event($in.key,0,0,[UIntPtr]::Zero); [Jarvis.Keys]::keybd_event($in.key,0,2,[UIntPtr]::Zero)`,
    { key: WINDOWS_KEYS[key] },
  );

async function byPlayerctl(desktop: Desktop, key: MediaKey, signal: AbortSignal): Promise<boolean> {
  await askProgram(desktop, ['playerctl', key], { signal });
  const wanted = AFTERWARDS[key];
  if (wanted === undefined) return false;
  return (await askProgram(desktop, ['playerctl', 'status'], { signal })).trim() === wanted;
}

const BUS = ['dbus-send', '--session', '--print-reply', '--reply-timeout=3000'] as const;

async function byBus(desktop: Desktop, key: MediaKey, signal: AbortSignal): Promise<boolean> {
  const names = await askProgram(
    desktop,
    [...BUS, '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.ListNames'],
    { signal },
  );
  const player = /"(org\.mpris\.MediaPlayer2\.[\w.-]+)"/u.exec(names)?.[1];
  if (player === undefined) throw new DesktopTrouble('Nothing is playing on this computer.');
  const object = [`--dest=${player}`, '/org/mpris/MediaPlayer2'];
  await askProgram(desktop, [...BUS, ...object, `org.mpris.MediaPlayer2.Player.${MPRIS[key]}`], { signal });
  const wanted = AFTERWARDS[key];
  if (wanted === undefined) return false;
  const properties = ['org.freedesktop.DBus.Properties.Get', 'string:org.mpris.MediaPlayer2.Player', 'string:PlaybackStatus'];
  return (await askProgram(desktop, [...BUS, ...object, ...properties], { signal })).includes(`"${wanted}"`);
}

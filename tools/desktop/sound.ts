import { askProgram, type Command, firstWay, type Way } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble, notHere } from './desktop-trouble.ts';
import { appleScript } from './osascript.ts';
import { powershell } from './powershell.ts';

export interface Volume {
  /** 0–100 */
  level: number;
  muted: boolean;
}

/** A program that knows how loud the computer is. */
export interface SoundProgram {
  program: string;
  look: readonly Command[];
  /** The volume in what `look` printed. */
  read(printed: readonly string[]): Volume | undefined;
  setLevel(level: number): Command;
  setMuted(muted: boolean): Command;
}

const percent = (text: string | undefined): number | undefined => {
  const level = Number(text);
  return text === undefined || !Number.isFinite(level) ? undefined : Math.round(Math.min(100, Math.max(0, level)));
};

const volume = (level: number | undefined, muted: boolean): Volume | undefined => (level === undefined ? undefined : { level, muted });

const SINK = '@DEFAULT_AUDIO_SINK@';
const WPCTL: SoundProgram = {
  program: 'wpctl',
  look: [['wpctl', 'get-volume', SINK]],
  read: ([text = '']) => {
    const part = /Volume:\s*([\d.]+)/u.exec(text)?.[1];
    return volume(percent(part === undefined ? undefined : String(Number(part) * 100)), text.includes('[MUTED]'));
  },
  setLevel: (level) => ['wpctl', 'set-volume', SINK, (level / 100).toFixed(2)],
  setMuted: (muted) => ['wpctl', 'set-mute', SINK, muted ? '1' : '0'],
};
const PACTL: SoundProgram = {
  program: 'pactl',
  look: [
    ['pactl', 'get-sink-volume', '@DEFAULT_SINK@'],
    ['pactl', 'get-sink-mute', '@DEFAULT_SINK@'],
  ],
  read: ([text = '', mute = '']) => volume(percent(/(\d+)%/u.exec(text)?.[1]), /Mute:\s*yes/u.test(mute)),
  setLevel: (level) => ['pactl', 'set-sink-volume', '@DEFAULT_SINK@', `${level}%`],
  setMuted: (muted) => ['pactl', 'set-sink-mute', '@DEFAULT_SINK@', muted ? '1' : '0'],
};
const AMIXER: SoundProgram = {
  program: 'amixer',
  look: [['amixer', '-M', 'sget', 'Master']],
  read: ([text = '']) => volume(percent(/\[(\d+)%\]/u.exec(text)?.[1]), /\[off\]/u.test(text)),
  setLevel: (level) => ['amixer', '-M', '-q', 'sset', 'Master', `${level}%`],
  setMuted: (muted) => ['amixer', '-q', 'sset', 'Master', muted ? 'mute' : 'unmute'],
};
const MAC: SoundProgram = {
  program: '/usr/bin/osascript',
  look: [
    appleScript(['set now to get volume settings', 'return ((output volume of now) as text) & " " & ((output muted of now) as text)']),
  ],
  read: ([text = '']) => volume(percent(/^(\d+) /u.exec(text)?.[1]), /true\s*$/u.test(text)),
  setLevel: (level) => appleScript(['set volume output volume ((item 1 of argv) as integer)'], String(level)),
  setMuted: (muted) => appleScript([`set volume output muted ${muted}`]),
};

const CORE_AUDIO = `Add-Type -TypeDefinition @'
using System; using System.Runtime.InteropServices;
[Guid("5CDF2C82-841E-4546-9722-0CF74078229A"), InterfaceType(ComInterfaceType.InterfaceIsIUnknown)]
interface IAudioEndpointVolume { int a(); int b(); int c(); int d(); int SetMasterVolumeLevelScalar(float level, Guid context); int e(); int GetMasterVolumeLevelScalar(out float level); int f(); int g(); int h(); int i(); int SetMute([MarshalAs(UnmanagedType.Bool)] bool mute, Guid context); int GetMute(out bool mute); }
[Guid("D666063F-1587-4E43-81F1-B948E807363F"), InterfaceType(ComInterfaceType.InterfaceIsIUnknown)]
interface IMMDevice { int Activate(ref Guid id, int context, IntPtr parameters, [MarshalAs(UnmanagedType.IUnknown)] out object found); }
[Guid("A95664D2-9614-4F35-A746-DE8DB63617E6"), InterfaceType(ComInterfaceType.InterfaceIsIUnknown)]
interface IMMDeviceEnumerator { int a(); int GetDefaultAudioEndpoint(int flow, int role, out IMMDevice device); }
[ComImport, Guid("BCDE0395-E52F-467C-8E3D-C4579291692E")] class Enumerator { }
public static class Loudness {
  static IAudioEndpointVolume Now() { IMMDevice device; ((IMMDeviceEnumerator)new Enumerator()).GetDefaultAudioEndpoint(0, 1, out device); Guid id = typeof(IAudioEndpointVolume).GUID; object found; device.Activate(ref id, 23, IntPtr.Zero, out found); return (IAudioEndpointVolume)found; }
  public static float Level { get { float level; Now().GetMasterVolumeLevelScalar(out level); return level; } set { Now().SetMasterVolumeLevelScalar(value, Guid.Empty); } }
  public static bool Muted { get { bool muted; Now().GetMute(out muted); return muted; } set { Now().SetMute(value, Guid.Empty); } }
}
'@
`;
const WINDOWS: SoundProgram = {
  program: 'powershell.exe',
  look: [powershell(`${CORE_AUDIO}[string][int][Math]::Round([Loudness]::Level*100) + ' ' + [Loudness]::Muted`)],
  read: ([text = '']) => volume(percent(/^(\d+) /u.exec(text)?.[1]), /true\s*$/iu.test(text)),
  setLevel: (level) => powershell(`${CORE_AUDIO}[Loudness]::Level=$in.level/100`, { level }),
  setMuted: (muted) => powershell(`${CORE_AUDIO}[Loudness]::Muted=$in.muted`, { muted }),
};

export function soundPrograms(platform: NodeJS.Platform): readonly SoundProgram[] {
  switch (platform) {
    case 'linux':
      return [WPCTL, PACTL, AMIXER];
    case 'darwin':
      return [MAC];
    case 'win32':
      return [WINDOWS];
    default:
      throw notHere('change the volume', platform);
  }
}

async function look(desktop: Desktop, sound: SoundProgram, signal: AbortSignal): Promise<Volume> {
  const printed: string[] = [];
  for (const command of sound.look) printed.push(await askProgram(desktop, command, { signal }));
  const found = sound.read(printed);
  if (found === undefined) throw new DesktopTrouble('This computer does not say how loud it is.');
  return found;
}

export const volumeNow = (desktop: Desktop, signal: AbortSignal): Promise<Volume> =>
  firstWay(
    desktop,
    signal,
    soundPrograms(desktop.platform).map((sound): Way<Volume> => ({ program: sound.program, use: () => look(desktop, sound, signal) })),
  );

/** What it should be, from what it is. */
export type VolumeWish = (now: Volume) => Volume;

/** Sets the volume and looks at it again. */
export const setVolume = (desktop: Desktop, wish: VolumeWish, signal: AbortSignal): Promise<{ wanted: Volume; now: Volume }> =>
  firstWay(
    desktop,
    signal,
    soundPrograms(desktop.platform).map(
      (sound): Way<{ wanted: Volume; now: Volume }> => ({
        program: sound.program,
        async use() {
          const before = await look(desktop, sound, signal);
          const wanted = wish(before);
          if (wanted.level !== before.level) await askProgram(desktop, sound.setLevel(wanted.level), { signal });
          if (wanted.muted !== before.muted) await askProgram(desktop, sound.setMuted(wanted.muted), { signal });
          return { wanted, now: await look(desktop, sound, signal) };
        },
      }),
    ),
  );

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askProgram, firstWay, type Way } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble, missingProgram, notHere } from './desktop-trouble.ts';
import { powershell } from './powershell.ts';

interface Backlight {
  name: string;
  now: number;
  most: number;
}

/** `folder` is `/sys/class/backlight`. Undefined for a screen whose light nobody can set, as one on a cable. */
async function backlight(folder: string): Promise<Backlight | undefined> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => /^[\w:.-]+$/u.test(each)).sort()) {
    const read = async (file: string): Promise<number> => Number(await readFile(join(folder, name, file), 'utf8').catch(() => 'none'));
    const most = await read('max_brightness');
    const actual = await read('actual_brightness');
    const now = Number.isFinite(actual) ? actual : await read('brightness');
    if (most > 0 && Number.isFinite(now)) return { name, now, most };
  }
  return undefined;
}

const percentOf = ({ now, most }: Backlight): number => Math.round((now / most) * 100);
const numberIn = (text: string, pattern: RegExp, scale = 1): number => {
  const level = Number(pattern.exec(text)?.[1] ?? Number.NaN) * scale;
  if (!Number.isFinite(level)) throw new DesktopTrouble('This computer does not say how bright its screen is.');
  return Math.round(level);
};

export interface BrightnessHands {
  now(signal: AbortSignal): Promise<number>;
  /** Percent, 1–100. */
  set(level: number, signal: AbortSignal): Promise<void>;
}

export function brightnessHands(desktop: Desktop, folder = '/sys/class/backlight'): BrightnessHands {
  const ask = (signal: AbortSignal, ...command: [string, ...string[]]) => askProgram(desktop, command, { signal });
  switch (desktop.platform) {
    case 'linux':
      return {
        async now(signal) {
          const light = await backlight(folder);
          if (light !== undefined) return percentOf(light);
          if (desktop.programs.has('xbacklight')) return numberIn(await ask(signal, 'xbacklight', '-get'), /^([\d.]+)/u);
          throw new DesktopTrouble('The light of this screen cannot be set from the computer.');
        },
        async set(level, signal) {
          const light = await backlight(folder);
          if (light === undefined && !desktop.programs.has('xbacklight'))
            throw new DesktopTrouble('The light of this screen cannot be set from the computer.');
          const ways: Way<void>[] = [
            {
              program: 'brightnessctl',
              use: async () => void (await ask(signal, 'brightnessctl', '--quiet', '--class=backlight', 'set', `${level}%`)),
            },
            ...(light === undefined ? [] : [{ program: 'dbus-send', use: () => byLogin(desktop, light, level, signal) }]),
            { program: 'xbacklight', use: async () => void (await ask(signal, 'xbacklight', '-set', String(level))) },
          ];
          if (!ways.some(({ program }) => desktop.programs.has(program)))
            throw missingProgram(['xbacklight', 'brightnessctl'], desktop.platform);
          await firstWay(desktop, signal, ways);
        },
      };
    case 'darwin':
      return {
        now: async (signal) => numberIn(await ask(signal, 'brightness', '-l'), /brightness ([\d.]+)/u, 100),
        set: async (level, signal) => void (await ask(signal, 'brightness', (level / 100).toFixed(2))),
      };
    case 'win32':
      return {
        now: async (signal) =>
          numberIn(
            await ask(
              signal,
              ...powershell(
                '(Get-CimInstance -Namespace root/WMI -ClassName WmiMonitorBrightness | Select-Object -First 1).CurrentBrightness',
              ),
            ),
            /^(\d+)/u,
          ),
        set: async (level, signal) => void (await ask(signal, ...windowsBrightness(level))),
      };
    default:
      throw notHere('set the light of the screen', desktop.platform);
  }
}

export const windowsBrightness = (level: number) =>
  powershell(
    'Get-CimInstance -Namespace root/WMI -ClassName WmiMonitorBrightnessMethods | Invoke-CimMethod -MethodName WmiSetBrightness -Arguments @{ Timeout=[uint32]0; Brightness=[byte]$in.level } | Out-Null',
    { level },
  );

/** The login manager may set what the person may not write. */
const byLogin = async (desktop: Desktop, { name, most }: Backlight, level: number, signal: AbortSignal): Promise<void> => {
  const value = Math.max(1, Math.round((most * level) / 100));
  await askProgram(
    desktop,
    [
      'dbus-send',
      '--system',
      '--print-reply',
      '--dest=org.freedesktop.login1',
      '/org/freedesktop/login1/session/auto',
      'org.freedesktop.login1.Session.SetBrightness',
      'string:backlight',
      `string:${name}`,
      `uint32:${value}`,
    ],
    { signal },
  );
};

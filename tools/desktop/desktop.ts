import type { Clock } from '../../contract/clock.ts';
import type { Programs } from './programs.ts';

/** The computer that JARVIS sits on, as its tools reach it. */
export interface Desktop {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the person's home folder. */
  home: string;
  clock: Clock;
  programs: Programs;
}

export type DisplayKind = 'x11' | 'sway' | 'hyprland' | 'wayland' | 'none';

/** What draws the windows on Linux. */
export function displayOf({ env }: Pick<Desktop, 'env'>): DisplayKind {
  const isX11 = env.XDG_SESSION_TYPE === 'x11' && has(env.DISPLAY);
  if (!isX11 && has(env.WAYLAND_DISPLAY)) {
    if (has(env.SWAYSOCK)) return 'sway';
    return has(env.HYPRLAND_INSTANCE_SIGNATURE) ? 'hyprland' : 'wayland';
  }
  return has(env.DISPLAY) ? 'x11' : 'none';
}

const has = (value: string | undefined): boolean => value !== undefined && value !== '';

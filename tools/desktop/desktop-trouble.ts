/** Why something on the computer cannot be done, in words for people. */
export class DesktopTrouble extends Error {}

/** Packages that bring a program, where they are not called like it. */
const PACKAGES: Readonly<Record<string, string>> = {
  wpctl: 'wireplumber',
  pactl: 'pulseaudio-utils',
  amixer: 'alsa-utils',
  xprop: 'x11-utils',
  'wl-copy': 'wl-clipboard',
  'wl-paste': 'wl-clipboard',
  spectacle: 'kde-spectacle',
  import: 'imagemagick',
  'notify-send': 'libnotify-bin',
  'xdg-open': 'xdg-utils',
  'dbus-send': 'dbus',
  gsettings: 'libglib2.0-bin',
  swaymsg: 'sway',
  hyprctl: 'hyprland',
  loginctl: 'systemd',
  systemctl: 'systemd',
};

/**
 * Says which program is missing, and how it is got.
 * @param programs the best one last: that is the one to install
 */
export function missingProgram(programs: readonly string[], platform: NodeJS.Platform): DesktopTrouble {
  const best = programs.at(-1) ?? '';
  const names = programs.length < 2 ? best : `${programs.slice(0, -1).join(', ')} or ${best}`;
  const how = platform === 'linux' ? ` (apt install ${PACKAGES[best] ?? best})` : '';
  return new DesktopTrouble(`I need ${names} for that${how}.`);
}

export const notHere = (what: string, platform: NodeJS.Platform): DesktopTrouble =>
  new DesktopTrouble(`I do not know how to ${what} on ${platform}.`);

export const noDesktop = (): DesktopTrouble => new DesktopTrouble('There is no desktop here: nobody is logged in at a screen.');

import type { RunningProcess } from './running-processes.ts';

/** Without these nobody is at the desk any more; ending one is what logging out is for. */
const KEEPERS: ReadonlySet<string> = new Set(
  `init systemd launchd xorg xwayland x xvfb wayland gdm gdm3 sddm lightdm gnome-shell gnome-session gnome-session-b gnome-session-binary
  gnome-session-i plasmashell kwin_x11 kwin_wayland ksmserver startplasma-x11 startplasma-wayland sway hyprland xfce4-session xfwm4 openbox
  cinnamon cinnamon-session mate-session dbus-daemon dbus-broker dbus-broker-launch pipewire pipewire-pulse wireplumber sshd login
  systemd-logind loginwindow windowserver dock finder csrss winlogon wininit lsass services smss dwm svchost explorer csrss.exe
  winlogon.exe wininit.exe lsass.exe services.exe smss.exe dwm.exe svchost.exe explorer.exe`.split(/\s+/u),
);

export interface Ourselves {
  pid: number;
  /** Absent on Windows. */
  user: number | undefined;
  /** Number of the process that leads the person's login, where it is known. */
  loginLeader: number | undefined;
  /** Is it a program that a person had opened? It runs under JARVIS, but is not JARVIS. */
  isOpened(pid: number): boolean;
}

/** Why a process is left alone, in words; undefined where it may be ended. */
export function whyKept(
  process: RunningProcess,
  all: ReadonlyMap<number, RunningProcess>,
  { pid, user, loginLeader, isOpened }: Ourselves,
): string | undefined {
  if (process.pid <= 1 || process.kernel) return 'That is a part of the system itself.';
  const us = all.get(pid);
  if (process.pid === pid || (isAncestor(pid, process.pid, all) && !lineOf(process.pid, all).some(isOpened)))
    return 'That is JARVIS itself; I do not end that.';
  if (isAncestor(process.pid, pid, all)) return 'JARVIS runs inside that; ending it would end me.';
  if (user !== undefined && process.user !== user) return 'That belongs to somebody else.';
  if (process.pid === loginLeader || (us?.session !== undefined && process.pid === us.session)) return 'That is what you are logged in by.';
  if (process.names.some((name) => KEEPERS.has(name.toLowerCase()))) return 'The desktop stands on that; log out instead.';
  return undefined;
}

/** Is `ancestor` among those that started `pid`? */
const isAncestor = (ancestor: number, pid: number, all: ReadonlyMap<number, RunningProcess>): boolean =>
  lineOf(pid, all).slice(1).includes(ancestor);

/** A process and all that led to it. */
export function lineOf(pid: number, all: ReadonlyMap<number, RunningProcess>): number[] {
  const line = new Set([pid]);
  for (let at = all.get(pid)?.parent; at !== undefined && at > 0 && !line.has(at); at = all.get(at)?.parent) line.add(at);
  return [...line];
}

import type { Command } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble, notHere } from './desktop-trouble.ts';
import { appleScript } from './osascript.ts';

export const SESSION_ACTS = ['lock', 'log-out', 'sleep', 'restart', 'shut-down'] as const;
export type SessionAct = (typeof SESSION_ACTS)[number];

/** Ways to it, the best first. */
export function sessionCommands(act: SessionAct, { platform, env }: Pick<Desktop, 'platform' | 'env'>): readonly Command[] {
  switch (platform) {
    case 'linux':
      return onLinux(act, env.XDG_SESSION_ID);
    case 'darwin':
      return [onMac(act)];
    case 'win32':
      return [onWindows(act)];
    default:
      throw notHere('do that', platform);
  }
}

function onLinux(act: SessionAct, session: string | undefined): readonly Command[] {
  const id = session !== undefined && /^[\w-]{1,64}$/u.test(session) ? session : undefined;
  switch (act) {
    case 'lock':
      return [id === undefined ? ['loginctl', 'lock-session'] : ['loginctl', 'lock-session', id], ['xdg-screensaver', 'lock']];
    case 'log-out':
      // Without its name the wrong session might go.
      if (id === undefined) throw new DesktopTrouble('I do not know which login this is, so I leave it.');
      return [['loginctl', 'terminate-session', id]];
    case 'sleep':
      return [['systemctl', 'suspend']];
    case 'restart':
      return [['systemctl', 'reboot']];
    case 'shut-down':
      return [['systemctl', 'poweroff']];
    default:
      return act satisfies never;
  }
}

const tell = (words: string): Command => appleScript([`tell application "System Events" to ${words}`]);

function onMac(act: SessionAct): Command {
  switch (act) {
    case 'lock':
      return ['/usr/bin/pmset', 'displaysleepnow'];
    case 'log-out':
      return tell('log out');
    case 'sleep':
      return ['/usr/bin/pmset', 'sleepnow'];
    case 'restart':
      return tell('restart');
    case 'shut-down':
      return tell('shut down');
    default:
      return act satisfies never;
  }
}

function onWindows(act: SessionAct): Command {
  switch (act) {
    case 'lock':
      return ['rundll32.exe', 'user32.dll,LockWorkStation'];
    case 'log-out':
      return ['shutdown.exe', '/l'];
    case 'sleep':
      return ['rundll32.exe', 'powrprof.dll,SetSuspendState', '0,1,0'];
    case 'restart':
      return ['shutdown.exe', '/r', '/t', '0'];
    case 'shut-down':
      return ['shutdown.exe', '/s', '/t', '0'];
    default:
      return act satisfies never;
  }
}

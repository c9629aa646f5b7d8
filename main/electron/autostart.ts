import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { app } from 'electron';

export interface Autostart {
  enabled(): boolean;
  set(enabled: boolean): void;
}

/** Starting with the desktop: the system's own list on Windows and macOS, an XDG autostart file elsewhere. `root` is the folder of the app. */
export function createAutostart(root: string): Autostart {
  if (process.platform === 'win32' || process.platform === 'darwin') {
    return {
      enabled: () => app.getLoginItemSettings().openAtLogin,
      set: (enabled) => app.setLoginItemSettings({ openAtLogin: enabled, args: [root] }),
    };
  }
  const file = join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'autostart', 'jarvis.desktop');
  return {
    enabled: () => statSync(file, { throwIfNoEntry: false }) !== undefined,
    set: (enabled) => {
      if (!enabled) return rmSync(file, { force: true });
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, desktopEntry(process.execPath, root));
    },
  };
}

function desktopEntry(program: string, root: string): string {
  const quoted = (word: string) => `"${word.replaceAll(/[\\"`$]/g, '\\$&').replaceAll('%', '%%')}"`;
  return `[Desktop Entry]\nType=Application\nName=JARVIS\nExec=${quoted(program)} ${quoted(root)}\nX-GNOME-Autostart-enabled=true\n`;
}

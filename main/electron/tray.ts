import { Menu, nativeImage, Tray } from 'electron';

export interface TrayCommands {
  showDashboard(): void;
  toggleOverlay(): void;
  toggleMuted(): void;
  stopEverything(): void;
  autostart(): boolean;
  setAutostart(enabled: boolean): void;
  quit(): void;
}

/** The sign in the system's bar. The caller keeps it: a tray that nothing holds disappears. */
export function createTray(icon: string, commands: TrayCommands): Tray {
  const tray = new Tray(nativeImage.createFromPath(icon));
  tray.setToolTip('JARVIS');
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open JARVIS', click: commands.showDashboard },
      { label: 'Show or hide the orb', click: commands.toggleOverlay },
      { type: 'separator' },
      { label: 'Mute or unmute the microphone', click: commands.toggleMuted },
      { label: 'Stop everything', click: commands.stopEverything },
      {
        label: 'Start with the desktop',
        type: 'checkbox',
        checked: commands.autostart(),
        click: (item) => commands.setAutostart(item.checked),
      },
      { type: 'separator' },
      { label: 'Quit', click: commands.quit },
    ]),
  );
  tray.on('click', commands.showDashboard);
  return tray;
}

import { join } from 'node:path';
import { app, type BrowserWindow, globalShortcut, ipcMain, MessageChannelMain, session } from 'electron';
import { createAutostart } from './autostart.ts';
import { guardPages } from './guard-pages.ts';
import type { HostHandle } from './host-handle.ts';
import { PAGE_ADDRESS } from './page-origin.ts';
import { registerPageScheme, servePage } from './serve-page.ts';
import { createTray } from './tray.ts';
import { createDashboard, createOverlay, type WindowOptions } from './windows.ts';

export interface ShellOptions {
  /** Folder of the app: where its package.json lies. */
  root: string;
  /** Folder of the built parts: `renderer`, `preload`, `main` and the icon in them. */
  built: string;
  /** Called once the app is ready. */
  openHost(): Promise<HostHandle>;
  /** Electron accelerator that begins and ends push-to-talk from anywhere. */
  hotkey: string;
}

/** Emergency stop from anywhere; released on the page. */
const STOP_HOTKEY = 'CommandOrControl+Alt+Escape';

/** The desktop shell on a host: one instance, tray, orb, dashboard, hotkey. Resolves when it stands; rejects when the host cannot start. */
export async function runShell(options: ShellOptions): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    process.stdout.write('JARVIS is running already; its window is shown.\n');
    return app.quit();
  }
  registerPageScheme();
  let showDashboard = (): void => undefined;
  app.on('second-instance', () => showDashboard());
  // The tray keeps JARVIS alive; a closed window is only out of sight.
  app.on('window-all-closed', () => undefined);
  await app.whenReady();

  const host = await options.openHost();
  const firstAddress = host.newAddress();
  servePage(join(options.built, 'renderer'));
  guardPages(session.defaultSession, () => firstAddress);
  endWithApp(host);

  const windowOptions: WindowOptions = {
    preload: join(options.built, 'preload', 'index.cjs'),
    byPorts: host.connectPorts !== undefined,
    icon: join(options.root, 'main', 'electron', 'tray.png'),
  };
  ipcMain.on('jarvis-ports', ({ sender }) => {
    if (!host.connectPorts) return;
    const rpc = new MessageChannelMain();
    const audio = new MessageChannelMain();
    host.connectPorts({ rpc: rpc.port2, audio: audio.port2 });
    sender.postMessage('jarvis-ports', null, [rpc.port1, audio.port1]);
  });
  const load = async (window: BrowserWindow, fragment: string) => {
    const address = host.connectPorts ? PAGE_ADDRESS : host.newAddress();
    if (address === undefined) throw new Error('The host serves no page, and takes no ports either.');
    const url = new URL(address);
    url.hash = fragment;
    await window.loadURL(url.href);
  };

  const overlay = createOverlay(windowOptions);
  await load(overlay, 'overlay');
  overlay.showInactive();
  let dashboard: BrowserWindow | undefined;
  showDashboard = () => {
    if (dashboard) return dashboard.show();
    dashboard = createDashboard(windowOptions);
    dashboard.once('closed', () => {
      dashboard = undefined;
    });
    load(dashboard, '').catch((error: unknown) => process.stderr.write(`The window did not load: ${String(error)}\n`));
  };

  const autostart = createAutostart(options.root);
  const tray = createTray(windowOptions.icon, {
    showDashboard,
    toggleOverlay: () => (overlay.isVisible() ? overlay.hide() : overlay.showInactive()),
    toggleMuted: () => overlay.webContents.send('jarvis-command', 'mute'),
    stopEverything: () => void host.stopEverything('tray'),
    autostart: () => autostart.enabled(),
    setAutostart: (enabled) => autostart.set(enabled),
    quit: () => app.quit(),
  });
  const registered = globalShortcut.register(options.hotkey, () => {
    overlay.showInactive();
    overlay.webContents.send('jarvis-command', 'talk');
  });
  if (!registered) process.stderr.write(`Another program holds ${options.hotkey}; push-to-talk works in the window only.\n`);
  if (!globalShortcut.register(STOP_HOTKEY, () => void host.stopEverything('hotkey'))) {
    process.stderr.write(`Another program holds ${STOP_HOTKEY}; the emergency stop is in the tray and on the page.\n`);
  }
  app.once('will-quit', () => {
    globalShortcut.unregisterAll();
    tray.destroy();
  });
}

/** Quitting waits for the host's clean end, once. */
function endWithApp(host: HostHandle): void {
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    stopped = true;
    host.stop().then(
      () => app.quit(),
      (error: unknown) => {
        process.stderr.write(`JARVIS did not end cleanly: ${String(error)}\n`);
        app.exit(1);
      },
    );
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
}

import { BrowserWindow, screen, type WebPreferences } from 'electron';

export interface WindowOptions {
  preload: string;
  byPorts: boolean;
  icon: string;
}

const OVERLAY_WIDTH = 380;
const OVERLAY_HEIGHT = 520;

/** The orb in the lower right corner: above everything, seen through, and never taking the focus from what the person works with. */
export function createOverlay(options: WindowOptions): BrowserWindow {
  const { workArea } = screen.getPrimaryDisplay();
  const overlay = new BrowserWindow({
    width: OVERLAY_WIDTH,
    height: OVERLAY_HEIGHT,
    x: workArea.x + workArea.width - OVERLAY_WIDTH - 16,
    y: workArea.y + workArea.height - OVERLAY_HEIGHT - 16,
    show: false,
    frame: false,
    transparent: true,
    hasShadow: false,
    resizable: false,
    alwaysOnTop: true,
    skipTaskbar: true,
    focusable: false,
    acceptFirstMouse: true,
    icon: options.icon,
    // It listens while it is hidden.
    webPreferences: { ...safe(options), backgroundThrottling: false },
  });
  overlay.setAlwaysOnTop(true, 'floating');
  overlay.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
  return overlay;
}

/** The whole page in an ordinary window. */
export function createDashboard(options: WindowOptions): BrowserWindow {
  const dashboard = new BrowserWindow({
    width: 1280,
    height: 860,
    minWidth: 320,
    minHeight: 480,
    show: false,
    title: 'JARVIS',
    icon: options.icon,
    backgroundColor: '#070b12',
    autoHideMenuBar: true,
    webPreferences: safe(options),
  });
  dashboard.once('ready-to-show', () => dashboard.show());
  return dashboard;
}

function safe({ preload, byPorts }: WindowOptions): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    additionalArguments: byPorts ? ['--jarvis-ports'] : [],
  };
}

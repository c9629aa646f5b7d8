import type { Tool } from '../tool.ts';
import { appTools } from './app-tools.ts';
import { clipboardTools } from './clipboard-tools.ts';
import type { Desktop } from './desktop.ts';
import { displayTools } from './display-tools.ts';
import { notificationTools } from './notification-tools.ts';
import { type ProcessToolOptions, processTools } from './process-tools.ts';
import { screenTools } from './screen-tools.ts';
import { sessionTools } from './session-tools.ts';
import { soundTools } from './sound-tools.ts';
import { windowTools } from './window-tools.ts';

export interface DesktopToolsOptions extends Desktop {
  processes: ProcessToolOptions;
  /** `/sys/class/backlight` */
  backlights?: string;
}

/** Tools for the computer that JARVIS sits on. */
export function desktopTools({ processes, backlights, ...desktop }: DesktopToolsOptions): Tool[] {
  return [
    ...appTools(desktop),
    ...windowTools(desktop),
    ...processTools(desktop, processes),
    ...soundTools(desktop),
    ...displayTools(desktop, backlights),
    ...clipboardTools(desktop),
    ...screenTools(desktop),
    ...notificationTools(desktop),
    ...sessionTools(desktop),
  ];
}

import type { Command } from './ask-program.ts';
import type { Desktop } from './desktop.ts';

/** A window of the desktop. Title and program are what the program says of itself: one line, cut. */
export interface DesktopWindow {
  /** As this desktop names it; nothing else may be given to its commands. */
  id: string;
  title: string;
  app: string;
  pid?: number;
  active: boolean;
}

/** One way to windows. */
export interface WindowHands {
  list(desktop: Desktop, signal: AbortSignal): Promise<DesktopWindow[]>;
  focus(desktop: Desktop, window: DesktopWindow): Command;
  /** Asks the program to close it, as the cross in its corner does. */
  close(desktop: Desktop, window: DesktopWindow): Command;
}

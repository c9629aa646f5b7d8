const ways = new Map([
  ['voice', 'by voice'],
  ['page', 'from a page'],
  ['cli', 'in a terminal'],
  ['api', 'by a program'],
  ['tray', 'from the tray'],
  ['hotkey', 'by the hotkey'],
  ['signed', 'by another device'],
  ['host', 'by JARVIS itself'],
]);

/** By which way everything was stopped; a way that is not known is named as it is. */
export const stoppedBy = (by: string): string => ways.get(by) ?? `by ${by.slice(0, 100)}`;

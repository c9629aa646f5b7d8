import { askProgram, type Command } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble, missingProgram } from './desktop-trouble.ts';
import { shown } from './shown.ts';
import type { DesktopWindow, WindowHands } from './window-hands.ts';
import { propertiesOf, textsIn } from './xprop-output.ts';

/** Nobody has more; what a broken program adds is left out. */
const MOST_WINDOWS = 300;
const AT_ONCE = 8;

/** Strings as bytes; what holds names that a program makes up comes last. At most 4 kB of each. */
const ASK = '-len 4096 -f _NET_WM_NAME 8x -f WM_NAME 8x -f WM_CLASS 8x'.split(' ');
const PROPERTIES = ['_NET_WM_NAME', 'WM_NAME', 'WM_CLASS', '_NET_WM_PID', '_NET_WM_WINDOW_TYPE'] as const;
/** Panels and the desktop itself are windows too, but none that anybody means. */
const FURNITURE = /_NET_WM_WINDOW_TYPE_(?:DOCK|DESKTOP|SPLASH|NOTIFICATION|TOOLTIP|MENU)/u;

/** Windows of X11, by what a window manager says of them (EWMH). */
export const X11: WindowHands = {
  async list(desktop, signal) {
    if (!desktop.programs.has('xprop')) throw missingProgram(['xprop'], desktop.platform);
    const root = propertiesOf(await askProgram(desktop, ['xprop', '-root', '_NET_CLIENT_LIST', '_NET_ACTIVE_WINDOW'], { signal }));
    const list = root.get('_NET_CLIENT_LIST');
    if (list === undefined) throw new DesktopTrouble('The window manager here does not say which windows are open.');
    const ids = (list.match(/0x[0-9a-f]{1,16}/gu) ?? []).slice(0, MOST_WINDOWS);
    const active = root.get('_NET_ACTIVE_WINDOW')?.match(/0x[0-9a-f]{1,16}/u)?.[0];
    const found: DesktopWindow[] = [];
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const some = await Promise.all(ids.slice(start, start + AT_ONCE).map((id) => windowOf(desktop, id, id === active, signal)));
      found.push(...some.filter((each) => each !== undefined));
    }
    return found;
  },
  focus: ({ programs, platform }, { id }) => {
    if (programs.has('wmctrl')) return ['wmctrl', '-i', '-a', id];
    if (programs.has('xdotool')) return ['xdotool', 'windowactivate', id];
    throw missingProgram(['wmctrl', 'xdotool'], platform);
  },
  close: ({ programs, platform }, { id }): Command => {
    if (programs.has('wmctrl')) return ['wmctrl', '-i', '-c', id];
    // `windowclose` would destroy it without asking its program.
    if (programs.has('xdotool')) return ['xdotool', 'windowquit', id];
    throw missingProgram(['wmctrl', 'xdotool'], platform);
  },
};

/** Undefined for furniture and for what has gone meanwhile. */
async function windowOf(desktop: Desktop, id: string, active: boolean, signal: AbortSignal): Promise<DesktopWindow | undefined> {
  let answer: string;
  try {
    answer = await askProgram(desktop, ['xprop', '-id', id, ...ASK, ...PROPERTIES], { signal });
  } catch (error) {
    if (error instanceof DesktopTrouble) return undefined;
    throw error;
  }
  const properties = propertiesOf(answer);
  if (FURNITURE.test(properties.get('_NET_WM_WINDOW_TYPE') ?? '')) return undefined;
  const [title = ''] = textsIn(properties.get('_NET_WM_NAME') ?? properties.get('WM_NAME'));
  const classes = textsIn(properties.get('WM_CLASS'));
  const pid = Number(/^\d{1,9}$/u.exec(properties.get('_NET_WM_PID')?.trim() ?? '')?.[0] ?? Number.NaN);
  return {
    id,
    title: shown(title),
    app: shown(classes.at(-1) ?? ''),
    ...(Number.isSafeInteger(pid) && pid > 1 ? { pid } : {}),
    active,
  };
}

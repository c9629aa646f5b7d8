import { z } from 'zod';
import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import { askProgram } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { kindOfApp, nameSaid, plainWords } from './kinds-of-app.ts';
import { shown } from './shown.ts';
import type { DesktopWindow } from './window-hands.ts';
import { openWindows, windowHands } from './windows.ts';

const NoInput = z.strictObject({});
const WindowInput = z.strictObject({
  /** Words of its title or its program ("terminal", "the Firefox window"), or `this` for the one in front. */
  window: z.string().trim().min(1).max(200),
});
type Which = z.infer<typeof WindowInput>;

/** ms in which a window has to come to the front or go. */
const SEEN_MS = 4000;
const LOOK_MS = 150;
const MOST_NAMED = 4;

const THIS = new Set(['this', 'this window', 'active window', 'current window', 'front window', 'window in front']);

/** The windows that the words mean; those of which the whole name was said go before those that merely contain it. */
export function matchWindows(said: string, windows: readonly DesktopWindow[]): DesktopWindow[] {
  if (THIS.has(plainWords(said).replace(/^the /u, ''))) return windows.filter(({ active }) => active);
  const name = nameSaid(said);
  if (name === '') return [];
  const kind = kindOfApp(name);
  const words = name.split(' ');
  const score = ({ title, app }: DesktopWindow): number => {
    const itsTitle = plainWords(title);
    const itsApp = plainWords(app);
    if (itsTitle === name) return 4;
    if (itsApp === name) return 3;
    const all = [...itsTitle.split(' '), ...itsApp.split(' ')];
    if (words.every((word) => all.includes(word))) return 2;
    return kind?.programs.some((program) => plainWords(program) === itsApp) === true ? 1 : 0;
  };
  const scored = windows.map((window) => ({ window, score: score(window) })).filter((each) => each.score > 0);
  const best = Math.max(0, ...scored.map((each) => each.score));
  return scored.filter((each) => each.score === best).map(({ window }) => window);
}

const nameOf = ({ title, app }: DesktopWindow): string => (title === '' ? app : title);

export function windowTools(desktop: Desktop): Tool[] {
  /** Carries out on the one window that is meant, and looks until `isDone`. */
  const act = async (
    { window: said }: Which,
    { signal }: ToolContext,
    kind: 'focus' | 'close',
    isDone: (windows: DesktopWindow[], id: string) => boolean,
    notYet: string,
  ): Promise<ToolResult> => {
    const hands = windowHands(desktop);
    const meant = matchWindows(said, await hands.list(desktop, signal));
    const [only] = meant;
    if (only === undefined) return { outcome: 'rejected', reason: `No window is called ${shown(said, 60)}.` };
    if (meant.length > 1) {
      const names = meant.slice(0, MOST_NAMED).map((each) => shown(nameOf(each), 50));
      const reason = `${meant.length} windows could be meant: ${names.join(', ')}${meant.length > MOST_NAMED ? ' and others' : ''}.`;
      return { outcome: 'rejected', reason, taintName: 'titles of windows' };
    }
    await askProgram(desktop, hands[kind](desktop, only), { signal });
    for (let waited = 0; waited <= SEEN_MS; waited += LOOK_MS) {
      if (isDone(await hands.list(desktop, signal), only.id)) return { outcome: 'confirmed' };
      await desktop.clock.sleep(LOOK_MS, signal);
    }
    return { outcome: 'accepted', reason: notYet };
  };
  const common = {
    version: '1.0.0',
    timeoutMs: 20_000,
    reversible: true,
    permissions: { system: ['windows' as const] },
    taints: 'screen' as const,
  };
  const list: Tool<z.infer<typeof NoInput>> = {
    manifest: {
      ...common,
      name: 'windows.list',
      title: 'See which windows are open',
      description: 'Title, program and process of every open window, and which is in front.',
      input: NoInput,
      risk: 'observe',
    },
    describe: () => 'See which windows are open',
    run: async (_input, { signal }) => ({
      outcome: 'confirmed',
      output: await openWindows(desktop, signal),
      taintName: 'titles of windows',
    }),
  };
  const focus: Tool<Which> = {
    manifest: {
      ...common,
      name: 'windows.focus',
      title: 'Bring a window to the front',
      description: 'Brings the one window whose title or program has these words to the front.',
      input: WindowInput,
      risk: 'change',
    },
    describe: ({ window }) => `Bring the window ${shown(window)} to the front`,
    run: (input, context) =>
      act(
        input,
        context,
        'focus',
        (windows, id) => windows.some((each) => each.id === id && each.active),
        'I have asked for it, but it has not come to the front.',
      ),
  };
  const close: Tool<Which> = {
    manifest: {
      ...common,
      name: 'windows.close',
      title: 'Close a window',
      description: 'Asks the one window whose title or program has these words to close, as the cross in its corner does.',
      input: WindowInput,
      risk: 'guarded',
      reversible: false,
    },
    describe: ({ window }) => `Close the window ${shown(window)}; what is not saved in it may be lost`,
    run: (input, context) =>
      act(
        input,
        context,
        'close',
        (windows, id) => windows.every((each) => each.id !== id),
        'I have asked it to close, but it is still there; it may be asking something.',
      ),
  };
  return [list, focus, close] as Tool[];
}

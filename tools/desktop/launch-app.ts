import { isAbsolute } from 'node:path';
import type { ToolContext, ToolResult } from '../tool.ts';
import { askProgram, type Command } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import type { DesktopEntry } from './desktop-entry.ts';
import { DesktopTrouble, missingProgram } from './desktop-trouble.ts';
import { argumentsOf } from './exec-line.ts';
import { installedApps } from './installed-apps.ts';
import { matchApp } from './match-app.ts';
import { appleScript } from './osascript.ts';
import { powershell } from './powershell.ts';
import { preferredApp } from './preferred-app.ts';
import { shown } from './shown.ts';
import { openWindows } from './windows.ts';

/** Terminals, and what goes before a command for them. */
const TERMINALS: readonly Command[] = [
  ['x-terminal-emulator', '-e'],
  ['gnome-terminal', '--'],
  ['konsole', '-e'],
  ['xfce4-terminal', '-x'],
  ['xterm', '-e'],
];

/** ms a program has to show a window before it is believed without having been seen. */
const WINDOW_MS = 6000;
const LOOK_MS = 250;
const MOST_NAMED = 4;

type Stage = Pick<ToolContext, 'signal'>;

export const macOpenApp = (name: string): Command => ['/usr/bin/open', '-a', name];

/** Looks the name up in the start menu, so that nothing but an installed program can be meant by it. */
export const windowsOpenApp = (name: string): Command =>
  powershell(
    `$apps=@(Get-StartApps | Where-Object { $_.Name -ieq $in.name })
if ($apps.Count -eq 0) { $apps=@(Get-StartApps | Where-Object { $_.Name.IndexOf($in.name,[StringComparison]::OrdinalIgnoreCase) -ge 0 }) }
if ($apps.Count -eq 0) { [Console]::Error.WriteLine('no such program'); exit 3 }
if ($apps.Count -gt 1) { [Console]::Error.WriteLine('several programs are called like that'); exit 4 }
Start-Process -FilePath ('shell:AppsFolder\\' + $apps[0].AppID)`,
    { name },
  );

/** Opens the program that is called like this. */
export async function launchApp(desktop: Desktop, name: string, { signal }: Stage): Promise<ToolResult> {
  switch (desktop.platform) {
    case 'linux':
      return launchOnLinux(desktop, name, signal);
    case 'darwin': {
      await askProgram(desktop, macOpenApp(name), { signal });
      const answer = await askProgram(desktop, appleScript(['return application (item 1 of argv) is running'], name), { signal });
      return answer.trim() === 'true'
        ? { outcome: 'confirmed', output: { app: name } }
        : { outcome: 'accepted', reason: 'I have not seen it start yet.', output: { app: name } };
    }
    case 'win32':
      await askProgram(desktop, windowsOpenApp(name), { signal });
      return { outcome: 'accepted', output: { app: name } };
    default:
      throw new DesktopTrouble(`I do not know how to open programs on ${desktop.platform}.`);
  }
}

async function launchOnLinux(desktop: Desktop, name: string, signal: AbortSignal): Promise<ToolResult> {
  const apps = await installedApps(desktop, signal);
  const match = matchApp(name, apps, await preferredApp(desktop, name, signal));
  if (match.type === 'none') return { outcome: 'rejected', reason: `I know no program called ${shown(name, 60)}.` };
  if (match.type === 'several') {
    const names = match.apps.slice(0, MOST_NAMED).map((app) => shown(app.name, 40));
    return { outcome: 'rejected', reason: `Several programs could be meant: ${names.join(', ')}.`, output: { candidates: names } };
  }
  const { app } = match;
  const before = await windowIds(desktop, signal);
  const [program, ...args] = commandOf(desktop, app);
  const folder = isAbsolute(app.folder) ? app.folder : desktop.home;
  const started = await desktop.programs.start(program, args, folder);
  const output = { app: shown(app.name, 60) };
  for (let waited = 0; waited < WINDOW_MS; waited += LOOK_MS) {
    const code = await started.endsWithin(LOOK_MS, signal);
    signal.throwIfAborted();
    const after = await windowIds(desktop, signal);
    if (before !== undefined && after !== undefined && [...after].some((id) => !before.has(id))) return { outcome: 'confirmed', output };
    // One that hands over to a copy of itself that runs already ends at once, and well.
    if (code === 0) break;
    if (code !== undefined) return { outcome: 'failed', reason: `${output.app} ended at once with an error.`, output };
    if (before === undefined) break;
  }
  return { outcome: 'accepted', reason: 'I have started it, but have not seen its window.', output };
}

function commandOf(desktop: Desktop, app: DesktopEntry): Command {
  const command = argumentsOf(app);
  const name = shown(app.name, 60);
  if (command === undefined) throw new DesktopTrouble(`The menu entry of ${name} is broken.`);
  if (!desktop.programs.has(command[0])) throw new DesktopTrouble(`${name} is in the menu, but its program is not there.`);
  if (!app.terminal) return command;
  const terminal = TERMINALS.find(([program]) => desktop.programs.has(program));
  if (terminal === undefined)
    throw missingProgram(
      TERMINALS.map(([program]) => program),
      desktop.platform,
    );
  return [...terminal, ...command];
}

/** Undefined where windows cannot be listed. */
async function windowIds(desktop: Desktop, signal: AbortSignal): Promise<Set<string> | undefined> {
  try {
    return new Set((await openWindows(desktop, signal)).map(({ id }) => id));
  } catch (error) {
    if (error instanceof DesktopTrouble) return undefined;
    throw error;
  }
}

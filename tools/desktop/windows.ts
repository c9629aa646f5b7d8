import { z } from 'zod';
import { askProgram } from './ask-program.ts';
import { type Desktop, displayOf } from './desktop.ts';
import { DesktopTrouble, missingProgram, noDesktop, notHere } from './desktop-trouble.ts';
import { javaScript } from './osascript.ts';
import { powershell } from './powershell.ts';
import { shown } from './shown.ts';
import { HYPRLAND, SWAY } from './wayland-windows.ts';
import type { DesktopWindow, WindowHands } from './window-hands.ts';
import { X11 } from './x11-windows.ts';

const ForeignWindows = z
  .array(
    z.object({
      pid: z.number().int().positive(),
      index: z.number().int().min(0).default(0),
      app: z.string(),
      title: z.string(),
      active: z.boolean(),
    }),
  )
  .max(2000);

const foreign = (answer: string): DesktopWindow[] => {
  const parsed = ForeignWindows.safeParse(jsonOf(answer));
  if (!parsed.success) throw new DesktopTrouble('I do not understand how this computer lists its windows.');
  return parsed.data.map(({ pid, index, app, title, active }) => ({
    id: `${pid}:${index}`,
    title: shown(title),
    app: shown(app),
    pid,
    active,
  }));
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON fits no schema.
    return undefined;
  }
}

const MAC_LIST = `const events = Application('System Events'); const found = [];
for (const each of events.processes.whose({ backgroundOnly: false })()) {
  const windows = each.windows();
  windows.forEach((window, index) => found.push({ pid: each.unixId(), index, app: each.name(), title: window.name() || '', active: each.frontmost() && index === 0 }));
}
return JSON.stringify(found);`;
const MAC_FIND = `const [pid, index] = argv.map(Number);
const owner = Application('System Events').processes.whose({ unixId: pid })()[0]; const window = owner.windows()[index];`;

export const MAC: WindowHands = {
  list: async (desktop, signal) => foreign(await askProgram(desktop, javaScript(MAC_LIST), { signal })),
  focus: (_desktop, { id }) =>
    javaScript(`${MAC_FIND} owner.frontmost = true; window.actions.byName('AXRaise').perform();`, ...id.split(':')),
  close: (_desktop, { id }) => javaScript(`${MAC_FIND} window.buttons.whose({ subrole: 'AXCloseButton' })()[0].click();`, ...id.split(':')),
};

const USER32 = `Add-Type -Namespace Jarvis -Name Desk -MemberDefinition '[DllImport("user32.dll")] public static extern IntPtr GetForegroundWindow(); [DllImport("user32.dll")] public static extern bool SetForegroundWindow(IntPtr window); [DllImport("user32.dll")] public static extern bool ShowWindowAsync(IntPtr window, int how); [DllImport("user32.dll")] public static extern bool IsIconic(IntPtr window);'`;

export const WINDOWS: WindowHands = {
  list: async (desktop, signal) =>
    foreign(
      await askProgram(
        desktop,
        powershell(`${USER32}
$front=[Jarvis.Desk]::GetForegroundWindow()
$all=@(Get-Process | Where-Object { $_.MainWindowHandle -ne 0 -and $_.MainWindowTitle } | ForEach-Object { [pscustomobject]@{ pid=$_.Id; index=0; app=$_.ProcessName; title=$_.MainWindowTitle; active=($_.MainWindowHandle -eq $front) } })
ConvertTo-Json -Compress -InputObject $all`),
        { signal },
      ),
    ),
  focus: (_desktop, { pid = 0 }) =>
    powershell(
      `${USER32}
$window=(Get-Process -Id $in.pid).MainWindowHandle
if ([Jarvis.Desk]::IsIconic($window)) { [void][Jarvis.Desk]::ShowWindowAsync($window,9) }
if (-not [Jarvis.Desk]::SetForegroundWindow($window)) { exit 3 }`,
      { pid },
    ),
  close: (_desktop, { pid = 0 }) => powershell('if (-not (Get-Process -Id $in.pid).CloseMainWindow()) { exit 3 }', { pid }),
};

/** How windows are reached here; throws in words where they are not. */
export function windowHands(desktop: Desktop): WindowHands {
  const { platform } = desktop;
  if (platform === 'darwin') return MAC;
  if (platform === 'win32') return WINDOWS;
  if (platform !== 'linux') throw notHere('reach windows', platform);
  const display = displayOf(desktop);
  switch (display) {
    case 'x11':
      return X11;
    case 'sway':
      if (!desktop.programs.has('swaymsg')) throw missingProgram(['swaymsg'], platform);
      return SWAY;
    case 'hyprland':
      if (!desktop.programs.has('hyprctl')) throw missingProgram(['hyprctl'], platform);
      return HYPRLAND;
    case 'wayland':
      throw new DesktopTrouble('This desktop runs on Wayland, which lets no program see or touch the windows of others.');
    case 'none':
      throw noDesktop();
    default:
      return display satisfies never;
  }
}

export const openWindows = (desktop: Desktop, signal: AbortSignal): Promise<DesktopWindow[]> => windowHands(desktop).list(desktop, signal);

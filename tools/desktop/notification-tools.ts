import { z } from 'zod';
import type { Tool } from '../tool.ts';
import { askProgram, type Command } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { notHere } from './desktop-trouble.ts';
import { appleScript } from './osascript.ts';
import { powershell } from './powershell.ts';
import { shown } from './shown.ts';

const ShowInput = z.strictObject({
  title: z.string().trim().min(1).max(200),
  text: z.string().trim().max(2000).default(''),
});
type Show = z.infer<typeof ShowInput>;

/** What a notification shows is read as markup by many desktops. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export function notificationCommand({ title, text }: Show, platform: NodeJS.Platform): Command {
  const head = shown(title, 200);
  // Line breaks may stay; characters that write backwards or ring a bell may not.
  const body = text.replace(/[^\P{C}\n]/gu, ' ');
  switch (platform) {
    case 'linux':
      return ['notify-send', '--app-name=JARVIS', '--', head, escaped(body)];
    case 'darwin':
      return appleScript(['display notification (item 2 of argv) with title (item 1 of argv)'], head, body);
    case 'win32':
      return powershell(
        `[void][Windows.UI.Notifications.ToastNotificationManager,Windows.UI.Notifications,ContentType=WindowsRuntime]
$toast=[Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent(5)
$lines=$toast.GetElementsByTagName('text')
[void]$lines.Item(0).AppendChild($toast.CreateTextNode($in.title))
[void]$lines.Item(1).AppendChild($toast.CreateTextNode($in.text))
$id='{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($id).Show([Windows.UI.Notifications.ToastNotification]::new($toast))`,
        { title: head, text: body },
      );
    default:
      throw notHere('show notifications', platform);
  }
}

export function notificationTools(desktop: Desktop): Tool[] {
  const show: Tool<Show> = {
    manifest: {
      name: 'notifications.show',
      version: '1.0.0',
      title: 'Show a notification',
      description: 'Shows a notification on the desktop of this computer.',
      input: ShowInput,
      permissions: { system: ['notifications'] },
      risk: 'change',
      reversible: true,
      timeoutMs: 15_000,
      rateLimit: { calls: 20, seconds: 60 },
    },
    describe: ({ title }) => `Show the notification ${shown(title)}`,
    async run(input, { signal }) {
      await askProgram(desktop, notificationCommand(input, desktop.platform), { signal });
      return { outcome: 'accepted' };
    },
  };
  return [show] as Tool[];
}

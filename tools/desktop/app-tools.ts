import { access, stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { hasCode } from '../../store/error-code.ts';
import { runsWhenOpened } from '../files/open-file.ts';
import type { Tool, ToolManifest } from '../tool.ts';
import { askProgram, type Command } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble, notHere } from './desktop-trouble.ts';
import { installedApps } from './installed-apps.ts';
import { launchApp } from './launch-app.ts';
import { powershell } from './powershell.ts';
import { shown } from './shown.ts';
import { webAddress } from './web-address.ts';

const AppInput = z.strictObject({ app: z.string().trim().min(1).max(200) });
const UrlInput = z.strictObject({ url: z.string().trim().min(1).max(4000) });
const FileInput = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(4096)
    .refine((path) => !path.includes('\0'), 'a path has no NUL in it'),
});
const NoInput = z.strictObject({});

/** Shows a file or a web address with the program that the desktop has for it. */
export function openCommand(target: string, platform: NodeJS.Platform): Command {
  switch (platform) {
    case 'linux':
      return ['xdg-open', target];
    case 'darwin':
      return ['/usr/bin/open', target];
    case 'win32':
      return powershell('Start-Process -FilePath $in.target', { target });
    default:
      throw notHere('open things', platform);
  }
}

const common = { version: '1.0.0', timeoutMs: 20_000, risk: 'change' as const, reversible: true };

export function appTools(desktop: Desktop): Tool[] {
  const list: Tool<z.infer<typeof NoInput>> = {
    manifest: {
      ...common,
      name: 'apps.list',
      title: 'See which programs there are',
      description: 'Names of the programs in the menu of this computer.',
      input: NoInput,
      permissions: { system: ['apps'] },
      risk: 'observe',
      // Whoever packs a program chooses its name.
      taints: 'other',
    } satisfies ToolManifest<z.infer<typeof NoInput>>,
    describe: () => 'See which programs are installed',
    async run(_input, { signal }) {
      if (desktop.platform !== 'linux') throw notHere('list programs', desktop.platform);
      const apps = await installedApps(desktop, signal);
      return {
        outcome: 'confirmed',
        output: apps.map(({ id, name, genericName }) => ({ id, name: shown(name, 80), kind: shown(genericName, 80) })),
        taintName: 'names of programs',
      };
    },
  };
  const open: Tool<z.infer<typeof AppInput>> = {
    manifest: {
      ...common,
      name: 'apps.open',
      title: 'Open a program',
      description: 'Opens an installed program by its name, such as Firefox, or by its kind, such as "browser".',
      input: AppInput,
      permissions: { system: ['apps'] },
    },
    describe: ({ app }) => `Open the program ${shown(app)}`,
    run: ({ app }, context) => launchApp(desktop, app, context),
  };
  const openUrl: Tool<z.infer<typeof UrlInput>> = {
    manifest: {
      ...common,
      name: 'apps.open-url',
      title: 'Open a web page',
      description: 'Opens a web address (http or https) in the browser.',
      input: UrlInput,
      permissions: { system: ['apps'], network: ['*'] },
    },
    describe({ url }) {
      const read = webAddress(url);
      return 'address' in read ? `Open the web page ${read.address}` : `Open ${shown(url)}, which is no address that I open`;
    },
    async run({ url }, { signal }) {
      const read = webAddress(url);
      if ('trouble' in read) return { outcome: 'rejected', reason: read.trouble };
      await askProgram(desktop, openCommand(read.address, desktop.platform), { signal, timeoutMs: 15_000 });
      return { outcome: 'accepted', output: { address: read.address } };
    },
  };
  const openFile: Tool<z.infer<typeof FileInput>> = {
    manifest: {
      ...common,
      name: 'apps.open-file',
      title: 'Open a file in its program',
      description:
        'Shows one file or folder, by its whole path, with the program that the desktop has for it. Opens nothing that would run.',
      input: FileInput,
      permissions: { system: ['apps'], filesystem: [{ path: '{path}', mode: 'read' }] },
      // What a file holds can be meant for the program that shows it.
      risk: 'guarded',
    },
    describe: ({ path }) => `Open the file ${shown(wholePath(desktop, path), 400)}`,
    async run({ path }, { signal }) {
      const whole = wholePath(desktop, path);
      const trouble = await whyNotOpened(whole, desktop.platform);
      if (trouble !== undefined) return { outcome: 'rejected', reason: trouble };
      await askProgram(desktop, openCommand(whole, desktop.platform), { signal, timeoutMs: 15_000 });
      return { outcome: 'accepted' };
    },
  };
  return [list, open, openUrl, openFile] as Tool[];
}

const wholePath = ({ home }: Desktop, path: string): string => (path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path);

async function whyNotOpened(path: string, platform: NodeJS.Platform): Promise<string | undefined> {
  if (!isAbsolute(path)) return 'I need the whole path of the file.';
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) return 'That is neither a file nor a folder.';
    if (found.isFile() && runsWhenOpened(basename(path), found.mode, platform)) return 'Opening that would run it, so I leave it.';
    await access(path);
    return undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return 'There is no such file.';
    if (hasCode(error, 'EACCES')) return 'This account may not look at that file.';
    throw error instanceof Error ? new DesktopTrouble(error.message) : error;
  }
}

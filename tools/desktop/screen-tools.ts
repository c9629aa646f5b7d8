import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { userFolders } from '../files/user-folders.ts';
import type { Tool } from '../tool.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble } from './desktop-trouble.ts';
import { takeScreenshot } from './screenshot.ts';

const NoInput = z.strictObject({});
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_TRIES = 100;

/** Where the pictures of the screen go. */
export async function screenshotFolder({ env, home, platform }: Desktop): Promise<string> {
  const config = env.XDG_CONFIG_HOME === undefined || env.XDG_CONFIG_HOME === '' ? join(home, '.config') : env.XDG_CONFIG_HOME;
  // Whoever has no such file has the usual folders.
  const userDirs = platform === 'linux' ? await readFile(join(config, 'user-dirs.dirs'), 'utf8').catch(() => '') : '';
  const pictures = userFolders(home, userDirs, platform).find(({ name }) => name === 'Pictures')?.path ?? join(home, 'Pictures');
  return join(pictures, 'Screenshots');
}

/** `Screenshot 2026-11-21 17-12-03.png`, in the host's own time. */
function nameAt(now: number, copy: number): string {
  const date = new Date(now);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}-${two(date.getMinutes())}-${two(date.getSeconds())}`;
  return `Screenshot ${day} ${time}${copy === 0 ? '' : ` (${copy + 1})`}.png`;
}

async function freePath(folder: string, now: number): Promise<string> {
  for (let copy = 0; copy < MOST_TRIES; copy += 1) {
    const path = join(folder, nameAt(now, copy));
    if ((await stat(path).catch(() => undefined)) === undefined) return path;
  }
  throw new DesktopTrouble('There are too many screenshots of this very moment.');
}

async function isPicture(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PNG.length), 0, PNG.length, 0);
    return bytesRead === PNG.length && buffer.equals(PNG);
  } finally {
    await file.close();
  }
}

export function screenTools(desktop: Desktop): Tool[] {
  const capture: Tool<z.infer<typeof NoInput>> = {
    manifest: {
      name: 'screen.capture',
      version: '1.0.0',
      title: 'Take a screenshot',
      description:
        'Saves a picture of the whole screen in the folder Screenshots of the pictures. It may show private things: only for a person who asks.',
      input: NoInput,
      permissions: { system: ['screen'], filesystem: [{ path: '~/Pictures/Screenshots', mode: 'write' }] },
      risk: 'change',
      reversible: true,
      timeoutMs: 30_000,
    },
    describe: () => 'Take a picture of the whole screen',
    async run(_input, { signal, clock }) {
      const folder = await screenshotFolder(desktop);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = await freePath(folder, clock.now());
      await takeScreenshot(desktop, path, signal);
      return (await isPicture(path))
        ? { outcome: 'confirmed', output: { path } }
        : { outcome: 'failed', reason: 'The program said it was done, but there is no picture.' };
    },
  };
  return [capture] as Tool[];
}

import { stat } from 'node:fs/promises';
import { extname, isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Tool } from '../tool.ts';
import { setTheme, setWallpaper } from './appearance.ts';
import { brightnessHands } from './brightness.ts';
import type { Desktop } from './desktop.ts';
import { shown } from './shown.ts';

const NoInput = z.strictObject({});
const BrightnessInput = z
  .strictObject({
    /** Percent; 0 would leave nobody able to see how to undo it. */
    level: z.number().int().min(1).max(100).optional(),
    change: z.number().int().min(-100).max(100).optional(),
  })
  .refine(({ level, change }) => (level === undefined) !== (change === undefined), 'say level or change');
type Brightness = z.infer<typeof BrightnessInput>;
const WallpaperInput = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(4096)
    .refine((path) => !path.includes('\0'), 'a path has no NUL in it'),
});
const ThemeInput = z.strictObject({ theme: z.enum(['dark', 'light']) });

const PICTURES: ReadonlySet<string> = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.webp',
  '.bmp',
  '.gif',
  '.tif',
  '.tiff',
  '.svg',
  '.avif',
  '.heic',
]);
/** Screens have steps of their own. Percent. */
const STEP = 3;

const common = { version: '1.0.0', timeoutMs: 20_000, reversible: true, permissions: { system: ['display' as const] } };

/** @param backlights `/sys/class/backlight` */
export function displayTools(desktop: Desktop, backlights?: string): Tool[] {
  const look: Tool<z.infer<typeof NoInput>> = {
    manifest: {
      ...common,
      name: 'display.brightness',
      title: 'See how bright the screen is',
      description: 'Brightness of the screen of this computer in percent.',
      input: NoInput,
      risk: 'observe',
    },
    describe: () => 'See how bright the screen is',
    run: async (_input, { signal }) => ({
      outcome: 'confirmed',
      output: { level: await brightnessHands(desktop, backlights).now(signal) },
    }),
  };
  const set: Tool<Brightness> = {
    manifest: {
      ...common,
      name: 'display.set-brightness',
      title: 'Change the brightness of the screen',
      description: 'Sets the brightness of the screen of this computer to a level, or changes it by so many percent.',
      input: BrightnessInput,
      risk: 'change',
    },
    describe: ({ level, change = 0 }) =>
      level === undefined
        ? `Make the screen ${change < 0 ? 'darker' : 'brighter'} by ${Math.abs(change)} %`
        : `Set the brightness of the screen to ${level} %`,
    async run({ level, change = 0 }, { signal }) {
      const hands = brightnessHands(desktop, backlights);
      const wanted = Math.min(100, Math.max(1, level ?? (await hands.now(signal)) + change));
      await hands.set(wanted, signal);
      const now = await hands.now(signal);
      if (Math.abs(now - wanted) <= STEP) return { outcome: 'confirmed', output: { level: now } };
      return { outcome: 'accepted', reason: `The screen says it is at ${now} %.`, output: { level: now } };
    },
  };
  const wallpaper: Tool<z.infer<typeof WallpaperInput>> = {
    manifest: {
      ...common,
      name: 'appearance.set-wallpaper',
      title: 'Change the wallpaper',
      description: 'Makes a picture, by its whole path, the background of the desktop.',
      input: WallpaperInput,
      permissions: { system: ['display'], filesystem: [{ path: '{path}', mode: 'read' }] },
      risk: 'change',
    },
    describe: ({ path }) => `Make ${shown(path, 400)} the wallpaper`,
    async run({ path }, { signal }) {
      if (!isAbsolute(path)) return { outcome: 'rejected', reason: 'I need the whole path of the picture.' };
      if (!PICTURES.has(extname(path).toLowerCase())) return { outcome: 'rejected', reason: 'That is no picture.' };
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() !== true) return { outcome: 'rejected', reason: 'There is no such picture.' };
      return { outcome: (await setWallpaper(desktop, path, signal)) ? 'confirmed' : 'accepted' };
    },
  };
  const theme: Tool<z.infer<typeof ThemeInput>> = {
    manifest: {
      ...common,
      name: 'appearance.set-theme',
      title: 'Change between dark and light',
      description: 'Sets the dark or the light look of the desktop.',
      input: ThemeInput,
      risk: 'change',
    },
    describe: ({ theme: wanted }) => `Set the ${wanted} look of the desktop`,
    run: async ({ theme: wanted }, { signal }) => ({ outcome: (await setTheme(desktop, wanted, signal)) ? 'confirmed' : 'accepted' }),
  };
  return [look, set, wallpaper, theme] as Tool[];
}

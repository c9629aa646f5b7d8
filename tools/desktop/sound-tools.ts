import { z } from 'zod';
import type { Tool } from '../tool.ts';
import type { Desktop } from './desktop.ts';
import { MEDIA_KEYS, pressMediaKey } from './media-keys.ts';
import { setVolume, type Volume, volumeNow } from './sound.ts';

const NoInput = z.strictObject({});
const VolumeInput = z
  .strictObject({
    /** Percent. */
    level: z.number().int().min(0).max(100).optional(),
    /** Percent more or less. */
    change: z.number().int().min(-100).max(100).optional(),
    muted: z.boolean().optional(),
  })
  .refine(({ level, change, muted }) => level !== undefined || change !== undefined || muted !== undefined, 'say level, change or muted')
  .refine(({ level, change }) => level === undefined || change === undefined, 'say level or change, not both');
type VolumeWanted = z.infer<typeof VolumeInput>;
const KeyInput = z.strictObject({ key: z.enum(MEDIA_KEYS) });

/** Sound cards have steps of their own; this much beside the wish is the wish. Percent. */
const STEP = 2;

const common = { version: '1.0.0', timeoutMs: 20_000, reversible: true, permissions: { system: ['sound' as const] } };

function wishOf({ level, change, muted }: VolumeWanted): (now: Volume) => Volume {
  return (now) => ({
    level: Math.min(100, Math.max(0, level ?? now.level + (change ?? 0))),
    // Whoever makes it louder wants to hear it.
    muted: muted ?? ((change ?? 0) > 0 || (level ?? 0) > 0 ? false : now.muted),
  });
}

export function soundTools(desktop: Desktop): Tool[] {
  const look: Tool<z.infer<typeof NoInput>> = {
    manifest: {
      ...common,
      name: 'sound.volume',
      title: 'See how loud the computer is',
      description: 'Volume of this computer in percent, and whether it is muted.',
      input: NoInput,
      risk: 'observe',
    },
    describe: () => 'See how loud the computer is',
    run: async (_input, { signal }) => ({ outcome: 'confirmed', output: await volumeNow(desktop, signal) }),
  };
  const set: Tool<VolumeWanted> = {
    manifest: {
      ...common,
      name: 'sound.set-volume',
      title: 'Change the volume of the computer',
      description: 'Sets the volume of this computer to a level, or changes it by so many percent, or mutes it.',
      input: VolumeInput,
      risk: 'change',
    },
    describe({ level, change, muted }) {
      const parts = [
        ...(level === undefined ? [] : [`Set the volume of the computer to ${level} %`]),
        ...(change === undefined ? [] : [`Turn the computer ${change < 0 ? 'down' : 'up'} by ${Math.abs(change)} %`]),
        ...(muted === undefined ? [] : [`${muted ? 'Mute' : 'Unmute'} the computer`]),
      ];
      return parts.join(' and ');
    },
    async run(input, { signal }) {
      const { wanted, now } = await setVolume(desktop, wishOf(input), signal);
      if (Math.abs(wanted.level - now.level) <= STEP && wanted.muted === now.muted) return { outcome: 'confirmed', output: now };
      const reason = `The computer says its volume is ${now.level} %${now.muted ? ' and muted' : ''}.`;
      return { outcome: 'accepted', reason, output: now };
    },
  };
  const keys: Tool<z.infer<typeof KeyInput>> = {
    manifest: {
      ...common,
      name: 'sound.media-keys',
      title: 'Press a media key',
      description: 'Play, pause, stop, next or previous for what plays on this computer.',
      input: KeyInput,
      risk: 'change',
    },
    describe: ({ key }) => `Press ${key} for what plays on the computer`,
    run: async ({ key }, { signal }) => ({ outcome: (await pressMediaKey(desktop, key, signal)) ? 'confirmed' : 'accepted' }),
  };
  return [look, set, keys] as Tool[];
}

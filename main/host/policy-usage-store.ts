import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';
import type { UsageProfile, UsageStore } from '../../tools/policy/usage-profile.ts';

const SAVE_MS = 5 * 60_000;

/** `usage.json` in the data folder: what is usual here. */
export function usageStore(dataFolder: string): UsageStore {
  const path = join(dataFolder, 'usage.json');
  return {
    async load() {
      try {
        return JSON.parse(await readFile(path, 'utf8')) as unknown;
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        // No profile, and so told as one that cannot be read: it only ever makes calls ask, and must not keep JARVIS from starting.
        return String(error);
      }
    },
    save: (profile) => writeFileAtomic(path, `${JSON.stringify(profile)}\n`),
  };
}

/** Writes it down now and then, and once more at the end. @param failed told when the disk refuses; what is known stays known */
export async function keepUsage(usage: UsageProfile, clock: Clock, signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(SAVE_MS, signal).catch(() => undefined);
    await usage.save().catch(failed);
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimerStore } from '../../assistant/timers/timer-service.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';

/** `timers.json` in the data folder; a file that is no JSON is an error, since a promised timer must not vanish in silence. */
export function timerStore(dataFolder: string): TimerStore {
  const path = join(dataFolder, 'timers.json');
  return {
    async load() {
      try {
        return JSON.parse(await readFile(path, 'utf8')) as unknown;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw new Error(`${path} cannot be read`, { cause: error });
      }
    },
    save: (timers) => writeFileAtomic(path, `${JSON.stringify(timers)}\n`),
  };
}

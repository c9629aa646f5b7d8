import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OverrideStore } from '../../iot/home-overrides.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';

/** `home-names.json` in the data folder: what the person has renamed or hidden. A file that is no JSON is an error, since names must not vanish in silence. */
export function overrideStore(dataFolder: string): OverrideStore {
  const path = join(dataFolder, 'home-names.json');
  return {
    async load() {
      try {
        return JSON.parse(await readFile(path, 'utf8')) as unknown;
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw new Error(`${path} cannot be read; put back a copy of it, or move it away`, { cause: error });
      }
    },
    save: (overrides) => writeFileAtomic(path, `${JSON.stringify(overrides)}\n`),
  };
}

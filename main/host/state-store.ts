import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecorderStore } from '../../iot/state-recorder.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';

/** `states.jsonl` in the data folder: the states of the last days, for homes that remember none themselves. */
export function stateStore(dataFolder: string): RecorderStore {
  const path = join(dataFolder, 'states.jsonl');
  return {
    async load() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return '';
        throw new Error(`${path} cannot be read`, { cause: error });
      }
    },
    append: (lines) => appendFile(path, lines, { mode: 0o600 }),
    replace: (lines) => writeFileAtomic(path, lines),
  };
}

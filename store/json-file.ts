import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from './atomic-file.ts';
import { hasCode } from './error-code.ts';

/** One JSON value in a file. `load` gives what was saved last, unparsed, or undefined where there is no file; it throws for a file that is no JSON. */
export interface JsonFile {
  load(): Promise<unknown>;
  save(value: unknown): Promise<void>;
}

/** What a person was promised must not vanish in silence: a file that cannot be read is an error, not an empty one. */
export function jsonFile(path: string): JsonFile {
  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw new Error(`${path} cannot be read; put back a copy of it, or move it away`, { cause: error });
      }
      try {
        return JSON.parse(text);
      } catch (error) {
        throw new Error(`${path} cannot be read: it is no JSON; put back a copy of it, or move it away`, { cause: error });
      }
    },
    save: (value) => writeFileAtomic(path, `${JSON.stringify(value)}\n`),
  };
}

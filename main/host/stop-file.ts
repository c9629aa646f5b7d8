import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';
import type { Stopped } from '../../tools/emergency-stop.ts';

/** While this file lies in the data folder, everything is stopped, whoever starts there. */
export const STOP_FILE = 'stopped.json';

const StoppedSchema = z.object({ at: z.number(), by: z.string() });

/** Undefined when nothing is stopped. A file that cannot be understood stops too: what was meant to hold must not come undone by a broken disk. */
export async function readStop(dataFolder: string): Promise<Stopped | undefined> {
  let text: string;
  try {
    text = await readFile(join(dataFolder, STOP_FILE), 'utf8');
  } catch (error) {
    return hasCode(error, 'ENOENT') ? undefined : { at: 0, by: 'a file that cannot be read' };
  }
  try {
    return StoppedSchema.parse(JSON.parse(text));
  } catch {
    return { at: 0, by: 'a damaged file' };
  }
}

export const writeStop = (dataFolder: string, stopped: Stopped): Promise<void> =>
  writeFileAtomic(join(dataFolder, STOP_FILE), `${JSON.stringify(stopped)}\n`);

/** Throws when it cannot be taken away; everything then stays stopped. */
export const clearStop = (dataFolder: string): Promise<void> => rm(join(dataFolder, STOP_FILE), { force: true });

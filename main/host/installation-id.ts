import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileOnce } from '../../store/atomic-file.ts';

/** Names this JARVIS among others at a broker, for good: made at the first start, kept in the data folder. */
export async function installationId(dataFolder: string, newId: () => string): Promise<string> {
  const path = join(dataFolder, 'installation-id');
  await createFileOnce(path, `${newId()}\n`);
  return (await readFile(path, 'utf8')).trim();
}

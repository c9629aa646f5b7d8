import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of the file in the data folder whose one line other programs send as `Authorization: Bearer …`. */
export const API_TOKEN_FILE = 'api-token';

const SHAPE = /^[\w-]{22,}$/u;

/** The token in the data folder, readable by its owner only; made at the first start, and anew when the file holds none. */
export async function openApiToken(dataFolder: string, randomToken: () => string): Promise<string> {
  const path = join(dataFolder, API_TOKEN_FILE);
  const kept = await readToken(path);
  if (kept !== undefined && SHAPE.test(kept)) {
    await chmod(path, 0o600);
    return kept;
  }
  const token = randomToken();
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  // `mode` counts only for a new file.
  await chmod(path, 0o600);
  return token;
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

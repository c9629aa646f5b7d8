import { access, constants, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import envPaths from 'env-paths';

/** Where JARVIS keeps what must survive: `JARVIS_DATA`, else the platform's data directory. */
export function dataFolderPath(env: NodeJS.ProcessEnv = process.env): string {
  const own = env.JARVIS_DATA;
  return own === undefined || own === '' ? envPaths('jarvis', { suffix: '' }).data : resolve(own);
}

/** The data folder, made with mode 0700 where it is missing. Throws an error for people when it cannot be used. */
export async function openDataFolder(path = dataFolderPath()): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The data folder ${path} cannot be used (${reason}). Set JARVIS_DATA to a folder that can be written.`, {
      cause: error,
    });
  }
  return path;
}

import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import envPaths from 'env-paths';
import { hasCode } from './error-code.ts';

/** Where JARVIS keeps what must survive: `JARVIS_DATA`, else the platform's data directory. */
export function dataFolderPath(env: NodeJS.ProcessEnv = process.env): string {
  const own = env.JARVIS_DATA?.trim();
  return own === undefined || own === '' ? envPaths('jarvis', { suffix: '' }).data : resolve(own);
}

/** The data folder, made with mode 0700 where it is missing. Throws an error for people when it cannot be used. */
export async function openDataFolder(path = dataFolderPath()): Promise<string> {
  try {
    await makeFolder(path);
    if (!(await stat(path)).isDirectory()) throw new Error('a file stands where a folder should be');
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(`The data folder ${path} cannot be used: ${reasonOf(error)}. Set JARVIS_DATA to a folder that can be written.`, {
      cause: error,
    });
  }
  return path;
}

/** Level by level: Node's own recursive form never ends where a folder exists in which nothing can be made (`/proc`). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    const parent = dirname(path);
    const hasParent = await access(parent).then(
      () => true,
      () => false,
    );
    if (!hasCode(error, 'ENOENT') || hasParent || parent === path) throw error;
    await makeFolder(parent);
    await mkdir(path, { mode: 0o700 });
  }
}

function reasonOf(error: unknown): string {
  if (hasCode(error, 'EEXIST') || hasCode(error, 'ENOTDIR')) return 'a file stands where a folder should be';
  if (hasCode(error, 'EACCES') || hasCode(error, 'EPERM')) return 'this account may not write there';
  if (hasCode(error, 'EROFS')) return 'it lies on a disk that cannot be written';
  if (hasCode(error, 'ENOSPC')) return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}

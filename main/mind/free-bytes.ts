import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes that may still be written where the folder is, or would be. Rejects when nothing of its path is there. */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (dirname(folder) === folder) throw error;
    return freeBytes(dirname(folder));
  }
}

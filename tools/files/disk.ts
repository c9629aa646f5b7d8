import { constants } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, opendir, readlink, rename, rmdir, symlink, unlink, utimes } from 'node:fs/promises';
import { hasCode } from '../../store/error-code.ts';

/** The calls of the file system that change things; a test may let one of them fail. */
export interface Disk {
  link: typeof link;
  rename: typeof rename;
  unlink: typeof unlink;
  mkdir: typeof mkdir;
  rmdir: typeof rmdir;
  open: typeof open;
  symlink: typeof symlink;
  readlink: typeof readlink;
  lstat: typeof lstat;
  opendir: typeof opendir;
  utimes: typeof utimes;
}

export const realDisk: Disk = { link, rename, unlink, mkdir, rmdir, open, symlink, readlink, lstat, opendir, utimes };

/** Opens what is a file itself, not what a link leads to, and never waits for a pipe. 0 where a system has no such flag. */
export const READ_ONLY_ITSELF = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What file systems without hard links answer, and Linux for a file of somebody else's. */
export const hasNoLinks = (error: unknown): boolean =>
  ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'].some((code) => hasCode(error, code));

/** Makes names in a folder outlive a power cut, where folders can be opened at all. */
export async function syncFolder(disk: Disk, folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  let handle: FileHandle | undefined;
  try {
    handle = await disk.open(folder, 'r');
    await handle.sync();
  } catch (error) {
    // Some network and FUSE file systems cannot; the rename itself has been answered for.
    if (!['EINVAL', 'ENOTSUP', 'EACCES', 'EBADF'].some((code) => hasCode(error, code))) throw error;
  } finally {
    await handle?.close();
  }
}

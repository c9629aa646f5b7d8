import { takeInstanceLock } from '../../store/instance-lock.ts';

/** Keeps other processes of JARVIS out of what has this name; undefined while one of them is at it. */
export function lockIn(dataFolder: string): (folder: string, name: string) => Promise<(() => Promise<void>) | undefined> {
  return async (_folder, name) => {
    const lock = await takeInstanceLock(dataFolder, { pid: process.pid, address: '', name: safe(name) });
    return lock.taken ? () => lock.release() : undefined;
  };
}

const safe = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/gu, '_').slice(0, 120);

import { join } from 'node:path';

/** A folder that people call by a name of its own. */
export interface Place {
  /** As it is said: "Downloads". */
  name: string;
  path: string;
}

const USUAL = {
  DESKTOP: 'Desktop',
  DOCUMENTS: 'Documents',
  DOWNLOAD: 'Downloads',
  MUSIC: 'Music',
  PICTURES: 'Pictures',
  VIDEOS: 'Videos',
} as const;

const LINE = /^\s*XDG_([A-Z]+)_DIR="((?:[^"\\]|\\.)*)"\s*$/u;

/**
 * The usual folders of a home, where `user-dirs.dirs` (its text, on Linux) says they are. One that is set to the home folder itself is switched off, as
 * the freedesktop rules have it; on macOS the films are in `Movies`.
 */
export function userFolders(home: string, userDirs: string, platform: NodeJS.Platform): Place[] {
  const moved = new Map<string, string>();
  for (const line of userDirs.split('\n')) {
    const [, key, value] = LINE.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const path = value.replace(/\\(.)/gu, '$1').replace(/^\$HOME(?=\/|$)/u, () => home);
    if (path.startsWith('/')) moved.set(key, path.replace(/(?<=.)\/+$/u, ''));
  }
  return Object.entries(USUAL).flatMap(([key, name]) => {
    const usual = join(home, platform === 'darwin' && key === 'VIDEOS' ? 'Movies' : name);
    const path = moved.get(key) ?? usual;
    return path === home ? [] : [{ name, path }];
  });
}

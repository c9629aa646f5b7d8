import { readdir, readFile } from 'node:fs/promises';

/** Process id of the models process that a host has started. Linux only: read from `/proc`. */
export async function modelsProcessOf(host: number): Promise<number | undefined> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/u.test(name)) continue;
    try {
      const [command, stat] = await Promise.all([readFile(`/proc/${name}/cmdline`, 'utf8'), readFile(`/proc/${name}/stat`, 'utf8')]);
      // the parent's id stands behind the name in brackets and the state
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (parent === host && command.includes('models-process')) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}

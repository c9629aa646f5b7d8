import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileOnce } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';

const MOST_VERSIONS = 100;
const NAME = /^(\d{6})-.*\.yaml$/u;

/** Every policy that was in force, one file each, numbered: `000012-2026-11-21.yaml`. */
export class PolicyHistory {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Oldest first. */
  async names(): Promise<string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => NAME.test(name)).sort();
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  read(name: string): Promise<string> {
    return readFile(join(this.#folder, name), 'utf8');
  }

  /** Unless it is the newest already. @param at ms since the epoch */
  async keep(text: string, at: number): Promise<void> {
    const names = await this.names();
    const newest = names.at(-1);
    if (newest !== undefined && (await this.read(newest)) === text) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const day = new Date(at).toISOString().slice(0, 10);
    const number = Number(NAME.exec(newest ?? '')?.[1] ?? 0) + 1;
    await createFileOnce(join(this.#folder, `${String(number).padStart(6, '0')}-${day}.yaml`), text);
    for (const name of names.slice(0, Math.max(0, names.length + 1 - MOST_VERSIONS))) await rm(join(this.#folder, name), { force: true });
  }
}

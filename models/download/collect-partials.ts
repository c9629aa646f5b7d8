import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { discardPartial } from './partial-file.ts';

export interface CollectOptions {
  folder: string;
  /** ms since the epoch */
  now: number;
  /** What nobody has touched for so long goes. */
  days: number;
  /** Targets that the list of downloads still names. */
  wanted: ReadonlySet<string>;
  /** Targets that are being fetched now: nothing of theirs is touched. */
  active: ReadonlySet<string>;
  lock?: ((folder: string, name: string) => Promise<(() => Promise<void>) | undefined>) | undefined;
}

const DAY = 86_400_000;
/** Another process may just be about to put the missing half beside it. */
const YOUNG = 3_600_000;

/** Removes partial files and quarantined ones that are too old, and halves without their other half. Gives the bytes that became free. */
export async function collectPartials(options: CollectOptions): Promise<number> {
  let freed = 0;
  for (const model of await foldersIn(options.folder)) {
    const folder = join(options.folder, model);
    freed += model === 'quarantine' ? await clearQuarantine(folder, options) : await clearModel(folder, options);
  }
  return freed;
}

async function clearQuarantine(folder: string, options: CollectOptions): Promise<number> {
  let freed = 0;
  for (const name of await filesIn(folder)) {
    const path = join(folder, name);
    const info = await look(path);
    if (info === undefined || !/\.bad(\.json)?$/u.test(name) || options.now - info.mtimeMs < options.days * DAY) continue;
    await rm(path, { force: true });
    freed += info.size;
  }
  return freed;
}

async function clearModel(folder: string, options: CollectOptions): Promise<number> {
  const names = new Set(await filesIn(folder));
  const targets = new Set([...names].flatMap((name) => /^(.+)\.part(?:\.json(?:\.tmp)?)?$/u.exec(name)?.[1] ?? []));
  let freed = 0;
  for (const target of targets) {
    const path = join(folder, target);
    if (options.active.has(path)) continue;
    const part = await look(`${path}.part`);
    const journal = await look(`${path}.part.json`);
    const age = options.now - Math.max(part?.mtimeMs ?? 0, journal?.mtimeMs ?? 0);
    const isHalf = part === undefined || journal === undefined;
    const isOver = age >= options.days * DAY || (isHalf && !options.wanted.has(path) && age >= YOUNG);
    if (!isOver) continue;
    await discardPartial(`${path}.part`);
    freed += part?.size ?? 0;
  }
  // Leaves nothing behind of a model that never came; refuses by itself where there is anything.
  if (targets.size > 0) await rmdir(folder).catch(() => undefined);
  return freed;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((each) => each.isDirectory()).map((each) => each.name);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((each) => each.isFile()).map((each) => each.name);
}

async function look(path: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  return await stat(path).catch(() => undefined);
}

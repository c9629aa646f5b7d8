import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Download } from '../../contract/models.ts';
import {
  type DownloadEnd,
  type DownloadFile,
  DownloadManager,
  type DownloadManagerOptions,
  type StartedDownload,
} from '../../models/download/download-manager.ts';
import { FakeClock } from './fake-clock.ts';
import { FileServer } from './file-server.ts';

export const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
export const MB = 1024 * 1024;

export let server: FileServer;
export let folder: string;
export let clock: FakeClock;
export let kept: unknown;
let managers: DownloadManager[];

/** A server of files, an empty folder and a clock for each test of the file that calls it. */
export function useDownloadStage(): void {
  beforeEach(async () => {
    server = await FileServer.start();
    folder = await mkdtemp(join(tmpdir(), 'jarvis-download-'));
    clock = new FakeClock();
    kept = undefined;
    managers = [];
  });
  afterEach(async () => {
    for (const each of managers) await each[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
}

/** As for the next run of JARVIS. */
export function anotherClock(): void {
  clock = new FakeClock();
}

let ids = 0;
export const keep = (value: unknown): void => {
  kept = structuredClone(value);
};
export async function open(options: Partial<DownloadManagerOptions> = {}): Promise<DownloadManager> {
  const manager = new DownloadManager({
    folder,
    store: { load: async () => structuredClone(kept), save: async (value) => keep(value) },
    clock,
    newId: () => `id-${++ids}`,
    fetch: globalThis.fetch,
    freeBytes: async () => 1e12,
    parallelFrom: MB,
    claimBytes: 64 * 1024,
    progressMs: 0,
    ...options,
  });
  managers.push(manager);
  await manager.open();
  return manager;
}

export function wish(url: string, more: Partial<DownloadFile> = {}): DownloadFile {
  return { title: 'Tiny', modelId: 'tiny-q4', kind: 'chat', url, name: 'tiny.gguf', ...more };
}
export const target = (): string => join(folder, 'tiny-q4', 'tiny.gguf');
export const left = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();

/** Resolves with the first change that fits; looked for from the call on. */
export async function change(manager: DownloadManager, fits: (download: Download) => boolean): Promise<Download> {
  const over = new AbortController();
  for await (const each of manager.changes(over.signal)) if (fits(each)) return each;
  throw new Error('no such change came');
}

/** Lets it wait as often as it wants to. */
export async function toTheEnd(manager: DownloadManager, started: StartedDownload): Promise<{ end: DownloadEnd; waits: string[] }> {
  const waits: string[] = [];
  const over = new AbortController();
  const watch = (async () => {
    for await (const each of manager.changes(over.signal)) {
      if (each.state !== 'running' || each.problem === undefined) continue;
      waits.push(each.problem);
      // The sleep begins in the same turn, right behind the telling of it.
      await Promise.resolve();
      await clock.advance(1000 * Number(/ in (\d+) s/u.exec(each.problem)?.[1] ?? 0));
    }
  })();
  const end = await started.ended;
  over.abort();
  await watch;
  return { end, waits };
}

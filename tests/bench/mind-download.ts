import { type ChildProcess, execFile, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../../main/host/system-clock.ts';
import { DownloadManager } from '../../models/download/download-manager.ts';
import { median } from './mind-rig.ts';
import type { Extent } from './recordings.ts';
import type { BenchSection, Figure } from './report.ts';

const SERVER = fileURLToPath(new URL('mind-file-server.ts', import.meta.url));
const run = promisify(execFile);

/** From a server on this machine to the disk, verified, beside what curl takes for the same. */
export async function benchDownload({ thorough }: Extent): Promise<BenchSection> {
  const megabytes = thorough ? 1024 : 256;
  const rounds = thorough ? 7 : 4;
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-bench-download-'));
  const server = fork(SERVER, [String(megabytes)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(server, 'exit');
  try {
    const { url, sha256 } = await toldBy(server);
    const haveCurl = await run('curl', ['--version']).then(
      () => true,
      () => false,
    );
    const speeds = { ours: [] as number[], one: [] as number[], curl: [] as number[], curlAndSum: [] as number[] };
    const cpu: number[] = [];
    const bytes = megabytes * 1024 * 1024;
    const rate = (ms: number): number => bytes / 1e6 / (ms / 1000);
    for (let round = 0; round <= rounds; round += 1) {
      const taken: Partial<Record<keyof typeof speeds, number>> = {};
      for (const parts of [4, 1]) {
        const before = process.cpuUsage();
        taken[parts === 1 ? 'one' : 'ours'] = await ours({ folder: join(folder, `${round}-${parts}`), url, sha256, bytes, parts });
        const used = process.cpuUsage(before);
        if (parts !== 1 && round > 0) cpu.push((used.user + used.system) / 1000 / (bytes / 1e9));
      }
      if (haveCurl) {
        const target = join(folder, `curl-${round}`);
        const began = performance.now();
        await run('curl', ['--silent', '--fail', '--output', target, url]);
        taken.curl = performance.now() - began;
        await run('sha256sum', [target]);
        taken.curlAndSum = performance.now() - began;
        if ((await stat(target)).size !== bytes) throw new Error('curl did not bring all of it');
        await rm(target);
      }
      // The first round warms the code and the server.
      if (round > 0)
        for (const key of ['ours', 'one', 'curl', 'curlAndSum'] as const) if (taken[key] !== undefined) speeds[key].push(rate(taken[key]));
    }
    const figure = (name: string, values: readonly number[], detail?: string): Figure => ({
      name,
      value: Math.round(median(values)),
      unit: 'MB/s',
      ...(detail === undefined ? {} : { detail }),
    });
    const figures = [
      figure(
        'ours, four connections, verified',
        speeds.ours,
        `${rounds} times ${megabytes} MiB; ${Math.round(median(cpu))} ms of a processor a GB`,
      ),
      figure('ours, one connection, verified', speeds.one),
      ...(haveCurl ? [figure('curl, not verified', speeds.curl), figure('curl and sha256sum', speeds.curlAndSum)] : []),
    ];
    return {
      title: 'Download',
      notes: [
        'from a server in a process of its own on this machine to the disk; ours hashes everything, claims what it has for a restart, flushes the file to the disk and moves it to its place',
        ...(haveCurl
          ? ['curl writes to the page cache alone and does not flush']
          : ['curl is not installed, so there is nothing to compare with']),
      ],
      figures,
    };
  } finally {
    server.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
}

async function toldBy(server: ChildProcess): Promise<{ url: string; sha256: string }> {
  const [message] = await once(server, 'message');
  return z.object({ url: z.url(), sha256: z.string() }).parse(message);
}

async function ours(options: { folder: string; url: string; sha256: string; bytes: number; parts: number }): Promise<number> {
  const { folder, url, sha256, bytes, parts } = options;
  let kept: unknown;
  const manager = new DownloadManager({
    folder,
    store: {
      load: async () => kept,
      save: async (value) => {
        kept = value;
      },
    },
    clock: systemClock,
    newId: () => randomUUID(),
    fetch: globalThis.fetch,
    freeBytes: async () => 1e12,
    parts,
  });
  await manager.open();
  try {
    const began = performance.now();
    const { ended } = await manager.start({ title: 'Model', modelId: 'model', kind: 'chat', url, name: 'model.gguf', bytes, sha256 });
    const { download, file } = await ended;
    const taken = performance.now() - began;
    if (file?.sha256 !== sha256) throw new Error(`the download did not come: ${download.problem ?? download.state}`);
    return taken;
  } finally {
    await manager[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
}

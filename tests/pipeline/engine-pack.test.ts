import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EnginePack } from '../../contract/models.ts';
import { EnginePackError } from '../../models/engine/engine-pack-error.ts';
import { EnginePacks } from '../../models/engine/engine-packs.ts';
import { packPlan } from '../../models/engine/pack-plan.ts';
import { findNpm, type Npm } from '../../models/engine/run-npm.ts';
import { importEngine } from '../../models/llama/engine-module.ts';

const run = promisify(execFile);
const platform = process.platform === 'darwin' || process.platform === 'linux' || process.platform === 'win32' ? process.platform : 'other';
const build = platform === 'darwin' && process.arch === 'arm64' ? 'metal' : 'cpu';
const never = new AbortController().signal;

let folder: string;
let told: EnginePack[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engines-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function packs(settings: Readonly<Record<string, string>> = {}): EnginePacks {
  told = [];
  const npm = async (): Promise<Npm | undefined> => {
    const found = await findNpm(process.execPath, process.env);
    return found === undefined ? undefined : { ...found, environment: { ...found.environment, ...settings } };
  };
  return new EnginePacks({
    folder,
    platform,
    arch: process.arch,
    npm,
    newId: randomUUID,
    tell: (pack) => told.push(pack),
    clock: {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, Math.min(ms, 100));
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
        }),
    },
  });
}

test('a registry of the person that does not answer is named, and nothing is left', async ({ skip }) => {
  if ((await findNpm(process.execPath, process.env)) === undefined) skip('npm is not on this machine');
  const settings = { npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0', npm_config_cache: join(folder, 'cache') };
  await expect(packs(settings).install(build, never)).rejects.toMatchObject({
    trouble: 'unreachable',
    message: expect.stringContaining('127.0.0.1'),
  });
  await rm(join(folder, 'cache'), { recursive: true, force: true });
  expect(await readdir(folder)).toEqual([]);
});

test('the smallest pack comes from the registry, with its bytes told, and the engine in it starts', async ({ skip }) => {
  const all = packs();
  const pack = await all.install(build, never).catch((error: unknown) => {
    if (error instanceof EnginePackError && ['no-npm', 'unreachable', 'not-published', 'no-such-build'].includes(error.trouble))
      return skip(error.message);
    throw error;
  });
  expect(pack).toMatchObject({ state: 'installed', build });
  expect(pack.bytes).toBeLessThan(90e6);
  const expected = packPlan(build, platform, process.arch)?.bytes;
  const steps = told.filter((each) => each.state === 'fetching').map((each) => each.doneBytes ?? 0);
  expect(steps).toEqual(steps.toSorted((one, other) => one - other));
  expect(steps.some((bytes) => bytes > 1_000_000 && bytes <= (expected ?? Number.POSITIVE_INFINITY))).toBe(true);
  expect(await importEngine(pack.path)).toHaveProperty('getLlama');

  // In a process of its own: native code does not run in the tests.
  const start = join(pack.path ?? '', 'start.mjs');
  const gpu = build === 'metal' ? "'metal'" : 'false';
  await writeFile(
    start,
    `import { getLlama } from 'node-llama-cpp';
     const llama = await getLlama({ gpu: ${gpu}, build: 'never', maxThreads: 1, logLevel: 'error', progressLogs: false });
     console.log(JSON.stringify({ gpu: llama.gpu, build: llama.buildType }));
     await llama.dispose();`,
  );
  const { stdout } = await run(process.execPath, [start]);
  expect(JSON.parse(stdout)).toEqual({ gpu: build === 'metal' ? 'metal' : false, build: 'prebuilt' });

  await all.remove(build);
  expect(await readdir(folder)).toEqual([]);
});

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EnginePack } from '../../contract/models.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { EnginePackError } from './engine-pack-error.ts';
import { EnginePacks, type EnginePacksOptions } from './engine-packs.ts';
import { npmTrouble } from './npm-trouble.ts';
import { ENGINE_VERSION, packPlan } from './pack-plan.ts';
import { findNpm } from './run-npm.ts';

/** Plays npm: makes the packages of the manifest as small files, or does what FAKE_NPM says. */
const FAKE_NPM = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
JSON.parse(readFileSync('package-lock.json', 'utf8'));
const mode = process.env.FAKE_NPM ?? '';
const refuse = (text) => { process.stderr.write(text); process.exit(1); };
if (mode.startsWith('say ')) refuse(mode.slice(4));
let step = 0;
const write = (path, text) => {
  step += 1;
  if (mode === 'kill ' + step) process.kill(process.ppid, 'SIGKILL');
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, text);
};
for (const [name, version] of Object.entries(dependencies)) {
  const folder = 'node_modules/' + name;
  write(folder + '/package.json', JSON.stringify({ name, version }));
  if (name === 'node-llama-cpp') {
    write(folder + '/dist/index.js', 'export const engine = true;');
    write(folder + '/llama/gitRelease.bundle', 'x'.repeat(1000));
  } else if (mode !== 'empty') {
    const bins = folder + '/bins/' + name.split('/')[1].replace('-ext', '');
    if (name.endsWith('-ext')) write(bins + '/fallback/libggml-cuda.so', 'cuda 12');
    else write(bins + '/llama-addon.node', 'addon');
    if (name.endsWith('-cuda')) write(bins + '/libggml-cuda.so', 'cuda 13');
  }
}
if (mode === 'hang') setInterval(() => {}, 1000);
`;

let root: string;
let told: EnginePack[];
let count = 0;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'packs-'));
  told = [];
  await mkdir(join(root, 'npm'));
  await writeFile(join(root, 'npm/npm-cli.js'), FAKE_NPM);
  await writeFile(join(root, 'npm/package.json'), '{"type":"module"}');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const engines = (): string => join(root, 'engines');
const left = (): Promise<string[]> => readdir(engines()).catch(() => []);

function packs(mode = '', more: Partial<EnginePacksOptions> = {}): EnginePacks {
  return new EnginePacks({
    folder: engines(),
    platform: 'linux',
    arch: 'x64',
    clock: new FakeClock(),
    npm: () =>
      Promise.resolve({ node: process.execPath, cli: join(root, 'npm/npm-cli.js'), environment: { ...process.env, FAKE_NPM: mode } }),
    newId: () => {
      count += 1;
      return String(count);
    },
    tell: (pack) => told.push(pack),
    ...more,
  });
}

const never = new AbortController().signal;

describe('a pack', () => {
  test('is fetched whole, found again, and removed', async () => {
    const pack = await packs().install('cpu', never);
    const path = join(engines(), `llama-cpp-${ENGINE_VERSION}-cpu`);
    expect(pack).toMatchObject({ build: 'cpu', version: ENGINE_VERSION, state: 'installed', path });
    expect(await left()).toEqual([`llama-cpp-${ENGINE_VERSION}-cpu`]);
    expect(told.map((each) => each.state)).toEqual(['fetching', 'installed']);
    const again = packs();
    expect((await again.list()).map((each) => `${each.build} ${each.state}`)).toEqual([
      'cuda absent',
      'cuda-12 absent',
      'vulkan absent',
      'cpu installed',
    ]);
    await again.remove('cpu');
    expect(await left()).toEqual([]);
    expect(await again.state('cpu')).toMatchObject({ state: 'absent' });
    await again.remove('cpu');
  });

  test('brings no sources for compiling', async () => {
    const { path = '' } = await packs().install('cpu', never);
    await expect(stat(join(path, 'node_modules/node-llama-cpp/llama/gitRelease.bundle'))).rejects.toThrow('ENOENT');
  });

  test('of CUDA 12 can load nothing but the code of CUDA 12', async () => {
    const { path = '' } = await packs().install('cuda-12', never);
    const modules = join(path, 'node_modules/@node-llama-cpp');
    expect(await readdir(join(modules, 'linux-x64-cuda/bins/linux-x64-cuda'))).toEqual(['llama-addon.node']);
    expect(await readdir(join(modules, 'linux-x64-cuda-ext/bins/linux-x64-cuda/fallback'))).toEqual(['libggml-cuda.so']);
    const { path: other = '' } = await packs().install('cuda', never);
    expect(await readdir(join(other, 'node_modules/@node-llama-cpp/linux-x64-cuda/bins/linux-x64-cuda'))).toContain('libggml-cuda.so');
  });

  test('that is whole is not fetched again', async () => {
    await packs().install('cpu', never);
    expect(await packs('say npm error nothing of this is called').install('cpu', never)).toMatchObject({ state: 'installed' });
  });

  test.each(['cut', 'gone', 'marker'])('that is damaged (%s) is broken, and replaced', async (damage) => {
    const { path = '' } = await packs().install('cpu', never);
    const addon = join(path, 'node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/llama-addon.node');
    if (damage === 'cut') await truncate(addon, 0);
    else if (damage === 'gone') await rm(addon);
    else await writeFile(join(path, 'pack.json'), '{"version":');
    expect(await packs().state('cpu')).toMatchObject({
      state: 'broken',
      problem: expect.stringMatching(/fetch (it|the engine) again\.$/u),
    });
    expect(await packs().install('cpu', never)).toMatchObject({ state: 'installed' });
    expect(await left()).toHaveLength(1);
  });

  test('tells how many bytes are there while npm works, and leaves nothing when stopped', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const all = packs('hang', { clock });
    const fetching = all.install('cpu', stop.signal);
    const caught = expect(fetching).rejects.toThrow('enough');
    while (!told.some((each) => (each.doneBytes ?? 0) > 100)) {
      await clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await all.state('cpu')).toMatchObject({ state: 'fetching', bytes: 78_835_921 });
    await expect(all.install('cpu', never)).rejects.toMatchObject({ trouble: 'busy' });
    await expect(all.remove('cpu')).rejects.toMatchObject({ trouble: 'busy' });
    stop.abort(new Error('enough'));
    await caught;
    expect(await left()).toEqual([]);
    expect(told.at(-1)).toMatchObject({ state: 'absent', problem: 'The fetch was stopped.' });
    await expect(all.install('cpu', stop.signal)).rejects.toThrow('enough');
  });

  test('killed at every step it is whole or absent, and what is left is tidied away', async () => {
    const script = `
      import { EnginePacks } from ${JSON.stringify(fileURLToPath(new URL('./engine-packs.ts', import.meta.url)))};
      const packs = new EnginePacks({
        folder: ${JSON.stringify(engines())}, platform: 'linux', arch: 'x64',
        clock: { now: () => 0, monotonic: () => 0, sleep: (ms, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))) },
        npm: async () => ({ node: process.execPath, cli: ${JSON.stringify(join(root, 'npm/npm-cli.js'))}, environment: process.env }),
        newId: () => String(process.pid), tell: () => {},
      });
      await packs.install('cpu', new AbortController().signal);`;
    await writeFile(join(root, 'host.mjs'), script);
    for (let step = 1; step <= 6; step += 1) {
      const code = await new Promise<number | null>((resolve) => {
        spawn(process.execPath, [join(root, 'host.mjs')], { env: { ...process.env, FAKE_NPM: `kill ${step}` } }).once('close', resolve);
      });
      const { state } = await packs().state('cpu');
      // Of five files that are written, killing at the sixth never comes.
      expect({ step, state, killed: code === null }).toEqual({ step, state: step < 6 ? 'absent' : 'installed', killed: step < 6 });
    }
    expect((await left()).length).toBe(6);
    await packs().tidy();
    expect(await left()).toEqual([`llama-cpp-${ENGINE_VERSION}-cpu`]);
  }, 60_000);
});

describe('what goes wrong', () => {
  const trouble = async (
    mode: string,
    more: Partial<EnginePacksOptions> = {},
    build: 'cpu' | 'metal' = 'cpu',
  ): Promise<EnginePackError> => {
    const error: unknown = await packs(mode, more)
      .install(build, never)
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    if (!(error instanceof EnginePackError)) throw new Error(`expected an EnginePackError, got ${String(error)}`);
    expect(await left()).toEqual([]);
    return error;
  };

  test('no npm', async () => {
    expect(await trouble('', { npm: () => Promise.resolve(undefined) })).toMatchObject({
      trouble: 'no-npm',
      message: expect.stringContaining('install Node.js'),
    });
    expect(await findNpm('/nowhere/at/all/bin/node', { PATH: '/nowhere/at/all' })).toBeUndefined();
  });

  test('a build that this system has not', async () => {
    expect(await trouble('', {}, 'metal')).toMatchObject({ trouble: 'no-such-build' });
  });

  test.each([
    [
      'npm error code ECONNREFUSED\nnpm error request to http://localhost:1/x failed',
      'unreachable',
      'registry localhost cannot be reached',
    ],
    ['npm error code ENOTFOUND\nnpm error network request to https://registry.example.org/a failed', 'unreachable', 'registry.example.org'],
    ['npm error code E404\nnpm error 404 No match found for version 3.22.1', 'not-published', 'No match found'],
    [
      'npm error code E401\nnpm error Incorrect password for https://ann:secret@npm.example.org/',
      'refused',
      'npm.example.org asks for a login',
    ],
    ['npm error code EINTEGRITY\nnpm error sha512-… integrity checksum failed', 'wrong-content', 'something else than was pinned'],
    ['npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write', 'disk-full', 'disk is full'],
    [
      'npm error code EUSAGE\nnpm error something new with https://ann:secret@npm.example.org/x',
      'failed',
      'something new with https://npm.example.org/x',
    ],
    ['', 'failed', 'did not say why'],
  ])('npm says %j', async (said, kind, words) => {
    const error = await trouble(`say ${said}`);
    expect(error).toMatchObject({ trouble: kind, message: expect.stringContaining(words) });
    expect(error.message).not.toContain('secret');
    expect(told.at(-1)).toMatchObject({ state: 'absent', problem: error.message });
  });

  test('packages that hold no engine', async () => {
    expect(await trouble('empty')).toMatchObject({ trouble: 'wrong-content' });
  });

  test('words of npm without end are cut', () => {
    expect(npmTrouble(`npm error ${'x'.repeat(100_000)}`).message.length).toBeLessThan(400);
  });
});

describe('what is asked of npm', () => {
  test('on Linux every package of every build is pinned by its sum, and no address is', () => {
    for (const build of ['cpu', 'cuda', 'cuda-12', 'vulkan'] as const) {
      const plan = packPlan(build, 'linux', 'x64');
      const { packages } = JSON.parse(plan?.lock ?? '{}') as { packages: Record<string, { integrity?: string; resolved?: string }> };
      const places = Object.entries(packages).filter(([place]) => place !== '');
      expect(plan?.pinned).toBe(true);
      expect(places.every(([, entry]) => entry.integrity?.startsWith('sha512-') === true && entry.resolved === undefined)).toBe(true);
      expect(places.map(([place]) => place).filter((place) => place.includes('@node-llama-cpp/'))).toHaveLength(
        build === 'cuda-12' ? 2 : 1,
      );
    }
  });

  test('the processor pack is a ninth of all builds together', () => {
    expect(packPlan('cpu', 'linux', 'x64')?.bytes).toBe(78_835_921);
    expect(packPlan('cuda-12', 'linux', 'x64')?.bytes).toBeGreaterThan(600e6);
  });

  test('where no sum is known the version is pinned and the size unknown', () => {
    const plan = packPlan('metal', 'darwin', 'arm64');
    expect(plan).toMatchObject({ pinned: false, platforms: ['@node-llama-cpp/mac-arm64-metal'] });
    expect(plan?.bytes).toBeUndefined();
    expect(JSON.parse(plan?.manifest ?? '')).toMatchObject({ dependencies: { '@node-llama-cpp/mac-arm64-metal': ENGINE_VERSION } });
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GraphicsCard } from '../../contract/models.ts';
import { machine, PASCAL } from '../../tests/fakes/machines.ts';
import { chooseBuild } from './choose-build.ts';
import { findCudaLibraries } from './find-cuda-libraries.ts';

const nvidia = (name: string, computeCapability: string, cuda: string): GraphicsCard => ({ ...PASCAL, name, computeCapability, cuda });

describe('which build', () => {
  test.each([
    ['a Pascal card with a driver for CUDA 12.4', nvidia('GTX 1080 Ti', '6.1', '12.4'), 'cuda-12'],
    ['a Pascal card with the newest driver', nvidia('GTX 1080 Ti', '6.1', '13.0'), 'cuda-12'],
    ['a Pascal card with a driver too old to finish the code of CUDA 12.4', nvidia('GTX 1080 Ti', '6.1', '12.2'), 'vulkan'],
    ['a Turing card with a driver for CUDA 13.1', nvidia('RTX 2080', '7.5', '13.1'), 'cuda'],
    ['a Turing card with a driver for CUDA 13.0, which cannot finish the code of 13.1', nvidia('RTX 2080', '7.5', '13.0'), 'cuda-12'],
    ['an Ampere card, whose code is finished, with any driver for CUDA 13', nvidia('RTX 3060', '8.6', '13.0'), 'cuda'],
    ['an Ampere card with a driver for CUDA 12.2', nvidia('RTX 3060', '8.6', '12.2'), 'cuda-12'],
    ['an Ada card', nvidia('RTX 4090', '8.9', '13.0'), 'cuda'],
    ['a Hopper card with a driver for CUDA 13.1', nvidia('H200', '9.0', '13.1'), 'cuda'],
    ['a Blackwell card', nvidia('RTX 5090', '12.0', '13.0'), 'cuda'],
    ['a Kepler card', nvidia('GTX 780', '3.5', '11.4'), 'vulkan'],
    ['an open driver that says nothing of CUDA', { name: 'GTX 1080', vendor: 'nvidia', memoryBytes: 1 } as const, 'vulkan'],
    ['an AMD card', { name: 'RX 7900', vendor: 'amd', memoryBytes: 1 } as const, 'vulkan'],
    ['graphics of an Intel chip', { name: 'UHD 630', vendor: 'intel', memoryBytes: 1, integrated: true } as const, 'cpu'],
  ])('%s', (_, card, build) => {
    const choice = chooseBuild(machine([card], 32));
    expect(choice).toMatchObject({ build, forced: false });
    expect(choice.others).toContain(build === 'cpu' ? 'vulkan' : 'cpu');
  });

  test('says why in words', () => {
    expect(chooseBuild(machine([PASCAL], 32)).because).toBe(
      'The GeForce GTX 1080 Ti has compute capability 6.1 and a driver for CUDA 12.4, for which the CUDA 12 build has code. The CUDA 13 build is not taken: ' +
        'it holds no code for compute capability 6.1 (GeForce GTX 1080 Ti, compute capability 6.1).',
    );
    expect(chooseBuild(machine([], 8)).because).toBe('There is no graphics card.');
  });

  test('libraries of CUDA that are not installed rule its build out, and are named', () => {
    const choice = chooseBuild(machine([nvidia('RTX 4090', '8.9', '13.0')], 32), undefined, [12]);
    expect(choice.build).toBe('cuda-12');
    expect(choice.because).toContain('libcudart.so.13 and libcublas.so.13');
    expect(chooseBuild(machine([PASCAL], 32), undefined, []).build).toBe('vulkan');
  });

  test('no Vulkan loader leaves the processor', () => {
    expect(chooseBuild(machine([PASCAL], 32, { vulkan: false }), undefined, []).build).toBe('cpu');
  });

  test('Apple silicon has Metal, other Macs and small boards the processor', () => {
    expect(chooseBuild(machine([], 16, { platform: 'darwin', arch: 'arm64' })).build).toBe('metal');
    expect(chooseBuild(machine([], 16, { platform: 'darwin', arch: 'x64' }))).toMatchObject({ build: 'cpu', others: [] });
    expect(chooseBuild(machine([], 4, { arch: 'arm64' })).build).toBe('cpu');
    expect(chooseBuild(machine([], 4, { arch: 'riscv64' })).because).toContain('No build');
  });

  test('what is forced is taken, with the objection', () => {
    expect(chooseBuild(machine([PASCAL], 32), 'cuda')).toEqual({
      build: 'cuda',
      because:
        'It is forced by the settings, though it holds no code for compute capability 6.1 (GeForce GTX 1080 Ti, compute capability 6.1).',
      forced: true,
      others: ['cuda-12', 'vulkan', 'cpu'],
    });
    expect(chooseBuild(machine([PASCAL], 32), 'vulkan').because).toBe('It is forced by the settings.');
    expect(chooseBuild(machine([], 8), 'metal').because).toContain('no such build for this system');
  });
});

describe('libraries of CUDA', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cuda-'));
    await mkdir(join(root, 'usr/local/cuda-12.4/lib64'), { recursive: true });
    await mkdir(join(root, 'usr/lib/x86_64-linux-gnu'), { recursive: true });
    for (const name of ['libcudart.so.12', 'libcublas.so.12']) await writeFile(join(root, 'usr/local/cuda-12.4/lib64', name), '');
    await writeFile(join(root, 'usr/lib/x86_64-linux-gnu/libcudart.so.13'), '');
  });
  afterAll(() => rm(root, { recursive: true }));

  test('both of a version have to be there', async () => {
    expect(await findCudaLibraries('linux', {}, root)).toEqual([12]);
    expect(await findCudaLibraries('linux', { LD_LIBRARY_PATH: '/nowhere' }, join(root, 'nowhere'))).toEqual([]);
    expect(await findCudaLibraries('darwin', {}, root)).toEqual([]);
  });
});
